/* What was written in an earlier start is hashed before the version record is switched: the hash
 * that the last step leaves stands for one component, written as a whole in this start. Rule 7 R52
 */
#include "tests/verify/rig/install_cuts.h"

#include <check.h>
#include <stdlib.h>

enum { LATER, EARLIER }; /* places of both shapes, in the order in which they are not written */

static const char *const shapes[] = {"in place and A/B", "boot and app in place"};

/* Cuts power before operation n. True: the later component is being written then. */
static bool cut_in_later(struct lab *lab, uint64_t n)
{
    const struct fwd_nor_cut cut = {n, FWD_NOR_BEFORE, 0, 0};

    fwd_nor_arm(lab->nor, &cut);
    ck_assert(!lab_cycle(lab));
    fwd_nor_arm(lab->nor, NULL);
    ck_assert_int_eq(lab_start(lab), FWD_OK);
    const struct fwd_record *record = &lab->update.journal.record;
    bool later = record->state == FWD_STATE_ACTING && record->component == LATER;
    fwd_nor_power_off(lab->nor);
    return later;
}

/* Test _i: each shape; a byte of what is complete changes while the rest is written. */
START_TEST(what_an_earlier_start_has_written_is_hashed_before_the_switch)
{
    struct lab_case c = lab_case_delta(lab_shape(shapes[_i]), lab_pattern("three steps"), false);
    struct lab *lab = c.lab;
    const uint8_t slot = lab->shape->places[EARLIER].layout == FWD_LAYOUT_AB ? 1 : 0;
    struct lab_cuts cuts;
    unsigned met = 0;

    lab_cuts_begin(&cuts, lab);
    lab->faulty = true;
    for (uint64_t n = 1; n <= cuts.operations; n++) {
        lab_cuts_restart(&cuts);
        if (!cut_in_later(lab, n))
            continue;
        met++;
        ck_assert(lab_slot_holds(lab, EARLIER, slot, lab->new[EARLIER], true));
        lab_flip(lab, (uint16_t)(LAB_AREA_SLOTS + 2 * EARLIER + slot), 100, 0x01);
        ck_assert(lab_cycle(lab));
        ck_assert_msg(lab->result != FWD_OK, "before operation %u", (unsigned)n);
        ck_assert_str_eq(lab->trouble, "");
        ck_assert_int_eq(lab_start(lab), FWD_OK);
        ck_assert(!lab_version_new(lab));
        /* and it is the byte: with it as it was the update ends */
        lab_flip(lab, (uint16_t)(LAB_AREA_SLOTS + 2 * EARLIER + slot), 100, 0x01);
        ck_assert_int_eq(lab_boot(lab), FWD_OK);
        ck_assert(!lab_unfinished(lab));
    }
    ck_assert_uint_gt(met, 5);
    lab_cuts_end(&cuts);
    lab_case_free(&c);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("hashed");
    TCase *tests = tcase_create("hashed");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, what_an_earlier_start_has_written_is_hashed_before_the_switch, 0, 2);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    lab_keys_free();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
