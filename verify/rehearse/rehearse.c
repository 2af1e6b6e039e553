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

/* ---- work in hand ---------------------------------------------------------------------------- */

enum fwd_reason fwd_rehearsal_decode(struct fwd_rehearsal *r)
{
    uint32_t size = 0;
    enum fwd_reason reason = fwd_decode_next(&r->decode, &size);

    r->work += size;
    if (reason != FWD_OK || size == 0)
        fwd_decode_end(&r->decode);
    return reason;
}

/* After a power cut in this session the record says how far it came; otherwise it begins. */
static enum fwd_reason record_begin(struct fwd_update *update, uint8_t command, bool blind)
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
    record.command = command;
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

/* ---- the inactive slots ---------------------------------------------------------------------- */

static enum fwd_reason write_slot(struct fwd_rehearsal *r, const struct fwd_task *task)
{
    enum fwd_reason reason = r->task == r->begun ? FWD_OK : begin_slot(r->update, task);

    r->begun = r->task;
    r->state = FWD_REHEARSAL_SLOT_WRITTEN;
    return reason == FWD_OK ? fwd_slot_write_begin(&r->writer, &r->decode, r->update, task, false)
                            : reason;
}

/* Those that the record has passed need no decoding again, only a look. */
static enum fwd_reason check_slot(struct fwd_rehearsal *r, const struct fwd_task *task)
{
    enum fwd_reason reason = r->holds(r->update, fwd_decode_target_slot(r->update, task),
        &task->component->target, FWD_E_TARGET_CORRUPT, FWD_E_SLOT_READ);

    if (reason != FWD_OK && r->task < r->begun)
        return write_slot(r, task);
    if (reason == FWD_OK && !r->unfinished) {
        r->task++;
        r->state = FWD_REHEARSAL_SLOT;
    }
    return reason;
}

static enum fwd_reason next_slot(struct fwd_rehearsal *r, const struct fwd_task *task)
{
    if (r->task == fwd_plan_in_place(&r->update->plan)) {
        r->state = FWD_REHEARSAL_IN_PLACE;
        return FWD_OK;
    }
    return r->task < r->begun ? check_slot(r, task) : write_slot(r, task);
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

/* ---- the order ------------------------------------------------------------------------------- */

static enum fwd_reason after_sources(struct fwd_rehearsal *r)
{
    struct fwd_update *update = r->update;
    const struct fwd_plan *plan = &update->plan;
    enum fwd_reason reason = fwd_plan_resources(plan, update->work.arena_size);

    if (reason == FWD_OK)
        reason = check_certified(update);
    if (reason == FWD_OK)
        reason = check_record(update);
    if (reason == FWD_OK)
        reason = record_begin(update, r->command, r->blind);
    r->begun = 0;
    while (r->begun < fwd_plan_in_place(plan) &&
           fwd_plan_component(update, &plan->tasks[r->begun]) != update->journal.record.component)
        r->begun++;
    r->task = 0;
    r->state = FWD_REHEARSAL_SLOT;
    return reason;
}

/* V9, second half: what is in flash is the image that the delta was made from. */
static enum fwd_reason next_source(struct fwd_rehearsal *r, const struct fwd_task *task)
{
    enum fwd_reason reason = FWD_OK;

    if (r->task == r->update->plan.count)
        return after_sources(r);
    if (task->place != FWD_NO_PLACE && has_source(task)) {
        reason = r->holds(r->update, fwd_decode_source_slot(r->update, task),
            &task->component->source, FWD_E_SOURCE_DIGEST, FWD_E_SOURCE_READ);
        if (r->unfinished)
            return reason;
        fwd_progress_add(r->update, task->component->source.size);
    }
    r->task++;
    return reason;
}

enum fwd_reason fwd_rehearsal_step(struct fwd_rehearsal *r)
{
    const struct fwd_task *task = &r->update->plan.tasks[r->task];

    if (r->state >= FWD_REHEARSAL_IN_PLACE)
        return fwd_rehearsal_in_place(r, task);
    if (r->decode.open)
        return fwd_rehearsal_decode(r);
    if (r->state == FWD_REHEARSAL_SOURCE)
        return next_source(r, task);
    return r->state == FWD_REHEARSAL_SLOT ? next_slot(r, task) : check_slot(r, task);
}

enum fwd_reason fwd_rehearsal_begin(
    struct fwd_rehearsal *r, uint8_t command, const struct fwd_version_table *versions)
{
    fwd_progress_begin(r->update, FWD_PROGRESS_VALIDATION, work_ahead(r->update));
    r->command = command;
    r->blind = !versions->found;
    r->state = FWD_REHEARSAL_SOURCE;
    return fwd_plan_source_versions(r->update->device, &r->update->plan, versions);
}

enum fwd_reason fwd_rehearsal_run(
    struct fwd_rehearsal *r, enum fwd_command command, const struct fwd_version_table *versions)
{
    uint8_t apart = r->update->apart ? FWD_RECORD_BY_APPLICATION : 0;
    enum fwd_reason reason = fwd_rehearsal_begin(r, (uint8_t)(command | apart), versions);

    while (reason == FWD_OK && r->state != FWD_REHEARSAL_COMPLETE)
        reason = fwd_rehearsal_step(r);
    return reason;
}
