/* The journal by itself: records in blocks that take turns, on flash that fails. */
#include "tests/verify/rig/journal_rig.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static enum fwd_reason append(struct journal_rig *rig, uint32_t step)
{
    return journal_rig_append(rig, FWD_STATE_DOWNLOADING, step);
}

static const uint32_t block_counts[] = {2, 3, 5};
static const char *const units[] = {"in place, unit 64", "in place, unit 8, ECC",
    "in place, unit 1, erased 0", "in place, unit 256"};

/* [M80] [M83]; loop: unit and number of blocks. */
START_TEST(the_newest_record_is_found_whatever_the_number_of_records)
{
    struct journal_rig *rig = journal_rig_new(block_counts[_i % 3], units[_i / 3]);
    uint32_t sequence = 0;

    journal_rig_power(rig);
    for (uint32_t step = 1; step <= 300; step++) {
        ck_assert_int_eq(append(rig, step), FWD_OK);
        ck_assert_uint_gt(rig->journal.record.sequence, sequence);
        sequence = rig->journal.record.sequence;
        if (step % 7 != 0)
            continue;
        journal_rig_power(rig);
        ck_assert_uint_eq(rig->journal.record.step, step);
        ck_assert_uint_eq(rig->journal.record.sequence, sequence);
    }
    ck_assert_str_eq(fwd_nor_violation_text(rig->lab->nor), "");
    journal_rig_free(rig);
}
END_TEST

/* [M79] [M78] */
START_TEST(unreadable_and_invalid_slots_do_not_end_the_scan)
{
    struct journal_rig *rig = journal_rig_new(2, "in place, unit 64");

    journal_rig_power(rig);
    ck_assert_int_eq(append(rig, 1), FWD_OK); /* three copies in slots 0..2 of a bank */
    uint32_t bank = rig->journal.bank * 1024u;
    ck_assert_int_eq(append(rig, 2), FWD_OK);
    ck_assert_int_eq(append(rig, 3), FWD_OK);
    ck_assert_int_eq(append(rig, 4), FWD_OK);
    lab_flip(rig->lab, LAB_AREA_JOURNAL, bank + 20, 0x40);
    ck_assert(fwd_nor_spoil(rig->lab->nor, LAB_AREA_JOURNAL, bank + 128, 256));
    ck_assert(fwd_nor_spoil(rig->lab->nor, LAB_AREA_JOURNAL, 1024 - bank, 1024));
    journal_rig_power(rig);
    ck_assert_uint_eq(rig->journal.record.step, 4);
    journal_rig_free(rig);
}
END_TEST

/* [M84]: every other block fails; the one with the newest record must survive all tries. */
START_TEST(the_block_with_the_newest_record_is_never_erased)
{
    struct journal_rig *rig = journal_rig_new(block_counts[_i % 3], "in place, unit 64");
    enum fwd_nor_operation operation = _i < 3 ? FWD_NOR_ERASE : FWD_NOR_PROGRAM;
    uint32_t blocks = block_counts[_i % 3], step = 0;

    journal_rig_power(rig);
    ck_assert_int_eq(append(rig, ++step), FWD_OK);
    uint32_t home = rig->journal.bank;
    for (uint32_t i = 0; i < blocks; i++) {
        if (i != home)
            journal_rig_break(rig, operation, i, 0);
    }
    enum fwd_reason reason = FWD_OK;
    while (reason == FWD_OK && step < 100)
        reason = append(rig, ++step);
    ck_assert_int_eq(reason, FWD_E_JOURNAL_IO);
    ck_assert_int_eq(append(rig, step), FWD_E_JOURNAL_IO);
    journal_rig_power(rig);
    ck_assert(!rig->journal.lost);
    ck_assert_uint_eq(rig->journal.record.step, step - 1);
    journal_rig_free(rig);
}
END_TEST

/* After power-on the other block fails: the free slots of the good one are used. */
START_TEST(a_failing_block_is_left_for_the_good_one)
{
    struct journal_rig *rig = journal_rig_new(2, "in place, unit 64");

    journal_rig_power(rig);
    ck_assert_int_eq(append(rig, 1), FWD_OK);
    journal_rig_break(rig, _i == 0 ? FWD_NOR_ERASE : FWD_NOR_PROGRAM, 1 - rig->journal.bank, 0);
    journal_rig_power(rig);
    ck_assert_int_eq(append(rig, 2), FWD_OK);
    journal_rig_power(rig);
    ck_assert_uint_eq(rig->journal.record.step, 2);
    journal_rig_free(rig);
}
END_TEST

/* [M83]: a slot that does not take the record is left behind. */
START_TEST(a_slot_that_fails_is_skipped)
{
    struct journal_rig *rig = journal_rig_new(2, "in place, unit 64");
    struct fwd_nor_fault fault = {.operation = FWD_NOR_PROGRAM,
        .effect = _i == 0 ? FWD_NOR_FAIL : FWD_NOR_SILENT,
        .area = LAB_AREA_JOURNAL,
        .times = 3};

    journal_rig_power(rig);
    ck_assert_int_eq(append(rig, 1), FWD_OK);
    ck_assert(fwd_nor_fault_add(rig->lab->nor, &fault));
    ck_assert_int_eq(append(rig, 2), FWD_OK);
    journal_rig_power(rig);
    ck_assert_uint_eq(rig->journal.record.step, 2);
    journal_rig_free(rig);
}
END_TEST

/* [M81]: a first record that reads blank in the next power cycle, again and again, and comes back
 * later: no unit is programmed twice, and what was appended since stays newer. */
START_TEST(a_slot_in_flight_is_not_programmed_again)
{
    struct journal_rig *rig = journal_rig_new(3, "in place, unit 8, ECC");
    struct fwd_nor_cut cut = {(uint64_t)_i + 1, FWD_NOR_UNSTABLE, 2, 0};

    journal_rig_power(rig);
    ck_assert_int_eq(append(rig, 1), FWD_OK);
    for (uint32_t i = 0; i < 6; i++) {
        journal_rig_power(rig);
        ck_assert_uint_eq(rig->journal.record.step, 1);
        fwd_nor_arm(rig->lab->nor, &cut);
        ck_assert_int_ne(append(rig, 1), FWD_OK);
        fwd_nor_arm(rig->lab->nor, NULL);
    }
    journal_rig_power(rig);
    ck_assert_int_eq(append(rig, 2), FWD_OK);
    for (int i = 0; i < 3; i++) {
        journal_rig_power(rig);
        ck_assert_uint_eq(rig->journal.record.step, 2);
    }
    ck_assert_str_eq(fwd_nor_violation_text(rig->lab->nor), "");
    journal_rig_free(rig);
}
END_TEST

/* [M82] */
START_TEST(settling_repeats_the_state_once_per_power_cycle)
{
    struct journal_rig *rig = journal_rig_new(2, "in place, unit 64");

    journal_rig_power(rig);
    ck_assert_int_eq(append(rig, 4), FWD_OK);
    journal_rig_power(rig);
    uint64_t before = fwd_nor_operations(rig->lab->nor);
    ck_assert_int_eq(fwd_journal_settle(&rig->journal), FWD_OK);
    ck_assert_uint_gt(fwd_nor_operations(rig->lab->nor), before);
    ck_assert_uint_eq(rig->journal.record.step, 4);
    before = fwd_nor_operations(rig->lab->nor);
    ck_assert_int_eq(fwd_journal_settle(&rig->journal), FWD_OK);
    ck_assert_uint_eq(fwd_nor_operations(rig->lab->nor), before);
    journal_rig_free(rig);
}
END_TEST

/* Rule 3: nothing is erased to clear; a power cut between any two operations keeps the newest. */
START_TEST(every_cut_while_appending_keeps_a_state)
{
    struct journal_rig *rig = journal_rig_new(2, "in place, unit 64");

    journal_rig_power(rig);
    ck_assert_int_eq(append(rig, 1), FWD_OK);
    for (uint32_t step = 2; step < 60; step++) {
        struct fwd_nor_cut cut = {
            step % 11 + 1, (enum fwd_nor_tear)(step % FWD_NOR_TEARS), step, 3};
        uint32_t last = rig->journal.record.step;
        if (cut.tear == FWD_NOR_UNSTABLE)
            cut.tear = FWD_NOR_GARBAGE;
        fwd_nor_arm(rig->lab->nor, &cut);
        (void)!append(rig, step);
        fwd_nor_arm(rig->lab->nor, NULL);
        journal_rig_power(rig);
        ck_assert(!rig->journal.lost);
        ck_assert(rig->journal.record.step == last || rig->journal.record.step == step);
    }
    journal_rig_free(rig);
}
END_TEST

START_TEST(areas_that_cannot_be_a_journal_are_refused)
{
    struct journal_rig *rig = journal_rig_new(2, "in place, unit 64");
    struct fwd_area area = rig->lab->areas[LAB_AREA_JOURNAL];
    struct fwd_blocks one = {2048, 1}, small[] = {{64, 15}};
    struct fwd_area none = {.id = LAB_AREA_JOURNAL};

    area.blocks = &one;
    ck_assert_int_eq(
        fwd_journal_scan(&rig->journal, &rig->lab->ports, &area, NULL, rig->page, sizeof rig->page),
        FWD_E_AREA_LAYOUT);
    area.size = 15 * 64;
    area.blocks = small;
    ck_assert_int_eq(
        fwd_journal_scan(&rig->journal, &rig->lab->ports, &area, NULL, rig->page, sizeof rig->page),
        FWD_E_AREA_LAYOUT);
    ck_assert_int_eq(
        fwd_journal_scan(&rig->journal, &rig->lab->ports, &none, NULL, rig->page, sizeof rig->page),
        FWD_E_AREA_LAYOUT);
    journal_rig_free(rig);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("journal");
    TCase *tests = tcase_create("journal");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, the_newest_record_is_found_whatever_the_number_of_records, 0, 12);
    tcase_add_test(tests, unreadable_and_invalid_slots_do_not_end_the_scan);
    tcase_add_loop_test(tests, the_block_with_the_newest_record_is_never_erased, 0, 6);
    tcase_add_loop_test(tests, a_failing_block_is_left_for_the_good_one, 0, 2);
    tcase_add_loop_test(tests, a_slot_that_fails_is_skipped, 0, 2);
    tcase_add_loop_test(tests, a_slot_in_flight_is_not_programmed_again, 0, 40);
    tcase_add_test(tests, settling_repeats_the_state_once_per_power_cycle);
    tcase_add_test(tests, every_cut_while_appending_keeps_a_state);
    tcase_add_test(tests, areas_that_cannot_be_a_journal_are_refused);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    lab_keys_free();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
