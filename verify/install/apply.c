#include "verify/install/apply.h"

#include "verify/flash/journal.h"
#include "verify/install/commit.h"
#include "verify/install/environment.h"
#include "verify/rehearse/backup.h"
#include "verify/rehearse/decode.h"
#include "verify/rehearse/progress.h"
#include "verify/rehearse/session_record.h"
#include "verify/rehearse/slot.h"
#include "verify/rehearse/stage.h"
#include "verify/rehearse/step_run.h"
#include "verify/trust/plan.h"
#include "verify/trust/start_test.h"
#include "verify/undo/undo.h"

#include <string.h>

/* A block that reads back wrong is erased and programmed again this often. */
#define WRITE_TRIES 3

static bool staged_delta(const struct fwd_task *task)
{
    return (task->component->flags & FWD_COMPONENT_HAS_SOURCE) != 0;
}

/* ---- one step -------------------------------------------------------------------------------- */

static uint32_t backups(const struct fwd_update *update)
{
    return fwd_backup_count(update->device, update->journal.record.staging_end);
}

/* Saves the old block into the next place that takes it. The backup is what the block will be made
 * from: only one that gives the result is worth a record. */
static enum fwd_reason save(struct fwd_step_run *run)
{
    struct fwd_update *update = run->update;
    uint32_t places = backups(update);
    enum fwd_reason reason = FWD_E_SCRATCH_IO;

    for (uint32_t tries = 0; tries < places && reason == FWD_E_SCRATCH_IO; tries++) {
        run->scratch = (update->journal.record.scratch + tries) % places;
        reason = fwd_step_run_save(run);
        run->saved = reason == FWD_OK;
        if (run->saved)
            reason = fwd_step_run_resolve(run);
        if (reason == FWD_E_STEP_RESULT)
            reason = FWD_E_SCRATCH_IO;
    }
    if (reason != FWD_OK)
        return reason;
    struct fwd_record record = update->journal.record;
    record.flags |= FWD_RECORD_SAVED;
    record.scratch = run->scratch;
    update->cost.scratch_uses++;
    return fwd_session_record(update, &record);
}

static enum fwd_reason record_step(const struct fwd_step_run *run, uint32_t next)
{
    struct fwd_update *update = run->update;
    struct fwd_record record = update->journal.record;

    record.step++;
    record.staging_at = next;
    if (run->saved && run->old == NULL)
        record.scratch = (run->scratch + 1) % backups(update);
    record.flags &= (uint8_t)~FWD_RECORD_SAVED;
    update->cost.steps++;
    return fwd_session_record(update, &record);
}

static enum fwd_reason run_step(struct fwd_step_run *run, uint32_t next)
{
    const struct fwd_record *record = &run->update->journal.record;
    enum fwd_reason reason;

    run->saved = run->old != NULL || (record->flags & FWD_RECORD_SAVED) != 0;
    run->scratch = record->scratch;
    if (run->saved && run->old == NULL && run->scratch >= backups(run->update))
        return FWD_E_STAGING_CORRUPT;
    reason = fwd_step_run_resolve(run);
    if (reason == FWD_OK && run->own && !run->saved)
        reason = save(run);
    for (int tries = 0; tries < WRITE_TRIES && reason == FWD_OK; tries++) {
        reason = fwd_step_run_write(run);
        if (reason != FWD_E_READ_BACK)
            break;
        reason = tries + 1 < WRITE_TRIES ? FWD_OK : FWD_E_READ_BACK;
    }
    return reason == FWD_OK ? record_step(run, next) : reason;
}

/* ---- one component --------------------------------------------------------------------------- */

/* Where the old blocks were kept, that is where the step finds its own. */
static enum fwd_reason find_old(
    struct fwd_step_run *run, const struct fwd_staged *staged, bool first)
{
    const struct fwd_undo *undo = run->update->device->undo;

    if (run->update->journal.record.undo == 0)
        return FWD_OK;
    return undo != NULL ? undo->find(run, staged, first) : FWD_E_STAGING_CORRUPT;
}

static enum fwd_reason run_steps(struct fwd_update *update, const struct fwd_task *task)
{
    struct fwd_record *record = &update->journal.record;
    uint32_t target = task->component->target.size;
    struct fwd_staged staged;
    struct fwd_step_run run;
    enum fwd_reason reason =
        fwd_stage_find(update, fwd_plan_component(update, task), update->plan.count, &staged);

    if (reason != FWD_OK)
        return reason;
    if (record->step > staged.steps)
        return FWD_E_STAGING_CORRUPT;
    bool descending = (staged.flags & FWD_STAGED_DESCENDING) != 0;
    uint32_t at = descending ? staged.end : staged.begin;
    if (record->step > 0) {
        at = record->staging_at;
        fwd_progress_add(update, target / staged.steps * record->step);
    }
    for (bool first = true; record->step < staged.steps && reason == FWD_OK; first = false) {
        reason = fwd_step_run_load(&run, update, task, &staged, at);
        if (reason == FWD_OK)
            reason = find_old(&run, &staged, first);
        if (reason != FWD_OK)
            break;
        at = descending ? run.ops_at - FWD_STEP_HEAD_SIZE : run.end;
        reason = run_step(&run, at);
        fwd_progress_add(update, target / staged.steps);
    }
    if (reason != FWD_OK)
        return reason;
    return fwd_decode_check_slot(update, fwd_decode_target_slot(update, task),
        &task->component->target, FWD_E_TARGET_CORRUPT, FWD_E_SLOT_READ);
}

static enum fwd_reason begin_component(struct fwd_update *update, const struct fwd_task *task)
{
    struct fwd_record record = update->journal.record;

    record.state = FWD_STATE_ACTING;
    record.flags |= FWD_RECORD_DESTRUCTIVE;
    record.flags &= (uint8_t)~FWD_RECORD_SAVED;
    record.component = fwd_plan_component(update, task);
    record.step = record.staging_at = 0;
    if (update->device->undo == NULL)
        record.undo = 0;
    return fwd_session_record(update, &record);
}

/* So that a trial can end with what was before. */
static enum fwd_reason keep_old(struct fwd_update *update)
{
    const struct fwd_undo *undo = update->device->undo;

    return undo != NULL ? undo->keep(update) : FWD_OK;
}

static uint64_t work_ahead(const struct fwd_update *update)
{
    uint64_t sum = 1;

    for (uint8_t i = update->plan.in_place_first; i < FWD_COMPONENTS(update->plan.count); i++)
        sum += update->plan.tasks[i].component->target.size;
    return sum;
}

/* The last things before the first write: what will be installed could start, and two places take
 * records. */
static enum fwd_reason point_of_no_return(struct fwd_update *update)
{
    if (update->plan.in_place_first == update->plan.count)
        return FWD_OK;
    enum fwd_reason reason = fwd_start_test_future(update, update->retained, FWD_START_SIGNED);
    return reason == FWD_OK ? fwd_journal_prove(&update->journal) : reason;
}

bool fwd_apply_takes(enum fwd_layout layout)
{
    return layout == FWD_LAYOUT_AB || (FWD_CONFIG_IN_PLACE == 1 && layout == FWD_LAYOUT_IN_PLACE);
}

enum fwd_reason fwd_apply(struct fwd_update *update)
{
    const struct fwd_plan *plan = &update->plan;
    enum fwd_reason reason = fwd_stage_check(update);
    bool resumed = update->journal.record.state == FWD_STATE_ACTING;
    uint8_t i = plan->in_place_first;

    if (reason == FWD_OK)
        reason = fwd_environment_ready(update, FWD_POINT_INSTALLATION);
    if (reason == FWD_OK && !resumed)
        reason = keep_old(update);
    if (reason == FWD_OK && !resumed)
        reason = point_of_no_return(update);
    if (reason != FWD_OK)
        return reason;
    fwd_progress_begin(update, FWD_PROGRESS_INSTALLATION, work_ahead(update));
    while (resumed && i < FWD_COMPONENTS(plan->count) &&
           fwd_plan_component(update, &plan->tasks[i]) != update->journal.record.component) {
        fwd_progress_add(update, plan->tasks[i].component->target.size);
        i++;
    }
    update->hashed = i == 0;
    if (resumed && i == plan->count)
        return FWD_E_STAGING_CORRUPT; /* the record names no component of this plan */
    for (; i < FWD_COMPONENTS(plan->count) && reason == FWD_OK; i++) {
        const struct fwd_task *task = &plan->tasks[i];
        if (!resumed)
            reason = begin_component(update, task);
        resumed = false;
        if (reason == FWD_OK)
            reason = staged_delta(task) ? run_steps(update, task) : fwd_slot_write(update, task);
    }
    return reason == FWD_OK ? fwd_commit_begin(update) : reason;
}
