/* Where the kept blocks are. */
#include "verify/rehearse/stage.h"
#include "verify/undo/undo_internal.h"

const struct fwd_area *fwd_undo_place(
    const struct fwd_update *update, uint32_t first, uint32_t at, uint32_t *offset, uint32_t *left)
{
    const struct fwd_area *staging = &update->device->staging, *package = &update->device->package;
    uint32_t begin =
        first < fwd_area_blocks(staging) ? fwd_area_block(staging, first).offset : staging->size;

    if (at < staging->size - begin) {
        *offset = begin + at;
        *left = staging->size - *offset;
        return staging;
    }
    at -= staging->size - begin;
    *offset = at < package->size ? at : package->size;
    *left = package->size - *offset;
    return package;
}

enum fwd_reason fwd_undo_read(
    const struct fwd_update *update, uint32_t first, uint32_t at, void *buf, uint32_t size)
{
    uint8_t *to = buf;
    enum fwd_reason reason = FWD_OK;

    while (size > 0 && reason == FWD_OK) {
        uint32_t offset, left;
        const struct fwd_area *area = fwd_undo_place(update, first, at, &offset, &left);
        const struct fwd_flash_access flash = {update->device->ports, area, FWD_E_STAGING_IO};
        uint32_t piece = size < left ? size : left;
        if (piece == 0)
            return FWD_E_STAGING_CORRUPT;
        reason = fwd_flash_read(&flash, offset, to, piece);
        to += piece;
        at += piece;
        size -= piece;
    }
    return reason;
}

enum fwd_reason fwd_undo_read_kept(
    const struct fwd_update *update, uint32_t at, void *buf, uint32_t size)
{
    return fwd_undo_read(update, update->journal.record.undo - 1u, at, buf, size);
}

/* ---- the steps ------------------------------------------------------------------------------- */

static enum fwd_reason read_entry(
    const struct fwd_update *update, uint8_t entry, struct fwd_staged *staged)
{
    const struct fwd_flash_access flash = {
        update->device->ports, &update->device->staging, FWD_E_STAGING_IO};
    uint32_t back = (entry + 1u) * FWD_STAGED_SIZE, end = update->journal.record.staging_end;
    uint8_t bytes[FWD_STAGED_SIZE];

    if (end < back)
        return FWD_E_STAGING_CORRUPT;
    enum fwd_reason reason = fwd_flash_read(&flash, end - back, bytes, sizeof bytes);
    if (reason != FWD_OK)
        return reason;
    if (!fwd_staged_decode(bytes, staged) || staged->end > end - back)
        return FWD_E_STAGING_CORRUPT;
    staged->flags = 0; /* ascending, whatever the order of the action was */
    return FWD_OK;
}

static const struct fwd_undo_part *part_of(const struct fwd_undo_parts *parts, uint8_t component)
{
    for (uint8_t i = 0; i < parts->count; i++) {
        if (parts->part[i].component == component)
            return &parts->part[i];
    }
    return NULL;
}

static enum fwd_reason walk_component(struct fwd_undo_walk *walk, const struct fwd_staged *staged)
{
    const struct fwd_task task = {.place = walk->part->place};
    uint32_t at = staged->begin;
    enum fwd_reason reason = FWD_OK;

    walk->step = 0;
    for (uint32_t i = 0; i < staged->steps && reason == FWD_OK && !walk->stop; i++) {
        reason = fwd_step_run_load(&walk->run, walk->update, &task, staged, at);
        if (reason != FWD_OK || walk->run.head.block_offset >= walk->part->old_size)
            break;
        fwd_alive(walk->update->device->ports);
        reason = walk->visit(walk, walk->ctx);
        at = walk->run.end;
        if (walk->stop)
            break;
        walk->at += walk->run.head.block_size;
        walk->step++;
    }
    return reason;
}

enum fwd_reason fwd_undo_walk(struct fwd_undo_walk *walk)
{
    enum fwd_reason reason = FWD_OK;

    walk->at = 0;
    walk->stop = false;
    for (uint8_t i = 0; i < walk->parts->count && reason == FWD_OK && !walk->stop; i++) {
        struct fwd_staged staged;
        reason = read_entry(walk->update, i, &staged);
        if (reason != FWD_OK)
            break;
        walk->entry = i;
        walk->part = part_of(walk->parts, staged.component);
        reason = walk->part != NULL ? walk_component(walk, &staged) : FWD_E_STAGING_CORRUPT;
    }
    return reason;
}

bool fwd_undo_parts_planned(const struct fwd_update *update, struct fwd_undo_parts *parts)
{
    const struct fwd_plan *plan = &update->plan;

    parts->count = 0;
    for (uint8_t i = 0; i < plan->count; i++) {
        const struct fwd_task *task = &plan->tasks[i];
        const struct fwd_component *component = task->component;
        if (component->role == FWD_ROLE_BOOT)
            return false;
        if (i < plan->in_place_first)
            continue;
        if (!(component->flags & FWD_COMPONENT_HAS_SOURCE))
            return false;
        parts->part[parts->count++] = (struct fwd_undo_part){
            .component = (uint8_t)(component - update->trusted.manifest.components),
            .place = task->place,
            .old_size = component->source.size};
    }
    return parts->count > 0;
}
