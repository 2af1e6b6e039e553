#include "verify/flash/hash.h"
#include "verify/rehearse/backup.h"
#include "verify/rehearse/dry_run.h"
#include "verify/rehearse/progress.h"
#include "verify/rehearse/rehearse.h"
#include "verify/rehearse/session_record.h"
#include "verify/rehearse/stage.h"
#include "verify/trust/plan.h"

#include <string.h>

/* A staging block that takes nothing: what is staged begins after it, at most so often. */
#define WORN_BLOCKS 4

/* States after those of rehearse.h. */
enum {
    COMPONENT = FWD_REHEARSAL_IN_PLACE + 1, /* `task` is next */
    PROVEN,
    MEASURED,
    STEPS_STAGED,
    READ_BACK
};

struct in_place {
    struct fwd_rehearsal r; /* the first member: it is what is handed around */
    uint32_t room;          /* for the steps of a component */
    uint32_t end;           /* of what is staged */
    uint8_t worn;           /* staging blocks so far */
    bool turned;            /* the preferred order does not fit */
    struct fwd_flash_writer dry;
    struct fwd_stage stage;
    struct fwd_stager stager;
};

static bool has_source(const struct fwd_task *task)
{
    return (task->component->flags & FWD_COMPONENT_HAS_SOURCE) != 0;
}

/* ---- a component ----------------------------------------------------------------------------- */

static enum fwd_reason stage_steps(struct in_place *w, const struct fwd_task *task)
{
    w->r.state = STEPS_STAGED;
    w->stage.table[w->stage.count].begin = w->stage.stream.at;
    return fwd_stage_steps_begin(&w->stager, &w->r.decode, &w->stage.stream, w->r.update, task);
}

static enum fwd_reason steps_staged(struct in_place *w)
{
    struct fwd_staged *entry = &w->stage.table[w->stage.count++];

    entry->component = w->stager.component;
    entry->flags = w->stager.descending ? FWD_STAGED_DESCENDING : 0;
    entry->steps = w->stager.steps;
    entry->end = w->stage.stream.at;
    w->r.task++;
    w->r.state = COMPONENT;
    return FWD_OK;
}

static enum fwd_reason measure(struct in_place *w, const struct fwd_task *task)
{
    w->r.state = MEASURED;
    return fwd_stage_measure_begin(&w->stager, &w->r.decode, &w->dry, w->r.update, task);
}

/* The preferred order, unless only the other one fits. */
static enum fwd_reason measured(struct in_place *w, const struct fwd_task *task)
{
    if (w->dry.at <= w->room)
        return stage_steps(w, task);
    if (w->turned)
        return FWD_E_STAGING_TOO_SMALL;
    w->turned = true;
    w->stager.descending = !w->stager.descending;
    return measure(w, task);
}

/* Its outcome is known, and which blocks change. Orders are measured only when it is not clear that
 * the preferred one fits; the table of all components must fit after the steps. */
static enum fwd_reason proven(struct in_place *w, const struct fwd_task *task)
{
    uint32_t kept = (uint32_t)w->r.update->plan.count * FWD_STAGED_SIZE;
    uint32_t left = w->stage.stream.limit - w->stage.stream.at;
    enum fwd_reason reason = fwd_dry_run_end(w->r.update, task);

    if (reason != FWD_OK)
        return reason;
    if (!has_source(task)) {
        w->r.task++;
        w->r.state = COMPONENT;
        return FWD_OK;
    }
    w->room = left > kept ? left - kept : 0;
    w->turned = false;
    w->stager.descending = (task->component->flags & FWD_COMPONENT_DESCENDING) != 0;
    return fwd_stage_fits(w->r.update, task, w->room) ? stage_steps(w, task) : measure(w, task);
}

/* ---- all of them ----------------------------------------------------------------------------- */

static enum fwd_reason record_staged(
    struct in_place *w, uint32_t begin, uint32_t end, const uint8_t digest[FWD_DIGEST_SIZE])
{
    struct fwd_update *update = w->r.update;
    struct fwd_record record = update->journal.record;

    record.state = FWD_STATE_STAGED;
    record.step = 0;
    record.undo = 0;
    record.staging_at = 0;
    record.staging_begin = begin;
    record.staging_end = end;
    record.scratch = fwd_backup_first(update->device, end, record.scratch);
    memcpy(record.staging_digest, digest, FWD_DIGEST_SIZE);
    if (!fwd_plan_two_slots(&update->plan))
        record.component =
            fwd_plan_component(update, &update->plan.tasks[update->plan.in_place_first]);
    w->r.state = FWD_REHEARSAL_COMPLETE;
    enum fwd_reason reason = fwd_session_record(update, &record);
    if (reason == FWD_OK)
        fwd_progress_end(update);
    return reason;
}

static enum fwd_reason next_component(struct in_place *w, const struct fwd_task *task)
{
    if (w->r.task < w->r.update->plan.count) {
        w->r.state = PROVEN;
        return fwd_dry_run_begin(&w->r.decode, w->r.update, task);
    }
    w->r.state = READ_BACK;
    return fwd_stage_end(&w->stage, &w->end);
}

static enum fwd_reason digest_of(struct in_place *w, uint8_t digest[FWD_DIGEST_SIZE])
{
    const struct fwd_workspace *work = &w->r.update->work;
    uint32_t begin = w->stage.begin, size = w->end - begin;

    return w->r.digest != NULL
               ? w->r.digest(w->r.update, &w->stage.stream.flash, begin, size, digest)
               : fwd_flash_digest(&w->stage.stream.flash, begin, size, FWD_HASH_STEP, work->io,
                     work->io_size, digest);
}

static enum fwd_reason read_back(struct in_place *w)
{
    uint8_t written[FWD_DIGEST_SIZE], digest[FWD_DIGEST_SIZE];
    enum fwd_reason reason = digest_of(w, digest);

    if (reason != FWD_OK || w->r.unfinished)
        return reason;
    reason = fwd_hash_end(w->r.update->device->ports, FWD_HASH_PAYLOAD, written);
    if (reason != FWD_OK)
        return reason;
    if (!fwd_digest_equal(written, digest, sizeof written))
        return FWD_E_STAGING_IO;
    return record_staged(w, w->stage.begin, w->end, digest);
}

static enum fwd_reason stage_from(struct in_place *w, uint32_t begin)
{
    w->r.task = w->r.update->plan.in_place_first;
    w->r.state = COMPONENT;
    return fwd_stage_begin(&w->stage, w->r.update, begin);
}

static enum fwd_reason begin(struct in_place *w)
{
    static const uint8_t nothing[FWD_DIGEST_SIZE];

    w->worn = 0;
    if (fwd_plan_two_slots(&w->r.update->plan))
        return record_staged(w, 0, 0, nothing);
    return stage_from(w, 0);
}

static enum fwd_reason next(struct in_place *w, const struct fwd_task *task)
{
    switch (w->r.state) {
    case COMPONENT:
        return next_component(w, task);
    case PROVEN:
        return proven(w, task);
    case MEASURED:
        return measured(w, task);
    case STEPS_STAGED:
        return steps_staged(w);
    case READ_BACK:
        return read_back(w);
    default:
        return begin(w);
    }
}

/* Where the block after the one that was being written begins; 0: there is none. */
static uint32_t after_worn(const struct in_place *w)
{
    const struct fwd_area *staging = &w->r.update->device->staging;

    if (w->worn == WORN_BLOCKS || w->stage.stream.at == w->stage.begin)
        return 0;
    struct fwd_block block = fwd_area_block_at(staging, w->stage.stream.at - 1);
    return block.offset + block.size < staging->size ? block.offset + block.size : 0;
}

enum fwd_reason fwd_rehearsal_in_place(struct fwd_rehearsal *r, const struct fwd_task *task)
{
    struct in_place *w = (struct in_place *)(void *)r;
    enum fwd_reason reason = r->decode.open ? fwd_rehearsal_decode(r) : next(w, task);
    uint32_t begin;

    while (reason == FWD_E_STAGING_IO && (begin = after_worn(w)) != 0) {
        w->worn++;
        reason = stage_from(w, begin);
    }
    /* it would not be without the worn block */
    return reason == FWD_E_STAGING_TOO_SMALL && w->worn > 0 ? FWD_E_STAGING_IO : reason;
}

const struct fwd_slices fwd_slices = {sizeof(struct in_place)};

enum fwd_reason fwd_rehearse(
    struct fwd_update *update, enum fwd_command command, const struct fwd_version_table *versions)
{
    struct in_place whole;

    whole.r = (struct fwd_rehearsal){.update = update, .holds = fwd_decode_check_slot};
    return fwd_rehearsal_run(&whole.r, command, versions);
}
