/* Journal and version area in the same two blocks: what is left of them when a bank was torn, or
 * wears out. */
#include "tests/hostio/scratch_folder.h"
#include "tests/sim/trust_rig.h"
#include "verify/flash/journal.h"
#include "verify/flash/version.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define SIZE   20000u
#define STARTS 12
#define BLOCK  4096u

static const char *const kinds[] = {"4 KiB, unit 256", "4 KiB, unit 256, A/B"};

static void new_device(struct trust_rig *rig, int kind, uint32_t banks)
{
    struct torture_shape shape = *torture_shape(kinds[kind]);

    shape.journal = banks;
    shape.shared = true;
    trust_rig_new(rig, &shape, SIZE);
}

/* Test _i: of each layout, with either bank. */
static void new_rig(struct trust_rig *rig, int i, uint32_t *bank)
{
    new_device(rig, i / 2, 2);
    *bank = (uint32_t)i % 2;
}

static void spoil(struct trust_rig *rig, uint32_t offset, uint32_t size)
{
    uint8_t garbage[3 * BLOCK];

    memset(garbage, 0x5A, sizeof garbage);
    ck_assert(fwd_nor_poke(rig->machine->nor, FWD_AREA_JOURNAL, offset, garbage, size));
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
    spoil(&rig, torn * BLOCK, BLOCK);
    spoil(&rig, (1 - torn) * BLOCK + BLOCK / 2, BLOCK / 2);
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
            .offset = worn * BLOCK,
            .size = BLOCK,
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
    uint8_t half[BLOCK / 2], other[BLOCK / 4];
    uint32_t number, size;

    ck_assert(fwd_nor_peek(rig->machine->nor, FWD_AREA_JOURNAL, bank * BLOCK, half, sizeof half));
    ck_assert(fwd_version_record_head(half, &number, &size));
    ck_assert(fwd_version_record_decode(half, size, &record));
    record.entries[0].version = fwd_text_of("6.6.6");
    size_t changed = fwd_version_record_encode(&record, other, sizeof other);
    ck_assert_uint_gt(changed, 0);
    memset(half + size, 0xFF, sizeof half - size);
    memcpy(half + BLOCK / 4, half, size);
    memset(half, 0xFF, BLOCK / 4);
    memcpy(half, other, changed);
    ck_assert(fwd_nor_poke(rig->machine->nor, FWD_AREA_JOURNAL, bank * BLOCK, half, sizeof half));
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

/* One bank alone has the version record, and there is room in the others: whichever bank the
 * journal erases first, an update ends. Test _i: of each layout, with two banks or three, either of
 * the two that the factory wrote keeps it. */
START_TEST(the_only_copy_is_carried_before_its_bank_is_erased)
{
    const uint32_t banks = _i / 4 == 0 ? 2 : 3, kept = (uint32_t)(_i / 2 % 2);
    struct fwd_version_table table;
    struct trust_rig rig;

    new_device(&rig, _i % 2, banks);
    struct fwd_bytes package =
        trust_rig_package(&rig, &(struct trust_package){.from = 0, .to = 1, .counter = 1});
    for (uint32_t bank = 0; bank < banks; bank++) {
        if (bank != kept)
            spoil(&rig, bank * BLOCK, 64);
    }
    ck_assert_int_eq(trust_rig_settle(&rig, STARTS), 0);
    fwd_version_load(&rig.update, &table);
    ck_assert(table.found && table.banks == 1u << kept);
    ck_assert_int_eq(trust_rig_install(&rig, &package), FWD_OK);
    ck_assert_int_eq(trust_rig_settle(&rig, STARTS), 1);
    fwd_version_load(&rig.update, &table);
    ck_assert(table.found && table.named);
    fwd_bytes_free(&package);
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
        .size = hidden * BLOCK,
        .until_write = true};
    struct trust_rig rig;

    new_device(&rig, 0, banks);
    struct fwd_nor *nor = rig.machine->nor;
    struct fwd_bytes full =
        trust_rig_package(&rig, &(struct trust_package){.from = -1, .to = 2, .counter = 1});
    spoil(&rig, 0, banks * BLOCK);
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

    new_device(&rig, _i, 2);
    struct fwd_bytes full =
        trust_rig_package(&rig, &(struct trust_package){.from = -1, .to = 2, .counter = 1});
    spoil(&rig, 0, 2 * BLOCK);
    ck_assert_int_eq(trust_rig_settle(&rig, STARTS), TRUST_WAITS);
    for (uint32_t bank = 0; bank < 2; bank++) {
        const struct fwd_nor_fault half = {.operation = FWD_NOR_PROGRAM,
            .effect = FWD_NOR_FAIL,
            .area = FWD_AREA_JOURNAL,
            .offset = bank * BLOCK,
            .size = BLOCK / 2};
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

/* Power on, and the journal is read. */
static void look(struct trust_rig *rig)
{
    fwd_machine_power_cycle(rig->machine);
    ck_assert_int_eq(fwd_update_init(&rig->update, &rig->machine->device), FWD_OK);
}

static bool in_several(uint16_t banks)
{
    return (banks & (banks - 1)) != 0;
}

/* When the first journal record names it; of three banks also while another one is erased. No cut
 * leads back to the one before. Test _i: of each layout, with two banks or three. */
START_TEST(a_new_version_record_is_in_two_banks_once_it_is_named)
{
    const uint32_t banks = _i / 2 == 0 ? 2 : 3;
    struct fwd_nor_cut cut = {1, FWD_NOR_BEFORE, 0, 0};
    struct fwd_version_table table;
    unsigned switched = 0;
    uint32_t named = 0;
    struct trust_rig rig;

    new_device(&rig, _i % 2, banks);
    struct fwd_bytes package =
        trust_rig_package(&rig, &(struct trust_package){.from = 0, .to = 1, .counter = 1});
    rig.next = &package;
    for (; trust_rig_cut(&rig, &cut); trust_rig_reset(&rig), cut.operation++) {
        look(&rig);
        fwd_version_load(&rig.update, &table);
        ck_assert_msg(!rig.update.journal.lost && table.found && table.named, "cut %u",
            (unsigned)cut.operation);
        ck_assert_uint_ge(rig.update.journal.record.version_number, named);
        named = rig.update.journal.record.version_number;
        if (rig.update.journal.record.state != FWD_STATE_SWITCHED)
            continue;
        ck_assert_msg((banks == 2 && switched > 0) || in_several(table.banks), "cut %u",
            (unsigned)cut.operation);
        switched++;
    }
    ck_assert_uint_gt(switched, 1);
    fwd_version_load(&rig.update, &table);
    ck_assert(table.named && in_several(table.banks));
    fwd_bytes_free(&package);
    trust_rig_free(&rig);
}
END_TEST

/* Of three banks one takes no erase, and the one that is to be erased next alone has the version
 * record. Test _i: which one is worn. */
START_TEST(a_bank_that_takes_no_erase_gets_no_copy)
{
    const uint32_t worn = (uint32_t)_i, good = (worn + 1) % 3, kept = (worn + 2) % 3;
    const struct fwd_nor_fault dies = {.operation = FWD_NOR_ERASE,
        .area = FWD_AREA_JOURNAL,
        .offset = worn * BLOCK,
        .size = BLOCK};
    uint8_t banks[3][BLOCK], now[BLOCK];
    struct fwd_version_table table;
    struct trust_rig rig;

    new_device(&rig, 0, 3);
    struct fwd_nor *nor = rig.machine->nor;
    struct fwd_bytes package =
        trust_rig_package(&rig, &(struct trust_package){.from = 0, .to = 1, .counter = 1});
    ck_assert(fwd_nor_peek(nor, FWD_AREA_JOURNAL, 0, banks[0], sizeof banks));
    ck_assert_uint_eq(banks[2][BLOCK / 2], 0xFF); /* the factory's records are in the others */
    ck_assert(fwd_nor_poke(nor, FWD_AREA_JOURNAL, worn * BLOCK, banks[2], BLOCK));
    ck_assert(fwd_nor_poke(nor, FWD_AREA_JOURNAL, kept * BLOCK, banks[0], BLOCK));
    ck_assert(fwd_nor_poke(nor, FWD_AREA_JOURNAL, good * BLOCK, banks[1], BLOCK));
    spoil(&rig, good * BLOCK, 64);
    ck_assert(fwd_nor_fault_add(nor, &dies));
    ck_assert_int_eq(trust_rig_install(&rig, &package), FWD_OK);
    ck_assert_int_eq(trust_rig_settle(&rig, STARTS), 1);
    fwd_version_load(&rig.update, &table);
    ck_assert(table.named && in_several(table.banks));
    ck_assert(fwd_nor_peek(nor, FWD_AREA_JOURNAL, worn * BLOCK, now, BLOCK));
    ck_assert_mem_eq(now, banks[2], BLOCK);
    fwd_bytes_free(&package);
    trust_rig_free(&rig);
}
END_TEST

/* Appends a record that names a new version record, which it is the first to do. */
static void append_fresh(struct trust_rig *rig)
{
    struct fwd_journal *journal = &rig->update.journal;
    struct fwd_record next = journal->record;
    struct fwd_version_table table;
    uint8_t bytes[BLOCK / 4];

    fwd_version_load(&rig->update, &table);
    ck_assert(table.named);
    next.version_number = ++table.record.sequence;
    size_t size = fwd_version_record_encode(&table.record, bytes, sizeof bytes);
    ck_assert_uint_gt(size, 0);
    ck_assert(fwd_version_digest(&rig->update, bytes, (uint32_t)size, next.version_digest));
    journal->fresh = bytes;
    ck_assert_int_eq(fwd_journal_append(journal, &next), FWD_OK);
    journal->fresh = NULL;
}

/* Of two banks the one that is not erased gets it beside the one in force, unless one of its slots
 * failed in this start. */
START_TEST(a_new_version_record_is_not_put_beside_what_failed)
{
    const bool fails = _i % 2 == 1;
    struct fwd_version_table table;
    struct trust_rig rig;

    new_device(&rig, _i / 2, 2);
    look(&rig);
    for (uint32_t bank = 0; bank < 2 && fails; bank++) {
        const struct fwd_nor_fault slot = {.operation = FWD_NOR_PROGRAM,
            .effect = FWD_NOR_FAIL,
            .area = FWD_AREA_JOURNAL,
            .offset = bank * BLOCK + BLOCK / 2,
            .size = BLOCK / 2,
            .times = 1};
        ck_assert(fwd_nor_fault_add(rig.machine->nor, &slot));
    }
    struct fwd_record same = rig.update.journal.record;
    ck_assert_int_eq(fwd_journal_append(&rig.update.journal, &same), FWD_OK);
    const uint8_t home = rig.update.journal.home;
    ck_assert(rig.update.journal.banks[home].bad == fails);
    append_fresh(&rig);
    look(&rig);
    fwd_version_load(&rig.update, &table);
    ck_assert(table.named && table.banks == (fails ? 1u << (1 - home) : 3));
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
        view->address += i == 1 ? BLOCK : 0;
        view->size += i == 2 ? BLOCK : 0;
        view->program_unit /= i == 3 ? 2 : 1;
        view->program_page = i == 4 ? BLOCK : right.program_page;
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
    tcase_add_loop_test(tests, the_only_copy_is_carried_before_its_bank_is_erased, 0, 8);
    tcase_add_loop_test(
        tests, what_cannot_be_seen_is_not_erased, 0, (int)(sizeof unseen / sizeof unseen[0]));
    tcase_add_loop_test(tests, a_record_does_not_name_what_could_not_be_written, 0, 2);
    tcase_add_loop_test(tests, a_new_version_record_is_in_two_banks_once_it_is_named, 0, 4);
    tcase_add_loop_test(tests, a_bank_that_takes_no_erase_gets_no_copy, 0, 3);
    tcase_add_loop_test(tests, a_new_version_record_is_not_put_beside_what_failed, 0, 4);
    tcase_add_test(tests, two_views_of_the_blocks_that_differ_are_refused);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
