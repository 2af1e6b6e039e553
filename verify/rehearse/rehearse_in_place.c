#include "verify/rehearse/backup.h"
#include "verify/rehearse/dry_run.h"
#include "verify/rehearse/rehearse.h"
#include "verify/rehearse/session_record.h"
#include "verify/rehearse/stage.h"
#include "verify/trust/plan.h"

#include <string.h>

static bool has_source(const struct fwd_task *task)
{
    return (task->component->flags & FWD_COMPONENT_HAS_SOURCE) != 0;
}

static enum fwd_reason record_staged(
    struct fwd_update *update, uint32_t begin, uint32_t end, const uint8_t digest[FWD_DIGEST_SIZE])
{
    struct fwd_record record = update->journal.record;

    record.state = FWD_STATE_STAGED;
    record.step = 0;
    record.undo = 0;
    record.staging_at = 0;
    record.staging_begin = begin;
    record.staging_end = end;
    record.scratch = fwd_backup_first(update->device, end, record.scratch);
    memcpy(record.staging_digest, digest, FWD_DIGEST_SIZE);
    if (update->plan.in_place_first < update->plan.count)
        record.component =
            fwd_plan_component(update, &update->plan.tasks[update->plan.in_place_first]);
    return fwd_session_record(update, &record);
}

/* A staging block that takes nothing: what is staged begins after it, at most so often. */
#define WORN_BLOCKS 4

/* *next: after the block that was being written. */
static enum fwd_reason stage_from(struct fwd_update *update, uint32_t begin, uint32_t *next)
{
    const struct fwd_plan *plan = &update->plan;
    struct fwd_stage stage;
    uint8_t digest[FWD_DIGEST_SIZE] = {0};
    uint32_t end = 0;
    enum fwd_reason reason = fwd_stage_begin(&stage, update, begin);

    for (uint8_t i = plan->in_place_first; i < FWD_COMPONENTS(plan->count) && reason == FWD_OK;
         i++) {
        reason = fwd_dry_run(update, &plan->tasks[i]);
        if (reason == FWD_OK && has_source(&plan->tasks[i]))
            reason = fwd_stage_component(&stage, &plan->tasks[i]);
    }
    if (reason == FWD_OK)
        reason = fwd_stage_end(&stage, &end, digest);
    if (stage.stream.at > begin) {
        struct fwd_block block = fwd_area_block_at(&update->device->staging, stage.stream.at - 1);
        *next = block.offset + block.size;
    }
    return reason == FWD_OK ? record_staged(update, begin, end, digest) : reason;
}

enum fwd_reason fwd_rehearse_in_place(struct fwd_update *update)
{
    static const uint8_t nothing[FWD_DIGEST_SIZE];
    uint32_t begin = 0, next = 0;

    if (update->plan.in_place_first == update->plan.count)
        return record_staged(update, 0, 0, nothing);
    enum fwd_reason reason = stage_from(update, begin, &next);
    for (int i = 0; i < WORN_BLOCKS && reason == FWD_E_STAGING_IO && next > begin &&
                    next < update->device->staging.size;
         i++) {
        begin = next;
        reason = stage_from(update, begin, &next);
        if (reason == FWD_E_STAGING_TOO_SMALL)
            reason = FWD_E_STAGING_IO; /* it would not be without the worn block */
    }
    return reason;
}
