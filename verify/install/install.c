/* The order of everything: environment, validation, rehearsal, action, finalization (SPEC.md
 * section 10). What a power cut interrupted goes on in resume.c. */
#include "verify/flash/journal.h"
#include "verify/flash/states.h"
#include "verify/install/admit.h"
#include "verify/install/apply.h"
#include "verify/install/commit.h"
#include "verify/install/environment.h"
#include "verify/install/install_internal.h"
#include "verify/install/load_package.h"
#include "verify/install/resume.h"
#include "verify/install/trial.h"
#include "verify/rehearse/decode.h"
#include "verify/rehearse/progress.h"
#include "verify/rehearse/rehearse.h"
#include "verify/rehearse/session_record.h"
#include "verify/rehearse/workspace.h"
#include "verify/trust/expiry.h"
#include "verify/trust/plan.h"
#include "verify/trust/start_test.h"

#include <string.h>

uint32_t fwd_update_memory(const struct fwd_device *device)
{
    return fwd_workspace_need(device);
}

static bool recovering(const struct fwd_update *update)
{
    return (update->journal.record.flags & FWD_RECORD_DESTRUCTIVE) != 0;
}

/* Where journal and version area share blocks both copies are there before a record names them, and
 * what goes on from these states writes no slot. */
static bool switching(const struct fwd_update *update)
{
    uint8_t state = update->journal.record.state;

    return update->device->sharing != NULL &&
           (state == FWD_STATE_VERIFIED || state == FWD_STATE_REVERTING);
}

enum fwd_reason fwd_update_init(struct fwd_update *update, const struct fwd_device *device)
{
    memset(update, 0, sizeof *update);
    update->device = device;
    update->progress.told = UINT32_MAX;
    enum fwd_reason reason = fwd_environment_ready(update, FWD_POINT_FLASH);
    if (reason == FWD_OK && !fwd_environment_sound(device))
        reason = FWD_E_AREA_LAYOUT;
    /* What an update needs of its environment is not asked for before one begins: intact firmware
     * starts without it. But of two reasons the documented first one is given. */
    if (reason == FWD_OK && !fwd_workspace_divide(&update->work, device)) {
        reason = fwd_environment_ready(update, FWD_POINT_PARTITIONS);
        return reason != FWD_OK ? reason : FWD_E_WORKSPACE;
    }
    if (reason != FWD_OK)
        return reason;
    reason = fwd_journal_scan(&update->journal, device->ports, &device->journal, device->sharing,
        update->work.page, update->work.io_size);
    /* What is destructive is gone on with for ever: an area that could not be read back may hold
     * copies that the journal never named. */
    if (reason == FWD_OK && !recovering(update) && !switching(update) &&
        fwd_version_outdates_journal(update))
        fwd_journal_lose(&update->journal);
    update->active = update->journal.record.active;
    return reason;
}

static bool full_image(const struct fwd_update *update, uint8_t component)
{
    const struct fwd_manifest *manifest = &update->trusted.manifest;

    return component < manifest->component_count &&
           !(manifest->components[FWD_INDEX(component)].flags & FWD_COMPONENT_HAS_SOURCE);
}

void fwd_install_failed(struct fwd_update *update, enum fwd_reason reason)
{
    struct fwd_record record = update->journal.record;
    bool retry = fwd_reason_retry(reason) == FWD_RETRY_YES;

    update->last = reason;
    if (!fwd_states_in_progress(record.state))
        return; /* nothing had begun */
    if (update->waits) {
        update->resume_ended = true; /* the next start goes on */
        return;
    }
    if (update->tries < UINT8_MAX)
        update->tries++;
    bool finishing = fwd_states_resume(record.state) == FWD_RESUME_COMMIT;
    uint8_t most = fwd_session_max_attempts(update);
    bool last = record.attempts + 1 >= most;
    update->resume_ended = update->tries >= most || last || (!retry && !finishing);
    bool fails = fwd_states_allowed(record.state, FWD_STATE_FAILED) &&
                 !fwd_states_destructive(record.state, record.flags) && (!finishing || last);
    if (!fails && record.attempts >= most)
        return; /* noted often enough */
    record.reason = (uint16_t)reason;
    record.attempts++;
    /* A full image is written again from its first block; steps cannot be run twice. */
    if (reason == FWD_E_TARGET_CORRUPT && full_image(update, record.component))
        record.step = 0;
    if (fails)
        record.state = FWD_STATE_FAILED;
    /* If not even this can be recorded, the state before it stays and is resumed at the next start.
     */
    if (fwd_session_record(update, &record) != FWD_OK)
        update->resume_ended = true;
}

enum fwd_reason fwd_install_act(struct fwd_update *update)
{
    enum fwd_reason reason = FWD_OK;

    if (update->apart)
        return FWD_OK;
    if (update->journal.record.state == FWD_STATE_STAGED ||
        update->journal.record.state == FWD_STATE_ACTING)
        reason = fwd_apply(update);
    else
        fwd_progress_begin(update, FWD_PROGRESS_INSTALLATION, 1);
    return reason == FWD_OK ? fwd_commit(update) : reason;
}

/* What the record names is still what the slots hold: what has rotted is installed again. */
static bool intact(const struct fwd_update *update)
{
    for (uint8_t i = 0; i < FWD_COMPONENTS(update->plan.count); i++) {
        const struct fwd_task *task = &update->plan.tasks[i];
        if (fwd_decode_check_slot(update, fwd_decode_source_slot(update, task),
                &task->component->target, FWD_E_TARGET_CORRUPT, FWD_E_SLOT_READ) != FWD_OK)
            return false;
    }
    return true;
}

enum fwd_reason fwd_install_check(struct fwd_update *update, enum fwd_command command,
    const struct fwd_version_table *versions, bool *installed)
{
    bool begun = update->journal.record.state == FWD_STATE_REHEARSING;
    enum fwd_reason reason =
        fwd_plan_policy(update->device, &update->trusted, &update->plan, command);

    *installed = false;
    if (reason == FWD_OK && recovering(update))
        reason = fwd_admit_full(update);
    if (reason != FWD_OK)
        return reason;
    *installed = !begun && !recovering(update) &&
                 fwd_plan_installed(update->device, &update->plan, versions) && intact(update);
    if (*installed)
        return FWD_OK;
    reason = fwd_plan_counters(update, versions);
    if (reason == FWD_OK && !begun && !recovering(update) && update->device->expiry != NULL)
        reason = update->device->expiry->check(update);
    return reason;
}

enum fwd_reason fwd_install_trusted(
    struct fwd_update *update, enum fwd_command command, const struct fwd_version_table *versions)
{
    bool installed;
    enum fwd_reason reason = fwd_install_check(update, command, versions, &installed);

    if (reason != FWD_OK || installed)
        return reason;
    reason = fwd_rehearse(update, command, versions);
    return reason == FWD_OK ? fwd_install_act(update) : reason;
}

/* Source and target are not turned round because of one start: the slot that the journal calls
 * active may be readable at the next, and the erase of the other may have been cut. */
static enum fwd_reason wait_to_turn(struct fwd_update *update)
{
    struct fwd_record record = update->journal.record;
    bool waited = (record.flags & FWD_RECORD_TURNED) != 0 && !update->waits;
    enum fwd_reason reason = FWD_OK;

    if (update->active == record.active || recovering(update) || waited)
        return FWD_OK;
    record.flags |= FWD_RECORD_TURNED;
    if (!update->waits)
        reason = fwd_session_record(update, &record);
    update->waits = true;
    return reason == FWD_OK ? FWD_E_SOURCE_READ : reason;
}

/* What stays as it is must have its proof. A session keeps to the slots that it began with: an area
 * that cannot be read at this start must not turn them round. */
static enum fwd_reason prepare(struct fwd_update *update, const struct fwd_record *record)
{
    update->retained =
        fwd_start_test_retained(update, recovering(update) ? FWD_START_HASHED : FWD_START_SLOTS);
    if (record->state == FWD_STATE_REHEARSING)
        update->active = record->active;
    return wait_to_turn(update);
}

enum fwd_reason fwd_install_load(struct fwd_update *update, enum fwd_command command,
    const struct fwd_record *record, struct fwd_version_table *versions)
{
    enum fwd_reason reason = prepare(update, record);

    if (reason != FWD_OK)
        return reason;
    return fwd_load_package(update, command, record->stored, record->padding, versions);
}

enum fwd_reason fwd_install_open(struct fwd_update *update, enum fwd_command command)
{
    const struct fwd_record *record = &update->journal.record;
    enum fwd_reason reason = fwd_environment_check(update);

    if (reason == FWD_OK)
        reason = fwd_environment_ready(update, FWD_POINT_PACKAGE);
    if (reason == FWD_OK && (record->flags & FWD_RECORD_COMPLETE) == 0)
        reason = FWD_E_PACKAGE_ABSENT;
    if (reason == FWD_OK)
        reason = fwd_environment_ready(update, FWD_POINT_VALIDATION);
    if (reason == FWD_OK)
        reason = prepare(update, record);
    if (reason != FWD_OK)
        return reason;
    return fwd_load_package_signed(update, command, record->stored, record->padding);
}

enum fwd_reason fwd_update_install(struct fwd_update *update, enum fwd_command command)
{
    struct fwd_version_table versions;

    update->slicing = 0;
    if (fwd_resume_pending(update))
        return fwd_update_resume(update);
    if (fwd_trial_runs(update))
        return FWD_E_TRIAL_PENDING;
    update->last = FWD_OK;
    memset(&update->cost, 0, sizeof update->cost);
    enum fwd_reason reason = fwd_install_open(update, command);
    if (reason == FWD_OK)
        reason = fwd_load_package_rest(update, &versions);
    if (reason == FWD_OK)
        reason = fwd_install_trusted(update, command, &versions);
    if (reason != FWD_OK)
        fwd_install_failed(update, reason);
    return reason;
}
