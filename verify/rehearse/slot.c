#include "verify/rehearse/slot.h"

#include "format/cursor.h"
#include "verify/flash/area.h"
#include "verify/flash/flash_writer.h"
#include "verify/flash/hash.h"
#include "verify/flash/journal.h"
#include "verify/rehearse/decode.h"
#include "verify/rehearse/progress.h"
#include "verify/rehearse/session_record.h"

#include <string.h>

static bool block_done(const struct fwd_slot_writer *writer)
{
    return writer->block.index < writer->update->journal.record.step;
}

static enum fwd_reason enter_block(struct fwd_slot_writer *writer)
{
    const struct fwd_ports *ports = writer->update->device->ports;
    struct fwd_flash_access flash = {ports, writer->slot, FWD_E_PROGRAM_FAILED};
    const struct fwd_workspace *work = &writer->update->work;

    writer->block = fwd_area_block_at(writer->slot, writer->at);
    if (block_done(writer))
        return FWD_OK;
    fwd_flash_writer_begin(&writer->out, &flash, work->page, work->io_size, writer->block.offset);
    writer->out.limit = writer->block.offset + writer->block.size;
    enum fwd_reason reason = fwd_hash_begin(ports, FWD_HASH_STEP);
    flash.failed = FWD_E_ERASE_FAILED;
    return reason == FWD_OK ? fwd_flash_erase(&flash, &writer->block) : reason;
}

static enum fwd_reason take_bytes(
    struct fwd_slot_writer *writer, const uint8_t *bytes, uint32_t size)
{
    enum fwd_reason reason =
        fwd_hash_add(writer->update->device->ports, FWD_HASH_STEP, bytes, size);

    return reason == FWD_OK
               ? fwd_flash_writer_write(&writer->out, bytes, size, FWD_E_PROGRAM_FAILED)
               : reason;
}

/* A block counts as done only when it reads back as it was programmed, and that is recorded. */
static enum fwd_reason leave_block(struct fwd_slot_writer *writer)
{
    struct fwd_update *update = writer->update;
    const struct fwd_flash_access flash = {update->device->ports, writer->slot, FWD_E_READ_BACK};
    uint8_t written[FWD_DIGEST_SIZE], found[FWD_DIGEST_SIZE];
    enum fwd_reason reason = fwd_flash_writer_end(&writer->out);

    if (reason == FWD_OK)
        reason = fwd_hash_end(update->device->ports, FWD_HASH_STEP, written);
    if (reason == FWD_OK)
        reason = fwd_flash_digest(&flash, writer->block.offset, writer->at - writer->block.offset,
            FWD_HASH_STEP, update->work.io, update->work.io_size, found);
    if (reason != FWD_OK)
        return reason;
    if (!fwd_digest_equal(written, found, sizeof found))
        return FWD_E_READ_BACK;
    struct fwd_record record = update->journal.record;
    record.step = writer->block.index + 1;
    update->cost.steps++;
    return fwd_session_record(update, &record);
}

static enum fwd_reason take_chunk(void *ctx, const struct fwd_chunk *chunk)
{
    struct fwd_slot_writer *writer = ctx;

    for (uint32_t done = 0; done < chunk->size;) {
        struct fwd_block block = fwd_area_block_at(writer->slot, writer->at);
        uint32_t room = block.offset + block.size - writer->at;
        uint32_t piece = chunk->size - done < room ? chunk->size - done : room;
        enum fwd_reason reason = writer->at == block.offset ? enter_block(writer) : FWD_OK;

        if (reason == FWD_OK && !block_done(writer))
            reason = take_bytes(writer, chunk->bytes + done, piece);
        writer->at += piece;
        done += piece;
        bool complete = piece == room || writer->at == writer->size;
        if (reason == FWD_OK && complete && !block_done(writer))
            reason = leave_block(writer);
        if (reason != FWD_OK)
            return reason;
    }
    fwd_progress_add(writer->update, chunk->size);
    return FWD_OK;
}

enum fwd_reason fwd_slot_write_begin(struct fwd_slot_writer *writer, struct fwd_decode *decode,
    struct fwd_update *update, const struct fwd_task *task, bool proven)
{
    enum fwd_reason reason = fwd_decode_begin(decode, update, task, proven);

    memset(writer, 0, sizeof *writer);
    writer->update = update;
    writer->slot = fwd_decode_target_slot(update, task);
    writer->size = task->component->target.size;
    decode->take = take_chunk;
    decode->ctx = writer;
    return reason;
}

enum fwd_reason fwd_slot_write(struct fwd_update *update, const struct fwd_task *task)
{
    struct fwd_slot_writer writer;
    struct fwd_decode decode;
    enum fwd_reason reason = fwd_slot_write_begin(&writer, &decode, update, task, true);

    if (reason == FWD_OK)
        reason = fwd_decode_all(&decode);
    if (reason != FWD_OK)
        return reason;
    return fwd_decode_check_slot(
        update, writer.slot, &task->component->target, FWD_E_TARGET_CORRUPT, FWD_E_SLOT_READ);
}
