/* Records that somebody forged: what nobody signed does not run, and what runs is not lost. */
#include "tests/sim/known/known_faults_rig.h"

/* ---- the rig itself -------------------------------------------------------------------------- */

/* What makes the faults works: a fault that is known must not hide that it does not. */
START_TEST(packages_and_forged_records_are_sound)
{
    struct trust_rig rig;

    known_faults_new(&rig, _i == 0 ? known_faults_in_place : known_faults_two_slots);
    struct fwd_bytes first = known_faults_delta(&rig, 0, 1, 1),
                     second = known_faults_full(&rig, 2, 1);
    struct fwd_bytes other =
        trust_rig_package(&rig, &(struct trust_package){.from = -1, .to = 2, .key = &rig.limited});
    ck_assert_int_eq(trust_rig_install(&rig, &first), FWD_OK);
    ck_assert_int_eq(trust_rig_settle(&rig, KNOWN_FAULTS_STARTS), 1);
    ck_assert_int_eq(trust_rig_install(&rig, &other), FWD_E_NOT_AUTHORISED);
    ck_assert_int_eq(trust_rig_install(&rig, &second), FWD_OK);
    ck_assert_int_eq(trust_rig_settle(&rig, KNOWN_FAULTS_STARTS), 2);
    /* a record that says what is true changes nothing */
    struct fwd_record record = rig.update.journal.record;
    trust_rig_put_journal(&rig, &record);
    ck_assert_int_eq(trust_rig_settle(&rig, KNOWN_FAULTS_STARTS), 2);
    ck_assert_int_eq(rig.update.journal.record.state, record.state);
    fwd_bytes_free(&first);
    fwd_bytes_free(&second);
    fwd_bytes_free(&other);
    trust_rig_free(&rig);
}
END_TEST

/* ---- the new firmware is said to be complete ------------------------------------------------- */

static struct fwd_record forged(enum fwd_state state, uint8_t flags, uint32_t sequence)
{
    return (struct fwd_record){
        .sequence = sequence, .state = (uint8_t)state, .flags = flags, .command = FWD_COMMAND_ANY};
}

/* `acting` with steps of literals, and a version record that names what they write. */
START_TEST(forged_steps_and_a_forged_version_record_run_nothing)
{
    struct trust_rig rig;

    known_faults_new(&rig, known_faults_in_place);
    struct fwd_bytes package = known_faults_delta(&rig, 0, 1, 1);
    known_faults_begin(&rig, &package);
    struct fwd_record record =
        forged(FWD_STATE_ACTING, FWD_RECORD_COMPLETE | FWD_RECORD_DESTRUCTIVE, 1000);
    record.attempts = 2;
    trust_rig_put_version(&rig, TRUST_EVIL, 0, 7);
    trust_rig_put_staging(&rig, &package, TRUST_EVIL, &record);
    trust_rig_put_journal(&rig, &record);
    int end = trust_rig_settle(&rig, KNOWN_FAULTS_STARTS);
    ck_assert_msg(end == 0 || end == 1 || end == TRUST_WAITS, "%d", end);
    fwd_bytes_free(&package);
    trust_rig_free(&rig);
}
END_TEST

/* Journal and staging alone: first the steps, then `verified`. */
START_TEST(a_forged_verified_runs_nothing)
{
    struct trust_rig rig;

    known_faults_new(&rig, known_faults_in_place);
    struct fwd_bytes package = known_faults_delta(&rig, 0, 1, 1);
    known_faults_begin(&rig, &package);
    for (int phase = 0; phase < 2; phase++) {
        struct fwd_record record = forged(phase == 0 ? FWD_STATE_ACTING : FWD_STATE_VERIFIED,
            FWD_RECORD_COMPLETE | FWD_RECORD_DESTRUCTIVE, 1000 + 1000 * (uint32_t)phase);
        trust_rig_put_staging(&rig, &package, TRUST_EVIL, &record);
        trust_rig_put_journal(&rig, &record);
        int end = trust_rig_settle(&rig, KNOWN_FAULTS_STARTS);
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

    known_faults_new(&rig, _i == 0 ? known_faults_in_place : known_faults_two_slots);
    struct fwd_bytes first = known_faults_delta(&rig, 0, 1, 1),
                     second = known_faults_delta(&rig, 1, 2, 1);
    known_faults_begin(&rig, &first);
    struct fwd_record record =
        forged(FWD_STATE_VERIFIED, FWD_RECORD_COMPLETE | FWD_RECORD_DESTRUCTIVE, 1000);
    record.stored = (uint32_t)second.size;
    record.active = _i == 0 ? 0 : 1;
    trust_rig_session(&second, record.session);
    trust_rig_put_package(&rig, &second);
    if (_i == 0)
        trust_rig_put_staging(&rig, &second, 2, &record);
    trust_rig_put_journal(&rig, &record);
    ck_assert_int_eq(trust_rig_settle(&rig, KNOWN_FAULTS_STARTS), 1);
    fwd_bytes_free(&first);
    fwd_bytes_free(&second);
    trust_rig_free(&rig);
}
END_TEST

/* ---- what the device has refused ------------------------------------------------------------- */

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
    int end = trust_rig_settle(rig, KNOWN_FAULTS_STARTS);
    ck_assert_msg(end == 1 || end == TRUST_WAITS, "%d", end);
    fwd_bytes_free(&package);
}

START_TEST(forged_acting_does_not_install_an_older_counter)
{
    struct trust_rig rig;

    known_faults_new(&rig, known_faults_in_place);
    struct fwd_bytes newer = known_faults_full(&rig, 1, 5);
    known_faults_begin(&rig, &newer);
    acting_on(&rig, &(struct trust_package){.from = -1, .to = 2, .counter = 4});
    fwd_bytes_free(&newer);
    trust_rig_free(&rig);
}
END_TEST

START_TEST(forged_acting_does_not_install_what_a_key_may_not_sign)
{
    struct trust_rig rig;

    known_faults_new(&rig, known_faults_in_place);
    struct fwd_bytes newer = known_faults_full(&rig, 1, 0);
    known_faults_begin(&rig, &newer);
    acting_on(&rig,
        &(struct trust_package){.from = -1, .to = 2, .product = "other", .key = &rig.limited});
    fwd_bytes_free(&newer);
    trust_rig_free(&rig);
}
END_TEST

int main(int argc, char **argv)
{
    return known_faults_main(argc, argv,
        (const struct known_faults_test[]){
            {"rig", packages_and_forged_records_are_sound, 2},
            {"forged_steps", forged_steps_and_a_forged_version_record_run_nothing, 1},
            {"forged_verified", a_forged_verified_runs_nothing, 1},
            {"forged_commit", a_forged_verified_costs_nothing, 2},
            {"forged_counter", forged_acting_does_not_install_an_older_counter, 1},
            {"forged_role", forged_acting_does_not_install_what_a_key_may_not_sign, 1},
            {NULL, NULL, 0},
        });
}
