/* Faults by which a device was lost, or ran what nobody had signed: each is done to a device again.
 * One test case for each; `test_known_faults NAME` runs one. */
#include "sim/device/system.h"
#include "tests/hostio/scratch_folder.h"
#include "tests/sim/trust_rig.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define SIZE   60000u /* fifteen erase blocks of 4 KiB */
#define STARTS 12

/* Twice as many starts as any limit of the library allows. */
#define MANY_STARTS 150

static const char *const in_place = "4 KiB, unit 256", *const two_slots = "4 KiB, unit 256, A/B";

static void new_rig(struct trust_rig *rig, const char *shape)
{
    trust_rig_new(rig, torture_shape(shape), SIZE);
}

static struct fwd_bytes delta(struct trust_rig *rig, int from, int to, uint32_t counter)
{
    return trust_rig_package(
        rig, &(struct trust_package){.from = from, .to = to, .counter = counter});
}

static struct fwd_bytes full(struct trust_rig *rig, int to, uint32_t counter)
{
    return delta(rig, -1, to, counter);
}

/* Installs, and remembers the device. */
static void begin_with(struct trust_rig *rig, const struct fwd_bytes *package)
{
    ck_assert_int_eq(trust_rig_install(rig, package), FWD_OK);
    ck_assert_int_ge(trust_rig_settle(rig, 4), 0);
    trust_rig_remember(rig);
}

/* The first operation of rig->next whose cut leaves that state in the journal; 0: none. */
static uint64_t operation_of(struct trust_rig *rig, enum fwd_state state)
{
    struct fwd_nor_cut cut = {1, FWD_NOR_BEFORE, 0, 0};

    for (;; cut.operation++) {
        trust_rig_reset(rig);
        if (!trust_rig_cut(rig, &cut))
            return 0;
        if (rig->update.journal.record.state == (uint8_t)state)
            return cut.operation;
    }
}

/* ---- the rig itself -------------------------------------------------------------------------- */

/* What makes the faults works: a fault that is known must not hide that it does not. */
START_TEST(packages_and_forged_records_are_sound)
{
    struct trust_rig rig;

    new_rig(&rig, _i == 0 ? in_place : two_slots);
    struct fwd_bytes first = delta(&rig, 0, 1, 1), second = full(&rig, 2, 1);
    struct fwd_bytes other =
        trust_rig_package(&rig, &(struct trust_package){.from = -1, .to = 2, .key = &rig.limited});
    ck_assert_int_eq(trust_rig_install(&rig, &first), FWD_OK);
    ck_assert_int_eq(trust_rig_settle(&rig, STARTS), 1);
    ck_assert_int_eq(trust_rig_install(&rig, &other), FWD_E_NOT_AUTHORISED);
    ck_assert_int_eq(trust_rig_install(&rig, &second), FWD_OK);
    ck_assert_int_eq(trust_rig_settle(&rig, STARTS), 2);
    /* a record that says what is true changes nothing */
    struct fwd_record record = rig.update.journal.record;
    trust_rig_put_journal(&rig, &record);
    ck_assert_int_eq(trust_rig_settle(&rig, STARTS), 2);
    ck_assert_int_eq(rig.update.journal.record.state, record.state);
    fwd_bytes_free(&first);
    fwd_bytes_free(&second);
    fwd_bytes_free(&other);
    trust_rig_free(&rig);
}
END_TEST

/* ---- T1 -------------------------------------------------------------------------------------- */

/* Sizes: where the records of the first update end in the journal differs. */
static const struct {
    const char *shape;
    size_t size;
    enum fwd_nor_effect effect;
    bool until_write;
} losses[] = {
    {"4 KiB, unit 256", 9000, FWD_NOR_FAIL, true},
    {"4 KiB, unit 256", 9000, FWD_NOR_BLANK, true},
    {"4 KiB, unit 256", 9000, FWD_NOR_BLANK, false},
    {"4 KiB, unit 256", 30000, FWD_NOR_FAIL, true},
    {"4 KiB, little spare staging", 16000, FWD_NOR_FAIL, true},
    {"4 KiB, unit 256, A/B", 9000, FWD_NOR_FAIL, true},
};

/* The journal gives nothing for one start, the next delta is installed in that power cycle, power
 * fails: older records must not count again. */
START_TEST(an_older_record_does_not_count_again)
{
    struct trust_rig rig;

    trust_rig_new(&rig, torture_shape(losses[_i].shape), losses[_i].size);
    struct fwd_bytes first = delta(&rig, 0, 1, 1), second = delta(&rig, 1, 2, 1);
    begin_with(&rig, &first);
    rig.next = &second;
    for (struct fwd_nor_cut cut = {1, FWD_NOR_HALF, 0, 0};; cut.operation += 3) {
        trust_rig_reset(&rig);
        struct fwd_nor_fault blind = {.operation = FWD_NOR_READ,
            .effect = losses[_i].effect,
            .area = FWD_AREA_JOURNAL,
            .until_write = losses[_i].until_write,
            .cycle = fwd_nor_power_cycles(rig.machine->nor) + 1};
        ck_assert(fwd_nor_fault_add(rig.machine->nor, &blind));
        bool was_cut = trust_rig_cut(&rig, &cut);
        int end = trust_rig_settle(&rig, STARTS);
        ck_assert_msg(end == 1 || end == 2, "cut at %u: %d", (unsigned)cut.operation, end);
        ck_assert_int_eq(end == 2 ? 2 : trust_rig_insist(&rig, &second, STARTS), 2);
        if (!was_cut)
            break;
    }
    fwd_bytes_free(&first);
    fwd_bytes_free(&second);
    trust_rig_free(&rig);
}
END_TEST

/* ---- T2 -------------------------------------------------------------------------------------- */

static struct fwd_record forged(enum fwd_state state, uint8_t flags, uint32_t sequence)
{
    return (struct fwd_record){
        .sequence = sequence, .state = (uint8_t)state, .flags = flags, .command = FWD_COMMAND_ANY};
}

/* `acting` with steps of literals, and a version record that names what they write. */
START_TEST(forged_steps_and_a_forged_version_record_run_nothing)
{
    struct trust_rig rig;

    new_rig(&rig, in_place);
    struct fwd_bytes package = delta(&rig, 0, 1, 1);
    begin_with(&rig, &package);
    struct fwd_record record =
        forged(FWD_STATE_ACTING, FWD_RECORD_COMPLETE | FWD_RECORD_DESTRUCTIVE, 1000);
    record.attempts = 2;
    trust_rig_put_version(&rig, TRUST_EVIL, 0, 7);
    trust_rig_put_staging(&rig, &package, TRUST_EVIL, &record);
    trust_rig_put_journal(&rig, &record);
    int end = trust_rig_settle(&rig, STARTS);
    ck_assert_msg(end == 0 || end == 1 || end == TRUST_WAITS, "%d", end);
    fwd_bytes_free(&package);
    trust_rig_free(&rig);
}
END_TEST

/* Journal and staging alone: first the steps, then `verified`. */
START_TEST(a_forged_verified_runs_nothing)
{
    struct trust_rig rig;

    new_rig(&rig, in_place);
    struct fwd_bytes package = delta(&rig, 0, 1, 1);
    begin_with(&rig, &package);
    for (int phase = 0; phase < 2; phase++) {
        struct fwd_record record = forged(phase == 0 ? FWD_STATE_ACTING : FWD_STATE_VERIFIED,
            FWD_RECORD_COMPLETE | FWD_RECORD_DESTRUCTIVE, 1000 + 1000 * (uint32_t)phase);
        trust_rig_put_staging(&rig, &package, TRUST_EVIL, &record);
        trust_rig_put_journal(&rig, &record);
        int end = trust_rig_settle(&rig, STARTS);
        ck_assert_msg(end == 0 || end == 1 || end == TRUST_WAITS, "phase %d: %d", phase, end);
    }
    fwd_bytes_free(&package);
    trust_rig_free(&rig);
}
END_TEST

/* The old firmware is intact: the claim that the new one is complete must not cost its record. */
START_TEST(a_forged_verified_costs_nothing)
{
    struct trust_rig rig;

    new_rig(&rig, _i == 0 ? in_place : two_slots);
    struct fwd_bytes first = delta(&rig, 0, 1, 1), second = delta(&rig, 1, 2, 1);
    begin_with(&rig, &first);
    struct fwd_record record =
        forged(FWD_STATE_VERIFIED, FWD_RECORD_COMPLETE | FWD_RECORD_DESTRUCTIVE, 1000);
    record.stored = (uint32_t)second.size;
    record.active = _i == 0 ? 0 : 1;
    trust_rig_session(&second, record.session);
    trust_rig_put_package(&rig, &second);
    if (_i == 0)
        trust_rig_put_staging(&rig, &second, 2, &record);
    trust_rig_put_journal(&rig, &record);
    ck_assert_int_eq(trust_rig_settle(&rig, STARTS), 1);
    fwd_bytes_free(&first);
    fwd_bytes_free(&second);
    trust_rig_free(&rig);
}
END_TEST

/* ---- T3 -------------------------------------------------------------------------------------- */

/* A full package that the device refuses, and `acting` on it. */
static void acting_on(struct trust_rig *rig, const struct trust_package *wanted)
{
    struct fwd_bytes package = trust_rig_package(rig, wanted);
    struct fwd_record record = forged(
        FWD_STATE_ACTING, FWD_RECORD_COMPLETE | FWD_RECORD_DESTRUCTIVE | FWD_RECORD_FULL, 1000);

    ck_assert_int_ne(trust_rig_install(rig, &package), FWD_OK);
    trust_rig_put_package(rig, &package);
    trust_rig_session(&package, record.session);
    record.stored = (uint32_t)package.size;
    trust_rig_put_journal(rig, &record);
    int end = trust_rig_settle(rig, STARTS);
    ck_assert_msg(end == 1 || end == TRUST_WAITS, "%d", end);
    fwd_bytes_free(&package);
}

START_TEST(forged_acting_does_not_install_an_older_counter)
{
    struct trust_rig rig;

    new_rig(&rig, in_place);
    struct fwd_bytes newer = full(&rig, 1, 5);
    begin_with(&rig, &newer);
    acting_on(&rig, &(struct trust_package){.from = -1, .to = 2, .counter = 4});
    fwd_bytes_free(&newer);
    trust_rig_free(&rig);
}
END_TEST

START_TEST(forged_acting_does_not_install_what_a_key_may_not_sign)
{
    struct trust_rig rig;

    new_rig(&rig, in_place);
    struct fwd_bytes newer = full(&rig, 1, 0);
    begin_with(&rig, &newer);
    acting_on(&rig,
        &(struct trust_package){.from = -1, .to = 2, .product = "other", .key = &rig.limited});
    fwd_bytes_free(&newer);
    trust_rig_free(&rig);
}
END_TEST

/* ---- T4 -------------------------------------------------------------------------------------- */

/* Power fails once the new firmware is current and before its counter is; then the package changes
 * in flash. */
START_TEST(the_counter_follows_what_runs)
{
    struct trust_rig rig;

    new_rig(&rig, two_slots);
    struct fwd_bytes newer = full(&rig, 1, 5), older = full(&rig, 2, 4);
    rig.next = &newer;
    /* the record is complete, and nothing came after it */
    struct fwd_nor_cut cut = {operation_of(&rig, FWD_STATE_SWITCHED) - 1, FWD_NOR_AFTER, 0, 0};
    trust_rig_reset(&rig);
    ck_assert(trust_rig_cut(&rig, &cut));
    ck_assert_uint_eq(rig.machine->nvm.counters[0], 0);
    uint8_t byte;
    ck_assert(fwd_nor_peek(rig.machine->nor, FWD_AREA_PACKAGE, 20000, &byte, 1));
    byte ^= 0x01;
    ck_assert(fwd_nor_poke(rig.machine->nor, FWD_AREA_PACKAGE, 20000, &byte, 1));
    int end = trust_rig_settle(&rig, STARTS);
    ck_assert(end == 0 || end == 1);
    if (end == 1) {
        ck_assert_uint_eq(rig.machine->nvm.counters[0], 5);
        ck_assert_int_ne(trust_rig_install(&rig, &older), FWD_OK);
        ck_assert_int_eq(trust_rig_settle(&rig, STARTS), 1);
    }
    ck_assert(end == 1 || trust_rig_install(&rig, &newer) == FWD_OK);
    fwd_bytes_free(&newer);
    fwd_bytes_free(&older);
    trust_rig_free(&rig);
}
END_TEST

/* ---- T5 -------------------------------------------------------------------------------------- */

/* What updating needs and starting does not. */
START_TEST(a_damaged_file_store_withholds_no_firmware)
{
    static const uint8_t rubbish[8] = {0};
    struct trust_rig rig;

    new_rig(&rig, two_slots);
    struct fwd_bytes package = delta(&rig, 0, 1, 1);
    rig.next = &package;
    struct fwd_nor_cut cut = {operation_of(&rig, FWD_STATE_REHEARSING) + 3, FWD_NOR_BEFORE, 0, 0};
    trust_rig_reset(&rig);
    ck_assert(trust_rig_cut(&rig, &cut));
    ck_assert(fwd_nor_poke(rig.machine->nor, FWD_AREA_SYSTEM,
        fwd_system_offset(rig.machine->description, FWD_SYSTEM_FILE_STORE), rubbish,
        sizeof rubbish));
    ck_assert_int_eq(trust_rig_settle(&rig, MANY_STARTS), 0);
    fwd_bytes_free(&package);
    trust_rig_free(&rig);
}
END_TEST

/* Power that never lasts for a rehearsal: the old firmware is whole, and must run some day. */
START_TEST(power_that_fails_at_every_start_withholds_no_firmware)
{
    struct trust_rig rig;
    bool runs = false;

    new_rig(&rig, in_place);
    struct fwd_bytes package = delta(&rig, 0, 1, 1);
    rig.next = &package;
    struct fwd_nor_cut cut = {operation_of(&rig, FWD_STATE_REHEARSING) + 5, FWD_NOR_BEFORE, 0, 0};
    trust_rig_reset(&rig);
    ck_assert(trust_rig_cut(&rig, &cut));
    rig.next = NULL;
    cut.operation = 12;
    for (int i = 0; i < MANY_STARTS && !runs; i++)
        runs = !trust_rig_cut(&rig, &cut) && rig.choice.action == FWD_BOOT_RUN;
    ck_assert_msg(runs, "nothing ran in %d starts", MANY_STARTS);
    ck_assert_int_eq(trust_rig_running(&rig), 0);
    fwd_bytes_free(&package);
    trust_rig_free(&rig);
}
END_TEST

/* Pieces of the image, at random: a delta with as many runs. */
static struct fwd_bytes shuffled(const struct fwd_bytes *image, size_t piece)
{
    size_t count = image->size / piece;
    struct fwd_bytes out = {malloc(image->size), image->size};

    ck_assert_ptr_nonnull(out.data);
    memcpy(out.data, image->data, image->size);
    for (uint64_t i = 0, at = 1; i < count; i++, at = at * 48271 % 2147483647)
        memcpy(out.data + i * piece, image->data + at % count * piece, piece);
    return out;
}

/* Whatever a decoder does before its first byte, the watchdog is fed. */
START_TEST(the_watchdog_is_fed_while_a_decoder_begins)
{
    static const struct torture_shape large = {"large", true, 256, 255, false,
        "[{\"size\": 4096, \"count\": 128}]", 524288, 4096, 4096, NULL, 0, 2, false};
    struct trust_rig rig;

    trust_rig_new(&rig, &large, 500000);
    fwd_bytes_free(&rig.images[1]);
    rig.images[1] = shuffled(&rig.images[0], 41);
    struct fwd_bytes package = trust_rig_package(
        &rig, &(struct trust_package){.from = 0, .to = 1, .codec = FWD_CODEC_FWD});
    rig.next = &package;
    rig.machine->watchdog.limit = 4 * 4096;
    fwd_watchdog_wrap(&rig.machine->watchdog, &rig.machine->ports);
    for (int i = 0; i < STARTS; i++) {
        trust_rig_cut(&rig, NULL);
        rig.next = NULL;
    }
    ck_assert_msg(rig.machine->resets == 0, "%u of %d starts were reset: %u bytes of work at once",
        rig.machine->resets, STARTS, (unsigned)rig.machine->watchdog.most);
    ck_assert_int_eq(trust_rig_running(&rig), 1);
    fwd_bytes_free(&package);
    trust_rig_free(&rig);
}
END_TEST

/* ---- T6, T7 ---------------------------------------------------------------------------------- */

static void wear_out(const struct trust_rig *rig, uint16_t area, uint32_t block)
{
    struct fwd_nor_fault worn = {
        .operation = FWD_NOR_WRITE, .area = area, .offset = block * 4096, .size = 4096};

    ck_assert(fwd_nor_fault_add(rig->machine->nor, &worn));
}

/* No records any more in the middle of the firmware: never an endless wait. */
START_TEST(one_worn_journal_block_ends)
{
    struct trust_rig rig;

    new_rig(&rig, in_place);
    struct fwd_bytes first = delta(&rig, 0, 1, 1), second = delta(&rig, 1, 2, 1);
    wear_out(&rig, FWD_AREA_JOURNAL, (uint32_t)_i);
    rig.next = &first;
    for (int i = 0; i < 4; i++) {
        trust_rig_cycle(&rig);
        int end = trust_rig_settle(&rig, MANY_STARTS);
        ck_assert_msg(end >= 0 || end == TRUST_WAITS, "update %d: %d", i, end);
        if (end == TRUST_WAITS) {
            struct fwd_bytes way_out = full(&rig, 2, 1);
            ck_assert_int_eq(trust_rig_insist(&rig, &way_out, STARTS), 2);
            fwd_bytes_free(&way_out);
        }
        if (end == 1)
            rig.next = &second;
    }
    fwd_bytes_free(&first);
    fwd_bytes_free(&second);
    trust_rig_free(&rig);
}
END_TEST

/* At least one more update succeeds. */
START_TEST(one_worn_version_block_does_not_end_all_updates)
{
    struct trust_rig rig;

    new_rig(&rig, _i / 2 == 0 ? in_place : two_slots);
    struct fwd_bytes package = delta(&rig, 0, 1, 1);
    wear_out(&rig, FWD_AREA_VERSION, (uint32_t)_i % 2);
    int end = 0;
    for (int i = 0; i < 3 && end == 0; i++) {
        enum fwd_reason reason = trust_rig_install(&rig, &package);
        (void)reason;
        end = trust_rig_settle(&rig, STARTS);
    }
    ck_assert_int_eq(end, 1);
    ck_assert_int_eq(rig.reason, FWD_OK);
    /* and from then on it runs, whatever is tried */
    struct fwd_bytes next = delta(&rig, 1, 2, 1);
    for (int i = 0; i < 3 && end == 1; i++) {
        enum fwd_reason reason = trust_rig_install(&rig, &next);
        (void)reason;
        end = trust_rig_settle(&rig, STARTS);
        ck_assert(end == 1 || end == 2);
    }
    fwd_bytes_free(&package);
    fwd_bytes_free(&next);
    trust_rig_free(&rig);
}
END_TEST

/* ---- T8 -------------------------------------------------------------------------------------- */

/* The other slot is being written when the record that says so is damaged. */
START_TEST(a_damaged_version_record_starts_no_stale_slot)
{
    struct trust_rig rig;

    new_rig(&rig, two_slots);
    struct fwd_bytes first = delta(&rig, 0, 1, 1), second = delta(&rig, 1, 2, 1);
    begin_with(&rig, &first);
    rig.next = &second;
    for (struct fwd_nor_cut cut = {1, FWD_NOR_HALF, 0, 0};; cut.operation += 5) {
        uint8_t byte;
        trust_rig_reset(&rig);
        if (!trust_rig_cut(&rig, &cut))
            break;
        ck_assert(fwd_nor_peek(rig.machine->nor, FWD_AREA_VERSION, 4130, &byte, 1));
        byte ^= 0x01;
        ck_assert(fwd_nor_poke(rig.machine->nor, FWD_AREA_VERSION, 4130, &byte, 1));
        int end = trust_rig_settle(&rig, STARTS);
        ck_assert_msg(
            end >= 0 && end < TRUST_SIGNED, "cut at %u: %d", (unsigned)cut.operation, end);
    }
    fwd_bytes_free(&first);
    fwd_bytes_free(&second);
    trust_rig_free(&rig);
}
END_TEST

/* ---- T11 ------------------------------------------------------------------------------------- */

/* Sequence numbers that would run out. */
START_TEST(a_high_sequence_number_does_not_stop_the_journal)
{
    static const uint32_t below[] = {0, 1, 2, 16, 40};
    struct trust_rig rig;

    new_rig(&rig, in_place);
    struct fwd_bytes package = delta(&rig, 0, 1, 1);
    rig.next = &package;
    struct fwd_nor_cut cut = {operation_of(&rig, FWD_STATE_REHEARSING) + 3, FWD_NOR_BEFORE, 0, 0};
    trust_rig_reset(&rig);
    ck_assert(trust_rig_cut(&rig, &cut));
    struct fwd_record record = rig.update.journal.record;
    record.sequence = UINT32_MAX - below[_i];
    trust_rig_put_journal(&rig, &record);
    int end = trust_rig_settle(&rig, MANY_STARTS);
    ck_assert_msg(end == 0 || end == 1, "%d", end);
    /* a journal that is lost for good ends deltas in place: only a full package begins a new one */
    struct fwd_bytes way_out = full(&rig, 1, 1);
    end = trust_rig_insist(&rig, &package, STARTS);
    ck_assert_int_eq(end == 1 ? 1 : trust_rig_insist(&rig, &way_out, STARTS), 1);
    fwd_bytes_free(&way_out);
    fwd_bytes_free(&package);
    trust_rig_free(&rig);
}
END_TEST

/* ---- one or all ------------------------------------------------------------------------------ */

static void add(Suite *suite, const char *name, const TTest *test, int count)
{
    TCase *one = tcase_create(name);

    tcase_set_timeout(one, 300);
    tcase_add_checked_fixture(one, scratch_setup, scratch_teardown);
    tcase_add_loop_test(one, test, 0, count);
    suite_add_tcase(suite, one);
}

int main(int argc, char **argv)
{
    Suite *suite = suite_create("known faults");
    SRunner *runner = srunner_create(suite);

    add(suite, "rig", packages_and_forged_records_are_sound, 2);
    add(suite, "lost_journal", an_older_record_does_not_count_again,
        (int)(sizeof losses / sizeof losses[0]));
    add(suite, "forged_steps", forged_steps_and_a_forged_version_record_run_nothing, 1);
    add(suite, "forged_verified", a_forged_verified_runs_nothing, 1);
    add(suite, "forged_commit", a_forged_verified_costs_nothing, 2);
    add(suite, "forged_counter", forged_acting_does_not_install_an_older_counter, 1);
    add(suite, "forged_role", forged_acting_does_not_install_what_a_key_may_not_sign, 1);
    add(suite, "lost_counter", the_counter_follows_what_runs, 1);
    add(suite, "file_store", a_damaged_file_store_withholds_no_firmware, 1);
    add(suite, "power_never_lasts", power_that_fails_at_every_start_withholds_no_firmware, 1);
    add(suite, "watchdog", the_watchdog_is_fed_while_a_decoder_begins, 1);
    add(suite, "worn_journal", one_worn_journal_block_ends, 2);
    add(suite, "worn_version", one_worn_version_block_does_not_end_all_updates, 4);
    add(suite, "stale_slot", a_damaged_version_record_starts_no_stale_slot, 1);
    add(suite, "last_sequence", a_high_sequence_number_does_not_stop_the_journal, 5);
    srunner_run(runner, NULL, argc > 1 ? argv[1] : NULL, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    int run = srunner_ntests_run(runner);
    srunner_free(runner);
    return failed == 0 && run > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
