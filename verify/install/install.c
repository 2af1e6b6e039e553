/* The order of everything: environment, validation, rehearsal, action, finalization (SPEC.md
 * section 10), for a new installation and for one that a power cut interrupted. */
#include "verify/flash/journal.h"
#include "verify/flash/states.h"
#include "verify/install/admit.h"
#include "verify/install/apply.h"
#include "verify/install/commit.h"
#include "verify/install/environment.h"
#include "verify/install/load_package.h"
#include "verify/install/trial.h"
#include "verify/rehearse/progress.h"
#include "verify/rehearse/rehearse.h"
#include "verify/rehearse/session_record.h"
#include "verify/rehearse/workspace.h"
#include "verify/trust/plan.h"
#include "verify/trust/start_test.h"

#include <string.h>

uint32_t fwd_update_memory(const struct fwd_device *device)
{
    return fwd_workspace_need(device);
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
    reason = fwd_journal_scan(
        &update->journal, device->ports, &device->journal, update->work.page, update->work.io_size);
    update->active = update->journal.record.active;
    return reason;
}

static bool full_image(const struct fwd_update *update, uint8_t component)
{
    const struct fwd_manifest *manifest = &update->trusted.manifest;

    return component < manifest->component_count &&
           !(manifest->components[component].flags & FWD_COMPONENT_HAS_SOURCE);
}

/* An error ends an attempt. What has not destroyed anything fails, and the old firmware runs. Past
 * that nothing is ever given up: the attempt is noted, up to the limit, and every start tries
 * again. */
static void record_failure(struct fwd_update *update, enum fwd_reason reason)
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
    update->resume_ended = update->tries >= fwd_session_max_attempts(update) ||
                           record.attempts + 1 >= fwd_session_max_attempts(update) ||
                           (!retry && !finishing);
    bool fails = fwd_states_allowed(record.state, FWD_STATE_FAILED) &&
                 !fwd_states_destructive(record.state, record.flags) &&
                 (!finishing || record.attempts + 1 >= fwd_session_max_attempts(update));
    if (!fails && record.attempts >= fwd_session_max_attempts(update))
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

static enum fwd_reason act_and_finish(struct fwd_update *update)
{
    enum fwd_reason reason = FWD_OK;

    if (update->journal.record.state == FWD_STATE_STAGED ||
        update->journal.record.state == FWD_STATE_ACTING)
        reason = fwd_apply(update);
    else
        fwd_progress_begin(update, FWD_PROGRESS_INSTALLATION, 1);
    return reason == FWD_OK ? fwd_commit(update) : reason;
}

static bool recovering(const struct fwd_update *update)
{
    return (update->journal.record.flags & FWD_RECORD_DESTRUCTIVE) != 0;
}

static bool needs_package(const struct fwd_update *update)
{
    for (uint8_t i = update->plan.in_place_first; i < update->plan.count; i++) {
        if (!(update->plan.tasks[i].component->flags & FWD_COMPONENT_HAS_SOURCE))
            return true;
    }
    return false;
}

/* V7 to the end for a package that has been trusted. */
static enum fwd_reason install_trusted(
    struct fwd_update *update, enum fwd_command command, const struct fwd_version_table *versions)
{
    bool begun = update->journal.record.state == FWD_STATE_REHEARSING;
    enum fwd_reason reason =
        fwd_plan_policy(update->device, &update->trusted, &update->plan, command);

    if (reason == FWD_OK && recovering(update))
        reason = fwd_admit_full(update);
    if (reason != FWD_OK)
        return reason;
    if (!begun && !recovering(update) &&
        fwd_plan_installed(update->device, &update->plan, versions))
        return FWD_OK;
    reason = fwd_plan_counters(update->device, &update->trusted, &update->plan, update->counters);
    if (reason == FWD_OK)
        reason = fwd_rehearse(update, command, versions);
    return reason == FWD_OK ? act_and_finish(update) : reason;
}

/* What stays as it is must have its proof; then the package. A session keeps to the slots that it
 * began with: an area that cannot be read at this start must not turn them round. */
static enum fwd_reason load(struct fwd_update *update, enum fwd_command command,
    const struct fwd_record *record, struct fwd_version_table *versions)
{
    update->retained =
        fwd_start_test_retained(update, recovering(update) ? FWD_START_HASHED : FWD_START_SLOTS);
    if (record->state == FWD_STATE_REHEARSING)
        update->active = record->active;
    return fwd_load_package(update, command, record->stored, record->padding, versions);
}

static bool pending(const struct fwd_update *update)
{
    return !update->journal.lost && fwd_states_in_progress(update->journal.record.state);
}

static enum fwd_reason install_package(struct fwd_update *update, enum fwd_command command)
{
    const struct fwd_record *record = &update->journal.record;
    struct fwd_version_table versions;
    enum fwd_reason reason = fwd_environment_ready(update, FWD_POINT_PACKAGE);

    if (reason == FWD_OK && (record->flags & FWD_RECORD_COMPLETE) == 0)
        reason = FWD_E_PACKAGE_ABSENT;
    if (reason == FWD_OK)
        reason = fwd_environment_ready(update, FWD_POINT_VALIDATION);
    if (reason == FWD_OK)
        reason = load(update, command, record, &versions);
    return reason == FWD_OK ? install_trusted(update, command, &versions) : reason;
}

enum fwd_reason fwd_update_install(struct fwd_update *update, enum fwd_command command)
{
    enum fwd_reason reason;

    if (pending(update))
        return fwd_update_resume(update);
    if (fwd_trial_runs(update))
        return FWD_E_TRIAL_PENDING;
    update->last = FWD_OK;
    memset(&update->cost, 0, sizeof update->cost);
    reason = fwd_environment_check(update);
    if (reason != FWD_OK)
        return reason;
    reason = install_package(update, command);
    if (reason != FWD_OK)
        record_failure(update, reason);
    return reason;
}

/* ---- after a power cut ----------------------------------------------------------------------- */

/* The rehearsal begins again; a package that is not the same any more ends it. */
static enum fwd_reason resume_rehearsal(struct fwd_update *update)
{
    const struct fwd_record *record = &update->journal.record;
    struct fwd_version_table versions;
    uint8_t session[FWD_SESSION_SIZE];

    memcpy(session, record->session, sizeof session);
    if (load(update, FWD_COMMAND_ANY, record, &versions) != FWD_OK ||
        memcmp(update->trusted.session, session, sizeof session) != 0)
        return FWD_E_PACKAGE_LOST;
    return install_trusted(update, (enum fwd_command)record->command, &versions);
}

/* The journal is not trusted to say that the device's own checks were made. Up to `staged` all of
 * them are made again; from `acting` on only what a start checks: a rule that can newly fail must
 * not turn a power cut into recovery. What is still to be decoded needs its decoder: a boot loader
 * may have fewer than the application that rehearsed. */
static enum fwd_reason check_again(struct fwd_update *update)
{
    const struct fwd_plan *plan = &update->plan;
    const struct fwd_record *record = &update->journal.record;
    enum fwd_reason reason = FWD_OK;

    if (record->state == FWD_STATE_STAGED) {
        reason = fwd_plan_policy(
            update->device, &update->trusted, plan, (enum fwd_command)record->command);
        if (reason == FWD_OK)
            reason = fwd_plan_counters(update->device, &update->trusted, plan, update->counters);
        return reason == FWD_OK ? fwd_plan_resources(plan, update->work.arena_size) : reason;
    }
    for (uint8_t i = 0; i < plan->count; i++) {
        const struct fwd_task *task = &plan->tasks[i];
        bool decodes = record->state == FWD_STATE_ACTING && i >= plan->in_place_first &&
                       !(task->component->flags & FWD_COMPONENT_HAS_SOURCE);
        if (task->place == FWD_NO_PLACE)
            return FWD_E_COMPONENT_ABSENT;
        if (decodes && task->codec == NULL)
            return FWD_E_UNKNOWN_CODEC;
        if (decodes && task->component->arena_size > update->work.arena_size)
            return FWD_E_DECODER_MEMORY;
    }
    return fwd_start_test_future(update, update->retained, FWD_START_SIGNED);
}

/* Trust is renewed from the staged copy; the payload only where a full image is still to be
 * written out of it. */
static enum fwd_reason resume_action(struct fwd_update *update)
{
    struct fwd_record record = update->journal.record;
    struct fwd_version_table versions;
    enum fwd_reason reason = FWD_OK;
    bool acting = record.state == FWD_STATE_STAGED || record.state == FWD_STATE_ACTING;
    bool package = record.staging_end == 0;

    update->retained = fwd_start_test_retained(update, FWD_START_SLOTS);
    update->active = record.active;
    if (!package) {
        reason = fwd_load_package_staged(update, record.session, &versions);
        package = reason == FWD_OK && acting && needs_package(update);
    }
    if (reason == FWD_OK && package) {
        if (fwd_load_package(update, FWD_COMMAND_ANY, record.stored, record.padding, &versions) !=
                FWD_OK ||
            memcmp(update->trusted.session, record.session, sizeof record.session) != 0)
            reason = FWD_E_PACKAGE_LOST;
    }
    if (reason == FWD_OK)
        reason = check_again(update);
    return reason == FWD_OK ? act_and_finish(update) : reason;
}

/* From the switch on everything comes from the version record. */
static enum fwd_reason resume_commit(struct fwd_update *update)
{
    if (update->journal.record.state == FWD_STATE_VERIFIED)
        return resume_action(update);
    fwd_progress_begin(update, FWD_PROGRESS_INSTALLATION, 1);
    return fwd_commit(update);
}

/* Staged steps that cannot be used do no harm as long as nothing was written on their word. */
static bool staging_unusable(const struct fwd_update *update, enum fwd_reason reason)
{
    return update->journal.record.state == FWD_STATE_STAGED &&
           (reason == FWD_E_STAGING_CORRUPT || reason == FWD_E_STAGING_IO);
}

static enum fwd_reason rehearse_again(struct fwd_update *update)
{
    struct fwd_record record = update->journal.record;

    record.state = FWD_STATE_REHEARSING;
    record.step = 0;
    return fwd_session_record(update, &record);
}

static enum fwd_reason go_on(struct fwd_update *update)
{
    enum fwd_reason reason = FWD_OK;

    switch (fwd_states_resume(update->journal.record.state)) {
    case FWD_RESUME_STAGED:
    case FWD_RESUME_ACTION:
        reason = resume_action(update);
        if (!staging_unusable(update, reason))
            return reason;
        reason = rehearse_again(update);
        return reason == FWD_OK ? resume_rehearsal(update) : reason;
    case FWD_RESUME_COMMIT:
        return resume_commit(update);
    case FWD_RESUME_REHEARSAL:
        return resume_rehearsal(update);
    default:
        return FWD_OK;
    }
}

enum fwd_reason fwd_update_resume(struct fwd_update *update)
{
    memset(&update->cost, 0, sizeof update->cost);
    if (!pending(update))
        return FWD_OK;
    enum fwd_reason reason = fwd_session_count_start(update);
    if (reason == FWD_OK)
        reason = fwd_environment_check(update);
    if (reason == FWD_OK)
        reason = go_on(update);
    if (reason == FWD_E_NO_PROGRESS)
        update->last = reason;
    else if (reason != FWD_OK)
        record_failure(update, reason);
    return reason;
}
