/* The rules of the journal one by one (verify/DESIGN.md section 6), each brought about by what is
 * written into the area and not by a cut. R58 R62 */
#include "tests/verify/rig/install_shapes.h"
#include "verify/flash/area.h"
#include "verify/flash/journal.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define BANK 1024u

struct rig {
    struct lab_shape shape;
    struct lab *lab;
    struct fwd_journal journal;
    uint8_t page[512];
};

/* A blank journal. */
static struct rig *rig_with(uint32_t banks)
{
    static const struct lab_image *const none[LAB_PLACES_MAX] = {NULL};
    static uint8_t blank[8 * BANK];
    struct rig *rig = calloc(1, sizeof *rig);

    ck_assert_ptr_nonnull(rig);
    memset(blank, 0xFF, sizeof blank);
    rig->shape = *lab_shape("in place, unit 64");
    rig->shape.journal_blocks = banks;
    rig->lab = lab_new(&rig->shape, none);
    ck_assert(fwd_nor_poke(rig->lab->nor, LAB_AREA_JOURNAL, 0, blank, banks * BANK));
    return rig;
}

static void rig_drop(struct rig *rig)
{
    lab_free(rig->lab);
    free(rig);
}

/* So many records in a row, from that slot of the bank on. */
static void put(struct rig *rig, uint32_t bank, uint32_t slot, uint32_t sequence, uint32_t count)
{
    uint8_t bytes[FWD_RECORD_SIZE];

    for (uint32_t i = 0; i < count; i++) {
        struct fwd_record record = {
            .state = FWD_STATE_DOWNLOADING, .sequence = sequence + i, .step = sequence + i};
        fwd_record_encode(&record, bytes);
        ck_assert(fwd_nor_poke(rig->lab->nor, LAB_AREA_JOURNAL,
            bank * BANK + (slot + i) * FWD_RECORD_SIZE, bytes, sizeof bytes));
    }
}

static void scan(struct rig *rig)
{
    fwd_nor_power_off(rig->lab->nor);
    fwd_nor_power_on(rig->lab->nor);
    ck_assert_int_eq(fwd_journal_scan(&rig->journal, &rig->lab->ports,
                         &rig->lab->areas[LAB_AREA_JOURNAL], NULL, rig->page, sizeof rig->page),
        FWD_OK);
}

static enum fwd_reason append(struct rig *rig, uint8_t state, uint32_t step)
{
    struct fwd_record record = {.state = state, .step = step};

    return fwd_journal_append(&rig->journal, &record);
}

static void break_bank(
    struct rig *rig, enum fwd_nor_operation operation, uint32_t bank, uint32_t times)
{
    const struct fwd_nor_fault fault = {.operation = operation,
        .effect = FWD_NOR_FAIL,
        .area = LAB_AREA_JOURNAL,
        .offset = bank * BANK,
        .size = BANK,
        .times = times};

    ck_assert(fwd_nor_fault_add(rig->lab->nor, &fault));
}

static uint64_t erases(const struct rig *rig, uint32_t bank)
{
    return fwd_nor_block_erases(rig->lab->nor, LAB_AREA_JOURNAL, bank);
}

/* Whichever bank it is in. */
START_TEST(a_single_record_is_a_lost_journal)
{
    struct rig *rig = rig_with(3);

    scan(rig);
    ck_assert(rig->journal.lost);
    put(rig, (uint32_t)_i, 1, 10, 1);
    scan(rig);
    ck_assert(rig->journal.lost);
    ck_assert_uint_eq(rig->journal.record.step, 0);
    put(rig, (uint32_t)(_i + 1) % 3, 0, 3, 1);
    scan(rig);
    ck_assert(!rig->journal.lost);
    ck_assert_uint_eq(rig->journal.record.step, 10);
    rig_drop(rig);
}
END_TEST

/* Every bank is erased before the first record, or nothing is begun. */
START_TEST(a_lost_journal_is_erased_as_a_whole)
{
    struct rig *rig = rig_with((uint32_t)_i);

    put(rig, 1, 3, 40, 1);
    scan(rig);
    ck_assert(rig->journal.lost);
    break_bank(rig, FWD_NOR_ERASE, (uint32_t)_i - 1, 1);
    ck_assert_int_eq(append(rig, FWD_STATE_DOWNLOADING, 1), FWD_E_JOURNAL_IO);
    ck_assert(rig->journal.lost);
    fwd_nor_fault_clear(rig->lab->nor);
    scan(rig);
    uint64_t before[3] = {erases(rig, 0), erases(rig, 1), _i > 2 ? erases(rig, 2) : 0};
    ck_assert_int_eq(append(rig, FWD_STATE_DOWNLOADING, 1), FWD_OK);
    for (uint32_t bank = 0; bank < (uint32_t)_i; bank++)
        ck_assert_uint_gt(erases(rig, bank), before[bank]);
    scan(rig);
    ck_assert(!rig->journal.lost);
    ck_assert_uint_eq(rig->journal.record.step, 1);
    rig_drop(rig);
}
END_TEST

/* A bit that is misread now and then is no reason for an older state. */
START_TEST(what_gives_no_record_is_read_again)
{
    struct rig *rig = rig_with(2);
    const struct fwd_nor_fault misread = {.operation = FWD_NOR_READ,
        .effect = FWD_NOR_FAIL,
        .area = LAB_AREA_JOURNAL,
        .offset = 3 * FWD_RECORD_SIZE,
        .size = FWD_RECORD_SIZE,
        .times = 2};

    put(rig, 0, 0, 10, 4);
    ck_assert(fwd_nor_fault_add(rig->lab->nor, &misread));
    scan(rig);
    ck_assert_uint_eq(rig->journal.record.step, 13);
    rig_drop(rig);
}
END_TEST

/* Numbers near the end are not ours: they start anew as long as nothing destructive rests on them.
 */
START_TEST(sequence_numbers_do_not_end)
{
    struct rig *rig = rig_with((uint32_t)_i);

    put(rig, 0, 0, UINT32_MAX - 5, 3);
    scan(rig);
    ck_assert(!rig->journal.lost);
    ck_assert_int_eq(append(rig, FWD_STATE_DOWNLOADING, 1), FWD_OK);
    ck_assert_uint_lt(rig->journal.record.sequence, 100);
    scan(rig);
    ck_assert_uint_eq(rig->journal.record.step, 1);
    rig_drop(rig);
    rig = rig_with((uint32_t)_i);
    struct fwd_record acting = {.state = FWD_STATE_ACTING, .sequence = UINT32_MAX - 5};
    uint8_t bytes[FWD_RECORD_SIZE];
    for (uint32_t i = 0; i < 3; i++, acting.sequence++) {
        fwd_record_encode(&acting, bytes);
        ck_assert(fwd_nor_poke(
            rig->lab->nor, LAB_AREA_JOURNAL, i * FWD_RECORD_SIZE, bytes, sizeof bytes));
    }
    scan(rig);
    uint64_t before = fwd_nor_operations(rig->lab->nor);
    ck_assert_int_eq(append(rig, FWD_STATE_ACTING, 1), FWD_E_JOURNAL_IO);
    ck_assert_uint_eq(fwd_nor_operations(rig->lab->nor), before);
    scan(rig);
    ck_assert_uint_eq(rig->journal.record.state, FWD_STATE_ACTING);
    ck_assert_int_eq(append(rig, FWD_STATE_DOWNLOADING, 2), FWD_OK); /* a full package */
    scan(rig);
    ck_assert_uint_lt(rig->journal.record.sequence, 100);
    rig_drop(rig);
}
END_TEST

/* Of three banks that give records one with a short row goes first, though it has the newest: the
 * record in it may have been in flight when the others were complete. */
START_TEST(a_short_row_is_erased_before_a_whole_one)
{
    struct rig *rig = rig_with(3);

    put(rig, 0, 0, 10, 3);
    put(rig, 1, 0, 20, 3);
    put(rig, 2, 0, 30, 1);
    uint64_t before[3] = {erases(rig, 0), erases(rig, 1), erases(rig, 2)};
    scan(rig);
    ck_assert_uint_eq(rig->journal.record.step, 30);
    ck_assert_int_eq(append(rig, FWD_STATE_DOWNLOADING, 30), FWD_OK);
    ck_assert_uint_eq(erases(rig, 1), before[1]);
    ck_assert_uint_gt(erases(rig, 0), before[0]);
    ck_assert_uint_gt(erases(rig, 2), before[2]);
    rig_drop(rig);
}
END_TEST

/* Two places take records before firmware is written. */
START_TEST(one_good_bank_is_not_enough_for_what_is_destructive)
{
    struct rig *rig = rig_with(3);

    put(rig, 0, 0, 10, 3);
    put(rig, 1, 0, 13, 3);
    scan(rig);
    ck_assert_int_eq(append(rig, FWD_STATE_DOWNLOADING, 1), FWD_OK);
    ck_assert_int_eq(fwd_journal_prove(&rig->journal), FWD_OK);
    scan(rig);
    break_bank(rig, FWD_NOR_PROGRAM, 0, 0);
    break_bank(rig, FWD_NOR_PROGRAM, 2, 0);
    ck_assert_int_eq(append(rig, FWD_STATE_DOWNLOADING, 2), FWD_OK);
    ck_assert_int_eq(fwd_journal_prove(&rig->journal), FWD_E_JOURNAL_IO);
    rig_drop(rig);
}
END_TEST

/* The other bank gave no record, and is not blank: what it hides may be newer than the numbers. The
 * first record goes there, and so it is erased before anything is done. */
START_TEST(a_bank_that_gave_nothing_is_erased_first)
{
    static const uint8_t torn[64] = {1, 2, 3};
    struct rig *rig = rig_with(2);

    put(rig, 0, 0, 10, 3);
    ck_assert(fwd_nor_poke(rig->lab->nor, LAB_AREA_JOURNAL, BANK + 256, torn, sizeof torn));
    uint64_t before = erases(rig, 1);
    scan(rig);
    ck_assert_int_eq(append(rig, FWD_STATE_DOWNLOADING, 1), FWD_OK);
    ck_assert_uint_gt(erases(rig, 1), before);
    scan(rig);
    ck_assert_uint_eq(rig->journal.record.step, 1);
    rig_drop(rig);
}
END_TEST

/* One row, not complete, and nothing in the other bank: the record goes to the other one. */
START_TEST(a_short_row_that_is_alone_stays)
{
    struct rig *rig = rig_with(2);

    put(rig, 1, 0, 10, 2);
    uint64_t before = erases(rig, 1);
    scan(rig);
    ck_assert_int_eq(append(rig, FWD_STATE_DOWNLOADING, 1), FWD_OK);
    ck_assert_uint_eq(erases(rig, 1), before);
    ck_assert_uint_ge(rig->journal.banks[0].newest, 12);
    rig_drop(rig);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("journal rules");
    TCase *tests = tcase_create("journal rules");
    SRunner *runner = srunner_create(suite);

    tcase_add_loop_test(tests, a_single_record_is_a_lost_journal, 0, 3);
    tcase_add_loop_test(tests, a_lost_journal_is_erased_as_a_whole, 2, 4);
    tcase_add_test(tests, what_gives_no_record_is_read_again);
    tcase_add_loop_test(tests, sequence_numbers_do_not_end, 2, 4);
    tcase_add_test(tests, a_short_row_is_erased_before_a_whole_one);
    tcase_add_test(tests, one_good_bank_is_not_enough_for_what_is_destructive);
    tcase_add_test(tests, a_bank_that_gave_nothing_is_erased_first);
    tcase_add_test(tests, a_short_row_that_is_alone_stays);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    lab_keys_free();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
