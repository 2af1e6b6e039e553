/* The cut tests can see a loss: on devices that are broken on purpose they must report one. */
#include "tests/verify/rig/install_cuts.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

static const struct {
    const char *shape;
    enum lab_area forgets;
} broken[] = {
    {"in place, unit 64", LAB_AREA_SCRATCH}, /* the saved block is gone after a cut */
    {"in place, unit 64", LAB_AREA_JOURNAL}, /* nobody knows that an update was begun */
    {"in place, unit 64", LAB_AREA_STAGING},
    {"in place, unit 64", LAB_AREA_VERSION},
    {"A/B, unit 64", LAB_AREA_VERSION},
};

START_TEST(a_device_that_forgets_is_seen_to_be_lost)
{
    struct lab_case c =
        lab_case_delta(lab_shape(broken[_i].shape), lab_pattern("code inserted"), false);
    struct lab_cuts cuts;

    lab_forget(c.lab, broken[_i].forgets);
    lab_cuts_begin(&cuts, c.lab);
    ck_assert_msg(!lab_cuts_once(&cuts, lab_tears, lab_tear_count, 1),
        "no loss was seen although area %d forgets", (int)broken[_i].forgets);
    printf("area %d: %s\n", (int)broken[_i].forgets, cuts.loss);
    lab_cuts_end(&cuts);
    lab_case_free(&c);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cuts_broken");
    TCase *tests = tcase_create("cuts_broken");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(
        tests, a_device_that_forgets_is_seen_to_be_lost, 0, sizeof broken / sizeof broken[0]);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    lab_keys_free();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
