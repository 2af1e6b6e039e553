/* Which banks of the version area are written when the current record is switched, and banks of it
 * take no write or cannot be read. R62 */
#include "format/record/version_record.h"
#include "tests/verify/rig/install_cuts.h"
#include "verify/trust/next_record.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define BANK 1024u

struct banks {
    struct lab_shape shape;
    struct lab_case c;
    struct lab_cuts cuts;
};

/* The factory's record is in banks 0 and 1; of three banks the new one begins in bank 2. */
static struct banks *banks_new(const char *shape, uint32_t count)
{
    struct banks *banks = calloc(1, sizeof *banks);

    ck_assert_ptr_nonnull(banks);
    banks->shape = *lab_shape(shape);
    banks->shape.version_blocks = count;
    banks->c = lab_case_delta(&banks->shape, lab_pattern("three steps"), false);
    banks->c.lab->faulty = true;
    if (banks->shape.place_count > 1) { /* of the last place alone */
        struct lab_recipe *recipe = &banks->c.recipe;
        recipe->parts[0] = recipe->parts[recipe->part_count - 1];
        recipe->part_count = 1;
        banks->c.lab->new[0] = NULL;
        lab_case_rebuild(&banks->c);
    }
    lab_cuts_begin(&banks->cuts, banks->c.lab);
    return banks;
}

static void banks_free(struct banks *banks)
{
    lab_cuts_end(&banks->cuts);
    lab_case_free(&banks->c);
    free(banks);
}

static void break_bank(struct banks *banks, enum fwd_nor_operation operation,
    enum fwd_nor_effect effect, uint32_t bank)
{
    const struct fwd_nor_fault fault = {.operation = operation,
        .effect = effect,
        .area = LAB_AREA_VERSION,
        .offset = bank * BANK,
        .size = BANK};

    ck_assert(fwd_nor_fault_add(banks->c.lab->nor, &fault));
}

static uint64_t erases(const struct banks *banks, uint32_t bank)
{
    return fwd_nor_block_erases(banks->c.lab->nor, LAB_AREA_VERSION, bank);
}

static void ends_well(struct banks *banks)
{
    fwd_nor_fault_clear(banks->c.lab->nor);
    ck_assert_int_eq(lab_boot(banks->c.lab), FWD_OK);
    ck_assert(!lab_unfinished(banks->c.lab));
}

/* Banks are erased and then take nothing, one after the other: the last copy of the record stays,
 * as the package says nothing of `boot`, or as what the record names still starts. */
static const char *const needed[] = {"boot and app in place", "A/B, unit 64"};

START_TEST(the_last_copy_stays_whatever_fails)
{
    struct banks *banks = banks_new(needed[_i], 3);
    const bool two_slots = banks->shape.places[0].layout == FWD_LAYOUT_AB;
    uint8_t before[BANK], now[BANK];
    uint32_t number, size;

    lab_cuts_until(&banks->cuts, FWD_STATE_VERIFIED);
    ck_assert(fwd_nor_peek(banks->c.lab->nor, LAB_AREA_VERSION, BANK, before, BANK));
    ck_assert(fwd_version_record_head(before, &number, &size));
    for (uint32_t bank = 0; bank < 3; bank++)
        break_bank(banks, FWD_NOR_PROGRAM, FWD_NOR_FAIL, bank);
    uint64_t first = erases(banks, 0);
    ck_assert_int_eq(lab_boot(banks->c.lab), FWD_E_VERSION_RECORD);
    ck_assert_uint_gt(erases(banks, 0), first);
    ck_assert(fwd_nor_peek(banks->c.lab->nor, LAB_AREA_VERSION, BANK, now, BANK));
    ck_assert_mem_eq(before, now, size); /* what was tried behind it is torn */
    if (!two_slots)
        ends_well(banks);
    else /* nothing was destroyed, and the update has failed */
        lab_case_runs(&banks->c, false);
    banks_free(banks);
}
END_TEST

/* The bank of the second copy is worn, and another one has it: nothing is written again. */
START_TEST(a_worn_bank_is_not_tried_again_once_another_has_the_copy)
{
    struct banks *banks = banks_new("in place, unit 64", 3);
    struct lab *lab = banks->c.lab;
    struct fwd_nor_cut cut = {1, FWD_NOR_BEFORE, 0, 0};
    uint64_t writes = UINT64_MAX;
    bool ended = false;

    for (; !ended; cut.operation++) {
        lab_cuts_restart(&banks->cuts);
        fwd_nor_fault_clear(lab->nor);
        break_bank(banks, FWD_NOR_PROGRAM, FWD_NOR_FAIL, 0);
        fwd_nor_arm(lab->nor, &cut);
        ended = lab_cycle(lab);
        fwd_nor_arm(lab->nor, NULL);
        if (ended)
            break;
        ck_assert_int_eq(lab_start(lab), FWD_OK);
        if (lab->update.journal.record.state != FWD_STATE_SWITCHED)
            continue;
        struct fwd_nor_counts before = fwd_nor_area_counts(lab->nor, LAB_AREA_VERSION);
        ck_assert_int_eq(lab_boot(lab), FWD_OK);
        struct fwd_nor_counts now = fwd_nor_area_counts(lab->nor, LAB_AREA_VERSION);
        writes = now.programs - before.programs + now.erases - before.erases;
    }
    ck_assert_uint_eq(writes, 0); /* after the last cut in that state */
    ends_well(banks);
    banks_free(banks);
}
END_TEST

/* The second copy, which may have been in flight, is written again, and its bank takes nothing; the
 * first cannot be read at this start. It is not given up for that. */
START_TEST(a_first_copy_that_cannot_be_read_is_not_erased)
{
    struct banks *banks = banks_new("A/B, unit 64", 2);
    struct lab *lab = banks->c.lab;
    struct fwd_nor_cut cut = {1, FWD_NOR_BEFORE, 0, 0};
    unsigned tried = 0;
    bool ended = false;

    for (; !ended; cut.operation++) {
        lab_cuts_restart(&banks->cuts);
        fwd_nor_arm(lab->nor, &cut);
        ended = lab_cycle(lab);
        fwd_nor_arm(lab->nor, NULL);
        if (ended)
            break;
        ck_assert_int_eq(lab_start(lab), FWD_OK);
        if (lab->update.journal.record.state != FWD_STATE_SWITCHED)
            continue;
        uint32_t second = lab->update.journal.record.version_bank, first = 1 - second;
        uint64_t before = erases(banks, first);
        break_bank(banks, FWD_NOR_READ, FWD_NOR_UNREADABLE, first);
        break_bank(banks, FWD_NOR_PROGRAM, FWD_NOR_FAIL, second);
        (void)lab_boot(lab);
        ck_assert_uint_eq(erases(banks, first), before);
        ends_well(banks);
        tried++;
    }
    ck_assert_uint_gt(tried, 3);
    banks_free(banks);
}
END_TEST

/* As many sets as a record has are there already: the next one has no place. */
START_TEST(a_set_without_room_is_not_taken_for_another)
{
    static struct fwd_version_record record, current;
    static uint8_t bytes[FWD_CONFIG_SETS + 1];

    record.set_count = FWD_CONFIG_SETS;
    for (uint8_t i = 0; i < FWD_CONFIG_SETS; i++)
        record.sets[i].bytes = bytes + i;
    current.set_count = 1;
    current.sets[0].bytes = bytes + FWD_CONFIG_SETS;
    uint8_t set = fwd_next_record_keep(&record, &current, 0);
    ck_assert_msg(set >= record.set_count || record.sets[set].bytes == current.sets[0].bytes,
        "set %u is another package's", set);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("version banks");
    TCase *tests = tcase_create("version banks");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, the_last_copy_stays_whatever_fails, 0, 2);
    tcase_add_test(tests, a_worn_bank_is_not_tried_again_once_another_has_the_copy);
    tcase_add_test(tests, a_first_copy_that_cannot_be_read_is_not_erased);
    tcase_add_test(tests, a_set_without_room_is_not_taken_for_another);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    lab_keys_free();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
