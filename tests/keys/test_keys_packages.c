/* keys/: signatures are made, checked, and added to packages. */
#include "keys/ecdsa_der.h"
#include "keys/signature.h"
#include "keys/signing/signed_package.h"
#include "tests/hostio/scratch_folder.h"
#include "tests/keys/keys_sample.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t message[100] = {1, 2, 3};

static enum fwd_verdict check(const struct fwd_keypair *key, const uint8_t *signature, size_t size)
{
    return fwd_signature_check(key, key->algorithm->id, message, sizeof message, signature, size);
}

/* R36: one corrupted byte of message or signature. */
START_TEST(a_signature_is_valid_until_a_bit_changes)
{
    uint8_t signature[FWD_SIGNATURE_ROOM];
    uint8_t other[sizeof message];
    size_t size;
    struct fwd_error err;
    struct fwd_keypair key = sample_key(_i);
    ck_assert_int_eq(
        fwd_signature_make(&key, message, sizeof message, signature, &size, &err), FWD_FAIL_NONE);
    ck_assert_uint_le(size, key.algorithm->signature_max);
    ck_assert_int_eq(check(&key, signature, size), FWD_SIGNATURE_VALID);
    for (size_t i = 0; i < size; i++) {
        signature[i] ^= 1;
        ck_assert_int_eq(check(&key, signature, size), FWD_SIGNATURE_INVALID);
        signature[i] ^= 1;
    }
    for (size_t i = 0; i < sizeof message; i++) {
        memcpy(other, message, sizeof message);
        other[i] ^= 0x80;
        ck_assert_int_eq(
            fwd_signature_check(&key, key.algorithm->id, other, sizeof other, signature, size),
            FWD_SIGNATURE_INVALID);
    }
    for (size_t shorter = 0; shorter < size; shorter++)
        ck_assert_int_eq(check(&key, signature, shorter), FWD_SIGNATURE_INVALID);
    signature[size] = 0;
    ck_assert_int_eq(check(&key, signature, size + 1), FWD_SIGNATURE_INVALID);
    fwd_keypair_free(&key);
}
END_TEST

START_TEST(a_key_is_unusable_for_another_algorithm)
{
    uint8_t signature[64] = {0};
    struct fwd_keypair key = sample_key(_i);
    struct fwd_keypair none = {0};
    for (uint16_t id = 0; id < 6; id++) {
        enum fwd_verdict verdict =
            fwd_signature_check(&key, id, message, sizeof message, signature, sizeof signature);
        ck_assert_int_eq(
            verdict, id == key.algorithm->id ? FWD_SIGNATURE_INVALID : FWD_SIGNATURE_KEY_UNUSABLE);
    }
    ck_assert_int_eq(fwd_signature_check(&none, 1, message, 1, signature, sizeof signature),
        FWD_SIGNATURE_KEY_UNUSABLE);
    fwd_keypair_free(&key);
}
END_TEST

START_TEST(ed25519_signs_the_same_bytes_alike)
{
    struct fwd_bytes one = sample_package();
    struct fwd_bytes two = sample_package();
    struct fwd_keypair key = sample_key(0);
    sample_sign(&one, &key);
    sample_sign(&two, &key);
    ck_assert_uint_eq(one.size, two.size);
    ck_assert_mem_eq(one.data, two.data, one.size);
    fwd_bytes_free(&one);
    fwd_bytes_free(&two);
    fwd_keypair_free(&key);
}
END_TEST

/* Every signature of the package with its key. */
static void check_all(const struct fwd_bytes *package, const struct fwd_keypair *keys, int count)
{
    struct fwd_signed_package opened = sample_open(package);
    ck_assert_int_eq(opened.block.count, count);
    for (int i = 0; i < count; i++) {
        const struct fwd_signature *s = &opened.block.signatures[i];
        ck_assert_mem_eq(s->key_id, keys[i].id, FWD_KEY_ID_SIZE);
        ck_assert(fwd_signed_package_has(&opened, &keys[i]));
        ck_assert_int_eq(fwd_signature_check(&keys[i], s->algorithm, opened.signed_bytes,
                             opened.signed_size, s->bytes, s->size),
            FWD_SIGNATURE_VALID);
    }
}

/* Four keys of four algorithms; _i is the first, so every order of neighbours occurs. */
START_TEST(four_signatures_in_any_order_stay_valid)
{
    struct fwd_keypair keys[FWD_SIGNATURES_MAX];
    struct fwd_bytes unsigned_one = sample_package();
    struct fwd_bytes package = sample_package();
    for (int i = 0; i < (int)FWD_SIGNATURES_MAX; i++) {
        keys[i] = sample_key((_i + i) % SAMPLE_ALGORITHMS);
        sample_sign(&package, &keys[i]);
        check_all(&package, keys, i + 1);
    }
    struct fwd_signed_package before = sample_open(&unsigned_one);
    struct fwd_signed_package after = sample_open(&package);
    ck_assert_uint_eq(before.block.count, 0);
    ck_assert_mem_eq(before.signed_bytes, after.signed_bytes, before.signed_size);
    ck_assert_mem_eq(before.payload, after.payload, before.payload_size);
    for (int i = 0; i < (int)FWD_SIGNATURES_MAX; i++)
        fwd_keypair_free(&keys[i]);
    fwd_bytes_free(&unsigned_one);
    fwd_bytes_free(&package);
}
END_TEST

START_TEST(a_key_signs_once_and_a_package_holds_four_signatures)
{
    struct fwd_bytes package = sample_package();
    struct fwd_bytes more;
    struct fwd_error err;
    struct fwd_keypair key = sample_key(0);
    sample_sign(&package, &key);
    struct fwd_signed_package opened = sample_open(&package);
    ck_assert_int_eq(fwd_signed_package_sign(&opened, &key, &more, &err), FWD_FAIL_REFUSED);
    ck_assert_ptr_nonnull(strstr(err.text, "update.upd: is signed with key "));
    ck_assert_ptr_null(more.data);
    for (int i = 1; i < (int)FWD_SIGNATURES_MAX; i++) {
        fwd_keypair_free(&key);
        key = sample_key(0);
        sample_sign(&package, &key);
    }
    fwd_keypair_free(&key);
    key = sample_key(0);
    opened = sample_open(&package);
    ck_assert_int_eq(fwd_signed_package_sign(&opened, &key, &more, &err), FWD_FAIL_REFUSED);
    ck_assert_ptr_nonnull(strstr(err.text, "has 4 signatures already"));
    fwd_keypair_free(&key);
    fwd_bytes_free(&package);
}
END_TEST

START_TEST(a_truncated_package_is_not_divided)
{
    struct fwd_signed_package opened;
    struct fwd_error err;
    struct fwd_bytes package = sample_package();
    struct fwd_keypair key = sample_key(0);
    sample_sign(&package, &key);
    for (size_t size = 0; size < package.size; size++) {
        /* a copy of its own size, so that a read beyond it is seen */
        uint8_t *part = malloc(size + 1);
        memcpy(part, package.data, size);
        part = realloc(part, size != 0 ? size : 1);
        ck_assert_int_eq(
            fwd_signed_package_open("cut.upd", part, size, &opened, &err), FWD_FAIL_REFUSED);
        ck_assert_ptr_nonnull(strstr(err.text, "cut.upd: is not a whole package: "));
        free(part);
    }
    fwd_keypair_free(&key);
    fwd_bytes_free(&package);
}
END_TEST

static const struct {
    size_t offset; /* from the start of the package */
    uint8_t value;
    enum fwd_reason reason;
} damages[] = {
    {0, 'X', FWD_E_BAD_MAGIC},
    {3, 'Z', FWD_E_UNKNOWN_KIND},
    {4, 0x90, FWD_E_FORMAT_VERSION},
    {6, 255, FWD_E_MANIFEST_SIZE},
    {6, 8, FWD_E_MANIFEST_SIZE},
    {7, 0, FWD_E_STORED_LENGTH},
    {10, 255, FWD_E_STORED_LENGTH},
    {FWD_HEADER_SIZE + SAMPLE_MANIFEST, 0, FWD_E_SIGBLOCK_SIZE},
    {FWD_HEADER_SIZE + SAMPLE_MANIFEST + 1, 1, FWD_E_STORED_LENGTH},
    {FWD_HEADER_SIZE + SAMPLE_MANIFEST + 2, 9, FWD_E_BAD_SIGNATURE},
};

START_TEST(a_damaged_size_is_refused_with_its_reason)
{
    struct fwd_signed_package opened;
    struct fwd_bytes package = sample_package();
    package.data[damages[_i].offset] = damages[_i].value;
    ck_assert_int_eq(
        fwd_signed_package_divide("x", package.data, package.size, &opened), damages[_i].reason);
    fwd_bytes_free(&package);
}
END_TEST

/* r || s out of DER that OpenSSL made */
static void to_raw(const uint8_t *der, uint8_t *raw, size_t half)
{
    const uint8_t *at = der + 2; /* P-256 and P-384: one length byte */
    memset(raw, 0, 2 * half);
    for (size_t i = 0; i < 2; i++) {
        size_t size = at[1];
        const uint8_t *value = at + 2;
        at = value + size;
        if (size > half) {
            value++;
            size--;
        }
        memcpy(raw + i * half + (half - size), value, size);
    }
}

/* Again and again, since leading zeros are rare. */
START_TEST(raw_ecdsa_signatures_convert_to_the_der_that_openssl_makes)
{
    struct fwd_keypair key = sample_key(1 + _i);
    size_t half = key.algorithm->raw_size / 2;
    for (int round = 0; round < 300; round++) {
        uint8_t der[FWD_SIGNATURE_ROOM], raw[96], again[FWD_SIGNATURE_ROOM];
        size_t size;
        ck_assert_int_eq(
            fwd_signature_make(&key, message, sizeof message, der, &size, NULL), FWD_FAIL_NONE);
        ck_assert(fwd_ecdsa_der_check(der, size));
        ck_assert(!fwd_ecdsa_der_check(der, size - 1));
        ck_assert(!fwd_ecdsa_der_check(der, size + 1));
        to_raw(der, raw, half);
        ck_assert_uint_eq(fwd_ecdsa_der_from_raw(raw, 2 * half, again, sizeof again), size);
        ck_assert_mem_eq(again, der, size);
        ck_assert_uint_eq(fwd_ecdsa_der_from_raw(raw, 2 * half, again, size - 1), 0);
    }
    fwd_keypair_free(&key);
}
END_TEST

/* BER allows two length bytes where one is enough; DER does not. */
START_TEST(a_signature_in_ber_that_is_not_der_is_not_taken_for_der)
{
    static const uint8_t der[] = {0x30, 6, 2, 1, 1, 2, 1, 1};
    static const uint8_t ber[] = {0x30, 0x81, 6, 2, 1, 1, 2, 1, 1};
    ck_assert(fwd_ecdsa_der_check(der, sizeof der));
    ck_assert(!fwd_ecdsa_der_check(ber, sizeof ber));
}
END_TEST

static enum fwd_fail attach(const struct fwd_bytes *package, const struct fwd_keypair *key,
    const uint8_t *bytes, size_t size, struct fwd_bytes *out, struct fwd_error *err)
{
    struct fwd_signed_package opened = sample_open(package);
    return fwd_signed_package_attach(&opened, "signature.bin", bytes, size, key, out, err);
}

static void sign_tbs(const struct fwd_bytes *package, const struct fwd_keypair *key,
    uint8_t *signature, size_t *size)
{
    struct fwd_signed_package opened = sample_open(package);
    ck_assert_int_eq(
        fwd_signature_make(key, opened.signed_bytes, opened.signed_size, signature, size, NULL),
        FWD_FAIL_NONE);
}

START_TEST(raw_and_der_signatures_attach_as_the_same_bytes)
{
    uint8_t der[FWD_SIGNATURE_ROOM], raw[96];
    size_t size;
    struct fwd_bytes package = sample_package();
    struct fwd_bytes from_der, from_raw;
    struct fwd_error err = {""};
    struct fwd_keypair key = sample_key(1 + _i);
    sign_tbs(&package, &key, der, &size);
    to_raw(der, raw, key.algorithm->raw_size / 2);
    ck_assert_int_eq(attach(&package, &key, der, size, &from_der, &err), FWD_FAIL_NONE);
    ck_assert_int_eq(
        attach(&package, &key, raw, key.algorithm->raw_size, &from_raw, &err), FWD_FAIL_NONE);
    ck_assert_uint_eq(from_der.size, from_raw.size);
    ck_assert_mem_eq(from_der.data, from_raw.data, from_der.size);
    check_all(&from_der, &key, 1);
    fwd_bytes_free(&package);
    fwd_bytes_free(&from_der);
    fwd_bytes_free(&from_raw);
    fwd_keypair_free(&key);
}
END_TEST

START_TEST(what_is_no_signature_is_not_attached)
{
    uint8_t junk[FWD_SIGNATURE_ROOM];
    struct fwd_error err;
    struct fwd_bytes out;
    struct fwd_bytes package = sample_package();
    struct fwd_keypair key = sample_key(_i);
    memset(junk, 'A', sizeof junk);
    for (size_t size = 0; size <= sizeof junk; size++) {
        ck_assert_int_eq(attach(&package, &key, junk, size, &out, &err), FWD_FAIL_REFUSED);
        ck_assert_ptr_null(out.data);
        bool shaped = size == (key.algorithm->raw_size != 0 ? key.algorithm->raw_size
                                                            : key.algorithm->signature_max);
        const char *sentence = "is not a signature of this";
        if (!shaped)
            sentence = key.algorithm->raw_size != 0 ? "is neither a DER signature nor raw"
                                                    : "binary bytes; found";
        ck_assert_msg(strstr(err.text, sentence) != NULL, "%zu: %s", size, err.text);
    }
    memset(junk, 0, sizeof junk);
    ck_assert_int_eq(
        attach(&package, &key, junk, key.algorithm->raw_size, &out, &err), FWD_FAIL_REFUSED);
    fwd_keypair_free(&key);
    fwd_bytes_free(&package);
}
END_TEST

START_TEST(a_signature_over_other_bytes_or_by_another_key_is_not_attached)
{
    uint8_t signature[FWD_SIGNATURE_ROOM];
    size_t size;
    struct fwd_error err;
    struct fwd_bytes out;
    struct fwd_bytes package = sample_package();
    struct fwd_keypair key = sample_key(_i);
    struct fwd_keypair other = sample_key(_i);
    ck_assert_int_eq(
        fwd_signature_make(&key, message, sizeof message, signature, &size, NULL), FWD_FAIL_NONE);
    ck_assert_int_eq(attach(&package, &key, signature, size, &out, &err), FWD_FAIL_REFUSED);
    sign_tbs(&package, &key, signature, &size);
    ck_assert_int_eq(attach(&package, &other, signature, size, &out, &err), FWD_FAIL_REFUSED);
    ck_assert_ptr_nonnull(strstr(err.text, "signature.bin: is not a signature of this "));
    ck_assert_int_eq(attach(&package, &key, signature, size, &out, &err), FWD_FAIL_NONE);
    check_all(&out, &key, 1);
    fwd_bytes_free(&out);
    fwd_keypair_free(&key);
    fwd_keypair_free(&other);
    fwd_bytes_free(&package);
}
END_TEST

static Suite *packages_suite(void)
{
    Suite *suite = suite_create("keys: packages");
    TCase *signing = tcase_create("signing");
    tcase_set_timeout(signing, 120); /* RSA keys under sanitizers */
    tcase_add_loop_test(signing, a_signature_is_valid_until_a_bit_changes, 0, SAMPLE_ALGORITHMS);
    tcase_add_loop_test(signing, a_key_is_unusable_for_another_algorithm, 0, SAMPLE_ALGORITHMS);
    tcase_add_test(signing, ed25519_signs_the_same_bytes_alike);
    tcase_add_loop_test(signing, four_signatures_in_any_order_stay_valid, 0, SAMPLE_ALGORITHMS);
    tcase_add_test(signing, a_key_signs_once_and_a_package_holds_four_signatures);
    tcase_add_test(signing, a_truncated_package_is_not_divided);
    tcase_add_loop_test(signing, a_damaged_size_is_refused_with_its_reason, 0,
        (int)(sizeof damages / sizeof damages[0]));
    tcase_add_loop_test(signing, raw_ecdsa_signatures_convert_to_the_der_that_openssl_makes, 0, 2);
    tcase_add_test(signing, a_signature_in_ber_that_is_not_der_is_not_taken_for_der);
    tcase_add_loop_test(signing, raw_and_der_signatures_attach_as_the_same_bytes, 0, 2);
    tcase_add_loop_test(signing, what_is_no_signature_is_not_attached, 0, SAMPLE_ALGORITHMS);
    tcase_add_loop_test(signing, a_signature_over_other_bytes_or_by_another_key_is_not_attached, 0,
        SAMPLE_ALGORITHMS);
    suite_add_tcase(suite, signing);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(packages_suite());
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
