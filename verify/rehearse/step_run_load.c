/* Finding one step in the staging area, from either side. */
#include "verify/flash/area.h"
#include "verify/rehearse/decode.h"
#include "verify/rehearse/step_run.h"

static struct fwd_flash_access staging_of(const struct fwd_step_run *run)
{
    return (struct fwd_flash_access){
        run->update->device->ports, &run->update->device->staging, FWD_E_STAGING_IO};
}

static enum fwd_reason load_head(struct fwd_step_run *run, uint32_t at)
{
    const struct fwd_flash_access staging = staging_of(run);
    uint8_t bytes[FWD_STEP_HEAD_SIZE];
    enum fwd_reason reason = fwd_flash_read(&staging, at, bytes, sizeof bytes);

    if (reason == FWD_OK && !fwd_step_head_decode(bytes, &run->head))
        reason = FWD_E_STAGING_CORRUPT;
    run->ops_at = at + FWD_STEP_HEAD_SIZE;
    return reason;
}

static enum fwd_reason load_tail(struct fwd_step_run *run, uint32_t at)
{
    const struct fwd_flash_access staging = staging_of(run);
    uint8_t bytes[FWD_STEP_TAIL_SIZE];
    enum fwd_reason reason = fwd_flash_read(&staging, at, bytes, sizeof bytes);

    if (reason == FWD_OK && !fwd_step_tail_decode(bytes, &run->tail))
        reason = FWD_E_STAGING_CORRUPT;
    run->end = at + FWD_STEP_TAIL_SIZE;
    return reason;
}

/* Forwards, the tail is stored where the operations have given all data bytes. */
static enum fwd_reason skip_ops(struct fwd_step_run *run, uint32_t limit, uint32_t *at)
{
    const struct fwd_flash_access staging = staging_of(run);
    uint32_t given = 0;

    for (*at = run->ops_at; given < run->head.data_size;) {
        uint8_t bytes[FWD_OP_SIZE_MAX];
        uint32_t at_hand = limit - *at < sizeof bytes ? limit - *at : (uint32_t)sizeof bytes;
        struct fwd_op op;
        size_t used;
        enum fwd_reason reason = fwd_flash_read(&staging, *at, bytes, at_hand);
        if (reason != FWD_OK)
            return reason;
        if (fwd_op_decode(bytes, at_hand, &op, &used) != FWD_OP_OK)
            return FWD_E_STAGING_CORRUPT;
        *at += (uint32_t)used;
        if (op.kind == FWD_OP_SEEK)
            continue;
        uint32_t stored = op.kind == FWD_OP_LITERAL ? op.length : 0;
        if (op.length > run->head.data_size - given || stored > limit - *at)
            return FWD_E_STAGING_CORRUPT;
        given += op.length;
        *at += stored;
    }
    return FWD_OK;
}

static enum fwd_reason load_forwards(
    struct fwd_step_run *run, const struct fwd_staged *staged, uint32_t at)
{
    const uint32_t least = FWD_STEP_HEAD_SIZE + FWD_STEP_TAIL_SIZE;
    uint32_t tail_at;

    if (at < staged->begin || at > staged->end || staged->end - at < least)
        return FWD_E_STAGING_CORRUPT;
    enum fwd_reason reason = load_head(run, at);
    if (reason == FWD_OK)
        reason = skip_ops(run, staged->end, &tail_at);
    if (reason == FWD_OK && staged->end - tail_at < FWD_STEP_TAIL_SIZE)
        reason = FWD_E_STAGING_CORRUPT;
    if (reason == FWD_OK)
        reason = load_tail(run, tail_at);
    if (reason == FWD_OK && run->tail.ops_size != tail_at - run->ops_at)
        reason = FWD_E_STAGING_CORRUPT;
    return reason;
}

static enum fwd_reason load_backwards(
    struct fwd_step_run *run, const struct fwd_staged *staged, uint32_t end)
{
    const uint32_t least = FWD_STEP_HEAD_SIZE + FWD_STEP_TAIL_SIZE;

    if (end > staged->end || end < staged->begin || end - staged->begin < least)
        return FWD_E_STAGING_CORRUPT;
    enum fwd_reason reason = load_tail(run, end - FWD_STEP_TAIL_SIZE);
    if (reason == FWD_OK && run->tail.ops_size > end - staged->begin - least)
        reason = FWD_E_STAGING_CORRUPT;
    if (reason == FWD_OK)
        reason = load_head(run, end - least - run->tail.ops_size);
    return reason;
}

enum fwd_reason fwd_step_run_load(struct fwd_step_run *run, struct fwd_update *update,
    const struct fwd_task *task, const struct fwd_staged *staged, uint32_t at)
{
    *run = (struct fwd_step_run){.update = update, .slot = fwd_decode_target_slot(update, task)};
    enum fwd_reason reason = staged->flags & FWD_STAGED_DESCENDING ? load_backwards(run, staged, at)
                                                                   : load_forwards(run, staged, at);
    if (reason != FWD_OK)
        return reason;
    /* The block must be one of this slot, whole. */
    if (run->head.component != staged->component || run->head.block_offset >= run->slot->size)
        return FWD_E_STAGING_CORRUPT;
    struct fwd_block block = fwd_area_block_at(run->slot, run->head.block_offset);
    return block.offset == run->head.block_offset && block.size == run->head.block_size
               ? FWD_OK
               : FWD_E_STAGING_CORRUPT;
}
