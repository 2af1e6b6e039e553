#include "format/release.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#if FWD_VERSION_NUMBER < 10000
#error "the number can be compared by the preprocessor"
#endif

START_TEST(the_header_states_the_version_of_the_project)
{
    int major, minor, patch;

    ck_assert_str_eq(FWD_VERSION_STRING, FWD_PROJECT_VERSION);
    ck_assert_int_eq(sscanf(FWD_PROJECT_VERSION, "%d.%d.%d", &major, &minor, &patch), 3);
    ck_assert_int_eq(FWD_VERSION_MAJOR, major);
    ck_assert_int_eq(FWD_VERSION_MINOR, minor);
    ck_assert_int_eq(FWD_VERSION_PATCH, patch);
    ck_assert_int_eq(FWD_VERSION_NUMBER, (major * 100 + minor) * 100 + patch);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("release");
    TCase *tcase = tcase_create("release");
    SRunner *runner = srunner_create(suite);
    int failed;

    suite_add_tcase(suite, tcase);
    tcase_add_test(tcase, the_header_states_the_version_of_the_project);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
