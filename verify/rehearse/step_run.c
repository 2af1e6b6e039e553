#include "verify/rehearse/step_run.h"

#include "format/cursor.h"
#include "verify/flash/area.h"
#include "verify/flash/flash_writer.h"
#include "verify/flash/hash.h"
#include "verify/rehearse/backup.h"
#include "verify/rehearse/workspace.h"

#include <string.h>

static struct fwd_flash_access staging_of(const struct fwd_step_run *run)
{
    return (struct fwd_flash_access){
        run->update->device->ports, &run->update->device->staging, FWD_E_STAGING_IO};
}

static struct fwd_flash_access slot_of(const struct fwd_step_run *run, enum fwd_reason failed)
{
    return (struct fwd_flash_access){run->update->device->ports, run->slot, failed};
}

/* Bytes of one part of the block. */
static uint32_t part_size(const struct fwd_step_run *run)
{
    return (run->head.block_size - 1) / FWD_STEP_PARTS + 1;
}

/* The step reads size bytes, at least 1, at `at` in its own block. They lie in it, since loading
 * the step has proven it a block of the slot and no read crosses blocks: parts are below
 * FWD_STEP_PARTS. */
static void note_needed(struct fwd_step_run *run, uint32_t at, uint32_t size)
{
    uint32_t part = part_size(run);

    for (uint32_t i = at / part; i <= (at + size - 1) / part; i++)
        run->needed[i / 8] |= (uint8_t)(1u << i % 8);
}

/* Does the step read any of these bytes of its own block? */
static bool is_needed(const struct fwd_step_run *run, uint32_t at, uint32_t size)
{
    uint32_t part = part_size(run), last = (at + size - 1) / part;

    for (uint32_t i = at / part; i <= last && i < FWD_STEP_PARTS; i++) {
        if (run->needed[i / 8] >> i % 8 & 1)
            return true;
    }
    return false;
}

/* Where the old block is saved; *offset: of its first byte. */
static struct fwd_flash_access backup_of(const struct fwd_step_run *run, uint32_t *offset)
{
    const struct fwd_update *update = run->update;
    struct fwd_backup place =
        fwd_backup_place(update->device, update->journal.record.staging_end, run->scratch);

    *offset = place.offset;
    return (struct fwd_flash_access){update->device->ports, place.area, FWD_E_SCRATCH_IO};
}

static enum fwd_reason hash(const struct fwd_step_run *run, const void *bytes, uint32_t size)
{
    if (!run->out.dry)
        return FWD_OK;
    return fwd_hash_add(run->update->device->ports, FWD_HASH_STEP, bytes, size);
}

/* ---- the bytes of the block, in sequence ----------------------------------------------------- */

static enum fwd_reason emit(struct fwd_step_run *run, const uint8_t *bytes, uint32_t size)
{
    if (size > run->head.data_size - run->done)
        return FWD_E_STAGING_CORRUPT;
    run->done += size;
    enum fwd_reason reason = hash(run, bytes, size);
    return reason == FWD_OK ? fwd_flash_writer_write(&run->out, bytes, size, FWD_E_STAGING_CORRUPT)
                            : reason;
}

/* Source bytes that lie in one erase block: the step's own block is read from its backup. */
static enum fwd_reason read_source(
    struct fwd_step_run *run, uint32_t source, uint8_t *buf, uint32_t size)
{
    const struct fwd_flash_access slot = slot_of(run, FWD_E_SLOT_READ);
    bool own =
        source >= run->head.block_offset && source - run->head.block_offset < run->head.block_size;

    run->own = run->own || own;
    if (own && !run->saved)
        note_needed(run, source - run->head.block_offset, size);
    if (!own || !run->saved)
        return fwd_flash_read(&slot, source, buf, size);
    if (run->old != NULL)
        return run->old(run->update, run->old_at + (source - run->head.block_offset), buf, size);
    uint32_t offset;
    const struct fwd_flash_access backup = backup_of(run, &offset);
    return fwd_flash_read(&backup, offset + (source - run->head.block_offset), buf, size);
}

static enum fwd_reason copy(struct fwd_step_run *run, uint32_t source, uint32_t size)
{
    enum fwd_reason reason = FWD_OK;

    while (size > 0 && reason == FWD_OK) {
        if (source >= run->slot->size)
            return FWD_E_STAGING_CORRUPT;
        struct fwd_block block = fwd_area_block_at(run->slot, source);
        uint32_t piece = block.offset + block.size - source;
        if (piece > size)
            piece = size;
        if (piece > FWD_IO_SIZE)
            piece = FWD_IO_SIZE;
        reason = read_source(run, source, run->update->work.io, piece);
        if (reason == FWD_OK)
            reason = emit(run, run->update->work.io, piece);
        source += piece;
        size -= piece;
    }
    return reason;
}

static enum fwd_reason literal(struct fwd_step_run *run, uint32_t at, uint32_t size)
{
    const struct fwd_flash_access staging = staging_of(run);
    enum fwd_reason reason = FWD_OK;

    while (size > 0 && reason == FWD_OK) {
        uint32_t piece = size < FWD_IO_SIZE ? size : FWD_IO_SIZE;
        reason = fwd_flash_read(&staging, at, run->update->work.io, piece);
        if (reason == FWD_OK)
            reason = emit(run, run->update->work.io, piece);
        at += piece;
        size -= piece;
    }
    return reason;
}

/* One operation at *at; the operations end at `end`. */
static enum fwd_reason run_op(
    struct fwd_step_run *run, uint32_t *at, uint32_t end, uint32_t *source)
{
    const struct fwd_flash_access staging = staging_of(run);
    uint8_t bytes[FWD_OP_SIZE_MAX];
    uint32_t at_hand = end - *at < sizeof bytes ? end - *at : (uint32_t)sizeof bytes;
    uint32_t from = *source;
    struct fwd_op op;
    size_t used;
    enum fwd_reason reason = fwd_flash_read(&staging, *at, bytes, at_hand);

    if (reason != FWD_OK)
        return reason;
    if (fwd_op_decode(bytes, at_hand, &op, &used) != FWD_OP_OK || !fwd_op_advance(&op, source))
        return FWD_E_STAGING_CORRUPT;
    *at += (uint32_t)used;
    if (op.kind == FWD_OP_SEEK)
        return FWD_OK;
    if (op.length > run->head.data_size - run->done)
        return FWD_E_STAGING_CORRUPT;
    if (op.kind == FWD_OP_COPY)
        return copy(run, from, op.length);
    if (op.length > end - *at)
        return FWD_E_STAGING_CORRUPT;
    *at += op.length;
    return literal(run, *at - op.length, op.length);
}

static enum fwd_reason hash_fill(const struct fwd_step_run *run)
{
    uint32_t left = run->head.block_size - run->head.data_size;
    uint8_t *fill = run->update->work.io;
    enum fwd_reason reason = FWD_OK;

    memset(fill, run->slot->erased, FWD_IO_SIZE);
    while (left > 0 && reason == FWD_OK) {
        uint32_t piece = left < FWD_IO_SIZE ? left : FWD_IO_SIZE;
        reason = hash(run, fill, piece);
        left -= piece;
    }
    return reason;
}

/* Goes through all operations; without programming, the digest of the resulting block must be the
 * staged one. What was programmed is hashed when it is read back. */
static enum fwd_reason walk(struct fwd_step_run *run, bool program)
{
    const struct fwd_flash_access slot = slot_of(run, FWD_E_PROGRAM_FAILED);
    const struct fwd_ports *ports = run->update->device->ports;
    uint32_t at = run->ops_at, ops_end = run->ops_at + run->tail.ops_size;
    uint32_t source = run->head.block_offset;
    uint8_t digest[FWD_DIGEST_SIZE];
    enum fwd_reason reason = FWD_OK;

    run->done = 0;
    fwd_flash_writer_begin(&run->out, &slot, run->update->work.page, run->update->work.io_size,
        run->head.block_offset);
    run->out.limit = run->head.block_offset + run->head.block_size;
    run->out.dry = !program;
    if (!program)
        reason = fwd_hash_begin(ports, FWD_HASH_STEP);
    while (reason == FWD_OK && at < ops_end)
        reason = run_op(run, &at, ops_end, &source);
    if (reason == FWD_OK && run->done != run->head.data_size)
        reason = FWD_E_STAGING_CORRUPT;
    if (reason == FWD_OK)
        reason = fwd_flash_writer_end(&run->out);
    if (program || reason != FWD_OK)
        return reason;
    reason = hash_fill(run);
    if (reason == FWD_OK)
        reason = fwd_hash_end(ports, FWD_HASH_STEP, digest);
    if (reason != FWD_OK)
        return reason;
    return fwd_digest_equal(digest, run->tail.digest, sizeof digest) ? FWD_OK : FWD_E_STEP_RESULT;
}

/* ---- the public steps ------------------------------------------------------------------------ */

enum fwd_reason fwd_step_run_resolve(struct fwd_step_run *run)
{
    enum fwd_reason reason;

    run->own = false;
    if (!run->saved)
        memset(run->needed, 0, sizeof run->needed);
    reason = walk(run, false);
    if (reason == FWD_OK && run->own != ((run->tail.flags & FWD_STEP_READS_OWN_BLOCK) != 0))
        reason = FWD_E_STAGING_CORRUPT;
    return reason;
}

/* A place may consist of several erase blocks: as many as the old block needs. */
static enum fwd_reason erase_backup(
    const struct fwd_step_run *run, const struct fwd_flash_access *backup, uint32_t offset)
{
    uint32_t end = offset + run->head.block_size;
    enum fwd_reason reason = FWD_OK;

    while (offset < end && reason == FWD_OK) {
        struct fwd_block block = fwd_area_block_at(backup->area, offset);
        reason = fwd_flash_erase(backup, &block);
        offset = block.offset + block.size;
    }
    return reason;
}

/* Copies `size` bytes of the old block, at most io_size, and compares. */
static enum fwd_reason save_bytes(const struct fwd_step_run *run,
    const struct fwd_flash_access *backup, uint32_t offset, uint32_t at, uint32_t size)
{
    const struct fwd_flash_access slot = slot_of(run, FWD_E_SLOT_READ);
    struct fwd_workspace *work = &run->update->work;
    uint32_t begin = run->head.block_offset + at, whole = fwd_area_round_up(backup->area, size);
    enum fwd_reason reason = fwd_flash_read(&slot, begin, work->io, size);

    if (reason == FWD_OK)
        reason =
            fwd_flash_writer_put(backup, work->page, work->io_size, offset + at, work->io, size);
    if (reason == FWD_OK)
        reason = fwd_flash_read(&slot, begin, work->page, size);
    if (reason == FWD_OK)
        reason = fwd_flash_read(backup, offset + at, work->io, size);
    if (reason == FWD_OK && memcmp(work->io, work->page, size) != 0)
        reason = FWD_E_SCRATCH_IO;
    if (backup->area == &run->update->device->staging)
        run->update->cost.spare_bytes += whole;
    return reason;
}

enum fwd_reason fwd_step_run_save(struct fwd_step_run *run)
{
    uint32_t offset;
    const struct fwd_flash_access backup = backup_of(run, &offset);
    uint32_t unit = backup.area->program_unit, end = run->head.block_size;
    enum fwd_reason reason = erase_backup(run, &backup, offset);

    for (uint32_t at = 0; at < end && reason == FWD_OK;) {
        uint32_t room = run->update->work.io_size, size = 0;
        while (size < room && at + size < end && is_needed(run, at + size, unit))
            size += unit;
        if (size > end - at)
            size = end - at;
        if (size > 0)
            reason = save_bytes(run, &backup, offset, at, size);
        at += size > 0 ? size : unit;
    }
    return reason;
}

static enum fwd_reason read_back(struct fwd_step_run *run)
{
    const struct fwd_flash_access flash = slot_of(run, FWD_E_READ_BACK);
    uint8_t digest[FWD_DIGEST_SIZE];
    enum fwd_reason reason = fwd_flash_digest(&flash, run->head.block_offset, run->head.block_size,
        FWD_HASH_STEP, run->update->work.io, run->update->work.io_size, digest);

    if (reason != FWD_OK)
        return reason;
    return fwd_digest_equal(digest, run->tail.digest, sizeof digest) ? FWD_OK : FWD_E_READ_BACK;
}

enum fwd_reason fwd_step_run_write(struct fwd_step_run *run)
{
    const struct fwd_flash_access erase = slot_of(run, FWD_E_ERASE_FAILED);
    struct fwd_block block = fwd_area_block_at(run->slot, run->head.block_offset);
    enum fwd_reason reason = fwd_flash_erase(&erase, &block);

    if (reason == FWD_OK)
        reason = walk(run, true);
    return reason == FWD_OK ? read_back(run) : reason;
}
