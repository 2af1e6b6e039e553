/* The installer on undisturbed devices: every pattern of change on every geometry. */
#include "tests/verify/rig/install_shapes.h"

#include <check.h>
#include <stdlib.h>

/* Every pattern on every geometry, in place and A/B, in both preferred orders. R6 */
START_TEST(a_delta_installs_on_every_geometry)
{
    const struct lab_shape *shape = &lab_shapes[_i];

    for (const struct lab_pattern *pattern = lab_patterns; pattern->name != NULL; pattern++) {
        for (int descending = 0; descending < 2; descending++) {
            struct lab_case c = lab_case_delta(shape, pattern, descending != 0);
            ck_assert(lab_cycle(c.lab));
            ck_assert_msg(c.lab->result == FWD_OK, "%s, %s: %s", shape->name, pattern->name,
                fwd_reason_info(c.lab->result)->name);
            const char *unfinished = lab_unfinished(c.lab);
            ck_assert_msg(!unfinished, "%s, %s: %s", shape->name, pattern->name, unfinished);
            lab_case_free(&c);
        }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("install");
    TCase *tests = tcase_create("install");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, a_delta_installs_on_every_geometry, 0, (int)lab_shape_count);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    lab_keys_free();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
