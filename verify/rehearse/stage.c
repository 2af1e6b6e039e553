#include "verify/rehearse/stage.h"

#include "verify/flash/hash.h"
#include "verify/rehearse/decode.h"
#include "verify/rehearse/progress.h"
#include "verify/rehearse/step_encode.h"
#include "verify/rehearse/workspace.h"

#include <string.h>

/* Steps of one component being staged. */
struct stager {
    struct fwd_update *update;
    const struct fwd_area *slot;
    struct fwd_flash_access source; /* the same slot, still whole */
    struct fwd_flash_writer *stream;
    uint8_t component;
    bool descending;
    struct fwd_block block;
    uint32_t at, size; /* of the target */
    uint32_t steps;
    struct fwd_step_encode ops;
};

static bool is_changed(const struct fwd_workspace *work, uint32_t block)
{
    return (work->changed[block / 8] >> (block % 8) & 1) != 0;
}

/* Whether the source byte's block is still old when the step runs. */
static bool still_old(const struct stager *stager, const struct fwd_block *source)
{
    if (!is_changed(&stager->update->work, source->index))
        return true;
    return stager->descending ? source->index <= stager->block.index
                              : source->index >= stager->block.index;
}

static enum fwd_reason hash(const struct stager *stager, const void *bytes, uint32_t size)
{
    if (stager->stream->dry)
        return FWD_OK;
    return fwd_hash_add(stager->update->device->ports, FWD_HASH_STEP, bytes, size);
}

static enum fwd_reason enter_block(struct stager *stager)
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
static enum fwd_reason hash_fill(const struct stager *stager)
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

static enum fwd_reason leave_block(struct stager *stager)
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

static enum fwd_reason add_literals(struct stager *stager, const uint8_t *bytes, uint32_t size)
{
    enum fwd_reason reason = FWD_OK;

    for (uint32_t i = 0; i < size && reason == FWD_OK; i++)
        reason = fwd_step_encode_literal(&stager->ops, bytes[i]);
    return reason;
}

/* Bytes of one target block that stand for source bytes of one source block. */
static enum fwd_reason add_compared(
    struct stager *stager, const uint8_t *bytes, uint32_t size, uint32_t source)
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
    struct stager *stager, const uint8_t *bytes, uint32_t size, uint32_t source)
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
    struct stager *stager, const struct fwd_chunk *chunk, uint32_t done, uint32_t size)
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

static enum fwd_reason add_chunk(struct stager *stager, const struct fwd_chunk *chunk)
{
    enum fwd_reason reason = FWD_OK;

    for (uint32_t done = 0; done < chunk->size && reason == FWD_OK;) {
        stager->block = fwd_area_block_at(stager->slot, stager->at);
        uint32_t room = stager->block.offset + stager->block.size - stager->at;
        uint32_t piece = chunk->size - done < room ? chunk->size - done : room;
        reason = add_piece(stager, chunk, done, piece);
        done += piece;
    }
    return reason;
}

static enum fwd_reason stage_steps(struct stager *stager, const struct fwd_task *task)
{
    struct fwd_decode decode;
    struct fwd_chunk chunk = {0};
    enum fwd_reason reason = fwd_decode_begin(&decode, stager->update, task, true);

    while (reason == FWD_OK) {
        reason = fwd_decode_next(&decode, &chunk);
        if (reason != FWD_OK || chunk.size == 0)
            break;
        reason = add_chunk(stager, &chunk);
        if (!stager->stream->dry)
            fwd_progress_add(stager->update, chunk.size);
    }
    fwd_decode_end(&decode);
    return reason;
}

static struct stager make_stager(struct fwd_update *update, const struct fwd_task *task,
    struct fwd_flash_writer *stream, bool descending)
{
    const struct fwd_area *slot = fwd_decode_target_slot(update, task);
    const struct fwd_manifest *manifest = &update->trusted.manifest;

    return (struct stager){.update = update,
        .slot = slot,
        .source = {update->device->ports, slot, FWD_E_SOURCE_READ},
        .stream = stream,
        .size = task->component->target.size,
        .component = (uint8_t)(task->component - manifest->components),
        .descending = descending};
}

enum fwd_reason fwd_stage_measure(
    struct fwd_update *update, const struct fwd_task *task, bool descending, uint32_t *bytes)
{
    const struct fwd_flash_access flash = {
        update->device->ports, &update->device->staging, FWD_E_STAGING_IO};
    struct fwd_flash_writer dry;

    fwd_flash_writer_begin(&dry, &flash, update->work.page, update->work.io_size, 0);
    dry.limit = UINT32_MAX;
    dry.dry = true;
    struct stager stager = make_stager(update, task, &dry, descending);
    enum fwd_reason reason = stage_steps(&stager, task);

    *bytes = dry.at;
    return reason;
}

/* Whatever the content, this much is enough: every byte literal, one token in 256 bytes. */
static uint64_t worst_case(const struct fwd_update *update, const struct fwd_task *task)
{
    const struct fwd_area *slot = fwd_decode_target_slot(update, task);
    uint64_t sum = 0;

    for (uint32_t i = 0; i < fwd_area_blocks(slot); i++) {
        uint32_t size = fwd_area_block(slot, i).size;
        if (is_changed(&update->work, i))
            sum += size + size / 64u + 16u + FWD_STEP_HEAD_SIZE + FWD_STEP_TAIL_SIZE;
    }
    return sum;
}

/* The preferred order, unless only the other one fits. Measured only when it is not clear. */
static enum fwd_reason choose_order(
    struct fwd_stage *stage, const struct fwd_task *task, uint32_t room, bool *descending)
{
    uint32_t bytes;

    *descending = (task->component->flags & FWD_COMPONENT_DESCENDING) != 0;
    if (worst_case(stage->update, task) <= room)
        return FWD_OK;
    for (int i = 0; i < 2; i++) {
        enum fwd_reason reason = fwd_stage_measure(stage->update, task, *descending, &bytes);
        if (reason != FWD_OK || bytes <= room)
            return reason;
        *descending = !*descending;
    }
    return FWD_E_STAGING_TOO_SMALL;
}

enum fwd_reason fwd_stage_component(struct fwd_stage *stage, const struct fwd_task *task)
{
    struct fwd_staged *entry = &stage->table[stage->count];
    /* The table of all components must fit after the steps. */
    uint32_t kept = (uint32_t)stage->update->plan.count * FWD_STAGED_SIZE;
    uint32_t left = stage->stream.limit - stage->stream.at;
    bool descending;
    enum fwd_reason reason = choose_order(stage, task, left > kept ? left - kept : 0, &descending);

    if (reason != FWD_OK)
        return reason;
    struct stager stager = make_stager(stage->update, task, &stage->stream, descending);
    entry->begin = stage->stream.at;
    reason = stage_steps(&stager, task);
    entry->component = stager.component;
    entry->flags = descending ? FWD_STAGED_DESCENDING : 0;
    entry->steps = stager.steps;
    entry->end = stage->stream.at;
    stage->count++;
    return reason;
}
