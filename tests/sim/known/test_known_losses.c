/* Flash that loses or keeps what it should not: records, counters, blocks. */
#include "tests/sim/known/known_faults_rig.h"

/* ---- the journal ----------------------------------------------------------------------------- */

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
    struct fwd_bytes first = known_faults_delta(&rig, 0, 1, 1),
                     second = known_faults_delta(&rig, 1, 2, 1);
    known_faults_begin(&rig, &first);
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
        int end = trust_rig_settle(&rig, KNOWN_FAULTS_STARTS);
        ck_assert_msg(end == 1 || end == 2, "cut at %u: %d", (unsigned)cut.operation, end);
        ck_assert_int_eq(end == 2 ? 2 : trust_rig_insist(&rig, &second, KNOWN_FAULTS_STARTS), 2);
        if (!was_cut)
            break;
    }
    fwd_bytes_free(&first);
    fwd_bytes_free(&second);
    trust_rig_free(&rig);
}
END_TEST

/* ---- the counter ----------------------------------------------------------------------------- */

/* Power fails once the new firmware is current and before its counter is; then the package changes
 * in flash. */
START_TEST(the_counter_follows_what_runs)
{
    struct trust_rig rig;

    known_faults_new(&rig, known_faults_two_slots);
    struct fwd_bytes newer = known_faults_full(&rig, 1, 5), older = known_faults_full(&rig, 2, 4);
    rig.next = &newer;
    /* the record is complete, and nothing came after it */
    struct fwd_nor_cut cut = {
        known_faults_operation(&rig, FWD_STATE_SWITCHED) - 1, FWD_NOR_AFTER, 0, 0};
    trust_rig_reset(&rig);
    ck_assert(trust_rig_cut(&rig, &cut));
    ck_assert_uint_eq(rig.machine->nvm.counters[0], 0);
    uint8_t byte;
    ck_assert(fwd_nor_peek(rig.machine->nor, FWD_AREA_PACKAGE, 20000, &byte, 1));
    byte ^= 0x01;
    ck_assert(fwd_nor_poke(rig.machine->nor, FWD_AREA_PACKAGE, 20000, &byte, 1));
    int end = trust_rig_settle(&rig, KNOWN_FAULTS_STARTS);
    ck_assert(end == 0 || end == 1);
    if (end == 1) {
        ck_assert_uint_eq(rig.machine->nvm.counters[0], 5);
        ck_assert_int_ne(trust_rig_install(&rig, &older), FWD_OK);
        ck_assert_int_eq(trust_rig_settle(&rig, KNOWN_FAULTS_STARTS), 1);
    }
    ck_assert(end == 1 || trust_rig_install(&rig, &newer) == FWD_OK);
    fwd_bytes_free(&newer);
    fwd_bytes_free(&older);
    trust_rig_free(&rig);
}
END_TEST

/* ---- worn blocks ----------------------------------------------------------------------------- */

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

    known_faults_new(&rig, known_faults_in_place);
    struct fwd_bytes first = known_faults_delta(&rig, 0, 1, 1),
                     second = known_faults_delta(&rig, 1, 2, 1);
    wear_out(&rig, FWD_AREA_JOURNAL, (uint32_t)_i);
    rig.next = &first;
    for (int i = 0; i < 4; i++) {
        trust_rig_cycle(&rig);
        int end = trust_rig_settle(&rig, KNOWN_FAULTS_MANY_STARTS);
        ck_assert_msg(end >= 0 || end == TRUST_WAITS, "update %d: %d", i, end);
        if (end == TRUST_WAITS) {
            struct fwd_bytes way_out = known_faults_full(&rig, 2, 1);
            ck_assert_int_eq(trust_rig_insist(&rig, &way_out, KNOWN_FAULTS_STARTS), 2);
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

    known_faults_new(&rig, _i / 2 == 0 ? known_faults_in_place : known_faults_two_slots);
    struct fwd_bytes package = known_faults_delta(&rig, 0, 1, 1);
    wear_out(&rig, FWD_AREA_VERSION, (uint32_t)_i % 2);
    int end = 0;
    for (int i = 0; i < 3 && end == 0; i++) {
        enum fwd_reason reason = trust_rig_install(&rig, &package);
        (void)reason;
        end = trust_rig_settle(&rig, KNOWN_FAULTS_STARTS);
    }
    ck_assert_int_eq(end, 1);
    ck_assert_int_eq(rig.reason, FWD_OK);
    /* and from then on it runs, whatever is tried */
    struct fwd_bytes next = known_faults_delta(&rig, 1, 2, 1);
    for (int i = 0; i < 3 && end == 1; i++) {
        enum fwd_reason reason = trust_rig_install(&rig, &next);
        (void)reason;
        end = trust_rig_settle(&rig, KNOWN_FAULTS_STARTS);
        ck_assert(end == 1 || end == 2);
    }
    fwd_bytes_free(&package);
    fwd_bytes_free(&next);
    trust_rig_free(&rig);
}
END_TEST

/* ---- the version record ---------------------------------------------------------------------- */

/* The other slot is being written when the record that says so is damaged. */
START_TEST(a_damaged_version_record_starts_no_stale_slot)
{
    struct trust_rig rig;

    known_faults_new(&rig, known_faults_two_slots);
    struct fwd_bytes first = known_faults_delta(&rig, 0, 1, 1),
                     second = known_faults_delta(&rig, 1, 2, 1);
    known_faults_begin(&rig, &first);
    rig.next = &second;
    for (struct fwd_nor_cut cut = {1, FWD_NOR_HALF, 0, 0};; cut.operation += 5) {
        uint8_t byte;
        trust_rig_reset(&rig);
        if (!trust_rig_cut(&rig, &cut))
            break;
        ck_assert(fwd_nor_peek(rig.machine->nor, FWD_AREA_VERSION, 4130, &byte, 1));
        byte ^= 0x01;
        ck_assert(fwd_nor_poke(rig.machine->nor, FWD_AREA_VERSION, 4130, &byte, 1));
        int end = trust_rig_settle(&rig, KNOWN_FAULTS_STARTS);
        ck_assert_msg(
            end >= 0 && end < TRUST_SIGNED, "cut at %u: %d", (unsigned)cut.operation, end);
    }
    fwd_bytes_free(&first);
    fwd_bytes_free(&second);
    trust_rig_free(&rig);
}
END_TEST

/* ---- sequence numbers ------------------------------------------------------------------------ */

/* Sequence numbers that would run out. */
START_TEST(a_high_sequence_number_does_not_stop_the_journal)
{
    static const uint32_t below[] = {0, 1, 2, 16, 40};
    struct trust_rig rig;

    known_faults_new(&rig, known_faults_in_place);
    struct fwd_bytes package = known_faults_delta(&rig, 0, 1, 1);
    rig.next = &package;
    struct fwd_nor_cut cut = {
        known_faults_operation(&rig, FWD_STATE_REHEARSING) + 3, FWD_NOR_BEFORE, 0, 0};
    trust_rig_reset(&rig);
    ck_assert(trust_rig_cut(&rig, &cut));
    struct fwd_record record = rig.update.journal.record;
    record.sequence = UINT32_MAX - below[_i];
    trust_rig_put_journal(&rig, &record);
    int end = trust_rig_settle(&rig, KNOWN_FAULTS_MANY_STARTS);
    ck_assert_msg(end == 0 || end == 1, "%d", end);
    /* a journal that is lost for good ends deltas in place: only a full package begins a new one */
    struct fwd_bytes way_out = known_faults_full(&rig, 1, 1);
    end = trust_rig_insist(&rig, &package, KNOWN_FAULTS_STARTS);
    ck_assert_int_eq(end == 1 ? 1 : trust_rig_insist(&rig, &way_out, KNOWN_FAULTS_STARTS), 1);
    fwd_bytes_free(&way_out);
    fwd_bytes_free(&package);
    trust_rig_free(&rig);
}
END_TEST

int main(int argc, char **argv)
{
    return known_faults_main(argc, argv,
        (const struct known_faults_test[]){
            {"lost_journal", an_older_record_does_not_count_again,
                (int)(sizeof losses / sizeof losses[0])},
            {"lost_counter", the_counter_follows_what_runs, 1},
            {"worn_journal", one_worn_journal_block_ends, 2},
            {"worn_version", one_worn_version_block_does_not_end_all_updates, 4},
            {"stale_slot", a_damaged_version_record_starts_no_stale_slot, 1},
            {"last_sequence", a_high_sequence_number_does_not_stop_the_journal, 5},
            {NULL, NULL, 0},
        });
}
