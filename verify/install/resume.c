#include "verify/install/resume.h"

#include "verify/flash/states.h"
#include "verify/install/commit.h"
#include "verify/install/environment.h"
#include "verify/install/install_internal.h"
#include "verify/install/load_package.h"
#include "verify/rehearse/progress.h"
#include "verify/rehearse/session_record.h"
#include "verify/trust/plan.h"
#include "verify/trust/start_test.h"

#include <string.h>

enum fwd_reason fwd_resume_rehearsal(struct fwd_update *update)
{
    const struct fwd_record *record = &update->journal.record;
    struct fwd_version_table versions;
    uint8_t session[FWD_SESSION_SIZE];

    memcpy(session, record->session, sizeof session);
    if (fwd_install_load(update, FWD_COMMAND_ANY, record, &versions) != FWD_OK ||
        memcmp(update->trusted.session, session, sizeof session) != 0)
        return FWD_E_PACKAGE_LOST;
    /* It may belong to a journal that was given up, and its inactive slot may run now. */
    if (update->plan.in_place_first > 0) {
        enum fwd_reason reason = fwd_session_wait_for_version(update, versions.found);
        if (reason != FWD_OK)
            return reason;
    }
    return fwd_install_trusted(update, fwd_session_asked(record), &versions);
}

/* The journal is not trusted to say that the device's own checks were made. Up to `staged` all of
 * them are made again; from `acting` on only what a start checks: a rule that can newly fail must
 * not turn a power cut into recovery. What is still to be decoded needs its decoder: a boot loader
 * may have fewer than the application that rehearsed. */
static enum fwd_reason check_again(
    struct fwd_update *update, const struct fwd_version_table *versions)
{
    const struct fwd_plan *plan = &update->plan;
    const struct fwd_record *record = &update->journal.record;
    enum fwd_reason reason = FWD_OK;

    if (record->state == FWD_STATE_STAGED) {
        reason = fwd_plan_policy(update->device, &update->trusted, plan, fwd_session_asked(record));
        if (reason == FWD_OK)
            reason = fwd_plan_counters(update, versions);
        return reason == FWD_OK ? fwd_plan_resources(plan, update->work.arena_size) : reason;
    }
    for (uint8_t i = 0; i < FWD_COMPONENTS(plan->count); i++) {
        const struct fwd_task *task = &plan->tasks[i];
        bool decodes = record->state == FWD_STATE_ACTING && i >= fwd_plan_in_place(plan) &&
                       !(task->component->flags & FWD_COMPONENT_HAS_SOURCE);
        if (task->place == FWD_NO_PLACE)
            return FWD_E_COMPONENT_ABSENT;
        /* of the description, so it cannot newly fail; whoever forges a record gets no further */
        if (i >= fwd_plan_in_place(plan) &&
            fwd_place_at(update->device, task->place)->resumer_inside)
            return FWD_E_RESUMER_IN_PLACE;
        if (decodes && task->codec == NULL)
            return FWD_E_UNKNOWN_CODEC;
        if (decodes && task->component->arena_size > update->work.arena_size)
            return FWD_E_DECODER_MEMORY;
    }
    return fwd_start_test_future(update, update->retained, FWD_START_SIGNED);
}

static bool needs_package(const struct fwd_update *update)
{
    for (uint8_t i = fwd_plan_in_place(&update->plan); i < FWD_COMPONENTS(update->plan.count);
         i++) {
        if (!(update->plan.tasks[i].component->flags & FWD_COMPONENT_HAS_SOURCE))
            return true;
    }
    return false;
}

/* The payload is asked for only where a full image is still to be written out of it. */
enum fwd_reason fwd_resume_action(struct fwd_update *update)
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
        reason = check_again(update, &versions);
    return reason == FWD_OK ? fwd_install_act(update) : reason;
}

enum fwd_reason fwd_resume_commit(struct fwd_update *update)
{
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

enum fwd_reason fwd_resume_staged(struct fwd_update *update)
{
    enum fwd_reason reason = fwd_resume_action(update);

    if (!staging_unusable(update, reason))
        return reason;
    reason = rehearse_again(update);
    return reason == FWD_OK ? fwd_resume_rehearsal(update) : reason;
}

bool fwd_resume_pending(const struct fwd_update *update)
{
    return !update->journal.lost && fwd_states_in_progress(update->journal.record.state);
}

enum fwd_reason fwd_update_resume(struct fwd_update *update)
{
    update->slicing = 0;
    memset(&update->cost, 0, sizeof update->cost);
    if (!fwd_resume_pending(update))
        return FWD_OK;
    enum fwd_reason reason = fwd_session_count_start(update);
    if (reason == FWD_OK)
        reason = fwd_environment_check(update);
    if (reason == FWD_OK)
        reason = fwd_states_table[update->journal.record.state].resume(update);
    if (reason == FWD_E_NO_PROGRESS)
        update->last = reason;
    else if (reason != FWD_OK)
        fwd_install_failed(update, reason);
    return reason;
}
