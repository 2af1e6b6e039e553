/* The power-loss proof of a change of keys: it loses no device, and sees a keyring that does.
 * [M112] */
#include "sim/torture/torture.h"
#include "tests/verify/rig/keyring_rig.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

static const struct fwd_codec *const codecs[] = {&fwd_codec_stored};

static bool broken; /* the keyring: a few cuts show it */

START_TEST(no_cut_leaves_other_keys)
{
    struct keyring_files files;
    struct fwd_bytes one =
        keyring_set(NULL, (struct keyring_recipe){.version = 1, .threshold = 2, .keys = "012"});
    struct fwd_bytes two = keyring_set(&one,
        (struct keyring_recipe){.version = 2, .threshold = 2, .keys = "123", .signers = "12"});
    struct fwd_bytes three = keyring_set(&two,
        (struct keyring_recipe){.version = 3, .threshold = 2, .keys = "234", .signers = "23"});
    struct fwd_torture_report *report = calloc(1, sizeof *report);
    struct fwd_error err = {""};

    ck_assert_ptr_nonnull(report);
    keyring_files_make(&files, &keyring_shapes[_i], &one);
    /* where a unit is a byte there are too many */
    bool some = broken || keyring_shapes[_i].unit == 1;
    const struct fwd_torture_options options = {.recipe = &files.recipe,
        .codecs = codecs,
        .codec_count = 1,
        .keys = &two,
        .package = three.data,
        .package_size = (uint32_t)three.size,
        .cuts = some ? FWD_TORTURE_RANDOM : FWD_TORTURE_SINGLE,
        .random = broken ? 5 : 300,
        .tears = broken ? 1u << FWD_NOR_BITS : FWD_TORTURE_CLASSES,
        .start_faults = !some,
        .worn = broken || !some,
        .power_cycles = broken ? 1 : 600,
        .jobs = 2};
    ck_assert_msg(fwd_torture_run(&options, report, &err) == FWD_FAIL_NONE, "%s", err.text);
    ck_assert_uint_eq(report->tally.due, report->tally.fired);
    ck_assert_uint_ge(report->tally.fired, options.random);
    ck_assert_msg(report->tally.failure_count == 0, "%llu lost, the first: %s: %s",
        (unsigned long long)report->tally.failure_count, report->tally.failures[0].id,
        report->tally.failures[0].what);
    printf("%s: %llu cuts\n", keyring_shapes[_i].name, (unsigned long long)report->tally.fired);
    free(report);
    keyring_files_remove(&files);
    fwd_bytes_free(&three);
    fwd_bytes_free(&two);
    fwd_bytes_free(&one);
}
END_TEST

int main(int argc, char **argv)
{
    Suite *suite = suite_create("torture_keys");
    TCase *tests = tcase_create("torture_keys");
    SRunner *runner = srunner_create(suite);

    (void)argv;
    broken = argc > 1;
    tcase_set_timeout(tests, 300);
    tcase_add_loop_test(
        tests, no_cut_leaves_other_keys, broken ? KEYRING_SHAPES - 1 : 0, KEYRING_SHAPES);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
