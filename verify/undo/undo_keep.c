/* Keeping the old blocks, before the first one is overwritten. */
#include "format/cursor.h"
#include "verify/flash/flash_writer.h"
#include "verify/flash/hash.h"
#include "verify/rehearse/session_record.h"
#include "verify/trust/next_record.h"
#include "verify/undo/undo_internal.h"

/* A block of the staging area that takes nothing: they begin after it, at most so often. */
#define WORN_BLOCKS 4

struct keeper {
    struct fwd_flash_writer out; /* hashed */
    uint32_t first;              /* staging block with which they begin */
    uint32_t at;                 /* bytes taken */
};

/* ---- writing --------------------------------------------------------------------------------- */

static void open_place(const struct fwd_update *update, struct keeper *keeper)
{
    uint32_t offset, left;
    const struct fwd_area *area = fwd_undo_place(update, keeper->first, keeper->at, &offset, &left);
    const struct fwd_flash_access flash = {update->device->ports, area, FWD_E_STAGING_IO};

    fwd_flash_writer_begin(&keeper->out, &flash, update->work.page, update->work.io_size, offset);
    keeper->out.limit = offset + left;
    keeper->out.erases = keeper->out.hashed = true;
}

static enum fwd_reason put(
    struct fwd_update *update, struct keeper *keeper, const uint8_t *bytes, uint32_t size)
{
    enum fwd_reason reason = FWD_OK;

    while (size > 0 && reason == FWD_OK) {
        uint32_t left = keeper->out.limit - keeper->out.at;
        if (left == 0) /* the walk that measured has read something else */
            return FWD_E_STAGING_TOO_SMALL;
        uint32_t piece = size < left ? size : left;
        reason = fwd_flash_writer_write(&keeper->out, bytes, piece, FWD_E_STAGING_TOO_SMALL);
        bytes += piece;
        size -= piece;
        keeper->at += piece;
        if (reason == FWD_OK && piece == left)
            open_place(update, keeper);
    }
    return reason;
}

static enum fwd_reason keep_block(struct fwd_undo_walk *walk, void *ctx)
{
    struct fwd_update *update = walk->update;
    const struct fwd_flash_access slot = {update->device->ports, walk->run.slot, FWD_E_SLOT_READ};
    uint32_t at = walk->run.head.block_offset, end = at + walk->run.head.block_size;
    enum fwd_reason reason = FWD_OK;

    while (at < end && reason == FWD_OK) {
        uint32_t piece = end - at < FWD_IO_SIZE ? end - at : FWD_IO_SIZE;
        reason = fwd_flash_read(&slot, at, update->work.io, piece);
        if (reason == FWD_OK)
            reason = put(update, ctx, update->work.io, piece);
        at += piece;
    }
    return reason;
}

/* What was taken is what can be read back. */
static enum fwd_reason check(struct fwd_update *update, const struct keeper *keeper)
{
    const struct fwd_ports *ports = update->device->ports;
    uint8_t taken[FWD_DIGEST_SIZE], found[FWD_DIGEST_SIZE];
    uint8_t *io = update->work.io;
    enum fwd_reason reason = fwd_hash_end(ports, FWD_HASH_PAYLOAD, taken);

    if (reason == FWD_OK)
        reason = fwd_hash_begin(ports, FWD_HASH_PAYLOAD);
    for (uint32_t at = 0; at < keeper->at && reason == FWD_OK;) {
        uint32_t piece = keeper->at - at < FWD_IO_SIZE ? keeper->at - at : FWD_IO_SIZE;
        reason = fwd_undo_read(update, keeper->first, at, io, piece);
        fwd_alive(ports);
        if (reason == FWD_OK)
            reason = fwd_hash_add(ports, FWD_HASH_PAYLOAD, io, piece);
        at += piece;
    }
    if (reason == FWD_OK)
        reason = fwd_hash_end(ports, FWD_HASH_PAYLOAD, found);
    if (reason != FWD_OK)
        return reason;
    return fwd_digest_equal(taken, found, sizeof taken) ? FWD_OK : FWD_E_STAGING_IO;
}

/* *next: the staging block after the one that was being written; 0: it is none of staging. */
static enum fwd_reason keep_from(
    struct fwd_update *update, const struct fwd_undo_parts *parts, uint32_t first, uint32_t *next)
{
    struct keeper keeper = {.first = first};
    struct fwd_undo_walk walk = {
        .update = update, .parts = parts, .visit = keep_block, .ctx = &keeper};

    enum fwd_reason reason = fwd_hash_begin(update->device->ports, FWD_HASH_PAYLOAD);
    open_place(update, &keeper);
    if (reason == FWD_OK)
        reason = fwd_undo_walk(&walk);
    if (reason == FWD_OK)
        reason = fwd_flash_writer_end(&keeper.out);
    *next = 0;
    if (reason == FWD_E_STAGING_IO && keeper.out.flash.area == &update->device->staging)
        *next = fwd_area_block_at(keeper.out.flash.area, keeper.out.at - 1).index + 1;
    update->cost.undo_bytes = keeper.at;
    return reason == FWD_OK ? check(update, &keeper) : reason;
}

/* ---- whether, and where ---------------------------------------------------------------------- */

/* The record of the update has room for what was before, too. */
static bool record_fits(struct fwd_update *update)
{
    struct fwd_version_table current;
    uint32_t without, with;

    fwd_version_load(update, &current);
    return fwd_next_record_make(update, &current, false, &without) == FWD_OK &&
           fwd_next_record_make(update, &current, true, &with) == FWD_OK && with > without &&
           fwd_version_fits(update, &current, with) == FWD_OK;
}

static enum fwd_reason add_nothing(struct fwd_undo_walk *walk, void *ctx)
{
    (void)walk;
    (void)ctx;
    return FWD_OK;
}

/* Bytes that the areas have for them. */
static uint32_t room(const struct fwd_update *update, uint32_t first)
{
    uint32_t offset, left;

    if (fwd_undo_place(update, first, 0, &offset, &left) == &update->device->package)
        return left;
    return left + update->device->package.size;
}

/* Nothing is kept yet, or it is all there. */
static enum fwd_reason record_kept(struct fwd_update *update, uint32_t undo, bool package)
{
    struct fwd_record record = update->journal.record;

    if (record.undo == undo && !package)
        return FWD_OK;
    record.undo = (uint16_t)undo;
    if (package) {
        record.flags &= (uint8_t)~FWD_RECORD_COMPLETE;
        record.stored = record.padding = 0;
    }
    return fwd_session_record(update, &record);
}

/* The package is given up before its area is written: its steps are staged. */
static enum fwd_reason try_to_keep(
    struct fwd_update *update, const struct fwd_undo_parts *parts, uint32_t total, uint32_t first)
{
    enum fwd_reason reason = FWD_E_STAGING_IO;

    for (int i = 0; i <= WORN_BLOCKS && reason == FWD_E_STAGING_IO; i++) {
        uint32_t offset, left, next = 0;
        if (first >= UINT16_MAX || room(update, first) < total)
            return FWD_E_STAGING_TOO_SMALL;
        bool package =
            fwd_undo_place(update, first, 0, &offset, &left) == &update->device->package ||
            left < total;
        reason = record_kept(update, 0, package && update->journal.record.stored > 0);
        if (reason != FWD_OK)
            return reason;
        reason = keep_from(update, parts, first, &next);
        if (reason == FWD_OK)
            return record_kept(update, first + 1, false);
        if (next == 0)
            break;
        first = next;
    }
    return reason;
}

enum fwd_reason fwd_undo_keep(struct fwd_update *update)
{
    const struct fwd_device *device = update->device;
    struct fwd_undo_parts parts;
    struct fwd_undo_walk walk = {.update = update, .parts = &parts, .visit = add_nothing};
    enum fwd_reason reason = FWD_E_STAGING_TOO_SMALL;

    if (device->trial != NULL && device->policy.trial_starts > 0 &&
        fwd_undo_parts_planned(update, &parts) && record_fits(update)) {
        reason = fwd_undo_walk(&walk);
        uint32_t end = update->journal.record.staging_end;
        if (reason == FWD_OK)
            reason = try_to_keep(
                update, &parts, walk.at, fwd_area_block_at(&device->staging, end - 1).index + 1);
    }
    if (reason == FWD_OK || reason == FWD_E_JOURNAL_IO)
        return reason;
    return record_kept(update, 0, false); /* without a way back, as on a device without a trial */
}
