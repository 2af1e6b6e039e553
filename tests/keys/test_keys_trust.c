/* keys/: the trust store, its limits, and the ports that the device library sees. */
#include "keys/crypto_port.h"
#include "keys/signature.h"
#include "keys/trust.h"
#include "tests/hostio/scratch_folder.h"
#include "tests/keys/keys_sample.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static void make_keys(const char *name, int algorithm)
{
    struct fwd_keypair key = sample_key_files(algorithm, name);
    fwd_keypair_free(&key);
}

static enum fwd_fail load(struct fwd_trust *trust, const char *name, struct fwd_error *err)
{
    return fwd_trust_load(trust, scratch_path(name), FWD_TRUST_STRICT, err);
}

static enum fwd_reason find(const struct fwd_trust *trust, const uint8_t *id, struct fwd_key *key)
{
    struct fwd_keys_port port = fwd_trust_port(trust);
    return port.find(port.ctx, id, key);
}

static uint32_t count(const struct fwd_trust *trust)
{
    struct fwd_keys_port port = fwd_trust_port(trust);
    return port.count(port.ctx);
}

/* R41: no key at all. */
START_TEST(an_empty_store_counts_zero)
{
    struct fwd_trust trust = {0};
    struct fwd_error err;
    struct fwd_key key;
    const uint8_t id[FWD_KEY_ID_SIZE] = {0};
    ck_assert_uint_eq(count(&trust), 0);
    ck_assert_int_eq(find(&trust, id, &key), FWD_E_UNKNOWN_SIGNER);
    ck_assert(scratch_run("mkdir keys"));
    ck_assert_int_eq(load(&trust, "keys", &err), FWD_FAIL_NONE);
    ck_assert_uint_eq(count(&trust), 0);
    fwd_trust_free(&trust);
    fwd_trust_free(NULL);
}
END_TEST

START_TEST(a_store_loads_from_a_file_several_files_or_a_folder)
{
    static const char *const sources[][2] = {
        {"all.crt", NULL}, {"a.pub.pem", "b.pub.pem"}, {"keys", NULL}};
    struct fwd_trust trust = {0};
    struct fwd_error err = {""};
    struct fwd_key found;
    struct fwd_keypair a = sample_key_files(0, "a");
    struct fwd_keypair b = sample_key_files(1, "b");
    ck_assert(scratch_run("cat a.pub.pem b.pub.pem > all.crt && mkdir keys && "
                          "cp a.pub.pem b.pub.pem keys && echo x > keys/note.txt && "
                          "echo x > keys/.hidden.pem"));
    for (int i = 0; i < 2 && sources[_i][i] != NULL; i++)
        ck_assert_msg(load(&trust, sources[_i][i], &err) == FWD_FAIL_NONE, "%s", err.text);
    ck_assert_uint_eq(count(&trust), 2);
    ck_assert_int_eq(find(&trust, a.id, &found), FWD_OK);
    ck_assert_uint_eq(found.algorithm, FWD_ALG_ED25519);
    ck_assert_int_eq(find(&trust, b.id, &found), FWD_OK);
    ck_assert_uint_eq(found.algorithm, FWD_ALG_ECDSA_P256);
    ck_assert_uint_eq(found.roles, FWD_TRUST_ANY_ROLE);
    ck_assert_uint_eq(found.product_count, 0);
    ck_assert(found.may_raise_counter);
    b.id[FWD_KEY_ID_SIZE - 1] ^= 1;
    ck_assert_int_eq(find(&trust, b.id, &found), FWD_E_UNKNOWN_SIGNER);
    fwd_keypair_free(&a);
    fwd_keypair_free(&b);
    fwd_trust_free(&trust);
}
END_TEST

START_TEST(limits_beside_a_key_are_given_to_the_library)
{
    struct fwd_trust trust = {0};
    struct fwd_error err = {""};
    struct fwd_key found;
    struct fwd_keypair a = sample_key_files(0, "a");
    scratch_write_text("a.pub.json", "{\"roles\": [\"boot\", \"data\"], \"products\": "
                                     "[\"X100\", \"X200\"], \"may_raise_counter\": false}");
    ck_assert_msg(load(&trust, "a.pub.pem", &err) == FWD_FAIL_NONE, "%s", err.text);
    ck_assert(scratch_run("mkdir saved"));
    /* the second round reads what the first one saved */
    for (int round = 0; round < 2; round++) {
        ck_assert_int_eq(find(&trust, a.id, &found), FWD_OK);
        ck_assert_uint_eq(found.roles, 1u << FWD_ROLE_BOOT | 1u << FWD_ROLE_DATA);
        ck_assert_uint_eq(found.product_count, 2);
        ck_assert_uint_eq(found.products[1].size, 4);
        ck_assert_mem_eq(found.products[1].bytes, "X200", 4);
        ck_assert(!found.may_raise_counter);
        err.text[0] = 0;
        ck_assert_int_eq(fwd_trust_save(&trust, scratch_path("saved"), &err), FWD_FAIL_NONE);
        ck_assert_str_eq(err.text, ""); /* nothing failed, so nothing is said */
        fwd_trust_free(&trust);
        ck_assert_msg(load(&trust, "saved", &err) == FWD_FAIL_NONE, "%s", err.text);
    }
    fwd_keypair_free(&a);
    fwd_trust_free(&trust);
}
END_TEST

static const struct {
    const char *json;
    const char *sentence;
} bad_limits[] = {
    {"", "is empty"},
    {"{", "is not JSON: line 1"},
    {"[]", "must be a JSON object"},
    {"{\"role\": [\"boot\"]}", "unknown member \"role\""},
    {"{\"roles\": \"boot\"}", "\"roles\" must be a list"},
    {"{\"roles\": []}", "\"roles\" must be a list"},
    {"{\"roles\": [\"boot\", \"root\"]}", "\"roles\" must be a list"},
    {"{\"roles\": [\"boot\", 3]}", "\"roles\" must be a list"},
    {"{\"roles\": [\"boot\"], \"roles\": [\"data\"]}", "is not JSON: line 1: duplicate"},
    {"{\"products\": []}", "\"products\" must be a list"},
    {"{\"products\": [\"\"]}", "\"products\" must be a list"},
    {"{\"products\": [\"\\u00e4\"]}", "\"products\" must be a list"},
    {"{\"products\": [1]}", "\"products\" must be a list"},
    {"{\"products\": [\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"]}",
        "\"products\" must be a list"},
    {"{\"products\": [\"0123456789012345678901234567890123456789012345678901234567890123\"]}",
        "\"products\" must be a list"},
    {"{\"may_raise_counter\": 1}", "must be true or false"},
};

START_TEST(limits_that_are_not_understood_are_refused)
{
    struct fwd_trust trust = {0};
    struct fwd_error err = {""};
    struct fwd_key found;
    struct fwd_keypair a = sample_key_files(0, "a");
    scratch_write_text("a.pub.json", bad_limits[_i].json);
    ck_assert_int_eq(load(&trust, "a.pub.pem", &err), FWD_FAIL_REFUSED);
    ck_assert_msg(strstr(err.text, bad_limits[_i].sentence) != NULL, "%s", err.text);
    ck_assert_ptr_nonnull(strstr(err.text, "a.pub.json"));
    ck_assert_uint_eq(count(&trust), 0);
    /* a device must not take them for "no limits" */
    ck_assert_int_eq(
        fwd_trust_load(&trust, scratch_path("a.pub.pem"), FWD_TRUST_KEEP_INVALID, &err),
        FWD_FAIL_NONE);
    ck_assert_int_eq(find(&trust, a.id, &found), FWD_E_KEY_INVALID);
    fwd_keypair_free(&a);
    fwd_trust_free(&trust);
}
END_TEST

/* What happens to limits in everyday life; a.pub.pem is limited to boot code. */
static const struct {
    const char *command;
    const char *load;
    const char *sentence; /* NULL: it is loaded, with its limits */
} lost_limits[] = {
    {"ln -s gone.json a.pub.json.new && mv a.pub.json.new a.pub.json", "a.pub.pem",
        "a.pub.json: is a link to nothing"},
    {"mkdir d && mv a.pub.json d/x.json && ln -s d/x.json a.pub.json", "a.pub.pem", NULL},
    {"mv a.pub.pem b.pub.pem", "b.pub.pem", "a.pub.json: limits a key whose file a.pub.pem is not"},
    {"mkdir keys && mv a.pub.pem keys/b.pem && mv a.pub.json keys/a.json", "keys",
        "a.json: limits a key whose file a.pem is not there"},
    {"mkdir keys && mv a.pub.pem keys/a.pem && mv a.pub.json keys/a.json", "keys", NULL},
    {"mkdir keys && mv a.pub.* keys && ln -s keys/a.pub.pem link.pem", "link.pem", NULL},
    {"rm a.pub.json && mkdir a.pub.json", "a.pub.pem", "a.pub.json: "},
};

START_TEST(limits_are_not_lost_in_silence)
{
    struct fwd_trust trust = {0};
    struct fwd_error err = {""};
    struct fwd_key found;
    struct fwd_keypair a = sample_key_files(0, "a");
    scratch_write_text("a.pub.json", "{\"roles\": [\"boot\"]}");
    ck_assert(scratch_run("rm a.pem && %s", lost_limits[_i].command));
    enum fwd_fail fail = load(&trust, lost_limits[_i].load, &err);
    if (lost_limits[_i].sentence != NULL) {
        ck_assert_int_ne(fail, FWD_FAIL_NONE);
        ck_assert_msg(strstr(err.text, lost_limits[_i].sentence) != NULL, "%s", err.text);
        ck_assert_uint_eq(count(&trust), 0);
        /* a device starts, and does not trust the key */
        fail = fwd_trust_load(
            &trust, scratch_path(lost_limits[_i].load), FWD_TRUST_KEEP_INVALID, &err);
        ck_assert(fail != FWD_FAIL_NONE || find(&trust, a.id, &found) == FWD_E_KEY_INVALID);
    } else {
        ck_assert_msg(fail == FWD_FAIL_NONE, "%s", err.text);
        ck_assert_int_eq(find(&trust, a.id, &found), FWD_OK);
        ck_assert_uint_eq(found.roles, 1u << FWD_ROLE_BOOT);
    }
    fwd_keypair_free(&a);
    fwd_trust_free(&trust);
}
END_TEST

/* What else is JSON beside a key is not mistaken for limits. */
START_TEST(other_files_beside_a_key_do_not_matter)
{
    struct fwd_trust trust = {0};
    struct fwd_error err = {""};
    make_keys("a", 0);
    ck_assert(
        scratch_run("echo '{}' > empty.json && echo '[1]' > list.json && echo '{' > bad.json &&"
                    " echo '{\"roles\": [\"boot\"], \"places\": []}' > device.json &&"
                    " mkdir folder.json && ln -s nothing link.json && : > .json"));
    ck_assert_msg(load(&trust, "a.pub.pem", &err) == FWD_FAIL_NONE, "%s", err.text);
    ck_assert_uint_eq(count(&trust), 1);
    fwd_trust_free(&trust);
}
END_TEST

static const struct {
    const char *command; /* makes bad.pem; a.pem and a.pub.pem are there */
    const char *sentence;
} bad_stores[] = {
    {"cp a.pem bad.pem", "is a private key"},
    {"echo junk > bad.pem", "is not a key file"},
    {": > bad.pem", "is empty"},
    {"(cat a.pub.pem; head -2 a.pub.pem) > bad.pem", "is damaged"},
    {"cat a.pub.pem a.pub.pem > bad.pem", "holds the same key as"},
    {"(cat a.pub.pem; openssl genrsa 2048 2>/dev/null | openssl rsa -pubout 2>/dev/null) > bad.pem",
        "(RSA, 2048 bits)"},
};

/* R41: an invalid public key. */
START_TEST(a_bad_key_file_is_refused_by_tools_and_invalid_on_devices)
{
    struct fwd_trust trust = {0};
    struct fwd_error err = {""};
    struct fwd_key found;
    struct fwd_keypair a = sample_key_files(0, "a");
    ck_assert(scratch_run("%s", bad_stores[_i].command));
    ck_assert_int_eq(load(&trust, "bad.pem", &err), FWD_FAIL_REFUSED);
    ck_assert_msg(strstr(err.text, bad_stores[_i].sentence) != NULL, "%s", err.text);
    ck_assert_uint_eq(count(&trust), 0);
    ck_assert_int_eq(fwd_trust_load(&trust, scratch_path("bad.pem"), FWD_TRUST_KEEP_INVALID, &err),
        FWD_FAIL_NONE);
    ck_assert_uint_eq(count(&trust), 1);
    ck_assert_int_eq(find(&trust, a.id, &found), FWD_E_KEY_INVALID);
    make_keys("b", 0);
    ck_assert_int_eq(load(&trust, "b.pub.pem", &err), FWD_FAIL_NONE);
    ck_assert_int_eq(find(&trust, a.id, &found), FWD_E_UNKNOWN_SIGNER);
    fwd_keypair_free(&a);
    fwd_trust_free(&trust);
}
END_TEST

START_TEST(the_same_key_twice_is_refused)
{
    struct fwd_trust trust = {0};
    struct fwd_error err = {""};
    make_keys("a", 0);
    ck_assert(scratch_run("mkdir keys && cp a.pub.pem keys/1.pem && cp a.pub.pem keys/2.pem"));
    ck_assert_int_eq(load(&trust, "keys", &err), FWD_FAIL_REFUSED);
    ck_assert_ptr_nonnull(strstr(err.text, "2.pem: holds the same key as"));
    ck_assert_ptr_nonnull(strstr(err.text, "1.pem"));
    fwd_trust_free(&trust);
    ck_assert_int_eq(load(&trust, "a.pub.pem", &err), FWD_FAIL_NONE);
    ck_assert_int_eq(load(&trust, "a.pub.pem", &err), FWD_FAIL_REFUSED);
    ck_assert_uint_eq(count(&trust), 1);
    fwd_trust_free(&trust);
}
END_TEST

/* [M43]: the ids are forced here, since nobody can make two such keys. */
START_TEST(two_keys_with_one_key_id_are_refused)
{
    struct fwd_trust trust = {0};
    struct fwd_error err = {""};
    struct fwd_keypair a = sample_key(0);
    struct fwd_keypair b = sample_key(0);
    memcpy(b.id, a.id, FWD_KEY_ID_SIZE);
    ck_assert_int_eq(fwd_trust_add(&trust, &a, "a.pem", NULL, &err), FWD_FAIL_NONE);
    ck_assert_int_eq(fwd_trust_add(&trust, &b, "b.pem", NULL, &err), FWD_FAIL_REFUSED);
    ck_assert_ptr_nonnull(strstr(err.text, "another key with the same key id"));
    ck_assert_uint_eq(count(&trust), 1);
    fwd_trust_free(&trust);
}
END_TEST

START_TEST(a_missing_trust_file_is_named)
{
    struct fwd_trust trust = {0};
    struct fwd_error err = {""};
    ck_assert_int_eq(load(&trust, "nowhere.pem", &err), FWD_FAIL_ENVIRONMENT);
    ck_assert_ptr_nonnull(strstr(err.text, "nowhere.pem: cannot be read: there is no such file"));
    ck_assert_uint_eq(count(&trust), 0);
}
END_TEST

START_TEST(the_crypto_port_hashes_in_independent_slots)
{
    /* FIPS 180-4: SHA-256 of "abc" and of nothing */
    static const uint8_t abc[4] = {0xba, 0x78, 0x16, 0xbf};
    static const uint8_t nothing[4] = {0xe3, 0xb0, 0xc4, 0x42};
    struct fwd_host_crypto crypto;
    struct fwd_error err;
    uint8_t digest[FWD_DIGEST_SIZE], direct[FWD_DIGEST_SIZE];
    ck_assert_int_eq(fwd_crypto_port_init(&crypto, &err), FWD_FAIL_NONE);
    const struct fwd_crypto_port *port = &crypto.port;
    for (int round = 0; round < 3; round++) {
        ck_assert(port->hash_begin(port->ctx, FWD_HASH_PAYLOAD));
        ck_assert(port->hash_begin(port->ctx, FWD_HASH_TARGET));
        ck_assert(port->hash_update(port->ctx, FWD_HASH_PAYLOAD, "ab", 2));
        ck_assert(port->hash_begin(port->ctx, FWD_HASH_STEP));
        ck_assert(port->hash_update(port->ctx, FWD_HASH_STEP, "left unfinished", 15));
        ck_assert(port->hash_update(port->ctx, FWD_HASH_PAYLOAD, "c", 1));
        ck_assert(port->hash_end(port->ctx, FWD_HASH_PAYLOAD, digest));
        ck_assert_mem_eq(digest, abc, sizeof abc);
        ck_assert(port->hash_end(port->ctx, FWD_HASH_TARGET, digest));
        ck_assert_mem_eq(digest, nothing, sizeof nothing);
    }
    ck_assert(fwd_crypto_port_sha256("abc", 3, direct));
    ck_assert_mem_eq(direct, abc, sizeof abc);
    fwd_crypto_port_free(&crypto);
    fwd_crypto_port_free(&crypto);
    fwd_crypto_port_free(NULL);
}
END_TEST

START_TEST(the_ports_verify_a_signed_package_together)
{
    struct fwd_host_crypto crypto;
    struct fwd_trust trust = {0};
    struct fwd_error err = {""};
    struct fwd_key key;
    struct fwd_bytes package = sample_package();
    struct fwd_keypair signer = sample_key_files(_i, "a");
    sample_sign(&package, &signer);
    struct fwd_signed_package opened = sample_open(&package);
    const struct fwd_signature *s = &opened.block.signatures[0];
    ck_assert_int_eq(fwd_crypto_port_init(&crypto, &err), FWD_FAIL_NONE);
    const struct fwd_crypto_port *port = &crypto.port;
    ck_assert_int_eq(load(&trust, "a.pub.pem", &err), FWD_FAIL_NONE);
    ck_assert_int_eq(find(&trust, s->key_id, &key), FWD_OK);
    ck_assert_int_eq(
        port->verify(port->ctx, &key, opened.signed_bytes, opened.signed_size, s->bytes, s->size),
        FWD_SIGNATURE_VALID);
    ck_assert_int_eq(port->verify(port->ctx, &key, opened.signed_bytes, opened.signed_size - 1,
                         s->bytes, s->size),
        FWD_SIGNATURE_INVALID);
    key.algorithm = (uint16_t)(key.algorithm % SAMPLE_ALGORITHMS + 1);
    ck_assert_int_eq(
        port->verify(port->ctx, &key, opened.signed_bytes, opened.signed_size, s->bytes, s->size),
        FWD_SIGNATURE_KEY_UNUSABLE);
    key.handle = NULL;
    ck_assert_int_eq(
        port->verify(port->ctx, &key, opened.signed_bytes, opened.signed_size, s->bytes, s->size),
        FWD_SIGNATURE_KEY_UNUSABLE);
    fwd_trust_free(&trust);
    fwd_crypto_port_free(&crypto);
    fwd_keypair_free(&signer);
    fwd_bytes_free(&package);
}
END_TEST

static Suite *trust_suite(void)
{
    Suite *suite = suite_create("keys: trust");
    TCase *stores = tcase_create("stores");
    tcase_add_checked_fixture(stores, scratch_setup, scratch_teardown);
    tcase_set_timeout(stores, 60); /* RSA keys under sanitizers */
    tcase_add_test(stores, an_empty_store_counts_zero);
    tcase_add_loop_test(stores, a_store_loads_from_a_file_several_files_or_a_folder, 0, 3);
    tcase_add_test(stores, limits_beside_a_key_are_given_to_the_library);
    tcase_add_loop_test(stores, limits_that_are_not_understood_are_refused, 0,
        (int)(sizeof bad_limits / sizeof bad_limits[0]));
    tcase_add_loop_test(stores, a_bad_key_file_is_refused_by_tools_and_invalid_on_devices, 0,
        (int)(sizeof bad_stores / sizeof bad_stores[0]));
    tcase_add_loop_test(stores, limits_are_not_lost_in_silence, 0,
        (int)(sizeof lost_limits / sizeof lost_limits[0]));
    tcase_add_test(stores, other_files_beside_a_key_do_not_matter);
    tcase_add_test(stores, the_same_key_twice_is_refused);
    tcase_add_test(stores, two_keys_with_one_key_id_are_refused);
    tcase_add_test(stores, a_missing_trust_file_is_named);
    tcase_add_test(stores, the_crypto_port_hashes_in_independent_slots);
    tcase_add_loop_test(stores, the_ports_verify_a_signed_package_together, 0, SAMPLE_ALGORITHMS);
    suite_add_tcase(suite, stores);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(trust_suite());
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
