/* Pass 1 over an in-place component: its digest, and which blocks change. */
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

/* Bytes after the target in its last block are written erased: the block changes if one is not. */
static enum fwd_reason compare_tail(
    struct fwd_update *update, const struct fwd_flash_access *slot, uint32_t size)
{
    struct fwd_block block = fwd_area_block_at(slot->area, size - 1);
    bool blank;
    enum fwd_reason reason = fwd_flash_is_blank(
        slot, size, block.offset + block.size - size, update->work.io, FWD_IO_SIZE, &blank);

    if (reason == FWD_OK && !blank)
        mark(&update->work, block.index);
    return reason;
}

enum fwd_reason fwd_dry_run(struct fwd_update *update, const struct fwd_task *task)
{
    const struct fwd_area *area = fwd_decode_target_slot(update, task);
    const struct fwd_flash_access slot = {update->device->ports, area, FWD_E_SOURCE_READ};
    /* Without a source every block is written, readable or not: nothing to compare. */
    bool has_source = (task->component->flags & FWD_COMPONENT_HAS_SOURCE) != 0;
    struct fwd_decode decode;
    struct fwd_chunk chunk = {0};
    enum fwd_reason reason = fwd_decode_begin(&decode, update, task, false);

    memset(update->work.changed, 0, (fwd_area_blocks(area) + 7) / 8);
    while (reason == FWD_OK) {
        uint32_t at = decode.done;
        reason = fwd_decode_next(&decode, &chunk);
        if (reason != FWD_OK || chunk.size == 0)
            break;
        if (has_source)
            reason =
                compare(update, &slot, task->component->source.size, at, chunk.bytes, chunk.size);
        fwd_progress_add(update, chunk.size);
    }
    fwd_decode_end(&decode);
    if (reason == FWD_OK && has_source)
        reason = compare_tail(update, &slot, task->component->target.size);
    return reason;
}
