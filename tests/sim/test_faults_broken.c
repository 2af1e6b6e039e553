/* The fault tests can see a loss: linked with an installer that does not read back what it has
 * programmed (tests/broken/), one stuck bit must be seen to lose a device. */
#include "tests/hostio/scratch_folder.h"
#include "tests/sim/faults_rig.h"

#include <check.h>
#include <stdlib.h>

START_TEST(without_reading_back_a_stuck_bit_loses_a_device)
{
    struct faults_rig rig;
    unsigned lost = 0;

    faults_rig_new(&rig, "4 KiB, unit 256");
    for (uint64_t at = 0; at < rig.programs; at++) {
        struct fwd_nor_fault fault = {.operation = FWD_NOR_PROGRAM,
            .effect = FWD_NOR_SILENT,
            .everywhere = true,
            .skip = (uint32_t)at,
            .times = 1};
        faults_rig_reset(&rig);
        ck_assert(fwd_nor_fault_add(rig.machine->nor, &fault));
        enum faults_end end = faults_rig_install(&rig);
        lost += end == FAULTS_RECOVERY || end == FAULTS_WRONG ? 1 : 0;
    }
    ck_assert_uint_gt(lost, 0);
    faults_rig_free(&rig);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("faults_broken");
    TCase *tests = tcase_create("faults_broken");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, scratch_setup, scratch_teardown);
    tcase_add_test(tests, without_reading_back_a_stuck_bit_loses_a_device);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
