#include "verify/undo/undo.h"

#include "format/cursor.h"
#include "verify/flash/flash_writer.h"
#include "verify/flash/hash.h"
#include "verify/rehearse/session_record.h"
#include "verify/rehearse/stage.h"
#include "verify/trust/next_record.h"
#include "verify/undo/undo_internal.h"

#include <string.h>

/* A block that reads back wrong is erased and programmed again this often. */
#define WRITE_TRIES 3

/* ---- what a step reads of its own block ------------------------------------------------------ */

struct wanted {
    uint8_t component;
    uint32_t offset;
    bool seen;
};

static enum fwd_reason look_for(struct fwd_undo_walk *walk, void *ctx)
{
    struct wanted *wanted = ctx;
    bool here = walk->part->component == wanted->component;

    wanted->seen = wanted->seen || here;
    walk->stop = wanted->seen && (!here || walk->run.head.block_offset >= wanted->offset);
    return FWD_OK;
}

static bool is_kept(const struct fwd_undo_parts *parts, const struct fwd_step_run *run)
{
    for (uint8_t i = 0; i < parts->count; i++) {
        if (parts->part[i].component == run->head.component)
            return run->head.block_offset < parts->part[i].old_size;
    }
    return false;
}

static enum fwd_reason find(struct fwd_step_run *run, const struct fwd_staged *staged, bool first)
{
    struct fwd_update *update = run->update;
    struct fwd_undo_parts parts;
    struct wanted wanted = {run->head.component, run->head.block_offset, false};
    struct fwd_undo_walk walk = {
        .update = update, .parts = &parts, .visit = look_for, .ctx = &wanted};
    bool descending = (staged->flags & FWD_STAGED_DESCENDING) != 0;
    enum fwd_reason reason = FWD_OK;

    if (!fwd_undo_parts_planned(update, &parts))
        return FWD_E_STAGING_CORRUPT;
    uint32_t size = is_kept(&parts, run) ? run->head.block_size : 0;
    if (first) {
        reason = fwd_undo_walk(&walk);
        update->old_at = walk.at;
    } else if (descending) {
        update->old_at -= size;
    }
    run->old = fwd_undo_read_kept;
    run->old_at = update->old_at;
    if (!descending)
        update->old_at += size;
    return reason;
}

/* ---- what was before ------------------------------------------------------------------------- */

/* The places that the session wrote in place: its set is the first one of the record. */
static enum fwd_reason parts_before(struct fwd_update *update,
    const struct fwd_version_table *current, struct fwd_undo_parts *parts)
{
    const struct fwd_device *device = update->device;

    parts->count = 0;
    if (!current->named || !current->record.has_before)
        return FWD_E_VERSION_RECORD;
    for (uint8_t i = 0; i < fwd_places(device); i++) {
        const struct fwd_version_entry *entry = fwd_version_find(current, device->places[i].name);
        struct fwd_undo_part *part = &parts->part[parts->count];
        if (entry == NULL || entry->set != 0 || device->places[i].layout != FWD_LAYOUT_IN_PLACE)
            continue;
        if (device->places[i].resumer_inside)
            return FWD_E_RESUMER_IN_PLACE;
        struct fwd_image old = {0};
        enum fwd_reason reason = fwd_next_record_before(update, &current->record,
            &current->record.before[entry - current->record.entries], i, &old);
        if (reason != FWD_OK)
            return reason;
        *part = (struct fwd_undo_part){entry->component, i, old.size, old.digest};
        parts->count++;
    }
    return FWD_OK;
}

struct view {
    const struct fwd_undo_part *part;
    uint32_t at; /* bytes of the image hashed */
};

static enum fwd_reason hash_slot(struct fwd_update *update, struct view *view, uint32_t end)
{
    const struct fwd_area *slot = &update->device->places[view->part->place].slots[0];
    const struct fwd_flash_access flash = {update->device->ports, slot, FWD_E_SLOT_READ};
    uint32_t at = view->at;

    if (end <= at)
        return FWD_OK;
    view->at = end;
    return end > slot->size ? FWD_E_STAGING_CORRUPT
                            : fwd_flash_hash(&flash, at, end - at, FWD_HASH_TARGET, update->work.io,
                                  update->work.io_size);
}

/* What lies between kept blocks no step overwrote. */
static enum fwd_reason hash_kept(struct fwd_undo_walk *walk, void *ctx)
{
    struct fwd_update *update = walk->update;
    struct view *view = ctx;
    uint32_t begin = walk->run.head.block_offset, end = begin + walk->run.head.block_size;

    if (walk->part != view->part)
        return FWD_OK;
    enum fwd_reason reason = hash_slot(update, view, begin);
    if (end > view->part->old_size)
        end = view->part->old_size;
    while (view->at < end && reason == FWD_OK) {
        uint32_t piece = end - view->at < FWD_IO_SIZE ? end - view->at : FWD_IO_SIZE;
        reason = fwd_undo_read_kept(update, walk->at + (view->at - begin), update->work.io, piece);
        if (reason == FWD_OK)
            reason = fwd_hash_add(update->device->ports, FWD_HASH_TARGET, update->work.io, piece);
        view->at += piece;
    }
    return reason;
}

static enum fwd_reason prove_part(
    struct fwd_update *update, const struct fwd_undo_parts *parts, const struct fwd_undo_part *part)
{
    struct view view = {part, 0};
    struct fwd_undo_walk walk = {
        .update = update, .parts = parts, .visit = hash_kept, .ctx = &view};
    uint8_t digest[FWD_DIGEST_SIZE];

    enum fwd_reason reason = fwd_hash_begin(update->device->ports, FWD_HASH_TARGET);
    if (reason == FWD_OK)
        reason = fwd_undo_walk(&walk);
    if (reason == FWD_OK)
        reason = hash_slot(update, &view, part->old_size);
    if (reason == FWD_OK)
        reason = fwd_hash_end(update->device->ports, FWD_HASH_TARGET, digest);
    if (reason == FWD_OK && !fwd_digest_equal(part->digest, digest, sizeof digest))
        reason = FWD_E_STAGING_CORRUPT;
    return reason;
}

static enum fwd_reason prove(struct fwd_update *update, const struct fwd_version_table *current,
    struct fwd_undo_parts *parts)
{
    enum fwd_reason reason = parts_before(update, current, parts);

    for (uint8_t i = 0; i < parts->count && reason == FWD_OK; i++)
        reason = prove_part(update, parts, &parts->part[i]);
    return reason;
}

static enum fwd_reason proves(struct fwd_update *update, const struct fwd_version_table *current)
{
    struct fwd_undo_parts parts;

    return prove(update, current, &parts);
}

/* ---- putting it back ------------------------------------------------------------------------- */

/* Bytes of the image in the block: what it leaves free stays erased. */
static uint32_t image_bytes(const struct fwd_undo_walk *walk)
{
    uint32_t left = walk->part->old_size - walk->run.head.block_offset;

    return left < walk->run.head.block_size ? left : walk->run.head.block_size;
}

static enum fwd_reason write_block(struct fwd_undo_walk *walk)
{
    struct fwd_update *update = walk->update;
    const struct fwd_ports *ports = update->device->ports;
    const struct fwd_flash_access erase = {ports, walk->run.slot, FWD_E_ERASE_FAILED};
    const struct fwd_flash_access program = {ports, walk->run.slot, FWD_E_PROGRAM_FAILED};
    uint32_t begin = walk->run.head.block_offset, size = image_bytes(walk);
    struct fwd_block block = fwd_area_block_at(walk->run.slot, begin);
    struct fwd_flash_writer out;

    fwd_flash_writer_begin(&out, &program, update->work.page, update->work.io_size, begin);
    enum fwd_reason reason = fwd_flash_erase(&erase, &block);

    for (uint32_t done = 0; done < size && reason == FWD_OK;) {
        uint32_t piece = size - done < FWD_IO_SIZE ? size - done : FWD_IO_SIZE;
        reason = fwd_undo_read_kept(update, walk->at + done, update->work.io, piece);
        if (reason == FWD_OK)
            reason = fwd_flash_writer_write(&out, update->work.io, piece, FWD_E_PROGRAM_FAILED);
        done += piece;
    }
    return reason == FWD_OK ? fwd_flash_writer_end(&out) : reason;
}

static enum fwd_reason read_back(struct fwd_undo_walk *walk)
{
    struct fwd_update *update = walk->update;
    const struct fwd_flash_access slot = {update->device->ports, walk->run.slot, FWD_E_READ_BACK};
    uint32_t begin = walk->run.head.block_offset, size = image_bytes(walk);

    for (uint32_t done = 0; done < size;) {
        uint32_t piece = size - done < FWD_IO_SIZE ? size - done : FWD_IO_SIZE;
        enum fwd_reason reason = fwd_flash_read(&slot, begin + done, update->work.page, piece);
        if (reason == FWD_OK)
            reason = fwd_undo_read_kept(update, walk->at + done, update->work.io, piece);
        if (reason != FWD_OK)
            return reason;
        if (memcmp(update->work.page, update->work.io, piece) != 0)
            return FWD_E_READ_BACK;
        done += piece;
    }
    return FWD_OK;
}

static enum fwd_reason put_back(struct fwd_undo_walk *walk, void *ctx)
{
    struct fwd_record record = walk->update->journal.record;
    enum fwd_reason reason = FWD_E_READ_BACK;

    (void)ctx;
    if (walk->entry < record.component ||
        (walk->entry == record.component && walk->step < record.step))
        return FWD_OK;
    for (int tries = 0; tries < WRITE_TRIES && reason == FWD_E_READ_BACK; tries++) {
        reason = write_block(walk);
        if (reason == FWD_OK)
            reason = read_back(walk);
    }
    if (reason != FWD_OK)
        return reason;
    record.component = walk->entry;
    record.step = walk->step + 1;
    walk->update->cost.steps++;
    return fwd_session_record(walk->update, &record);
}

static enum fwd_reason restore(struct fwd_update *update, const struct fwd_version_table *current)
{
    struct fwd_undo_parts parts;
    struct fwd_undo_walk walk = {.update = update, .parts = &parts, .visit = put_back};
    enum fwd_reason reason = fwd_stage_check(update);

    if (reason == FWD_OK)
        reason = prove(update, current, &parts);
    return reason == FWD_OK ? fwd_undo_walk(&walk) : reason;
}

const struct fwd_undo fwd_undo = {fwd_undo_keep, find, proves, restore};
