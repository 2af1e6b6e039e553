#include "verify/rehearse/stage.h"

#include "verify/flash/hash.h"
#include "verify/rehearse/progress.h"
#include "verify/rehearse/workspace.h"
#include "verify/trust/plan.h"

#include <string.h>

static bool is_changed(const struct fwd_workspace *work, uint32_t block)
{
    return (work->changed[block / 8] >> (block % 8) & 1) != 0;
}

/* Whether the source byte's block is still old when the step runs. */
static bool still_old(const struct fwd_stager *stager, const struct fwd_block *source)
{
    if (!is_changed(&stager->update->work, source->index))
        return true;
    return stager->descending ? source->index <= stager->block.index
                              : source->index >= stager->block.index;
}

static enum fwd_reason hash(const struct fwd_stager *stager, const void *bytes, uint32_t size)
{
    if (stager->stream->dry)
        return FWD_OK;
    return fwd_hash_add(stager->update->device->ports, FWD_HASH_STEP, bytes, size);
}

static enum fwd_reason enter_block(struct fwd_stager *stager)
{
    uint32_t left = stager->size - stager->block.offset;
    struct fwd_step_head head = {.block_offset = stager->block.offset,
        .block_size = stager->block.size,
        .data_size = left < stager->block.size ? left : stager->block.size,
        .component = stager->component};
    uint8_t bytes[FWD_STEP_HEAD_SIZE];

    enum fwd_reason reason = fwd_hash_begin(stager->update->device->ports, FWD_HASH_STEP);
    fwd_step_head_encode(&head, bytes);
    if (reason == FWD_OK)
        reason =
            fwd_flash_writer_write(stager->stream, bytes, sizeof bytes, FWD_E_STAGING_TOO_SMALL);
    fwd_step_encode_begin(&stager->ops, stager->stream, stager->block.offset, stager->block.size);
    return reason;
}

/* The digest in the tail is over the whole block: what the target leaves free is erased. */
static enum fwd_reason hash_fill(const struct fwd_stager *stager)
{
    uint32_t left = stager->block.offset + stager->block.size - stager->at;
    uint8_t fill[64];
    enum fwd_reason reason = FWD_OK;

    memset(fill, stager->slot->erased, sizeof fill);
    while (left > 0 && reason == FWD_OK) {
        uint32_t piece = left < sizeof fill ? left : (uint32_t)sizeof fill;
        reason = hash(stager, fill, piece);
        left -= piece;
    }
    return reason;
}

static enum fwd_reason leave_block(struct fwd_stager *stager)
{
    struct fwd_step_tail tail;
    uint8_t bytes[FWD_STEP_TAIL_SIZE];
    enum fwd_reason reason = fwd_step_encode_end(&stager->ops);

    if (reason == FWD_OK)
        reason = hash_fill(stager);
    if (reason == FWD_OK)
        reason = fwd_hash_end(stager->update->device->ports, FWD_HASH_STEP, tail.digest);
    if (reason != FWD_OK)
        return reason;
    tail.flags = stager->ops.own ? FWD_STEP_READS_OWN_BLOCK : 0;
    tail.ops_size = stager->stream->at - stager->ops.begin;
    fwd_step_tail_encode(&tail, bytes);
    stager->steps++;
    return fwd_flash_writer_write(stager->stream, bytes, sizeof bytes, FWD_E_STAGING_TOO_SMALL);
}

static enum fwd_reason add_literals(struct fwd_stager *stager, const uint8_t *bytes, uint32_t size)
{
    enum fwd_reason reason = FWD_OK;

    for (uint32_t i = 0; i < size && reason == FWD_OK; i++)
        reason = fwd_step_encode_literal(&stager->ops, bytes[i]);
    return reason;
}

/* Bytes of one target block that stand for source bytes of one source block. */
static enum fwd_reason add_compared(
    struct fwd_stager *stager, const uint8_t *bytes, uint32_t size, uint32_t source)
{
    uint8_t *old = stager->update->work.io;
    enum fwd_reason reason = fwd_flash_read(&stager->source, source, old, size);

    for (uint32_t i = 0; i < size && reason == FWD_OK; i++) {
        reason = bytes[i] == old[i] ? fwd_step_encode_copy(&stager->ops, bytes[i], source + i)
                                    : fwd_step_encode_literal(&stager->ops, bytes[i]);
    }
    return reason;
}

static enum fwd_reason add_from_source(
    struct fwd_stager *stager, const uint8_t *bytes, uint32_t size, uint32_t source)
{
    enum fwd_reason reason = FWD_OK;

    while (size > 0 && reason == FWD_OK) {
        struct fwd_block block = fwd_area_block_at(stager->slot, source);
        uint32_t piece = block.offset + block.size - source;
        if (piece > size)
            piece = size;
        if (piece > FWD_IO_SIZE)
            piece = FWD_IO_SIZE;
        reason = still_old(stager, &block) ? add_compared(stager, bytes, piece, source)
                                           : add_literals(stager, bytes, piece);
        bytes += piece;
        source += piece;
        size -= piece;
    }
    return reason;
}

/* A piece that lies in one target block. */
static enum fwd_reason add_piece(
    struct fwd_stager *stager, const struct fwd_chunk *chunk, uint32_t done, uint32_t size)
{
    bool changed = is_changed(&stager->update->work, stager->block.index);
    enum fwd_reason reason = FWD_OK;

    if (!changed) {
        stager->at += size;
        return FWD_OK;
    }
    if (stager->at == stager->block.offset)
        reason = enter_block(stager);
    if (reason == FWD_OK)
        reason = hash(stager, chunk->bytes + done, size);
    if (reason == FWD_OK)
        reason = chunk->has_source ? add_from_source(stager, chunk->bytes + done, size,
                                         chunk->source_offset + done)
                                   : add_literals(stager, chunk->bytes + done, size);
    stager->at += size;
    bool complete =
        stager->at == stager->size || stager->at == stager->block.offset + stager->block.size;
    return reason == FWD_OK && complete ? leave_block(stager) : reason;
}

static enum fwd_reason add_chunk(void *ctx, const struct fwd_chunk *chunk)
{
    struct fwd_stager *stager = ctx;
    enum fwd_reason reason = FWD_OK;

    for (uint32_t done = 0; done < chunk->size && reason == FWD_OK;) {
        stager->block = fwd_area_block_at(stager->slot, stager->at);
        uint32_t room = stager->block.offset + stager->block.size - stager->at;
        uint32_t piece = chunk->size - done < room ? chunk->size - done : room;
        reason = add_piece(stager, chunk, done, piece);
        done += piece;
    }
    if (!stager->stream->dry)
        fwd_progress_add(stager->update, chunk->size);
    return reason;
}

enum fwd_reason fwd_stage_steps_begin(struct fwd_stager *stager, struct fwd_decode *decode,
    struct fwd_flash_writer *stream, struct fwd_update *update, const struct fwd_task *task)
{
    enum fwd_reason reason = fwd_decode_begin(decode, update, task, true);

    stager->update = update;
    stager->slot = fwd_decode_target_slot(update, task);
    stager->source =
        (struct fwd_flash_access){update->device->ports, stager->slot, FWD_E_SOURCE_READ};
    stager->stream = stream;
    stager->at = stager->steps = 0;
    stager->size = task->component->target.size;
    stager->component = fwd_plan_component(update, task);
    decode->take = add_chunk;
    decode->ctx = stager;
    return reason;
}

enum fwd_reason fwd_stage_measure_begin(struct fwd_stager *stager, struct fwd_decode *decode,
    struct fwd_flash_writer *dry, struct fwd_update *update, const struct fwd_task *task)
{
    const struct fwd_flash_access flash = {
        update->device->ports, &update->device->staging, FWD_E_STAGING_IO};
    fwd_flash_writer_begin(dry, &flash, update->work.page, update->work.io_size, 0);
    dry->limit = UINT32_MAX;
    dry->dry = true;
    return fwd_stage_steps_begin(stager, decode, dry, update, task);
}

bool fwd_stage_fits(const struct fwd_update *update, const struct fwd_task *task, uint32_t room)
{
    const struct fwd_area *slot = fwd_decode_target_slot(update, task);
    uint64_t sum = 0;

    for (uint32_t i = 0; i < fwd_area_blocks(slot); i++) {
        uint32_t size = fwd_area_block(slot, i).size;
        if (is_changed(&update->work, i))
            sum += size + size / 64u + 16u + FWD_STEP_HEAD_SIZE + FWD_STEP_TAIL_SIZE;
    }
    return sum <= room;
}
