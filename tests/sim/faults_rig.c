#include "tests/sim/faults_rig.h"

#include "tests/sim/codes_rig.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define STARTS 10
#define SIZE   9000 /* three erase blocks of 4 KiB */

const char *faults_end_name(enum faults_end end)
{
    static const char *const names[] = {"new", "old", "recovery", "WRONG"};

    return names[end];
}

static void count_undisturbed(struct faults_rig *rig)
{
    const struct fwd_nor *nor = rig->machine->nor;
    struct fwd_nor_counts before = fwd_nor_counts(nor);

    ck_assert_int_eq(faults_rig_install(rig), FAULTS_NEW);
    struct fwd_nor_counts since = fwd_nor_counts_since(fwd_nor_counts(nor), before);
    rig->programs = since.programs;
    rig->erases = since.erases;
    rig->reads = since.reads;
    rig->operations = since.programs + since.erases;
}

/* The first operation after `staged` was recorded. */
static void find_action(struct faults_rig *rig)
{
    for (uint64_t operation = 1; operation <= rig->operations; operation++) {
        faults_rig_reset(rig);
        ck_assert(faults_rig_install_until(rig, operation));
        rig->before_action = operation;
        if (rig->update.journal.record.state == FWD_STATE_ACTING)
            return;
    }
}

void faults_rig_new(struct faults_rig *rig, const char *shape)
{
    struct codes_rig codes;
    struct fwd_error err = {""};

    memset(rig, 0, sizeof *rig);
    codes_rig_new(&codes, shape, SIZE);
    codes_rig_full(&codes);
    rig->base = codes.base;
    rig->full = codes.package;
    rig->base.recipe.description = rig->base.description;
    rig->base.recipe.images = rig->base.images;
    rig->base.trusted[0] = rig->base.trust;
    rig->base.recipe.trust = rig->base.trusted;
    ck_assert_msg(
        fwd_machine_new(&rig->base.recipe, torture_codecs, 4, &rig->machine, &err) == FWD_FAIL_NONE,
        "%s", err.text);
    rig->old = rig->base.old[0].data;
    rig->fresh = fwd_nor_snapshot_new(rig->machine->nor);
    ck_assert_ptr_nonnull(rig->fresh);
    count_undisturbed(rig);
    find_action(rig);
    faults_rig_reset(rig);
}

void faults_rig_remember(struct faults_rig *rig)
{
    fwd_decode_cache_init(&rig->codecs, torture_codecs, 4);
    rig->machine->device.codecs = rig->codecs.list;
}

void faults_rig_free(struct faults_rig *rig)
{
    fwd_decode_cache_free(&rig->codecs);
    fwd_nor_snapshot_free(rig->fresh);
    fwd_machine_close(rig->machine);
    fwd_bytes_free(&rig->full);
    torture_rig_free(&rig->base);
}

void faults_rig_reset(struct faults_rig *rig)
{
    fwd_nor_restore(rig->machine->nor, rig->fresh);
    fwd_nor_fault_clear(rig->machine->nor);
    memset(rig->machine->nvm.counters, 0, sizeof rig->machine->nvm.counters);
}

static enum fwd_reason start(struct faults_rig *rig)
{
    fwd_machine_power_cycle(rig->machine);
    return fwd_update_init(&rig->update, &rig->machine->device);
}

static enum fwd_reason install(
    struct faults_rig *rig, const struct fwd_bytes *package, enum fwd_command command)
{
    enum fwd_reason reason = start(rig);

    if (reason == FWD_OK)
        reason = fwd_download_begin(&rig->update, 0);
    if (reason == FWD_OK)
        reason = fwd_download_write(&rig->update, package->data, (uint32_t)package->size);
    if (reason == FWD_OK)
        reason = fwd_download_end(&rig->update);
    return reason == FWD_OK ? fwd_update_install(&rig->update, command) : reason;
}

static enum faults_end what_runs(const struct faults_rig *rig, const struct fwd_boot_choice *choice)
{
    const struct fwd_nor *nor = rig->machine->nor;
    uint16_t slot = FWD_AREA_SLOT(0, choice->slot[0]);
    const struct fwd_bytes *new = &rig->base.new[0], *old = &rig->base.old[0];

    if (choice->action != FWD_BOOT_RUN)
        return choice->action == FWD_BOOT_RECOVERY ? FAULTS_RECOVERY : FAULTS_WRONG;
    if (fwd_nor_holds(nor, slot, 0, new->data, (uint32_t) new->size))
        return FAULTS_NEW;
    return fwd_nor_holds(nor, slot, 0, rig->old, (uint32_t)old->size) ? FAULTS_OLD : FAULTS_WRONG;
}

/* Starts until nothing is pending, twice in a row: a read that fails can make the first one see
 * less than there is. reason: what the last start gave. */
static enum faults_end end_of(struct faults_rig *rig, enum fwd_reason reason)
{
    struct fwd_boot_choice choice = {.action = FWD_BOOT_RESUME};
    int idle = 0;

    struct fwd_status status;

    for (int starts = 0; starts < STARTS && idle < 2; starts++) {
        enum fwd_reason started = start(rig);
        if (started != FWD_OK || fwd_boot_decide(&rig->update, &choice) != FWD_OK) {
            reason = started;
            continue;
        }
        while (choice.action == FWD_BOOT_RESUME) {
            reason = fwd_update_resume(&rig->update);
            if (fwd_boot_decide(&rig->update, &choice) != FWD_OK)
                return FAULTS_WRONG;
        }
        idle++;
    }
    fwd_update_status(&rig->update, &status);
    rig->resumed = status.attempts;
    if (choice.outcome_pending)
        reason = choice.outcome;
    rig->code = fwd_profile_code(rig->machine->profile, reason, false);
    return idle == 2 ? what_runs(rig, &choice) : FAULTS_WRONG;
}

enum faults_end faults_rig_install(struct faults_rig *rig)
{
    return end_of(rig, install(rig, &rig->base.package, FWD_COMMAND_DELTA));
}

static void install_delta(void *arg)
{
    struct faults_rig *rig = arg;
    enum fwd_reason reason = install(rig, &rig->base.package, FWD_COMMAND_DELTA);

    (void)reason;
}

bool faults_rig_install_until(struct faults_rig *rig, uint64_t operation)
{
    struct fwd_nor_cut cut = {operation, FWD_NOR_BEFORE, 0, 0};

    fwd_machine_power_cycle(rig->machine);
    fwd_nor_arm(rig->machine->nor, &cut);
    bool ended = fwd_nor_run(rig->machine->nor, install_delta, rig);
    fwd_nor_arm(rig->machine->nor, NULL);
    return !ended;
}

enum faults_end faults_rig_boot(struct faults_rig *rig)
{
    return end_of(rig, start(rig));
}

bool faults_rig_rescue(struct faults_rig *rig)
{
    fwd_nor_fault_clear(rig->machine->nor);
    return end_of(rig, install(rig, &rig->full, FWD_COMMAND_FULL)) == FAULTS_NEW &&
           rig->code == 128;
}
