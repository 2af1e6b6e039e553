/* One power cut at every flash operation, download included, in every way of tearing it. R58 R59 */
#include "tests/verify/rig/install_cuts.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

struct row {
    const char *shape, *pattern;
    bool descending, full;
    uint64_t stride;
};

static const struct row rows[] = {
    {"in place, unit 64", "code inserted", false, false, 1},
    {"in place, unit 64", "code removed", true, false, 1},
    {"in place, unit 64", "grown", true, false, 1},
    {"in place, unit 64", "shrunk", false, false, 1},
    {"in place, unit 64", "blocks moved up and down", false, false, 1},
    {"in place, unit 64", "short runs of its own block", true, false, 1},
    {"in place, unit 64", "addresses changed", false, true, 1},
    {"A/B, unit 64", "addresses changed", false, false, 1},
    {"A/B, unit 64", "all new", false, true, 1},
    {"in place and A/B", "three steps", false, false, 1},
    {"boot and app in place", "three steps", false, false, 1},
    {"in place, unit 8, ECC", "code inserted", false, false, 7},
    {"in place, unit 1, erased 0", "three steps", false, false, 53},
    {"in place, unit 256", "code removed", false, false, 1},
    {"in place, two journal blocks", "code removed", true, false, 1},
    {"in place, mixed blocks, unit 4", "code inserted", true, false, 13},
    {"A/B, mixed blocks, unit 256, ECC", "grown", false, false, 1},
};

START_TEST(no_cut_at_any_operation_loses_the_device)
{
    const struct row *row = &rows[_i];
    const struct lab_pattern *pattern = lab_pattern(row->pattern);
    struct lab_case c = row->full ? lab_case_full(lab_shape(row->shape), pattern)
                                  : lab_case_delta(lab_shape(row->shape), pattern, row->descending);
    struct lab_cuts cuts;

    lab_cuts_begin(&cuts, c.lab);
    bool kept = lab_cuts_once(&cuts, lab_tears, lab_tear_count, lab_cuts_stride(row->stride));
    printf("%s, %s: %llu operations, %llu cuts, %llu different states\n", row->shape, row->pattern,
        (unsigned long long)cuts.operations, (unsigned long long)cuts.tried,
        (unsigned long long)cuts.recovered);
    ck_assert_msg(kept, "%s, %s: %s", row->shape, row->pattern, cuts.loss);
    lab_cuts_end(&cuts);
    lab_case_free(&c);
}
END_TEST

static bool cut_at(struct lab *lab, uint64_t operation, enum fwd_nor_tear tear, uint32_t seed)
{
    const struct fwd_nor_cut cut = {operation, tear, seed, 0};

    fwd_nor_arm(lab->nor, &cut);
    bool ended = lab_cycle(lab);
    fwd_nor_arm(lab->nor, NULL);
    return !ended;
}

/* The second cut leaves a slot behind that reads blank now and then: that it does not take a record
 * any more is no reason to call its bank worn. */
START_TEST(a_slot_that_was_in_flight_gives_no_bank_up)
{
    struct lab_case c = lab_case_delta(
        lab_shape("in place, two journal blocks"), lab_pattern("one byte changed"), false);

    ck_assert(cut_at(c.lab, 6, FWD_NOR_BEFORE, 0));
    ck_assert(cut_at(c.lab, 1, FWD_NOR_UNSTABLE, 2));
    ck_assert(lab_cycle(c.lab));
    ck_assert_int_eq(c.lab->result, FWD_OK);
    ck_assert(lab_runs(c.lab, 0, c.lab->new[0]));
    lab_case_free(&c);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cuts");
    TCase *tests = tcase_create("once");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 600);
    tcase_add_loop_test(
        tests, no_cut_at_any_operation_loses_the_device, 0, sizeof rows / sizeof rows[0]);
    tcase_add_test(tests, a_slot_that_was_in_flight_gives_no_bank_up);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    lab_keys_free();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
