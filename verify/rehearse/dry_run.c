#include "verify/rehearse/dry_run.h"

#include "verify/flash/area.h"
#include "verify/rehearse/decode.h"
#include "verify/rehearse/progress.h"
#include "verify/rehearse/workspace.h"

#include <string.h>

static void mark(const struct fwd_workspace *work, uint32_t block)
{
    work->changed[block / 8] |= (uint8_t)(1u << (block % 8));
}

static struct fwd_flash_access access_to(
    const struct fwd_update *update, const struct fwd_task *task)
{
    return (struct fwd_flash_access){
        update->device->ports, fwd_decode_target_slot(update, task), FWD_E_SOURCE_READ};
}

static bool has_source(const struct fwd_task *task)
{
    return (task->component->flags & FWD_COMPONENT_HAS_SOURCE) != 0;
}

/* Compares decoded bytes with what is in the slot at the same place. */
static enum fwd_reason compare(struct fwd_update *update, const struct fwd_flash_access *slot,
    uint32_t source_size, uint32_t at, const uint8_t *bytes, uint32_t size)
{
    uint8_t *old = update->work.io;

    while (size > 0) {
        struct fwd_block block = fwd_area_block_at(slot->area, at);
        uint32_t piece = block.offset + block.size - at;
        if (piece > size)
            piece = size;
        if (piece > FWD_IO_SIZE)
            piece = FWD_IO_SIZE;
        enum fwd_reason reason = fwd_flash_read(slot, at, old, piece);
        if (reason != FWD_OK)
            return reason;
        /* Nothing vouches for a block after the source: what an earlier update left there may read
         * as the target now and differently later. */
        if (memcmp(old, bytes, piece) != 0 || block.offset >= source_size)
            mark(&update->work, block.index);
        at += piece;
        bytes += piece;
        size -= piece;
    }
    return FWD_OK;
}

/* Without a source every block is written, readable or not: nothing to compare. */
static enum fwd_reason take(void *ctx, const struct fwd_chunk *chunk)
{
    const struct fwd_decode *decode = ctx;
    const struct fwd_flash_access slot = access_to(decode->update, decode->task);

    fwd_progress_add(decode->update, chunk->size);
    if (!has_source(decode->task))
        return FWD_OK;
    return compare(decode->update, &slot, decode->task->component->source.size,
        decode->done - chunk->size, chunk->bytes, chunk->size);
}

/* Bytes after the target in its last block are written erased: the block changes if one is not. */
enum fwd_reason fwd_dry_run_end(struct fwd_update *update, const struct fwd_task *task)
{
    const struct fwd_flash_access slot = access_to(update, task);
    uint32_t size = task->component->target.size;
    struct fwd_block block = fwd_area_block_at(slot.area, size - 1);
    bool blank;

    if (!has_source(task))
        return FWD_OK;
    enum fwd_reason reason = fwd_flash_is_blank(
        &slot, size, block.offset + block.size - size, update->work.io, FWD_IO_SIZE, &blank);

    if (reason == FWD_OK && !blank)
        mark(&update->work, block.index);
    return reason;
}

enum fwd_reason fwd_dry_run_begin(
    struct fwd_decode *decode, struct fwd_update *update, const struct fwd_task *task)
{
    const struct fwd_area *area = fwd_decode_target_slot(update, task);
    enum fwd_reason reason = fwd_decode_begin(decode, update, task, false);

    memset(update->work.changed, 0, (fwd_area_blocks(area) + 7) / 8);
    decode->take = take;
    decode->ctx = decode;
    return reason;
}
