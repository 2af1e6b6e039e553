/* Somebody writes journal, staging, version area and package area, all four, with right checksums
 * and without a key: each kind of record in each state. That can cause refusal, repetition,
 * RECOVERY and the start of a signed release whose counter is not below the device's; nothing else.
 * And whatever was written, a full package installs afterwards. */
#include "tests/hostio/scratch_folder.h"
#include "tests/sim/trust_rig.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define SIZE   9000u /* three erase blocks of 4 KiB */
#define STARTS 12

/* ---- whose device it is ---------------------------------------------------------------------- */

/* Image 1 is installed with `installed`. Image 2 is what the package area holds then. */
static const struct owner {
    const char *name, *shape;
    uint32_t installed, offered; /* counters */
    const char *product;         /* of the package offered */
    bool limited;                /* signed by the key that may not */
    unsigned may_run;            /* bit n: image n */
} owners[] = {
    {"in place", "4 KiB, unit 256", 0, 0, NULL, false, 1u << 0 | 1u << 1 | 1u << 2},
    {"in place, newer counter", "4 KiB, unit 256", 5, 6, NULL, false, 1u << 1 | 1u << 2},
    {"in place, older counter", "4 KiB, unit 256", 5, 4, NULL, false, 1u << 1},
    {"in place, other product", "4 KiB, unit 256", 0, 0, "other", false, 1u << 0 | 1u << 1},
    {"in place, wrong key", "4 KiB, unit 256", 0, 0, "other", true, 1u << 0 | 1u << 1},
    {"two slots, older counter", "4 KiB, unit 256, A/B", 5, 4, NULL, false, 1u << 1},
    {"two slots, wrong key", "4 KiB, unit 256, A/B", 0, 0, "other", true, 1u << 0 | 1u << 1},
    {"two slots, newer counter", "4 KiB, unit 256, A/B", 5, 6, NULL, false, 1u << 1 | 1u << 2},
};
#define OWNERS (int)(sizeof owners / sizeof owners[0])

struct attack {
    struct trust_rig rig;
    const struct owner *owner;
    struct fwd_bytes first, offered, rescue;
    bool rescues; /* look for the way out, too */
    unsigned cases, ran[TRUST_IMAGES], waited;
};

static void begin(struct attack *attack, const struct owner *owner)
{
    struct trust_rig *rig = &attack->rig;

    *attack = (struct attack){.owner = owner};
    trust_rig_new(rig, torture_shape(owner->shape), SIZE);
    attack->first = trust_rig_package(
        rig, &(struct trust_package){.from = 0, .to = 1, .counter = owner->installed});
    attack->offered = trust_rig_package(rig, &(struct trust_package){.from = -1,
                                                 .to = 2,
                                                 .counter = owner->offered,
                                                 .product = owner->product,
                                                 .key = owner->limited ? &rig->limited : NULL});
    attack->rescue =
        trust_rig_package(rig, &(struct trust_package){.from = -1, .to = 1, .counter = 9});
    ck_assert_int_eq(trust_rig_install(rig, &attack->first), FWD_OK);
    ck_assert_int_eq(trust_rig_settle(rig, STARTS), 1);
    trust_rig_remember(rig);
}

static void end(struct attack *attack)
{
    fwd_bytes_free(&attack->first);
    fwd_bytes_free(&attack->offered);
    fwd_bytes_free(&attack->rescue);
    trust_rig_free(&attack->rig);
}

/* ---- what is written ------------------------------------------------------------------------- */

/* Whose signed bytes stand in staging, and what the steps write. */
static const struct {
    bool any, offered;
    int image;
} stagings[] = {
    {false, false, 0}, {true, false, TRUST_EVIL}, {true, true, TRUST_EVIL}, {true, true, 2}};

/* What the version record names. */
static const struct {
    bool any;
    int image;
    uint8_t slot;
} versions[] = {{false, 0, 0}, {true, TRUST_EVIL, 0}, {true, 0, 0}, {true, TRUST_EVIL, 1}};

static const uint8_t flags[] = {0, FWD_RECORD_COMPLETE, FWD_RECORD_COMPLETE | FWD_RECORD_FULL,
    FWD_RECORD_COMPLETE | FWD_RECORD_DESTRUCTIVE,
    FWD_RECORD_COMPLETE | FWD_RECORD_DESTRUCTIVE | FWD_RECORD_FULL,
    FWD_RECORD_DESTRUCTIVE | FWD_RECORD_SAVED};

#define COUNT(list) (sizeof list / sizeof list[0])

struct forgery {
    size_t staging, version, flags;
    bool package; /* the one offered is in the package area */
    uint32_t step;
};

static void write_all(struct attack *attack, const struct forgery *forgery, enum fwd_state state)
{
    struct trust_rig *rig = &attack->rig;
    const struct fwd_bytes *package =
        stagings[forgery->staging].offered ? &attack->offered : &attack->first;
    struct fwd_record record = {.sequence = 5000 + 100 * (uint32_t)state,
        .state = (uint8_t)state,
        .flags = flags[forgery->flags],
        .command = FWD_COMMAND_ANY,
        .step = forgery->step,
        .attempts = (uint8_t)(forgery->step % 3)};

    if (versions[forgery->version].any)
        trust_rig_put_version(rig, versions[forgery->version].image,
            versions[forgery->version].slot, 5000 + (uint32_t)state);
    if (forgery->package) {
        package = &attack->offered;
        trust_rig_put_package(rig, package);
    }
    trust_rig_session(package, record.session);
    record.stored = (uint32_t)package->size;
    if (stagings[forgery->staging].any)
        trust_rig_put_staging(rig, package, stagings[forgery->staging].image, &record);
    trust_rig_put_journal(rig, &record);
}

static void look(struct attack *attack, const struct forgery *f, enum fwd_state state)
{
    int runs = trust_rig_settle(&attack->rig, STARTS);
    bool allowed = runs >= 0 && (attack->owner->may_run >> runs & 1) != 0;

    ck_assert_msg(allowed || runs == TRUST_WAITS,
        "%s: state %s, flags %u, staging %u, version %u, package %d, step %u: %d",
        attack->owner->name, fwd_state_name((uint8_t)state), flags[f->flags], (unsigned)f->staging,
        (unsigned)f->version, f->package, (unsigned)f->step, runs);
    attack->cases++;
    attack->waited += runs == TRUST_WAITS ? 1 : 0;
    if (runs >= 0)
        attack->ran[runs]++;
}

/* The first record, and when starts have settled another one: steps that wrote something, then the
 * claim that it is verified. */
static void try(struct attack *attack, const struct forgery *forgery, enum fwd_state state)
{
    static const enum fwd_state then[] = {
        FWD_STATE_VERIFIED, FWD_STATE_SWITCHED, FWD_STATE_DONE, FWD_STATE_ACTING};

    trust_rig_reset(&attack->rig);
    write_all(attack, forgery, state);
    look(attack, forgery, state);
    enum fwd_state next = then[attack->cases % COUNT(then)];
    write_all(attack, forgery, next);
    look(attack, forgery, next);
    if (!attack->rescues || attack->cases % 7 != 0)
        return;
    ck_assert_msg(trust_rig_insist(&attack->rig, &attack->rescue, STARTS) == 1,
        "no way out: %s, state %s, flags %u: reason %d", attack->owner->name,
        fwd_state_name((uint8_t)state), flags[forgery->flags], attack->rig.reason);
}

static void attack_owner(const struct owner *owner, bool rescues)
{
    struct attack attack;

    begin(&attack, owner);
    attack.rescues = rescues;
    for (unsigned state = FWD_STATE_IDLE; state <= FWD_STATE_LAST; state++) {
        for (struct forgery f = {0}; f.flags < COUNT(flags); f.flags++) {
            for (f.staging = 0; f.staging < COUNT(stagings); f.staging++) {
                for (f.version = 0; f.version < COUNT(versions); f.version++) {
                    f.package = (f.staging + f.version + f.flags) % 2 == 0;
                    f.step = (uint32_t)(f.staging + f.flags) % 4;
                    try(&attack, &f, (enum fwd_state)state);
                }
            }
        }
    }
    ck_assert_uint_gt(attack.ran[1], 0);
    printf("%s: %u forgeries, waited %u, ran image 0 %u, 1 %u, 2 %u times\n", owner->name,
        attack.cases, attack.waited, attack.ran[0], attack.ran[1], attack.ran[2]);
    end(&attack);
}

START_TEST(forged_records_run_nothing_that_nobody_signed)
{
    attack_owner(&owners[_i], false);
}
END_TEST

START_TEST(a_full_package_installs_after_an_attack)
{
    attack_owner(&owners[_i], true);
}
END_TEST

/* ---- in the middle of an update -------------------------------------------------------------- */

/* Not below the counter of the device as the attack found it: that of the image's package. */
static bool above_counter(const struct attack *attack, int runs, uint32_t counter)
{
    const uint32_t counters[TRUST_SIGNED] = {0, attack->owner->installed, attack->owner->offered};

    return runs < 0 || (runs < TRUST_SIGNED && counters[runs] >= counter);
}

/* One forgery in so many, another one in each state; all of them with FWD_LONG=1. */
static unsigned one_in(void)
{
    const char *text = getenv("FWD_LONG");

    return text != NULL && strcmp(text, "1") == 0 ? 1 : 5;
}

/* The device is where the rig's snapshot has it. */
static void attack_here(struct attack *attack, unsigned shift)
{
    uint32_t counter = attack->rig.base_counter;
    unsigned number = shift;

    for (unsigned state = FWD_STATE_IDLE; state <= FWD_STATE_LAST; state++) {
        for (struct forgery f = {0}; f.flags < COUNT(flags); f.flags++) {
            for (f.staging = 0; f.staging < COUNT(stagings); f.staging++) {
                for (f.version = 0; f.version < COUNT(versions); f.version++) {
                    if (number++ % one_in() != 0)
                        continue;
                    f.package = (f.staging + f.version + f.flags) % 2 == 0;
                    f.step = (uint32_t)(f.staging + f.flags) % 4;
                    try(attack, &f, (enum fwd_state)state);
                    int runs = attack->rig.choice.action == FWD_BOOT_RUN
                                   ? trust_rig_running(&attack->rig)
                                   : TRUST_WAITS;
                    ck_assert_msg(above_counter(attack, runs, counter), "%s: image %d runs",
                        attack->owner->name, runs);
                }
            }
        }
    }
}

/* The journal's state, as a start finds it. */
static uint8_t state_now(struct trust_rig *rig)
{
    fwd_machine_power_cycle(rig->machine);
    ck_assert_int_eq(fwd_update_init(&rig->update, &rig->machine->device), FWD_OK);
    return rig->update.journal.record.state;
}

/* Each state that an update goes through, where power fails first in it and some operations later.
 */
START_TEST(forged_records_in_each_state_run_nothing_that_nobody_signed)
{
    static const int whose[] = {0, 1, 7};
    struct attack attack;

    begin(&attack, &owners[whose[_i]]);
    struct trust_rig *rig = &attack.rig;
    struct fwd_nor_snapshot *origin = rig->base, *midway = fwd_nor_snapshot_new(rig->machine->nor);
    unsigned seen[FWD_STATE_LAST + 1] = {0}, states = 0;
    bool cut = true;

    attack.rescues = true;
    rig->next = &attack.offered;
    for (uint64_t operation = 1; cut; operation++) {
        const struct fwd_nor_cut point = {operation, FWD_NOR_HALF, 0, 0};
        rig->base = origin;
        trust_rig_reset(rig);
        cut = trust_rig_cut(rig, &point);
        uint8_t state = state_now(rig);
        if (seen[state]++ != 0 && seen[state] != 12)
            continue;
        states += seen[state] == 1 ? 1 : 0;
        fwd_nor_power_off(rig->machine->nor);
        fwd_nor_save(rig->machine->nor, midway);
        rig->base = midway;
        rig->next = NULL;
        attack_here(&attack, (unsigned)operation);
        rig->next = &attack.offered;
    }
    rig->base = origin;
    ck_assert_uint_ge(states, 6);
    printf("%s: %u forgeries in %u states, waited %u, ran image 0 %u, 1 %u, 2 %u times\n",
        attack.owner->name, attack.cases, states, attack.waited, attack.ran[0], attack.ran[1],
        attack.ran[2]);
    fwd_nor_snapshot_free(midway);
    end(&attack);
}
END_TEST

static void add(Suite *suite, const char *name, const TTest *test, int count)
{
    TCase *one = tcase_create(name);

    tcase_set_timeout(one, 600);
    tcase_add_checked_fixture(one, scratch_setup, scratch_teardown);
    tcase_add_loop_test(one, test, 0, count);
    suite_add_tcase(suite, one);
}

int main(int argc, char **argv)
{
    Suite *suite = suite_create("forged");
    SRunner *runner = srunner_create(suite);

    add(suite, "records", forged_records_run_nothing_that_nobody_signed, OWNERS);
    add(suite, "way_out", a_full_package_installs_after_an_attack, OWNERS);
    add(suite, "each_state", forged_records_in_each_state_run_nothing_that_nobody_signed, 3);
    srunner_run(runner, NULL, argc > 1 ? argv[1] : NULL, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    int run = srunner_ntests_run(runner);
    srunner_free(runner);
    return failed == 0 && run > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
