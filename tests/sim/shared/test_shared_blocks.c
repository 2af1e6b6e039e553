/* Journal and version area in the same blocks: what is left of them when a bank was torn, wears out
 * or cannot be read. */
#include "tests/hostio/scratch_folder.h"
#include "tests/sim/shared/shared_rig.h"
#include "verify/flash/version.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define STARTS 12

/* Test _i: of each layout, with either bank. */
static void new_rig(struct trust_rig *rig, int i, uint32_t *bank)
{
    shared_device(rig, i / 2, 2);
    *bank = (uint32_t)i % 2;
}

/* No record can be read, one bank alone has the version record, and the other one is full of what
 * a torn erase has left: a new journal begins with that one. */
START_TEST(a_journal_begins_anew_beside_a_torn_bank)
{
    struct trust_rig rig;
    uint32_t torn;

    new_rig(&rig, _i, &torn);
    struct fwd_bytes first =
        trust_rig_package(&rig, &(struct trust_package){.from = 0, .to = 1, .counter = 1});
    struct fwd_bytes full =
        trust_rig_package(&rig, &(struct trust_package){.from = -1, .to = 2, .counter = 1});
    ck_assert_int_eq(trust_rig_install(&rig, &first), FWD_OK);
    ck_assert_int_eq(trust_rig_settle(&rig, STARTS), 1);
    shared_spoil(&rig, torn * SHARED_BLOCK, SHARED_BLOCK);
    shared_spoil(&rig, (1 - torn) * SHARED_BLOCK + SHARED_BLOCK / 2, SHARED_BLOCK / 2);
    ck_assert_int_eq(trust_rig_settle(&rig, STARTS), 1);
    ck_assert(rig.update.journal.lost);
    ck_assert_int_eq(trust_rig_insist(&rig, &full, STARTS), 2);
    ck_assert(!rig.update.journal.lost);
    fwd_bytes_free(&first);
    fwd_bytes_free(&full);
    trust_rig_free(&rig);
}
END_TEST

/* A bank that takes no erase any more is not filled with copies of the version record, which would
 * cost the update a start of its own. In place a journal of two banks that has no room left may be
 * what ends the update: then a full package is taken. */
START_TEST(an_update_ends_in_the_start_in_which_a_bank_wears_out)
{
    struct trust_rig rig;
    uint32_t worn;

    new_rig(&rig, _i, &worn);
    bool in_place = _i / 2 == 0;
    struct fwd_bytes package =
        trust_rig_package(&rig, &(struct trust_package){.from = 0, .to = 1, .counter = 1});
    struct fwd_bytes full =
        trust_rig_package(&rig, &(struct trust_package){.from = -1, .to = 1, .counter = 1});
    for (uint32_t skip = 1; skip < 6; skip++) {
        const struct fwd_nor_fault dies = {.operation = FWD_NOR_ERASE,
            .area = FWD_AREA_JOURNAL,
            .offset = worn * SHARED_BLOCK,
            .size = SHARED_BLOCK,
            .skip = skip};
        trust_rig_reset(&rig);
        ck_assert(fwd_nor_fault_add(rig.machine->nor, &dies));
        enum fwd_reason reason = trust_rig_install(&rig, &package);
        int end = trust_rig_settle(&rig, STARTS);
        if (in_place && end == TRUST_WAITS)
            end = trust_rig_insist(&rig, &full, STARTS);
        ck_assert_msg((reason == FWD_OK && end == 1) || (in_place && (end == 0 || end == 1)),
            "after %u erases: %d, %d", (unsigned)skip, (int)reason, end);
        fwd_nor_fault_clear(rig.machine->nor);
    }
    fwd_bytes_free(&package);
    fwd_bytes_free(&full);
    trust_rig_free(&rig);
}
END_TEST

/* Writes the bank's first record behind itself, and in its place one of the same number that names
 * another version: what an update leaves that failed when its record was torn, and the next one. */
static void put_namesake(struct trust_rig *rig, uint32_t bank)
{
    struct fwd_version_record record;
    uint8_t half[SHARED_BLOCK / 2], other[SHARED_BLOCK / 4];
    uint32_t number, size;

    ck_assert(
        fwd_nor_peek(rig->machine->nor, FWD_AREA_JOURNAL, bank * SHARED_BLOCK, half, sizeof half));
    ck_assert(fwd_version_record_head(half, &number, &size));
    ck_assert(fwd_version_record_decode(half, size, &record));
    record.entries[0].version = fwd_text_of("6.6.6");
    size_t changed = fwd_version_record_encode(&record, other, sizeof other);
    ck_assert_uint_gt(changed, 0);
    memset(half + size, 0xFF, sizeof half - size);
    memcpy(half + SHARED_BLOCK / 4, half, size);
    memset(half, 0xFF, SHARED_BLOCK / 4);
    memcpy(half, other, changed);
    ck_assert(
        fwd_nor_poke(rig->machine->nor, FWD_AREA_JOURNAL, bank * SHARED_BLOCK, half, sizeof half));
}

/* Which of two records the journal names is a matter of their digests. */
START_TEST(a_namesake_of_the_version_record_is_not_carried)
{
    struct fwd_version_table table;
    struct trust_rig rig;
    uint32_t bank;

    new_rig(&rig, _i, &bank);
    struct fwd_bytes first =
        trust_rig_package(&rig, &(struct trust_package){.from = 0, .to = 1, .counter = 1});
    ck_assert_int_eq(trust_rig_install(&rig, &first), FWD_OK);
    ck_assert_int_eq(trust_rig_settle(&rig, STARTS), 1);
    put_namesake(&rig, bank);
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(trust_rig_install(&rig, &first), FWD_OK);
        fwd_version_load(&rig.update, &table);
        ck_assert_msg(table.found && table.named, "after %d downloads", i + 1);
    }
    ck_assert_int_eq(trust_rig_settle(&rig, STARTS), 1);
    fwd_bytes_free(&first);
    trust_rig_free(&rig);
}
END_TEST

/* Neither the journal nor a version record can be read at this start. What is not blank, in banks
 * that can all be read, or all but one of three, holds none; anything else may, and stays until
 * firmware is written. */
static const struct {
    uint32_t banks;
    enum fwd_nor_effect effect;
    uint32_t hidden; /* so many of them */
    bool erased;
} unseen[] = {
    {2, FWD_NOR_BLANK, 2, false},
    {2, FWD_NOR_UNREADABLE, 1, false},
    {2, FWD_NOR_UNREADABLE, 0, true},
    {3, FWD_NOR_BLANK, 3, false},
    {3, FWD_NOR_UNREADABLE, 2, false},
    {3, FWD_NOR_UNREADABLE, 1, true},
};

START_TEST(what_cannot_be_seen_is_not_erased)
{
    const uint32_t banks = unseen[_i].banks, hidden = unseen[_i].hidden;
    const struct fwd_nor_fault fault = {.operation = FWD_NOR_READ,
        .effect = unseen[_i].effect,
        .area = FWD_AREA_JOURNAL,
        .size = hidden * SHARED_BLOCK,
        .until_write = true};
    struct trust_rig rig;

    shared_device(&rig, 0, banks);
    struct fwd_nor *nor = rig.machine->nor;
    struct fwd_bytes full =
        trust_rig_package(&rig, &(struct trust_package){.from = -1, .to = 2, .counter = 1});
    shared_spoil(&rig, 0, banks * SHARED_BLOCK);
    ck_assert(hidden == 0 || fwd_nor_fault_add(nor, &fault));
    ck_assert_int_eq(trust_rig_settle(&rig, STARTS), TRUST_WAITS);
    struct fwd_nor_counts before = fwd_nor_area_counts(nor, FWD_AREA_JOURNAL);
    ck_assert_int_eq(fwd_download_begin(&rig.update, 0), FWD_OK);
    ck_assert_int_eq(fwd_download_write(&rig.update, full.data, (uint32_t)full.size), FWD_OK);
    ck_assert_int_eq(fwd_download_end(&rig.update), FWD_OK);
    struct fwd_nor_counts now = fwd_nor_area_counts(nor, FWD_AREA_JOURNAL);
    if (unseen[_i].erased)
        ck_assert_uint_ge(now.erases - before.erases, banks);
    else
        ck_assert(now.erases == before.erases && now.programs == before.programs);
    ck_assert_int_eq(trust_rig_insist(&rig, &full, STARTS), 2);
    ck_assert(!rig.update.journal.lost);
    ck_assert_str_eq(fwd_nor_violation_text(nor), "");
    fwd_bytes_free(&full);
    trust_rig_free(&rig);
}
END_TEST

/* A new version record that no bank takes in the start in which it is made: that is begun again,
 * and not gone on with by a journal that names what is nowhere. */
START_TEST(a_record_does_not_name_what_could_not_be_written)
{
    struct trust_rig rig;

    shared_device(&rig, _i, 2);
    struct fwd_bytes full =
        trust_rig_package(&rig, &(struct trust_package){.from = -1, .to = 2, .counter = 1});
    shared_spoil(&rig, 0, 2 * SHARED_BLOCK);
    ck_assert_int_eq(trust_rig_settle(&rig, STARTS), TRUST_WAITS);
    for (uint32_t bank = 0; bank < 2; bank++) {
        const struct fwd_nor_fault half = {.operation = FWD_NOR_PROGRAM,
            .effect = FWD_NOR_FAIL,
            .area = FWD_AREA_JOURNAL,
            .offset = bank * SHARED_BLOCK,
            .size = SHARED_BLOCK / 2};
        ck_assert(fwd_nor_fault_add(rig.machine->nor, &half));
    }
    ck_assert_int_ne(trust_rig_install(&rig, &full), FWD_OK);
    ck_assert(rig.update.journal.record.version_number > 0);
    fwd_nor_fault_clear(rig.machine->nor);
    ck_assert_int_eq(trust_rig_settle(&rig, STARTS), 2);
    ck_assert_int_eq(rig.update.journal.record.state, FWD_STATE_DONE);
    fwd_bytes_free(&full);
    trust_rig_free(&rig);
}
END_TEST

/* One piece of flash has one description: two views of it that differ in anything are refused. */
START_TEST(two_views_of_the_blocks_that_differ_are_refused)
{
    struct trust_rig rig;
    uint32_t bank;

    new_rig(&rig, 0, &bank);
    struct fwd_area *view = &rig.machine->device.version;
    const struct fwd_area right = *view;
    struct fwd_blocks other[2] = {right.blocks[0], right.blocks[0]};
    other[0].size /= 2;
    other[0].count *= 2;
    for (unsigned i = 0; i < 8; i++) {
        *view = right;
        view->chip = (uint16_t)(right.chip + (i == 0));
        view->address += i == 1 ? SHARED_BLOCK : 0;
        view->size += i == 2 ? SHARED_BLOCK : 0;
        view->program_unit /= i == 3 ? 2 : 1;
        view->program_page = i == 4 ? SHARED_BLOCK : right.program_page;
        view->erased = (uint8_t)(i == 5 ? ~right.erased : right.erased);
        view->blocks = i == 6 ? other : right.blocks;
        view->blocks_count = (uint8_t)(right.blocks_count + (i == 7));
        ck_assert_msg(
            fwd_update_init(&rig.update, &rig.machine->device) == FWD_E_AREA_LAYOUT, "view %u", i);
    }
    *view = right;
    ck_assert_int_eq(fwd_update_init(&rig.update, &rig.machine->device), FWD_OK);
    trust_rig_free(&rig);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("shared blocks");
    TCase *tests = tcase_create("shared blocks");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 600);
    tcase_add_checked_fixture(tests, scratch_setup, scratch_teardown);
    tcase_add_loop_test(tests, a_journal_begins_anew_beside_a_torn_bank, 0, 4);
    tcase_add_loop_test(tests, an_update_ends_in_the_start_in_which_a_bank_wears_out, 0, 4);
    tcase_add_loop_test(tests, a_namesake_of_the_version_record_is_not_carried, 0, 4);
    tcase_add_loop_test(
        tests, what_cannot_be_seen_is_not_erased, 0, (int)(sizeof unseen / sizeof unseen[0]));
    tcase_add_loop_test(tests, a_record_does_not_name_what_could_not_be_written, 0, 2);
    tcase_add_test(tests, two_views_of_the_blocks_that_differ_are_refused);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
