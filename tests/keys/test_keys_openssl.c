/* keys/: stock openssl checks our signatures, and we attach signatures that it made. The commands
 * are the blocks of keys/README.md, as they stand there. */
#include "keys/keyfile.h"
#include "tests/hostio/scratch_folder.h"
#include "tests/keys/keys_sample.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Runs the block "```sh NAME" of the README in the scratch folder. */
static bool run_block(const char *name)
{
    return scratch_run("{ echo 'set -e'; awk -v name='```sh %s' "
                       "'$0 == \"```\" {on = 0} on {print} $0 == name {on = 1; found = 1} "
                       "END {if (!found) print \"exit 9\"}' "
                       "%s/keys/README.md; } > block.sh && sh block.sh > output 2>&1",
        name, FWD_SOURCE_DIR);
}

static void save(const struct fwd_bytes *package)
{
    scratch_write("update.upd", package->data, package->size);
}

static struct fwd_bytes load(const char *name)
{
    struct fwd_bytes bytes;
    struct fwd_error err = {""};
    ck_assert_msg(fwd_file_read(scratch_path(name), 1u << 20, &bytes, &err) == 0, "%s", err.text);
    return bytes;
}

START_TEST(stock_openssl_accepts_a_package_and_refuses_it_with_one_bit_changed)
{
    const char *name = fwd_algorithm_at((size_t)_i)->name;
    struct fwd_bytes package = sample_package();
    struct fwd_keypair key = sample_key_files(_i, "release");
    sample_sign(&package, &key);
    save(&package);
    ck_assert(run_block("cut"));
    ck_assert(run_block(name));
    package.data[FWD_HEADER_SIZE + 5] ^= 1;
    save(&package);
    ck_assert(run_block("cut"));
    ck_assert(!run_block(name));
    fwd_keypair_free(&key);
    fwd_bytes_free(&package);
}
END_TEST

START_TEST(a_signature_made_by_openssl_attaches)
{
    char block[64];
    const char *name = fwd_algorithm_at((size_t)_i)->name;
    struct fwd_bytes package = sample_package();
    struct fwd_keypair key = sample_key_files(_i, "release");
    struct fwd_keypair public_key;
    struct fwd_signed_package opened = sample_open(&package);
    struct fwd_bytes out;
    struct fwd_error err = {""};
    scratch_write("signed.bin", opened.signed_bytes, opened.signed_size);
    (void)snprintf(block, sizeof block, "sign-%s", name);
    ck_assert(run_block(block));
    struct fwd_bytes signature = load("signature.bin");
    ck_assert_int_eq(
        fwd_keyfile_read_public(scratch_path("release.pub.pem"), &public_key, &err), FWD_FAIL_NONE);
    enum fwd_fail fail = fwd_signed_package_attach(
        &opened, "signature.bin", signature.data, signature.size, &public_key, &out, &err);
    ck_assert_msg(fail == FWD_FAIL_NONE, "%s", err.text);
    save(&out);
    ck_assert(scratch_run("rm signed.bin signature.bin"));
    ck_assert(run_block("cut"));
    ck_assert(run_block(name));
    fwd_keypair_free(&key);
    fwd_keypair_free(&public_key);
    fwd_bytes_free(&signature);
    fwd_bytes_free(&package);
    fwd_bytes_free(&out);
}
END_TEST

START_TEST(the_payload_is_found_behind_the_signatures)
{
    struct fwd_bytes package = sample_package();
    for (int i = 0; i < 2; i++) {
        struct fwd_keypair key = sample_key(i);
        sample_sign(&package, &key);
        fwd_keypair_free(&key);
    }
    struct fwd_signed_package opened = sample_open(&package);
    scratch_write("payload", opened.payload, opened.payload_size);
    save(&package);
    ck_assert(run_block("payload"));
    ck_assert(scratch_run("sha256sum < payload | cmp - output"));
    fwd_bytes_free(&package);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("keys: stock openssl");
    TCase *commands = tcase_create("commands");
    tcase_add_checked_fixture(commands, scratch_setup, scratch_teardown);
    tcase_set_timeout(commands, 60);
    tcase_add_loop_test(commands,
        stock_openssl_accepts_a_package_and_refuses_it_with_one_bit_changed, 0, SAMPLE_ALGORITHMS);
    tcase_add_loop_test(commands, a_signature_made_by_openssl_attaches, 0, SAMPLE_ALGORITHMS);
    tcase_add_test(commands, the_payload_is_found_behind_the_signatures);
    suite_add_tcase(suite, commands);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
