/* The journal by itself: records in blocks that take turns, on flash that fails. */
#include "tests/verify/rig/install_shapes.h"
#include "verify/flash/journal.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* A journal of `blocks` blocks on the small device; page as the installer gives it. */
struct rig {
    struct lab_shape shape;
    struct lab *lab;
    struct fwd_journal journal;
    uint8_t page[512];
};

static struct rig *rig_with(uint32_t blocks, const char *shape)
{
    static const struct lab_image *const none[LAB_PLACES_MAX] = {NULL};
    struct rig *rig = calloc(1, sizeof *rig);

    ck_assert_ptr_nonnull(rig);
    rig->shape = *lab_shape(shape);
    rig->shape.journal_blocks = blocks;
    rig->lab = lab_new(&rig->shape, none);
    return rig;
}

static void rig_drop(struct rig *rig)
{
    lab_free(rig->lab);
    free(rig);
}

static void power(struct rig *rig)
{
    fwd_nor_power_off(rig->lab->nor);
    fwd_nor_power_on(rig->lab->nor);
    ck_assert_int_eq(fwd_journal_scan(&rig->journal, &rig->lab->ports,
                         &rig->lab->areas[LAB_AREA_JOURNAL], NULL, rig->page, sizeof rig->page),
        FWD_OK);
}

static enum fwd_reason append(struct rig *rig, uint32_t step)
{
    struct fwd_record record = {.state = FWD_STATE_DOWNLOADING, .step = step};

    return fwd_journal_append(&rig->journal, &record);
}

static void break_blocks(
    struct rig *rig, enum fwd_nor_operation operation, uint32_t block, uint32_t blocks)
{
    struct fwd_nor_fault fault = {.operation = operation,
        .effect = FWD_NOR_FAIL,
        .area = LAB_AREA_JOURNAL,
        .offset = block * rig->shape.service_block,
        .size = blocks * rig->shape.service_block};

    ck_assert(fwd_nor_fault_add(rig->lab->nor, &fault));
}

static const uint32_t block_counts[] = {2, 3, 5};
static const char *const units[] = {"in place, unit 64", "in place, unit 8, ECC",
    "in place, unit 1, erased 0", "in place, unit 256"};

/* [M80] [M83]; loop: unit and number of blocks. */
START_TEST(the_newest_record_is_found_whatever_the_number_of_records)
{
    struct rig *rig = rig_with(block_counts[_i % 3], units[_i / 3]);
    uint32_t sequence = 0;

    power(rig);
    for (uint32_t step = 1; step <= 300; step++) {
        ck_assert_int_eq(append(rig, step), FWD_OK);
        ck_assert_uint_gt(rig->journal.record.sequence, sequence);
        sequence = rig->journal.record.sequence;
        if (step % 7 != 0)
            continue;
        power(rig);
        ck_assert_uint_eq(rig->journal.record.step, step);
        ck_assert_uint_eq(rig->journal.record.sequence, sequence);
    }
    ck_assert_str_eq(fwd_nor_violation_text(rig->lab->nor), "");
    rig_drop(rig);
}
END_TEST

/* [M79] [M78] */
START_TEST(unreadable_and_invalid_slots_do_not_end_the_scan)
{
    struct rig *rig = rig_with(2, "in place, unit 64");

    power(rig);
    ck_assert_int_eq(append(rig, 1), FWD_OK); /* three copies in slots 0..2 of a bank */
    uint32_t bank = rig->journal.bank * 1024u;
    ck_assert_int_eq(append(rig, 2), FWD_OK);
    ck_assert_int_eq(append(rig, 3), FWD_OK);
    ck_assert_int_eq(append(rig, 4), FWD_OK);
    lab_flip(rig->lab, LAB_AREA_JOURNAL, bank + 20, 0x40);
    ck_assert(fwd_nor_spoil(rig->lab->nor, LAB_AREA_JOURNAL, bank + 128, 256));
    ck_assert(fwd_nor_spoil(rig->lab->nor, LAB_AREA_JOURNAL, 1024 - bank, 1024));
    power(rig);
    ck_assert_uint_eq(rig->journal.record.step, 4);
    rig_drop(rig);
}
END_TEST

/* [M84]: every other block fails; the one with the newest record must survive all tries. */
START_TEST(the_block_with_the_newest_record_is_never_erased)
{
    struct rig *rig = rig_with(block_counts[_i % 3], "in place, unit 64");
    enum fwd_nor_operation operation = _i < 3 ? FWD_NOR_ERASE : FWD_NOR_PROGRAM;
    uint32_t blocks = block_counts[_i % 3], step = 0;

    power(rig);
    ck_assert_int_eq(append(rig, ++step), FWD_OK);
    uint32_t home = rig->journal.bank;
    for (uint32_t i = 0; i < blocks; i++) {
        if (i != home)
            break_blocks(rig, operation, i, 1);
    }
    enum fwd_reason reason = FWD_OK;
    while (reason == FWD_OK && step < 100)
        reason = append(rig, ++step);
    ck_assert_int_eq(reason, FWD_E_JOURNAL_IO);
    ck_assert_int_eq(append(rig, step), FWD_E_JOURNAL_IO);
    power(rig);
    ck_assert(!rig->journal.lost);
    ck_assert_uint_eq(rig->journal.record.step, step - 1);
    rig_drop(rig);
}
END_TEST

/* After power-on the other block fails: the free slots of the good one are used. */
START_TEST(a_failing_block_is_left_for_the_good_one)
{
    struct rig *rig = rig_with(2, "in place, unit 64");

    power(rig);
    ck_assert_int_eq(append(rig, 1), FWD_OK);
    break_blocks(rig, _i == 0 ? FWD_NOR_ERASE : FWD_NOR_PROGRAM, 1 - rig->journal.bank, 1);
    power(rig);
    ck_assert_int_eq(append(rig, 2), FWD_OK);
    power(rig);
    ck_assert_uint_eq(rig->journal.record.step, 2);
    rig_drop(rig);
}
END_TEST

/* [M83]: a slot that does not take the record is left behind. */
START_TEST(a_slot_that_fails_is_skipped)
{
    struct rig *rig = rig_with(2, "in place, unit 64");
    struct fwd_nor_fault fault = {.operation = FWD_NOR_PROGRAM,
        .effect = _i == 0 ? FWD_NOR_FAIL : FWD_NOR_SILENT,
        .area = LAB_AREA_JOURNAL,
        .times = 3};

    power(rig);
    ck_assert_int_eq(append(rig, 1), FWD_OK);
    ck_assert(fwd_nor_fault_add(rig->lab->nor, &fault));
    ck_assert_int_eq(append(rig, 2), FWD_OK);
    power(rig);
    ck_assert_uint_eq(rig->journal.record.step, 2);
    rig_drop(rig);
}
END_TEST

/* [M81]: a first record that reads blank in the next power cycle, again and again, and comes back
 * later: no unit is programmed twice, and what was appended since stays newer. */
START_TEST(a_slot_in_flight_is_not_programmed_again)
{
    struct rig *rig = rig_with(3, "in place, unit 8, ECC");
    struct fwd_nor_cut cut = {(uint64_t)_i + 1, FWD_NOR_UNSTABLE, 2, 0};

    power(rig);
    ck_assert_int_eq(append(rig, 1), FWD_OK);
    for (uint32_t i = 0; i < 6; i++) {
        power(rig);
        ck_assert_uint_eq(rig->journal.record.step, 1);
        fwd_nor_arm(rig->lab->nor, &cut);
        ck_assert_int_ne(append(rig, 1), FWD_OK);
        fwd_nor_arm(rig->lab->nor, NULL);
    }
    power(rig);
    ck_assert_int_eq(append(rig, 2), FWD_OK);
    for (int i = 0; i < 3; i++) {
        power(rig);
        ck_assert_uint_eq(rig->journal.record.step, 2);
    }
    ck_assert_str_eq(fwd_nor_violation_text(rig->lab->nor), "");
    rig_drop(rig);
}
END_TEST

/* [M82] */
START_TEST(settling_repeats_the_state_once_per_power_cycle)
{
    struct rig *rig = rig_with(2, "in place, unit 64");

    power(rig);
    ck_assert_int_eq(append(rig, 4), FWD_OK);
    power(rig);
    uint64_t before = fwd_nor_operations(rig->lab->nor);
    ck_assert_int_eq(fwd_journal_settle(&rig->journal), FWD_OK);
    ck_assert_uint_gt(fwd_nor_operations(rig->lab->nor), before);
    ck_assert_uint_eq(rig->journal.record.step, 4);
    before = fwd_nor_operations(rig->lab->nor);
    ck_assert_int_eq(fwd_journal_settle(&rig->journal), FWD_OK);
    ck_assert_uint_eq(fwd_nor_operations(rig->lab->nor), before);
    rig_drop(rig);
}
END_TEST

/* Rule 3: nothing is erased to clear; a power cut between any two operations keeps the newest. */
START_TEST(every_cut_while_appending_keeps_a_state)
{
    struct rig *rig = rig_with(2, "in place, unit 64");

    power(rig);
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
        power(rig);
        ck_assert(!rig->journal.lost);
        ck_assert(rig->journal.record.step == last || rig->journal.record.step == step);
    }
    rig_drop(rig);
}
END_TEST

START_TEST(areas_that_cannot_be_a_journal_are_refused)
{
    struct rig *rig = rig_with(2, "in place, unit 64");
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
    rig_drop(rig);
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
