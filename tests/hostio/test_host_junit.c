/* JUnit XML: each state of a case, what is not said, and totals. */
#include "hostio/host_junit.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    struct fwd_junit_case c;
    const char *written;
} cases[] = {
    {{"g", "n", FWD_JUNIT_PASSED, 0, NULL, "not shown", NULL, ""},
        "  <testcase classname=\"g\" name=\"n\"/>\n"},
    {{"g", "n", FWD_JUNIT_PASSED, 7, NULL, NULL, NULL, ""},
        "  <testcase classname=\"g\" name=\"n\" assertions=\"7\"/>\n"},
    {{"<g>", "\"n\"", FWD_JUNIT_FAILED, 0, "t", "a & b", "x < y", ""},
        "  <testcase classname=\"&lt;g&gt;\" name=\"&quot;n&quot;\">\n"
        "    <failure type=\"t\" message=\"a &amp; b\">x &lt; y</failure>\n  </testcase>\n"},
    {{"g", "n", FWD_JUNIT_ERROR, 0, NULL, NULL, NULL, ""},
        "  <testcase classname=\"g\" name=\"n\">\n    <error message=\"\"/>\n  </testcase>\n"},
    {{"g", "n", FWD_JUNIT_SKIPPED, 0, NULL, "why", NULL, ""},
        "  <testcase classname=\"g\" name=\"n\">\n    <skipped message=\"why\"/>\n  </testcase>\n"},
};

#define CASES (sizeof cases / sizeof cases[0])

START_TEST(a_case_says_what_is_known)
{
    char *written = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&written, &size);

    ck_assert_ptr_nonnull(out);
    fwd_junit_case(out, &cases[_i].c);
    ck_assert_int_eq(fclose(out), 0);
    ck_assert_str_eq(written, cases[_i].written);
    free(written);
}
END_TEST

static void next(const void *ctx, size_t index, struct fwd_junit_case *out)
{
    ck_assert_str_eq(ctx, "ctx");
    *out = cases[index].c;
}

START_TEST(a_suite_counts_its_cases)
{
    static const char head[] =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"a &lt; b\" tests=\"5\" "
        "failures=\"1\" errors=\"1\" skipped=\"1\">\n";
    char *written = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&written, &size);

    ck_assert_ptr_nonnull(out);
    fwd_junit_suite(out, "a < b", CASES, next, "ctx");
    ck_assert_int_eq(fclose(out), 0);
    ck_assert_int_eq(strncmp(written, head, sizeof head - 1), 0);
    for (size_t i = 0; i < CASES; i++)
        ck_assert_ptr_nonnull(strstr(written, cases[i].written));
    ck_assert_str_eq(written + size - 13, "</testsuite>\n");
    free(written);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("junit");
    TCase *all = tcase_create("all");

    tcase_add_loop_test(all, a_case_says_what_is_known, 0, (int)CASES);
    tcase_add_test(all, a_suite_counts_its_cases);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
