/* The rules of the journal one by one (verify/DESIGN.md section 6), each brought about by what is
 * written into the area and not by a cut. R58 R62 */
#include "tests/verify/rig/journal_rig.h"
#include "verify/flash/area.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define BANK 1024u

/* A blank journal. */
static struct journal_rig *blank(uint32_t banks)
{
    static uint8_t bytes[8 * BANK];
    struct journal_rig *rig = journal_rig_new(banks, "in place, unit 64");

    memset(bytes, 0xFF, sizeof bytes);
    ck_assert(fwd_nor_poke(rig->lab->nor, LAB_AREA_JOURNAL, 0, bytes, banks * BANK));
    return rig;
}

/* So many records in a row, from that slot of the bank on. */
static void put(
    struct journal_rig *rig, uint32_t bank, uint32_t slot, uint32_t sequence, uint32_t count)
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

static uint64_t erases(const struct journal_rig *rig, uint32_t bank)
{
    return fwd_nor_block_erases(rig->lab->nor, LAB_AREA_JOURNAL, bank);
}

/* Whichever bank it is in. */
START_TEST(a_single_record_is_a_lost_journal)
{
    struct journal_rig *rig = blank(3);

    journal_rig_power(rig);
    ck_assert(rig->journal.lost);
    put(rig, (uint32_t)_i, 1, 10, 1);
    journal_rig_power(rig);
    ck_assert(rig->journal.lost);
    ck_assert_uint_eq(rig->journal.record.step, 0);
    put(rig, (uint32_t)(_i + 1) % 3, 0, 3, 1);
    journal_rig_power(rig);
    ck_assert(!rig->journal.lost);
    ck_assert_uint_eq(rig->journal.record.step, 10);
    journal_rig_free(rig);
}
END_TEST

/* Every bank is erased before the first record, or nothing is begun. */
START_TEST(a_lost_journal_is_erased_as_a_whole)
{
    struct journal_rig *rig = blank((uint32_t)_i);

    put(rig, 1, 3, 40, 1);
    journal_rig_power(rig);
    ck_assert(rig->journal.lost);
    journal_rig_break(rig, FWD_NOR_ERASE, (uint32_t)_i - 1, 1);
    ck_assert_int_eq(journal_rig_append(rig, FWD_STATE_DOWNLOADING, 1), FWD_E_JOURNAL_IO);
    ck_assert(rig->journal.lost);
    fwd_nor_fault_clear(rig->lab->nor);
    journal_rig_power(rig);
    uint64_t before[3] = {erases(rig, 0), erases(rig, 1), _i > 2 ? erases(rig, 2) : 0};
    ck_assert_int_eq(journal_rig_append(rig, FWD_STATE_DOWNLOADING, 1), FWD_OK);
    for (uint32_t bank = 0; bank < (uint32_t)_i; bank++)
        ck_assert_uint_gt(erases(rig, bank), before[bank]);
    journal_rig_power(rig);
    ck_assert(!rig->journal.lost);
    ck_assert_uint_eq(rig->journal.record.step, 1);
    journal_rig_free(rig);
}
END_TEST

/* In recovery, where firmware is written without a record: what follows goes to the banks that take
 * it, and is newer than what the bad one may hide. */
START_TEST(in_recovery_a_lost_journal_goes_on_beside_a_bad_bank)
{
    struct journal_rig *rig = blank((uint32_t)_i);

    put(rig, (uint32_t)_i - 1, 3, 40, 1);
    journal_rig_power(rig);
    ck_assert(rig->journal.lost);
    rig->journal.volatile_ok = true;
    journal_rig_break(rig, FWD_NOR_ERASE, (uint32_t)_i - 1, 0);
    ck_assert_int_eq(journal_rig_append(rig, FWD_STATE_DOWNLOADING, 1), FWD_OK);
    ck_assert_int_eq(journal_rig_append(rig, FWD_STATE_DOWNLOADING, 2), FWD_OK);
    ck_assert_uint_gt(rig->journal.record.sequence, 40);
    journal_rig_power(rig);
    ck_assert(!rig->journal.lost);
    ck_assert_uint_eq(rig->journal.record.step, 2);
    ck_assert_str_eq(fwd_nor_violation_text(rig->lab->nor), "");
    journal_rig_free(rig);
}
END_TEST

/* A bit that is misread now and then is no reason for an older state. */
START_TEST(what_gives_no_record_is_read_again)
{
    struct journal_rig *rig = blank(2);
    const struct fwd_nor_fault misread = {.operation = FWD_NOR_READ,
        .effect = FWD_NOR_FAIL,
        .area = LAB_AREA_JOURNAL,
        .offset = 3 * FWD_RECORD_SIZE,
        .size = FWD_RECORD_SIZE,
        .times = 2};

    put(rig, 0, 0, 10, 4);
    ck_assert(fwd_nor_fault_add(rig->lab->nor, &misread));
    journal_rig_power(rig);
    ck_assert_uint_eq(rig->journal.record.step, 13);
    journal_rig_free(rig);
}
END_TEST

/* Numbers near the end are not ours: they start anew as long as nothing destructive rests on them.
 */
START_TEST(sequence_numbers_do_not_end)
{
    struct journal_rig *rig = blank((uint32_t)_i);

    put(rig, 0, 0, UINT32_MAX - 5, 3);
    journal_rig_power(rig);
    ck_assert(!rig->journal.lost);
    ck_assert_int_eq(journal_rig_append(rig, FWD_STATE_DOWNLOADING, 1), FWD_OK);
    ck_assert_uint_lt(rig->journal.record.sequence, 100);
    journal_rig_power(rig);
    ck_assert_uint_eq(rig->journal.record.step, 1);
    journal_rig_free(rig);
    rig = blank((uint32_t)_i);
    struct fwd_record acting = {.state = FWD_STATE_ACTING, .sequence = UINT32_MAX - 5};
    uint8_t bytes[FWD_RECORD_SIZE];
    for (uint32_t i = 0; i < 3; i++, acting.sequence++) {
        fwd_record_encode(&acting, bytes);
        ck_assert(fwd_nor_poke(
            rig->lab->nor, LAB_AREA_JOURNAL, i * FWD_RECORD_SIZE, bytes, sizeof bytes));
    }
    journal_rig_power(rig);
    uint64_t before = fwd_nor_operations(rig->lab->nor);
    ck_assert_int_eq(journal_rig_append(rig, FWD_STATE_ACTING, 1), FWD_E_JOURNAL_IO);
    ck_assert_uint_eq(fwd_nor_operations(rig->lab->nor), before);
    journal_rig_power(rig);
    ck_assert_uint_eq(rig->journal.record.state, FWD_STATE_ACTING);
    ck_assert_int_eq(
        journal_rig_append(rig, FWD_STATE_DOWNLOADING, 2), FWD_OK); /* a full package */
    journal_rig_power(rig);
    ck_assert_uint_lt(rig->journal.record.sequence, 100);
    journal_rig_free(rig);
}
END_TEST

/* What is erased for the first record after power came, and what stays. */
static const struct {
    uint32_t banks;
    struct {
        uint32_t sequence, count; /* a row of records; 0: none */
        bool torn;                /* and then something that is none */
        enum { STAYS, ERASED } then;
    } bank[3];
} firsts[] = {
    /* one with a short row goes first, though it has the newest: the record in it may have been in
     * flight when the others were complete */
    {3, {{10, 3, false, ERASED}, {20, 3, false, STAYS}, {30, 1, false, ERASED}}},
    /* the other bank gave no record, and is not blank: what it hides may be newer than the numbers,
     * so that it is erased before anything is done */
    {2, {{10, 3, false, STAYS}, {0, 0, true, ERASED}}},
    /* one row, not complete, and nothing in the other bank: the record goes to the other one */
    {2, {{0, 0, false, ERASED}, {10, 2, false, STAYS}}},
};

START_TEST(a_bank_is_erased_for_the_first_record)
{
    static const uint8_t torn[64] = {1, 2, 3};
    struct journal_rig *rig = blank(firsts[_i].banks);
    uint64_t before[3] = {0};
    uint32_t newest = 0;

    for (uint32_t i = 0; i < firsts[_i].banks; i++) {
        put(rig, i, 0, firsts[_i].bank[i].sequence, firsts[_i].bank[i].count);
        if (firsts[_i].bank[i].torn)
            ck_assert(
                fwd_nor_poke(rig->lab->nor, LAB_AREA_JOURNAL, i * BANK + 256, torn, sizeof torn));
        before[i] = erases(rig, i);
        if (firsts[_i].bank[i].count > 0)
            newest = firsts[_i].bank[i].sequence + firsts[_i].bank[i].count - 1;
    }
    journal_rig_power(rig);
    ck_assert_uint_eq(rig->journal.record.step, newest);
    ck_assert_int_eq(journal_rig_append(rig, FWD_STATE_DOWNLOADING, 1), FWD_OK);
    ck_assert_uint_gt(rig->journal.record.sequence, newest);
    for (uint32_t i = 0; i < firsts[_i].banks; i++)
        ck_assert_msg((erases(rig, i) > before[i]) == (firsts[_i].bank[i].then == ERASED),
            "bank %u", (unsigned)i);
    journal_rig_power(rig);
    ck_assert_uint_eq(rig->journal.record.step, 1);
    journal_rig_free(rig);
}
END_TEST

/* Two places take records before firmware is written. */
START_TEST(one_good_bank_is_not_enough_for_what_is_destructive)
{
    struct journal_rig *rig = blank(3);

    put(rig, 0, 0, 10, 3);
    put(rig, 1, 0, 13, 3);
    journal_rig_power(rig);
    ck_assert_int_eq(journal_rig_append(rig, FWD_STATE_DOWNLOADING, 1), FWD_OK);
    ck_assert_int_eq(fwd_journal_prove(&rig->journal), FWD_OK);
    journal_rig_power(rig);
    journal_rig_break(rig, FWD_NOR_PROGRAM, 0, 0);
    journal_rig_break(rig, FWD_NOR_PROGRAM, 2, 0);
    ck_assert_int_eq(journal_rig_append(rig, FWD_STATE_DOWNLOADING, 2), FWD_OK);
    ck_assert_int_eq(fwd_journal_prove(&rig->journal), FWD_E_JOURNAL_IO);
    journal_rig_free(rig);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("journal rules");
    TCase *tests = tcase_create("journal rules");
    SRunner *runner = srunner_create(suite);

    tcase_add_loop_test(tests, a_single_record_is_a_lost_journal, 0, 3);
    tcase_add_loop_test(tests, a_lost_journal_is_erased_as_a_whole, 2, 4);
    tcase_add_loop_test(tests, in_recovery_a_lost_journal_goes_on_beside_a_bad_bank, 2, 4);
    tcase_add_test(tests, what_gives_no_record_is_read_again);
    tcase_add_loop_test(tests, sequence_numbers_do_not_end, 2, 4);
    tcase_add_loop_test(
        tests, a_bank_is_erased_for_the_first_record, 0, (int)(sizeof firsts / sizeof firsts[0]));
    tcase_add_test(tests, one_good_bank_is_not_enough_for_what_is_destructive);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    lab_keys_free();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
