/* Journal and version area in the same two blocks: what is left of them when a bank was torn, or
 * wears out. */
#include "tests/hostio/scratch_folder.h"
#include "tests/sim/trust_rig.h"
#include "verify/flash/version.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define SIZE   20000u
#define STARTS 12
#define BLOCK  4096u

static const char *const kinds[] = {"4 KiB, unit 256", "4 KiB, unit 256, A/B"};

/* Test _i: of each layout, with either bank. */
static void new_rig(struct trust_rig *rig, int i, uint32_t *bank)
{
    struct torture_shape shape = *torture_shape(kinds[i / 2]);

    shape.journal = 2;
    shape.shared = true;
    trust_rig_new(rig, &shape, SIZE);
    *bank = (uint32_t)i % 2;
}

static void spoil(struct trust_rig *rig, uint32_t offset, uint32_t size)
{
    uint8_t garbage[BLOCK];

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
    tcase_add_test(tests, two_views_of_the_blocks_that_differ_are_refused);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
