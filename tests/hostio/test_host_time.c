#include "hostio/host_time.h"

#include <check.h>
#include <stdlib.h>

static const struct {
    const char *text;
    bool valid;
    uint64_t first, last;
} texts[] = {
    {"1970-01-01", true, 0, 86399},
    {"1970-01-01T00:00:00Z", true, 0, 0},
    {"2030-01-31", true, 1896048000, 1896134399},
    {"2030-01-31T23:59:59Z", true, 1896134399, 1896134399},
    {"2028-02-29", true, 1835395200, 1835481599},
    {"2100-03-01T00:00:00Z", true, 4107542400, 4107542400}, /* beyond 32 bits */
    {"9999-12-31", true, 253402214400, 253402300799},
    {"1969-12-31", false, 0, 0},
    {"2027-02-29", false, 0, 0},
    {"2027-04-31", false, 0, 0},
    {"2027-13-01", false, 0, 0},
    {"2027-00-01", false, 0, 0},
    {"2027-01-00", false, 0, 0},
    {"2027-01-01T24:00:00Z", false, 0, 0},
    {"2027-01-01T00:60:00Z", false, 0, 0},
    {"2016-12-31T23:59:60Z", false, 0, 0},
    {"2027-01-01T00:00:60Z", false, 0, 0},
    {"2027-01-01T00:00:00", false, 0, 0},
    {"2027-01-01T00:00:00+01:00", false, 0, 0},
    {"2027-01-01 00:00:00Z", false, 0, 0},
    {"2027-1-1", false, 0, 0},
    {" 2027-01-01", false, 0, 0},
    {"2027-01-01 ", false, 0, 0},
    {"2027- 1-01", false, 0, 0},
    {"+027-01-01", false, 0, 0},
    {"1800000000", false, 0, 0},
    {"", false, 0, 0},
};

START_TEST(a_text_is_a_time_of_utc_or_a_day)
{
    uint64_t first = 1, last = 1;

    ck_assert_msg(
        fwd_host_time_parse(texts[_i].text, FWD_HOST_TIME_FIRST, &first) == texts[_i].valid, "%s",
        texts[_i].text);
    ck_assert(fwd_host_time_parse(texts[_i].text, FWD_HOST_TIME_LAST, &last) == texts[_i].valid);
    if (!texts[_i].valid)
        return;
    ck_assert_uint_eq(first, texts[_i].first);
    ck_assert_uint_eq(last, texts[_i].last);
}
END_TEST

START_TEST(a_time_is_written_as_it_is_read)
{
    static const uint64_t times[] = {0, 1896134399, 4107542400, 253402300799};
    char text[FWD_HOST_TIME_TEXT];
    uint64_t back;

    fwd_host_time_text(times[_i], text);
    ck_assert_msg(fwd_host_time_parse(text, FWD_HOST_TIME_FIRST, &back), "%s", text);
    ck_assert_uint_eq(back, times[_i]);
}
END_TEST

START_TEST(what_has_no_date_is_a_number)
{
    char text[FWD_HOST_TIME_TEXT];

    fwd_host_time_text(253402300800, text);
    ck_assert_str_eq(text, "253402300800");
    fwd_host_time_text(UINT64_MAX, text);
    ck_assert_str_eq(text, "18446744073709551615");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("host_time");
    TCase *tests = tcase_create("host_time");
    SRunner *runner = srunner_create(suite);

    tcase_add_loop_test(tests, a_text_is_a_time_of_utc_or_a_day, 0, sizeof texts / sizeof texts[0]);
    tcase_add_loop_test(tests, a_time_is_written_as_it_is_read, 0, 4);
    tcase_add_test(tests, what_has_no_date_is_a_number);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
