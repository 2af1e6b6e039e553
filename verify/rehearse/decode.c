#include "verify/rehearse/decode.h"

#include "format/cursor.h"
#include "verify/flash/area.h"
#include "verify/flash/hash.h"
#include "verify/rehearse/workspace.h"

#include <string.h>

const struct fwd_area *fwd_decode_source_slot(
    const struct fwd_update *update, const struct fwd_task *task)
{
    return &fwd_place_at(update->device, task->place)->slots[task->active];
}

const struct fwd_area *fwd_decode_target_slot(
    const struct fwd_update *update, const struct fwd_task *task)
{
    return &fwd_place_at(update->device, task->place)->slots[task->target];
}

static enum fwd_reason read_section(void *ctx, uint32_t offset, void *buf, uint32_t size)
{
    const struct fwd_decode *decode = ctx;

    return fwd_flash_read(&decode->package, decode->section_at + offset, buf, size);
}

static enum fwd_reason read_source(void *ctx, uint32_t offset, void *buf, uint32_t size)
{
    const struct fwd_decode *decode = ctx;

    return fwd_flash_read(&decode->source_flash, offset, buf, size);
}

static void make_job(struct fwd_decode *decode)
{
    const struct fwd_update *update = decode->update;
    const struct fwd_component *component = decode->task->component;
    bool has_source = (component->flags & FWD_COMPONENT_HAS_SOURCE) != 0;

    decode->package = (struct fwd_flash_access){
        update->device->ports, &update->device->package, FWD_E_PACKAGE_IO};
    decode->source_flash = (struct fwd_flash_access){
        update->device->ports, fwd_decode_source_slot(update, decode->task), FWD_E_SOURCE_READ};
    decode->section_at = update->trusted.payload_offset + component->section_offset;
    decode->job = (struct fwd_decode_job){.component = component,
        .codec = decode->task->codec,
        .section = {decode, read_section, component->section_size},
        .source = {decode, read_source, has_source ? component->source.size : 0},
        .arena = update->work.arena,
        .arena_size = component->arena_size};
}

enum fwd_reason fwd_decode_begin(
    struct fwd_decode *decode, struct fwd_update *update, const struct fwd_task *task, bool proven)
{
    memset(decode, 0, sizeof *decode);
    decode->update = update;
    decode->task = task;
    decode->proven = proven;
    make_job(decode);
    if (task->component->arena_size > update->work.arena_size)
        return FWD_E_DECODER_MEMORY;
    enum fwd_reason reason = fwd_hash_begin(update->device->ports, FWD_HASH_TARGET);
    if (reason == FWD_OK)
        reason = task->codec->open(&decode->job, &decode->state);
    decode->open = reason == FWD_OK;
    return reason == FWD_E_STREAM_INVALID && proven ? FWD_E_PACKAGE_CHANGED : reason;
}

static enum fwd_reason finish(struct fwd_decode *decode)
{
    const struct fwd_image *target = &decode->task->component->target;
    uint8_t digest[FWD_DIGEST_SIZE];

    if (decode->done != target->size)
        return FWD_E_STREAM_INVALID;
    enum fwd_reason reason = fwd_hash_end(decode->update->device->ports, FWD_HASH_TARGET, digest);
    if (reason != FWD_OK)
        return reason;
    return fwd_image_digest_equal(target, digest) ? FWD_OK : FWD_E_TARGET_DIGEST;
}

/* What a codec gives is not trusted: a chunk beyond the target's end ends the decoding. */
static enum fwd_reason count(struct fwd_decode *decode, const struct fwd_chunk *chunk)
{
    if (chunk->size > decode->task->component->target.size - decode->done)
        return FWD_E_STREAM_INVALID;
    decode->done += chunk->size;
    decode->update->decoded += chunk->size;
    return fwd_hash_add(decode->update->device->ports, FWD_HASH_TARGET, chunk->bytes, chunk->size);
}

enum fwd_reason fwd_decode_next(struct fwd_decode *decode, uint32_t *size)
{
    struct fwd_chunk chunk = {0};
    enum fwd_reason reason = decode->task->codec->next(decode->state, &chunk);

    fwd_alive(decode->update->device->ports);
    if (!fwd_workspace_intact(&decode->update->work))
        return FWD_E_CANARY;
    *size = chunk.size;
    if (reason == FWD_OK)
        reason = chunk.size > 0 ? count(decode, &chunk) : finish(decode);
    if (decode->proven && (reason == FWD_E_STREAM_INVALID || reason == FWD_E_TARGET_DIGEST))
        reason = FWD_E_PACKAGE_CHANGED;
    if (reason == FWD_OK && chunk.size > 0 && decode->take != NULL)
        reason = decode->take(decode->ctx, &chunk);
    return reason;
}

enum fwd_reason fwd_decode_all(struct fwd_decode *decode)
{
    enum fwd_reason reason;
    uint32_t size;

    do {
        reason = fwd_decode_next(decode, &size);
    } while (reason == FWD_OK && size > 0);
    fwd_decode_end(decode);
    return reason;
}

void fwd_decode_end(struct fwd_decode *decode)
{
    if (decode->open && decode->task->codec->close != NULL)
        decode->task->codec->close(decode->state);
    decode->open = false;
}

enum fwd_reason fwd_decode_check_slot(const struct fwd_update *update, const struct fwd_area *slot,
    const struct fwd_image *image, enum fwd_reason differs, enum fwd_reason unreadable)
{
    uint8_t digest[FWD_DIGEST_SIZE];

    return fwd_flash_holds(update->device->ports, slot, image, differs, unreadable, update->work.io,
        update->work.io_size, digest);
}
