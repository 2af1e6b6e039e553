/* A second power cut, at every operation of the recovery from the first; and rows of cuts, one in
 * each power cycle. With FWD_LONG=1 every operation of larger updates. R58 R59 [M81] [M82] */
#include "tests/verify/rig/install_cuts.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

struct row {
    const char *shape, *pattern;
    bool full;
    uint64_t stride;
};

static void report(const struct lab_cuts *cuts, const char *what, const struct row *row)
{
    printf("%s: %s, %s: %llu operations, %llu cuts, %llu different states\n", what, row->shape,
        row->pattern, (unsigned long long)cuts->operations, (unsigned long long)cuts->tried,
        (unsigned long long)cuts->recovered);
}

static struct lab_case make_case(const struct row *row)
{
    const struct lab_pattern *pattern = lab_pattern(row->pattern);

    return row->full ? lab_case_full(lab_shape(row->shape), pattern)
                     : lab_case_delta(lab_shape(row->shape), pattern, false);
}

static const struct row twice[] = {
    {"in place, unit 256", "three steps", false, 1},
    {"in place, unit 64", "one byte changed", false, 3},
    {"in place, two journal blocks", "one byte changed", false, 3},
    {"A/B, unit 64", "one byte changed", false, 5},
    {"in place, unit 256", "one byte changed", true, 3},
    {"in place and A/B", "three steps", false, 23},
    {"in place, unit 8, ECC", "three steps", false, 131},
};

START_TEST(a_second_cut_in_the_recovery_loses_nothing)
{
    const struct row *row = &twice[_i];
    struct lab_case c = make_case(row);
    struct lab_cuts cuts;

    lab_cuts_begin(&cuts, c.lab);
    bool kept = lab_cuts_twice(&cuts, lab_few_tears, lab_few_tear_count, lab_few_tears,
        lab_few_tear_count, lab_cuts_stride(row->stride));
    report(&cuts, "twice", row);
    ck_assert_msg(kept, "%s, %s: %s", row->shape, row->pattern, cuts.loss);
    lab_cuts_end(&cuts);
    lab_case_free(&c);
}
END_TEST

static const struct row in_a_row[] = {
    {"in place, unit 64", "code inserted", false, 1},
    {"in place, unit 256", "code removed", false, 1},
    {"in place, two journal blocks", "code inserted", false, 1},
    {"A/B, unit 64", "code inserted", false, 1},
    {"in place and A/B", "three steps", false, 1},
    {"in place, unit 64", "shrunk", true, 1},
    {"in place, unit 8, ECC", "three steps", false, 5},
};

/* Power cuts never count as attempts: the rig complains about one that does. */
START_TEST(cuts_in_every_power_cycle_lose_nothing)
{
    const struct row *row = &in_a_row[_i];
    struct lab_case c = make_case(row);
    struct lab_cuts cuts;

    lab_cuts_begin(&cuts, c.lab);
    for (unsigned more = 1; more <= 5; more++) {
        bool kept = lab_cuts_row(&cuts, more, lab_cuts_stride(row->stride));
        ck_assert_msg(kept, "%s, %s, %u more: %s", row->shape, row->pattern, more, cuts.loss);
    }
    report(&cuts, "in a row", row);
    lab_cuts_end(&cuts);
    lab_case_free(&c);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cuts_twice");
    TCase *tests = tcase_create("cuts_twice");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 3600);
    tcase_add_loop_test(
        tests, a_second_cut_in_the_recovery_loses_nothing, 0, sizeof twice / sizeof twice[0]);
    tcase_add_loop_test(
        tests, cuts_in_every_power_cycle_lose_nothing, 0, sizeof in_a_row / sizeof in_a_row[0]);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    lab_keys_free();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
