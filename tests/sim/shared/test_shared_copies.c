/* Journal and version area in the same blocks: which banks have the version record, and which get
 * it when. */
#include "tests/hostio/scratch_folder.h"
#include "tests/sim/shared/shared_rig.h"
#include "verify/flash/journal.h"
#include "verify/flash/version.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define STARTS 12

/* One bank alone has the version record, and there is room in the others: whichever bank the
 * journal erases first, an update ends. Test _i: of each layout, with two banks or three, either of
 * the two that the factory wrote keeps it. */
START_TEST(the_only_copy_is_carried_before_its_bank_is_erased)
{
    const uint32_t banks = _i / 4 == 0 ? 2 : 3, kept = (uint32_t)(_i / 2 % 2);
    struct fwd_version_table table;
    struct trust_rig rig;

    shared_device(&rig, _i % 2, banks);
    struct fwd_bytes package =
        trust_rig_package(&rig, &(struct trust_package){.from = 0, .to = 1, .counter = 1});
    for (uint32_t bank = 0; bank < banks; bank++) {
        if (bank != kept)
            shared_spoil(&rig, bank * SHARED_BLOCK, 64);
    }
    ck_assert_int_eq(trust_rig_settle(&rig, STARTS), 0);
    fwd_version_load(&rig.update, &table);
    ck_assert(table.found && table.banks == 1u << kept);
    ck_assert_int_eq(trust_rig_install(&rig, &package), FWD_OK);
    ck_assert_int_eq(trust_rig_settle(&rig, STARTS), 1);
    fwd_version_load(&rig.update, &table);
    ck_assert(table.found && table.named);
    ck_assert_str_eq(fwd_nor_violation_text(rig.machine->nor), "");
    fwd_bytes_free(&package);
    trust_rig_free(&rig);
}
END_TEST

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

    shared_device(&rig, _i % 2, banks);
    struct fwd_bytes package =
        trust_rig_package(&rig, &(struct trust_package){.from = 0, .to = 1, .counter = 1});
    rig.next = &package;
    for (; trust_rig_cut(&rig, &cut); trust_rig_reset(&rig), cut.operation++) {
        shared_look(&rig);
        fwd_version_load(&rig.update, &table);
        ck_assert_msg(!rig.update.journal.lost && table.found && table.named, "cut %u",
            (unsigned)cut.operation);
        ck_assert_uint_ge(rig.update.journal.record.version_number, named);
        named = rig.update.journal.record.version_number;
        if (rig.update.journal.record.state != FWD_STATE_SWITCHED)
            continue;
        ck_assert_msg((banks == 2 && switched > 0) || shared_in_several(table.banks), "cut %u",
            (unsigned)cut.operation);
        switched++;
    }
    ck_assert_uint_gt(switched, 1);
    fwd_version_load(&rig.update, &table);
    ck_assert(table.named && shared_in_several(table.banks));
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
        .offset = worn * SHARED_BLOCK,
        .size = SHARED_BLOCK};
    uint8_t banks[3][SHARED_BLOCK], now[SHARED_BLOCK];
    struct fwd_version_table table;
    struct trust_rig rig;

    shared_device(&rig, 0, 3);
    struct fwd_nor *nor = rig.machine->nor;
    struct fwd_bytes package =
        trust_rig_package(&rig, &(struct trust_package){.from = 0, .to = 1, .counter = 1});
    ck_assert(fwd_nor_peek(nor, FWD_AREA_JOURNAL, 0, banks[0], sizeof banks));
    ck_assert_uint_eq(
        banks[2][SHARED_BLOCK / 2], 0xFF); /* the factory's records are in the others */
    ck_assert(fwd_nor_poke(nor, FWD_AREA_JOURNAL, worn * SHARED_BLOCK, banks[2], SHARED_BLOCK));
    ck_assert(fwd_nor_poke(nor, FWD_AREA_JOURNAL, kept * SHARED_BLOCK, banks[0], SHARED_BLOCK));
    ck_assert(fwd_nor_poke(nor, FWD_AREA_JOURNAL, good * SHARED_BLOCK, banks[1], SHARED_BLOCK));
    shared_spoil(&rig, good * SHARED_BLOCK, 64);
    ck_assert(fwd_nor_fault_add(nor, &dies));
    ck_assert_int_eq(trust_rig_install(&rig, &package), FWD_OK);
    ck_assert_int_eq(trust_rig_settle(&rig, STARTS), 1);
    fwd_version_load(&rig.update, &table);
    ck_assert(table.named && shared_in_several(table.banks));
    ck_assert(fwd_nor_peek(nor, FWD_AREA_JOURNAL, worn * SHARED_BLOCK, now, SHARED_BLOCK));
    ck_assert_mem_eq(now, banks[2], SHARED_BLOCK);
    fwd_bytes_free(&package);
    trust_rig_free(&rig);
}
END_TEST

static void append_same(struct trust_rig *rig)
{
    struct fwd_record same = rig->update.journal.record;

    ck_assert_int_eq(fwd_journal_append(&rig->update.journal, &same), FWD_OK);
}

/* Appends a record that names a new version record, which it is the first to do. */
static enum fwd_reason append_fresh(struct trust_rig *rig)
{
    struct fwd_journal *journal = &rig->update.journal;
    struct fwd_record next = journal->record;
    struct fwd_version_table table;
    uint8_t bytes[SHARED_BLOCK / 4];

    fwd_version_load(&rig->update, &table);
    ck_assert(table.named);
    next.version_number = ++table.record.sequence;
    size_t size = fwd_version_record_encode(&table.record, bytes, sizeof bytes);
    ck_assert_uint_gt(size, 0);
    ck_assert(fwd_version_digest(&rig->update, bytes, (uint32_t)size, next.version_digest));
    journal->fresh = bytes;
    enum fwd_reason reason = fwd_journal_append(journal, &next);
    journal->fresh = NULL;
    return reason;
}

/* Of two banks the one that is not erased gets it beside the one in force, unless one of its slots
 * failed in this start. */
START_TEST(a_new_version_record_is_not_put_beside_what_failed)
{
    const bool fails = _i % 2 == 1;
    struct fwd_version_table table;
    struct trust_rig rig;

    shared_device(&rig, _i / 2, 2);
    shared_look(&rig);
    for (uint32_t bank = 0; bank < 2 && fails; bank++) {
        const struct fwd_nor_fault slot = {.operation = FWD_NOR_PROGRAM,
            .effect = FWD_NOR_FAIL,
            .area = FWD_AREA_JOURNAL,
            .offset = bank * SHARED_BLOCK + SHARED_BLOCK / 2,
            .size = SHARED_BLOCK / 2,
            .times = 1};
        ck_assert(fwd_nor_fault_add(rig.machine->nor, &slot));
    }
    append_same(&rig);
    const uint8_t home = rig.update.journal.home;
    ck_assert(rig.update.journal.banks[home].bad == fails);
    ck_assert_int_eq(append_fresh(&rig), FWD_OK);
    shared_look(&rig);
    fwd_version_load(&rig.update, &table);
    ck_assert(table.named && table.banks == (fails ? 1u << (1 - home) : 3));
    trust_rig_free(&rig);
}
END_TEST

/* The only copy is in the bank that is not in use, and the one in use has no place for it: it is
 * not erased for a record. Test _i: of each layout. */
START_TEST(the_only_copy_stays_where_no_other_bank_has_room)
{
    struct fwd_version_table table;
    struct trust_rig rig;

    shared_device(&rig, _i, 2);
    shared_look(&rig);
    shared_spoil(&rig, rig.update.journal.home * SHARED_BLOCK, SHARED_BLOCK / 2);
    shared_look(&rig);
    struct fwd_record same = rig.update.journal.record;
    enum fwd_reason reason = fwd_journal_append(&rig.update.journal, &same);
    (void)reason; /* whatever comes of it */
    ck_assert_int_eq(trust_rig_settle(&rig, STARTS), 0);
    fwd_version_load(&rig.update, &table);
    ck_assert(table.named);
    trust_rig_free(&rig);
}
END_TEST

/* Of three banks the one that is erased first, as it has no record, alone has the version record;
 * one of the others has no place for it. Test _i: which of them. */
START_TEST(the_only_copy_goes_where_there_is_room)
{
    const uint32_t full = (uint32_t)_i, other = 1 - full;
    uint8_t version[SHARED_BLOCK / 2];
    struct fwd_version_table table;
    struct trust_rig rig;

    shared_device(&rig, 0, 3);
    struct fwd_nor *nor = rig.machine->nor;
    ck_assert(fwd_nor_peek(nor, FWD_AREA_JOURNAL, 0, version, sizeof version));
    ck_assert(fwd_nor_poke(nor, FWD_AREA_JOURNAL, 2 * SHARED_BLOCK, version, sizeof version));
    shared_spoil(&rig, full * SHARED_BLOCK, SHARED_BLOCK / 2);
    shared_spoil(&rig, other * SHARED_BLOCK, 64);
    shared_look(&rig);
    append_same(&rig);
    ck_assert(!rig.update.journal.banks[2].bad);
    shared_look(&rig);
    fwd_version_load(&rig.update, &table);
    ck_assert(table.named && shared_in_several(table.banks));
    trust_rig_free(&rig);
}
END_TEST

/* Two records in a row: the next one would go behind them, without an erase. */
START_TEST(a_bank_that_has_lost_its_copy_takes_no_record)
{
    uint8_t erased[SHARED_BLOCK / 2];
    struct fwd_version_table table;
    struct trust_rig rig;

    shared_device(&rig, _i, 2);
    shared_look(&rig);
    uint32_t home = rig.update.journal.home * SHARED_BLOCK;
    uint32_t third = SHARED_BLOCK / 2 + 2 * fwd_journal_slot_size(&rig.machine->device.journal);
    memset(erased, 0xFF, sizeof erased);
    ck_assert(fwd_nor_poke(
        rig.machine->nor, FWD_AREA_JOURNAL, home + third, erased, SHARED_BLOCK - third));
    shared_spoil(&rig, home, 64);
    shared_look(&rig);
    append_same(&rig);
    shared_look(&rig);
    fwd_version_load(&rig.update, &table);
    ck_assert(table.named && (table.banks >> rig.update.journal.home & 1) != 0);
    trust_rig_free(&rig);
}
END_TEST

/* A copy that fails, or that reads back wrong: into the next place. Test _i: of each layout. */
START_TEST(a_copy_that_is_not_right_is_made_again)
{
    struct fwd_nor_fault once = {.operation = FWD_NOR_PROGRAM,
        .effect = _i / 2 == 0 ? FWD_NOR_FAIL : FWD_NOR_SILENT,
        .area = FWD_AREA_JOURNAL,
        .size = SHARED_BLOCK / 2,
        .times = 1};
    struct fwd_version_table table;
    struct trust_rig rig;

    shared_device(&rig, _i % 2, 2);
    shared_look(&rig);
    once.offset = (1u - rig.update.journal.home) * SHARED_BLOCK;
    ck_assert(fwd_nor_fault_add(rig.machine->nor, &once));
    append_same(&rig);
    shared_look(&rig);
    fwd_version_load(&rig.update, &table);
    ck_assert(table.named && table.banks == 3);
    trust_rig_free(&rig);
}
END_TEST

/* Of three banks the two others take no erase: the records, and a new version record, are in one.
 */
START_TEST(one_bank_of_three_is_not_erased_for_a_new_version_record)
{
    struct fwd_version_table table;
    struct trust_rig rig;

    shared_device(&rig, 0, 3);
    for (uint32_t bank = 0; bank < 3; bank++) {
        const struct fwd_nor_fault dies = {.operation = FWD_NOR_ERASE,
            .area = FWD_AREA_JOURNAL,
            .offset = bank * SHARED_BLOCK,
            .size = SHARED_BLOCK};
        ck_assert(bank == (uint32_t)_i || fwd_nor_fault_add(rig.machine->nor, &dies));
    }
    shared_look(&rig);
    append_same(&rig);
    uint32_t number = rig.update.journal.record.version_number;
    ck_assert_int_eq(append_fresh(&rig), FWD_E_JOURNAL_IO);
    shared_look(&rig);
    fwd_version_load(&rig.update, &table);
    ck_assert(table.named && (table.banks >> _i & 1) != 0);
    ck_assert_uint_eq(table.record.sequence, number);
    trust_rig_free(&rig);
}
END_TEST

/* ---- the order of writes --------------------------------------------------------------------- */

static struct {
    struct fwd_flash_port inner;
    bool unsafe; /* a copy was written, and may not be in the flash yet */
    unsigned copies, early;
} order;

static enum fwd_io program(
    void *ctx, const struct fwd_area *area, uint32_t offset, const void *bytes, uint32_t size)
{
    bool record = offset % SHARED_BLOCK >= SHARED_BLOCK / 2;

    if (area->id == FWD_AREA_JOURNAL) {
        order.early += record && order.unsafe;
        order.copies += !record;
        order.unsafe = order.unsafe || !record;
    }
    return order.inner.program(ctx, area, offset, bytes, size);
}

static enum fwd_io erase(void *ctx, const struct fwd_area *area, uint32_t offset, uint32_t size)
{
    order.early += area->id == FWD_AREA_JOURNAL && order.unsafe;
    return order.inner.erase(ctx, area, offset, size);
}

static enum fwd_io synchronise(void *ctx)
{
    order.unsafe = false;
    return order.inner.sync(ctx);
}

/* No record is written, and no bank erased, before the copy that it rests on is in the flash. */
START_TEST(a_copy_is_in_the_flash_before_what_rests_on_it)
{
    struct trust_rig rig;

    shared_device(&rig, _i % 2, _i / 2 == 0 ? 2 : 3);
    struct fwd_bytes package =
        trust_rig_package(&rig, &(struct trust_package){.from = 0, .to = 1, .counter = 1});
    struct fwd_flash_port *port = &rig.machine->flash_port;
    order.inner = *port;
    port->program = program;
    port->erase = erase;
    port->sync = synchronise;
    ck_assert_int_eq(trust_rig_install(&rig, &package), FWD_OK);
    ck_assert_int_eq(trust_rig_settle(&rig, STARTS), 1);
    ck_assert_uint_gt(order.copies, 2);
    ck_assert_uint_eq(order.early, 0);
    fwd_bytes_free(&package);
    trust_rig_free(&rig);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("shared copies");
    TCase *tests = tcase_create("shared copies");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tests, 600);
    tcase_add_checked_fixture(tests, scratch_setup, scratch_teardown);
    tcase_add_loop_test(tests, the_only_copy_is_carried_before_its_bank_is_erased, 0, 8);
    tcase_add_loop_test(tests, a_new_version_record_is_in_two_banks_once_it_is_named, 0, 4);
    tcase_add_loop_test(tests, a_bank_that_takes_no_erase_gets_no_copy, 0, 3);
    tcase_add_loop_test(tests, a_new_version_record_is_not_put_beside_what_failed, 0, 4);
    tcase_add_loop_test(tests, the_only_copy_stays_where_no_other_bank_has_room, 0, SHARED_KINDS);
    tcase_add_loop_test(tests, the_only_copy_goes_where_there_is_room, 0, 2);
    tcase_add_loop_test(tests, a_bank_that_has_lost_its_copy_takes_no_record, 0, SHARED_KINDS);
    tcase_add_loop_test(tests, a_copy_that_is_not_right_is_made_again, 0, 4);
    tcase_add_loop_test(tests, one_bank_of_three_is_not_erased_for_a_new_version_record, 0, 3);
    tcase_add_loop_test(tests, a_copy_is_in_the_flash_before_what_rests_on_it, 0, 4);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
