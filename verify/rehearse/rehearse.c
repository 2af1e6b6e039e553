#include "verify/rehearse/rehearse.h"

#include "verify/flash/journal.h"
#include "verify/rehearse/decode.h"
#include "verify/rehearse/progress.h"
#include "verify/rehearse/session_record.h"
#include "verify/rehearse/slot.h"
#include "verify/trust/certified.h"
#include "verify/trust/next_record.h"
#include "verify/trust/plan.h"

#include <string.h>

static bool has_source(const struct fwd_task *task)
{
    return (task->component->flags & FWD_COMPONENT_HAS_SOURCE) != 0;
}

static bool in_place(const struct fwd_update *update, uint8_t task)
{
    return task >= fwd_plan_in_place(&update->plan);
}

/* Bytes that the rehearsal will go through: sources once, targets once or twice. */
static uint64_t work_ahead(const struct fwd_update *update)
{
    uint64_t sum = 0;

    for (uint8_t i = 0; i < FWD_COMPONENTS(update->plan.count); i++) {
        const struct fwd_task *task = &update->plan.tasks[i];
        uint64_t target = task->component->target.size;
        if (has_source(task))
            sum += task->component->source.size;
        sum += in_place(update, i) && has_source(task) ? 2 * target : target;
    }
    return sum;
}

/* V9, second half: what is in flash is the image that the delta was made from. */
static enum fwd_reason check_sources(struct fwd_update *update)
{
    for (uint8_t i = 0; i < FWD_COMPONENTS(update->plan.count); i++) {
        const struct fwd_task *task = &update->plan.tasks[i];
        if (task->place == FWD_NO_PLACE || !has_source(task))
            continue;
        enum fwd_reason reason = fwd_decode_check_slot(update, fwd_decode_source_slot(update, task),
            &task->component->source, FWD_E_SOURCE_DIGEST, FWD_E_SOURCE_READ);
        if (reason != FWD_OK)
            return reason;
        fwd_progress_add(update, task->component->source.size);
    }
    return FWD_OK;
}

/* After a power cut in this session the record says how far it came; otherwise it begins. */
static enum fwd_reason record_begin(struct fwd_update *update, enum fwd_command command, bool blind)
{
    struct fwd_record record = update->journal.record;
    uint8_t stays = FWD_RECORD_COMPLETE | FWD_RECORD_DESTRUCTIVE;

    if (record.state == FWD_STATE_REHEARSING &&
        memcmp(record.session, update->trusted.session, FWD_SESSION_SIZE) == 0)
        return fwd_journal_settle(&update->journal);
    memcpy(record.session, update->trusted.session, FWD_SESSION_SIZE);
    record.state = FWD_STATE_REHEARSING;
    record.flags &= blind ? stays | FWD_RECORD_BLIND : stays;
    if (update->trusted.kind == FWD_KIND_FULL)
        record.flags |= FWD_RECORD_FULL;
    record.command = (uint8_t)(command | (update->apart ? FWD_RECORD_BY_APPLICATION : 0u));
    record.attempts = 0;
    record.component = fwd_plan_component(update, &update->plan.tasks[0]);
    record.reason = FWD_OK;
    record.active = update->active;
    record.step = record.staging_at = record.staging_end = 0;
    record.undo = 0;
    memset(record.staging_digest, 0, sizeof record.staging_digest);
    return fwd_session_record(update, &record);
}

static enum fwd_reason begin_slot(struct fwd_update *update, const struct fwd_task *task)
{
    struct fwd_record record = update->journal.record;

    record.component = fwd_plan_component(update, task);
    record.step = 0;
    return fwd_session_record(update, &record);
}

/* The inactive slots. Those that the record has passed need no decoding again, only a look. */
static enum fwd_reason write_slots(struct fwd_update *update)
{
    const struct fwd_plan *plan = &update->plan;
    uint8_t at = 0;

    while (at < fwd_plan_in_place(plan) &&
           fwd_plan_component(update, &plan->tasks[at]) != update->journal.record.component)
        at++;
    for (uint8_t i = 0; i < FWD_COMPONENTS(fwd_plan_in_place(plan)); i++) {
        const struct fwd_task *task = &plan->tasks[i];
        enum fwd_reason reason = FWD_E_TARGET_CORRUPT;
        if (i < at)
            reason = fwd_decode_check_slot(update, fwd_decode_target_slot(update, task),
                &task->component->target, FWD_E_TARGET_CORRUPT, FWD_E_TARGET_CORRUPT);
        if (reason == FWD_OK)
            continue;
        reason = i == at ? FWD_OK : begin_slot(update, task);
        if (reason == FWD_OK)
            reason = fwd_slot_write(update, task, false);
        if (reason != FWD_OK)
            return reason;
        at = i;
    }
    return FWD_OK;
}

static enum fwd_reason check_certified(const struct fwd_update *update)
{
    const struct fwd_certified *certified = update->device->certified;

    return certified != NULL ? certified->fits(update) : FWD_OK;
}

/* What the update will be recorded with has room. */
static enum fwd_reason check_record(struct fwd_update *update)
{
    struct fwd_version_table current;
    uint32_t size;

    fwd_version_load(update, &current);
    bool before = fwd_plan_two_slots(&update->plan);
    enum fwd_reason reason = fwd_next_record_make(update, &current, before, &size);
    /* A device that cannot start as it is has nothing to lose by trying. */
    if (reason != FWD_OK || update->journal.volatile_ok)
        return reason;
    return fwd_version_fits(update, &current, size);
}

enum fwd_reason fwd_rehearse(
    struct fwd_update *update, enum fwd_command command, const struct fwd_version_table *versions)
{
    enum fwd_reason reason;

    fwd_progress_begin(update, FWD_PROGRESS_VALIDATION, work_ahead(update));
    reason = fwd_plan_source_versions(update->device, &update->plan, versions);
    if (reason == FWD_OK)
        reason = check_sources(update);
    if (reason == FWD_OK)
        reason = fwd_plan_resources(&update->plan, update->work.arena_size);
    if (reason == FWD_OK)
        reason = check_certified(update);
    if (reason == FWD_OK)
        reason = check_record(update);
    if (reason == FWD_OK)
        reason = record_begin(update, command, !versions->found);
    if (reason == FWD_OK)
        reason = write_slots(update);
    if (reason == FWD_OK)
        reason = fwd_rehearse_in_place(update);
    if (reason == FWD_OK)
        fwd_progress_end(update);
    return reason;
}
