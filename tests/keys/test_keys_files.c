/* keys/: key files that keygen writes and that people hand over. */
#include "keys/keyfile.h"
#include "tests/hostio/scratch_folder.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define ALGORITHMS 4

static const struct fwd_algorithm *algorithm_at(int index)
{
    const struct fwd_algorithm *algorithm = fwd_algorithm_at((size_t)index);
    ck_assert_ptr_nonnull(algorithm);
    return algorithm;
}

static unsigned mode_of(const char *name)
{
    struct stat info;
    ck_assert_int_eq(stat(scratch_path(name), &info), 0);
    return info.st_mode & 0777;
}

static void write_key(int algorithm, const char *name, const struct fwd_passphrase *passphrase)
{
    struct fwd_keypair key;
    struct fwd_error err = {""};
    ck_assert_int_eq(fwd_keypair_generate(algorithm_at(algorithm), &key, &err), FWD_FAIL_NONE);
    enum fwd_fail fail = fwd_keyfile_write(&key, scratch_path(name), passphrase, false, &err);
    ck_assert_msg(fail == FWD_FAIL_NONE, "%s", err.text);
    fwd_keypair_free(&key);
}

START_TEST(algorithms_are_found_by_number_and_name)
{
    const struct fwd_algorithm *algorithm = algorithm_at(_i);
    ck_assert_ptr_eq(fwd_algorithm_by_id(algorithm->id), algorithm);
    ck_assert_ptr_eq(fwd_algorithm_by_name(algorithm->name), algorithm);
    ck_assert_ptr_nonnull(strstr(fwd_algorithm_names(), algorithm->name));
    ck_assert_ptr_null(fwd_algorithm_at(ALGORITHMS));
    ck_assert_ptr_null(fwd_algorithm_by_id(999));
    ck_assert_ptr_null(fwd_algorithm_by_name("ed448"));
}
END_TEST

START_TEST(a_key_pair_reads_back_with_its_algorithm_modes_and_id)
{
    struct fwd_keypair private_key, public_key;
    struct fwd_error warning, err = {""};
    write_key(_i, "release.pem", NULL);
    ck_assert_uint_eq(mode_of("release.pem"), 0600);
    ck_assert_uint_eq(mode_of("release.pub.pem") & 0700, 0600);
    ck_assert_uint_eq(scratch_count(), 2);
    ck_assert_int_eq(
        fwd_keyfile_read_private(scratch_path("release.pem"), NULL, &private_key, &warning, &err),
        FWD_FAIL_NONE);
    ck_assert_str_eq(warning.text, "");
    ck_assert_int_eq(
        fwd_keyfile_read_public(scratch_path("release.pub.pem"), &public_key, &err), FWD_FAIL_NONE);
    ck_assert_ptr_eq(private_key.algorithm, algorithm_at(_i));
    ck_assert_ptr_eq(public_key.algorithm, algorithm_at(_i));
    ck_assert_mem_eq(private_key.id, public_key.id, sizeof public_key.id);
    fwd_keypair_free(&private_key);
    fwd_keypair_free(&public_key);
}
END_TEST

/* [M42] */
START_TEST(openssl_reads_our_keys_and_computes_the_same_id)
{
    struct fwd_keypair key;
    struct fwd_error err;
    char id[FWD_KEYID_TEXT_SIZE];
    write_key(_i, "release.pem", NULL);
    ck_assert_int_eq(
        fwd_keyfile_read_public(scratch_path("release.pub.pem"), &key, &err), FWD_FAIL_NONE);
    fwd_keyid_text(key.id, id);
    ck_assert(scratch_run("head -1 release.pem | grep -qx -e '-----BEGIN PRIVATE KEY-----'"));
    ck_assert(scratch_run("openssl pkey -in release.pem -pubout | cmp - release.pub.pem"));
    ck_assert(scratch_run("openssl pkey -pubin -in release.pub.pem -outform DER | sha256sum | "
                          "grep -q '^%s'",
        id));
    fwd_keypair_free(&key);
}
END_TEST

START_TEST(an_existing_key_is_never_overwritten_without_force)
{
    struct fwd_keypair key;
    struct fwd_error err;
    const char *taken = _i == 0 ? "release.pem" : "release.pub.pem";
    scratch_write_text(taken, "precious");
    ck_assert_int_eq(fwd_keypair_generate(algorithm_at(0), &key, &err), FWD_FAIL_NONE);
    ck_assert_int_eq(
        fwd_keyfile_write(&key, scratch_path("release.pem"), NULL, false, &err), FWD_FAIL_REFUSED);
    ck_assert_ptr_nonnull(strstr(err.text, taken));
    ck_assert_uint_eq(scratch_count(), 1);
    ck_assert(scratch_run("grep -qx precious %s", taken));
    ck_assert_int_eq(
        fwd_keyfile_write(&key, scratch_path("release.pem"), NULL, true, &err), FWD_FAIL_NONE);
    ck_assert_uint_eq(mode_of("release.pem"), 0600);
    ck_assert_uint_eq(scratch_count(), 2);
    fwd_keypair_free(&key);
}
END_TEST

START_TEST(an_encrypted_key_opens_with_its_passphrase_only)
{
    struct fwd_keypair key;
    struct fwd_error err;
    struct fwd_passphrase passphrase = {"correct horse", 13};
    write_key(_i, "release.pem", &passphrase);
    scratch_write_text("right", "correct horse\r\nsecond line");
    scratch_write_text("wrong", "battery staple\n");
    scratch_write_text("none", "\n");
    ck_assert(scratch_run("head -1 release.pem | grep -q ENCRYPTED"));
    ck_assert(scratch_run("openssl pkey -in release.pem -passin 'pass:correct horse' -pubout | "
                          "cmp - release.pub.pem"));
    const struct {
        const char *file;
        const char *sentence;
    } cases[] = {
        {"right", NULL},
        {"wrong", "release.pem: the passphrase is wrong, or the file is damaged; give the one that "
                  "it was encrypted with"},
        {"none", "none: the first line must be a passphrase"},
        {"missing", "missing: cannot be read"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fwd_passphrase_source source = fwd_passphrase_from_file(scratch_path(cases[i].file));
        enum fwd_fail fail =
            fwd_keyfile_read_private(scratch_path("release.pem"), &source, &key, NULL, &err);
        ck_assert_int_eq(fail == FWD_FAIL_NONE, cases[i].sentence == NULL);
        if (cases[i].sentence != NULL)
            ck_assert_ptr_nonnull(strstr(err.text, cases[i].sentence));
        fwd_keypair_free(&key);
    }
    ck_assert_int_eq(fwd_keyfile_read_private(scratch_path("release.pem"), NULL, &key, NULL, &err),
        FWD_FAIL_REFUSED);
    ck_assert_ptr_nonnull(strstr(err.text, "is encrypted"));
}
END_TEST

START_TEST(keys_that_openssl_made_are_accepted)
{
    static const char *const commands[] = {
        "openssl genpkey -algorithm ed25519 -out k.pem",
        "openssl ecparam -name prime256v1 -genkey -out k.pem", /* parameters, then SEC1 */
        "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out k.pem",
        "openssl genrsa -traditional -out k.pem 3072",
    };
    struct fwd_keypair key;
    struct fwd_error err = {""};
    ck_assert(scratch_run("%s 2>/dev/null", commands[_i]));
    ck_assert_msg(
        fwd_keyfile_read_private(scratch_path("k.pem"), NULL, &key, NULL, &err) == FWD_FAIL_NONE,
        "%s", err.text);
    ck_assert_ptr_eq(key.algorithm, algorithm_at(_i));
    fwd_keypair_free(&key);
}
END_TEST

START_TEST(one_key_has_one_id_in_whatever_form_it_comes)
{
    static const char *const forms[] = {
        "-conv_form compressed", "-conv_form hybrid", "-param_enc explicit"};
    struct fwd_keypair usual, other;
    struct fwd_error err = {""};
    write_key(1, "release.pem", NULL);
    ck_assert(scratch_run("openssl ec -in release.pem -pubout %s -out other.pem 2>/dev/null && "
                          "! cmp -s other.pem release.pub.pem",
        forms[_i]));
    ck_assert_int_eq(
        fwd_keyfile_read_public(scratch_path("release.pub.pem"), &usual, &err), FWD_FAIL_NONE);
    ck_assert_msg(
        fwd_keyfile_read_public(scratch_path("other.pem"), &other, &err) == 0, "%s", err.text);
    ck_assert_mem_eq(usual.id, other.id, sizeof usual.id);
    fwd_keypair_free(&usual);
    fwd_keypair_free(&other);
}
END_TEST

static const struct {
    const char *command; /* makes bad.pem */
    bool is_private;     /* read as a private key */
    enum fwd_fail fail;
    const char *sentence;
} bad_keys[] = {
    {"true", true, FWD_FAIL_ENVIRONMENT, "there is no such file"},
    {": > bad.pem", true, FWD_FAIL_REFUSED, "is empty"},
    {"mkdir bad.pem", true, FWD_FAIL_ENVIRONMENT, "is a folder"},
    {"head -c 1000 /dev/urandom > bad.pem", true, FWD_FAIL_REFUSED, "is not a key file"},
    {"truncate -s 1G bad.pem", true, FWD_FAIL_REFUSED,
        "the limit for a private key (PEM) is 1048576 bytes"},
    {"cp good.pub.pem bad.pem", true, FWD_FAIL_REFUSED, "is a public key; give the private key"},
    {"ssh-keygen -q -t ed25519 -N '' -f bad.pem || printf -- '-----BEGIN OPENSSH PRIVATE "
     "KEY-----\\n-----END OPENSSH PRIVATE KEY-----\\n' > bad.pem",
        true, FWD_FAIL_REFUSED, "in the form of OpenSSH"},
    {"openssl req -x509 -key good.pem -subj /CN=x -out bad.pem", true, FWD_FAIL_REFUSED,
        "is a certificate, but a private key is needed"},
    {"cat good.pem good.pem > bad.pem", true, FWD_FAIL_REFUSED, "holds 2 private keys"},
    {"echo 'ssh-ed25519 AAAA' > bad.pem", false, FWD_FAIL_REFUSED, "in the form of OpenSSH"},
    {"head -2 good.pem > bad.pem", true, FWD_FAIL_REFUSED, "the file is damaged"},
    {"openssl genrsa -out bad.pem 2048", true, FWD_FAIL_REFUSED, "(RSA, 2048 bits)"},
    {"openssl ecparam -name secp256k1 -genkey -out bad.pem", true, FWD_FAIL_REFUSED,
        "(EC on secp256k1)"},
    {"openssl genpkey -algorithm x25519 -out bad.pem", true, FWD_FAIL_REFUSED, "(X25519"},
    {"openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:3072 -out bad.pem", true,
        FWD_FAIL_REFUSED, "(RSA-PSS, 3072 bits)"},
    {"cp good.pem bad.pem", false, FWD_FAIL_REFUSED, "is a private key; give the public key"},
    {"cat good.pub.pem good.pem > bad.pem", false, FWD_FAIL_REFUSED, "is a private key"},
    {"cat good.pub.pem good.pub.pem > bad.pem", false, FWD_FAIL_REFUSED, "several public keys"},
    {"openssl req -x509 -key good.pem -subj /CN=x -out bad.pem", false, FWD_FAIL_REFUSED,
        "is a certificate"},
    {"head -1 good.pub.pem > bad.pem", false, FWD_FAIL_REFUSED, "is damaged"},
    {"sed 's/^MC/MD/' good.pub.pem > bad.pem", false, FWD_FAIL_REFUSED, "cannot read"},
    {"(cat good.pub.pem; head -2 good.pub.pem) > bad.pem", false, FWD_FAIL_REFUSED, "is damaged"},
    {"openssl genrsa 2048 | openssl rsa -pubout -out bad.pem", false, FWD_FAIL_REFUSED,
        "(RSA, 2048 bits)"},
    {"(echo '-----BEGIN PUBLIC KEY-----'; (openssl pkey -pubin -in good.pub.pem -outform DER; "
     "echo) | base64; echo '-----END PUBLIC KEY-----') > bad.pem",
        false, FWD_FAIL_REFUSED, "cannot read"},
    {"echo hello > bad.pem", false, FWD_FAIL_REFUSED, "is not a key file"},
};

/* R41: an invalid public key is found when it is read. */
START_TEST(a_bad_key_file_gives_one_sentence)
{
    struct fwd_keypair key;
    struct fwd_error err = {""};
    write_key(0, "good.pem", NULL);
    ck_assert(scratch_run("(%s) >/dev/null 2>&1", bad_keys[_i].command));
    enum fwd_fail fail =
        bad_keys[_i].is_private
            ? fwd_keyfile_read_private(scratch_path("bad.pem"), NULL, &key, NULL, &err)
            : fwd_keyfile_read_public(scratch_path("bad.pem"), &key, &err);
    ck_assert_msg(fail == bad_keys[_i].fail, "%s: %d %s", bad_keys[_i].command, fail, err.text);
    ck_assert_msg(strstr(err.text, bad_keys[_i].sentence) != NULL, "%s", err.text);
    ck_assert_ptr_null(strchr(err.text, '\n'));
    ck_assert_ptr_null(key.pkey);
}
END_TEST

START_TEST(a_private_key_that_others_can_read_is_warned_about)
{
    struct fwd_keypair key;
    struct fwd_error warning, err;
    write_key(0, "release.pem", NULL);
    ck_assert(scratch_run("chmod 644 release.pem"));
    ck_assert_int_eq(
        fwd_keyfile_read_private(scratch_path("release.pem"), NULL, &key, &warning, &err),
        FWD_FAIL_NONE);
    ck_assert_ptr_nonnull(strstr(warning.text, "other users can read this private key"));
    fwd_keypair_free(&key);
}
END_TEST

START_TEST(the_public_key_is_named_after_the_private_one)
{
    static const char *const names[][2] = {
        {"release.pem", "release.pub.pem"},
        {"release", "release.pub.pem"},
        {"a.b/release.key", "a.b/release.key.pub.pem"},
        {".pem", ".pem.pub.pem"},
    };
    char path[64];
    struct fwd_error err;
    ck_assert_int_eq(fwd_keyfile_public_path(names[_i][0], path, sizeof path, &err), 0);
    ck_assert_str_eq(path, names[_i][1]);
    ck_assert_int_eq(fwd_keyfile_public_path(names[_i][0], path, 8, &err), FWD_FAIL_ENVIRONMENT);
}
END_TEST

START_TEST(key_ids_are_16_hex_digits)
{
    uint8_t id[FWD_KEY_ID_SIZE], again[FWD_KEY_ID_SIZE];
    char text[FWD_KEYID_TEXT_SIZE];
    for (size_t i = 0; i < sizeof id; i++)
        id[i] = (uint8_t)(0x88 + i * 17);
    fwd_keyid_text(id, text);
    ck_assert_str_eq(text, "8899aabbccddeeff");
    ck_assert(fwd_keyid_parse("8899AABBCCDDEEFF", again));
    ck_assert_mem_eq(id, again, sizeof id);
    ck_assert(!fwd_keyid_parse("8899aabbccddee", again));
    ck_assert(!fwd_keyid_parse("8899aabbccddeefg", again));
}
END_TEST

START_TEST(without_a_terminal_the_question_is_an_error)
{
    struct fwd_passphrase passphrase;
    struct fwd_error err = {""};
    struct fwd_passphrase_source source = fwd_passphrase_from_terminal();
    if (scratch_run("(: < /dev/tty) 2>/dev/null"))
        return; /* run by hand */
    ck_assert_int_eq(
        source.get(source.ctx, "release.pem", false, &passphrase, &err), FWD_FAIL_ENVIRONMENT);
    ck_assert_ptr_nonnull(strstr(err.text, "there is no terminal to ask on"));
}
END_TEST

static Suite *key_files_suite(void)
{
    Suite *suite = suite_create("key files");
    TCase *files = tcase_create("files");
    tcase_add_checked_fixture(files, scratch_setup, scratch_teardown);
    tcase_set_timeout(files, 60); /* RSA keys under sanitizers */
    tcase_add_loop_test(files, algorithms_are_found_by_number_and_name, 0, ALGORITHMS);
    tcase_add_loop_test(
        files, a_key_pair_reads_back_with_its_algorithm_modes_and_id, 0, ALGORITHMS);
    tcase_add_loop_test(files, openssl_reads_our_keys_and_computes_the_same_id, 0, ALGORITHMS);
    tcase_add_loop_test(files, an_existing_key_is_never_overwritten_without_force, 0, 2);
    tcase_add_loop_test(files, an_encrypted_key_opens_with_its_passphrase_only, 0, ALGORITHMS);
    tcase_add_loop_test(files, keys_that_openssl_made_are_accepted, 0, ALGORITHMS);
    tcase_add_loop_test(files, one_key_has_one_id_in_whatever_form_it_comes, 0, 3);
    tcase_add_loop_test(
        files, a_bad_key_file_gives_one_sentence, 0, (int)(sizeof bad_keys / sizeof bad_keys[0]));
    tcase_add_test(files, a_private_key_that_others_can_read_is_warned_about);
    tcase_add_loop_test(files, the_public_key_is_named_after_the_private_one, 0, 4);
    tcase_add_test(files, key_ids_are_16_hex_digits);
    tcase_add_test(files, without_a_terminal_the_question_is_an_error);
    suite_add_tcase(suite, files);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(key_files_suite());
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
