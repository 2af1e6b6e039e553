/* The proof can see a loss: linked with an installer that is broken on purpose (tests/broken/), it
 * must report lost devices, with ids that lose them again. */
#include "tests/hostio/scratch_folder.h"
#include "tests/sim/torture_rig.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const shapes[] = {"4 KiB, unit 256", "4 KiB, unit 256, A/B"};

START_TEST(a_broken_installer_is_seen_to_lose_devices)
{
    struct torture_rig rig;

    torture_rig_small(&rig, torture_shape(shapes[FWD_BROKEN_AB]), 20000);
    if (FWD_BROKEN_TWICE) {
        /* only a second cut shows it: what was read as the newest record is gone then */
        rig.options.cuts = FWD_TORTURE_DOUBLE;
        rig.options.tears = 1u << FWD_NOR_BEFORE | 1u << FWD_NOR_HALF | 1u << FWD_NOR_UNSTABLE;
        rig.options.second_every = 1;
    }
    struct fwd_torture_report report = torture_rig_run(&rig);
    ck_assert_msg(report.tally.failure_count > 0, "no loss was seen");
    printf("%llu lost, the first: %s: %s\n", (unsigned long long)report.tally.failure_count,
        report.tally.failures[0].id, report.tally.failures[0].what);
    rig.options.replay = report.tally.failures[0].id;
    struct fwd_torture_report again = torture_rig_run(&rig);
    ck_assert_uint_eq(again.tally.failure_count, 1);
    ck_assert_str_eq(again.tally.failures[0].what, report.tally.failures[0].what);
    torture_rig_free(&rig);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("torture_broken");
    TCase *tests = tcase_create("torture_broken");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, scratch_setup, scratch_teardown);
    tcase_add_test(tests, a_broken_installer_is_seen_to_lose_devices);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
