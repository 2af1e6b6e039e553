/* The long matrix of the power-loss proof: minutes to hours. */
#include "tests/scratch_folder.h"
#include "tests/torture_rig.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

START_TEST(all_prefixes_on_every_geometry)
{
    struct torture_rig rig;

    torture_rig_small(&rig, &torture_shapes[_i], 50000);
    rig.options.tears = FWD_TORTURE_ALL;
    struct fwd_torture_report report = torture_rig_run(&rig);
    printf("%s\n", torture_shapes[_i].name);
    fwd_torture_print(stdout, &report);
    torture_rig_all_well(&report, torture_shapes[_i].name);
    torture_rig_free(&rig);
}
END_TEST

START_TEST(two_cuts_on_every_geometry)
{
    struct torture_rig rig;

    torture_rig_small(&rig, &torture_shapes[_i], 20000);
    rig.options.cuts = FWD_TORTURE_DOUBLE;
    struct fwd_torture_report report = torture_rig_run(&rig);
    printf("%s\n", torture_shapes[_i].name);
    fwd_torture_print(stdout, &report);
    torture_rig_all_well(&report, torture_shapes[_i].name);
    torture_rig_free(&rig);
}
END_TEST

static const struct {
    const char *device, *old_file, *new_file;
    bool twice;
} samples[] = {
    {"inplace-4k", "demo-1.0.0.bin", "demo-1.1.0.bin", false},
    {"inplace-4k", "demo-1.0.0.bin", "demo-1.1.0.bin", true},
    {"inplace-64k", "demo-1.0.0.bin", "demo-1.1.0.bin", false},
    {"dual-slot", "demo-1.0.0.bin", "demo-1.1.0.bin", true},
    {"two-component", "demo-1.1.0.bin", "demo-1.0.1.bin", false},
};

START_TEST(the_sample_firmware_of_a_larger_release)
{
    struct torture_rig rig;
    char device[512], old_file[512], new_file[512];

    snprintf(device, sizeof device, FWD_SOURCE_DIR "/samples/devices/%s.json", samples[_i].device);
    snprintf(old_file, sizeof old_file, FWD_SOURCE_DIR "/samples/images/%s", samples[_i].old_file);
    snprintf(new_file, sizeof new_file, FWD_SOURCE_DIR "/samples/images/%s", samples[_i].new_file);
    torture_rig_files(&rig, device, old_file, new_file);
    if (samples[_i].twice)
        rig.options.cuts = FWD_TORTURE_DOUBLE;
    struct fwd_torture_report report = torture_rig_run(&rig);
    fwd_torture_print(stdout, &report);
    torture_rig_all_well(&report, samples[_i].device);
    torture_rig_free(&rig);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("torture_long");
    TCase *tests = tcase_create("torture_long");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 14000);
    tcase_add_checked_fixture(tests, scratch_setup, scratch_teardown);
    tcase_add_loop_test(tests, the_sample_firmware_of_a_larger_release, 0,
        (int)(sizeof samples / sizeof samples[0]));
    tcase_add_loop_test(tests, two_cuts_on_every_geometry, 0, torture_shape_count);
    tcase_add_loop_test(tests, all_prefixes_on_every_geometry, 0, torture_shape_count);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
