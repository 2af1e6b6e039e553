/* The order of everything: environment, validation, rehearsal, action, finalization (SPEC.md
 * section 10), for a new installation and for one that a power cut interrupted. */
#include <string.h>

#include "verify/install/apply.h"
#include "verify/install/environment.h"
#include "verify/install/commit.h"
#include "verify/install/journal_recover.h"
#include "verify/rehearse/progress.h"
#include "verify/rehearse/rehearse.h"
#include "verify/install/load_package.h"
#include "verify/rehearse/workspace.h"
#include "verify/flash/journal.h"
#include "verify/trust/plan.h"

#define MAX_ATTEMPTS 3u

uint32_t fwd_update_memory(const struct fwd_device *device)
{
    return fwd_workspace_need(device);
}

enum fwd_reason fwd_update_init(struct fwd_update *update, const struct fwd_device *device)
{
    memset(update, 0, sizeof *update);
    update->device = device;
    enum fwd_reason reason = fwd_environment_ready(update, FWD_POINT_FLASH);
    if (reason == FWD_OK)
        reason = fwd_environment_ready(update, FWD_POINT_PARTITIONS);
    if (reason == FWD_OK && !fwd_environment_sound(device))
        reason = FWD_E_AREA_LAYOUT;
    if (reason == FWD_OK && !fwd_workspace_divide(&update->work, device))
        reason = FWD_E_WORKSPACE;
    if (reason != FWD_OK)
        return reason;
    reason = fwd_journal_scan(&update->journal, device->ports, &device->journal, update->work.page);
    /* A journal that says nothing names no version record: the newest is in force. */
    if (reason == FWD_OK && (update->journal.blank || update->journal.lost)) {
        struct fwd_version_table versions;
        fwd_version_load(update, &versions);
        update->journal.record.version_block = versions.block;
    }
    return reason;
}

static bool full_image(const struct fwd_update *update, uint8_t component)
{
    const struct fwd_manifest *manifest = &update->trusted.manifest;

    return component < manifest->component_count &&
           !(manifest->components[component].flags & FWD_COMPONENT_HAS_SOURCE);
}

/* An error ends an attempt. Before the first write the old firmware simply stays; in the action the
 * device stays in install mode as long as trying again may help. */
static void record_failure(struct fwd_update *update, enum fwd_reason reason)
{
    struct fwd_record record = update->journal.record;
    const struct fwd_policy *policy = &update->device->policy;
    unsigned limit = policy->max_attempts > 0 ? policy->max_attempts : MAX_ATTEMPTS;
    bool finishing = record.state == FWD_STATE_VERIFIED || record.state == FWD_STATE_SWITCHED ||
                     record.state == FWD_STATE_COUNTED;
    bool again = finishing ||
                 (record.state == FWD_STATE_ACTING && fwd_reason_retry(reason) == FWD_RETRY_YES);

    if (record.state < FWD_STATE_REHEARSING || record.state > FWD_STATE_COUNTED)
        return; /* nothing had begun */
    record.reason = (uint16_t)reason;
    /* A full image is written again from its first block; steps cannot be run twice. */
    if (reason == FWD_E_TARGET_CORRUPT && full_image(update, record.component))
        record.step = 0;
    if (record.attempts < UINT8_MAX)
        record.attempts++;
    if (!again || record.attempts >= limit) {
        /* What is verified is whole and runs, even if it could not be recorded as new; and so does
         * the old firmware when nothing was written after all. */
        const struct fwd_plan none = {.count = 0};
        if (finishing || fwd_journal_recover_others_whole(update, &none))
            record.flags &= (uint8_t)~FWD_RECORD_DESTRUCTIVE;
        record.state = FWD_STATE_FAILED;
    }
    /* If not even this can be recorded, the state before it stays and is resumed at the next start.
     */
    enum fwd_reason recorded = fwd_journal_append(&update->journal, &record);
    (void)recorded;
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

/* Incomplete firmware is made whole by full images only: a block that was being erased may still
 * read as the source of a delta, once. What the package leaves alone must be whole. */
static bool recovers(const struct fwd_update *update)
{
    for (uint8_t i = update->plan.in_place_first; i < update->plan.count; i++) {
        if (update->plan.tasks[i].component->flags & FWD_COMPONENT_HAS_SOURCE)
            return false;
    }
    return fwd_journal_recover_others_whole(update, &update->plan);
}

/* V7 to the end for a package that has been trusted. */
static enum fwd_reason install_trusted(
    struct fwd_update *update, enum fwd_command command, const struct fwd_version_table *versions)
{
    bool begun = update->journal.record.state == FWD_STATE_REHEARSING;
    enum fwd_reason reason =
        fwd_plan_policy(update->device, &update->trusted, &update->plan, command);

    if (reason == FWD_OK && recovering(update) && !recovers(update))
        reason = FWD_E_RECOVERY_NEEDS_FULL;
    if (reason != FWD_OK)
        return reason;
    if (!begun && !recovering(update) &&
        fwd_plan_installed(update->device, &update->plan, versions))
        return FWD_OK;
    reason = fwd_plan_counters(update->device, &update->trusted, &update->plan);
    if (reason == FWD_OK)
        reason = fwd_rehearse(update, command, versions);
    return reason == FWD_OK ? act_and_finish(update) : reason;
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
        reason = fwd_load_package(update, command, record->stored, record->padding, &versions);
    return reason == FWD_OK ? install_trusted(update, command, &versions) : reason;
}

static bool pending(const struct fwd_update *update)
{
    uint8_t state = update->journal.record.state;

    return update->journal.lost || (state >= FWD_STATE_REHEARSING && state <= FWD_STATE_COUNTED);
}

enum fwd_reason fwd_update_install(struct fwd_update *update, enum fwd_command command)
{
    enum fwd_reason reason;

    if (pending(update))
        return fwd_update_resume(update);
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
    if (fwd_load_package(update, FWD_COMMAND_ANY, record->stored, record->padding, &versions) !=
            FWD_OK ||
        memcmp(update->trusted.session, session, sizeof session) != 0)
        return FWD_E_PACKAGE_LOST;
    return install_trusted(update, (enum fwd_command)record->command, &versions);
}

/* The journal is not trusted to say that the device's own checks were made. Past the first write
 * only what is still to be decoded needs its decoder: a boot loader may have fewer than the
 * application that rehearsed. */
static enum fwd_reason check_again(const struct fwd_update *update)
{
    const struct fwd_plan *plan = &update->plan;
    const struct fwd_record *record = &update->journal.record;
    enum fwd_reason reason = FWD_OK;

    if (record->state == FWD_STATE_STAGED) {
        reason = fwd_plan_policy(
            update->device, &update->trusted, plan, (enum fwd_command)record->command);
        if (reason == FWD_OK)
            reason = fwd_plan_counters(update->device, &update->trusted, plan);
        return reason == FWD_OK ? fwd_plan_resources(plan, update->work.arena_size) : reason;
    }
    for (uint8_t i = 0; i < plan->count; i++) {
        const struct fwd_task *task = &plan->tasks[i];
        bool decodes = record->state == FWD_STATE_ACTING && i >= plan->in_place_first &&
                       !(task->component->flags & FWD_COMPONENT_HAS_SOURCE);
        if (task->place == FWD_NO_PLACE)
            return FWD_E_COMPONENT_ABSENT;
        if (decodes && !task->codec)
            return FWD_E_UNKNOWN_CODEC;
        if (decodes && task->component->arena_size > update->work.arena_size)
            return FWD_E_DECODER_MEMORY;
    }
    return FWD_OK;
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
    return fwd_journal_append(&update->journal, &record);
}

enum fwd_reason fwd_update_resume(struct fwd_update *update)
{
    enum fwd_reason reason = fwd_environment_check(update);

    memset(&update->cost, 0, sizeof update->cost);
    if (reason != FWD_OK || !pending(update))
        return reason;
    reason = update->journal.lost ? fwd_journal_recover_decide(update)
                                  : fwd_journal_settle(&update->journal);
    if (reason != FWD_OK)
        return reason;
    if (update->journal.record.state != FWD_STATE_REHEARSING)
        reason = resume_action(update);
    if (staging_unusable(update, reason))
        reason = rehearse_again(update);
    if (reason == FWD_OK && update->journal.record.state == FWD_STATE_REHEARSING)
        reason = resume_rehearsal(update);
    if (reason != FWD_OK)
        record_failure(update, reason);
    return reason;
}
