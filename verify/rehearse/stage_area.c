/* The staging area as a whole: its head, its table, its digest. */
#include "format/cursor.h"
#include "verify/flash/hash.h"
#include "verify/rehearse/stage.h"

#include <string.h>

static struct fwd_flash_access access_to(const struct fwd_update *update)
{
    return (struct fwd_flash_access){
        update->device->ports, &update->device->staging, FWD_E_STAGING_IO};
}

enum fwd_reason fwd_stage_begin(struct fwd_stage *stage, struct fwd_update *update, uint32_t begin)
{
    const struct fwd_flash_access flash = access_to(update);
    const struct fwd_trusted *trusted = &update->trusted;
    struct fwd_staging_head head = {
        .signed_size = trusted->signed_size, .sigblock_size = trusted->sigblock_size};
    uint8_t bytes[FWD_STAGING_HEAD_SIZE];
    enum fwd_reason reason = fwd_hash_begin(update->device->ports, FWD_HASH_PAYLOAD);

    memset(stage, 0, sizeof *stage);
    stage->update = update;
    stage->begin = begin;
    fwd_flash_writer_begin(&stage->stream, &flash, update->work.page, update->work.io_size, begin);
    stage->stream.erases = true;
    stage->stream.hashed = true;
    memcpy(head.session, trusted->session, FWD_SESSION_SIZE);
    fwd_staging_head_encode(&head, bytes);
    if (reason == FWD_OK)
        reason =
            fwd_flash_writer_write(&stage->stream, bytes, sizeof bytes, FWD_E_STAGING_TOO_SMALL);
    if (reason != FWD_OK)
        return reason;
    return fwd_flash_writer_write(&stage->stream, update->work.signed_bytes,
        trusted->signed_size + trusted->sigblock_size, FWD_E_STAGING_TOO_SMALL);
}

enum fwd_reason fwd_stage_end(struct fwd_stage *stage, uint32_t *end)
{
    enum fwd_reason reason = FWD_OK;

    for (uint8_t i = 0; i < stage->count && reason == FWD_OK; i++) {
        uint8_t bytes[FWD_STAGED_SIZE];
        fwd_staged_encode(&stage->table[i], bytes);
        reason =
            fwd_flash_writer_write(&stage->stream, bytes, sizeof bytes, FWD_E_STAGING_TOO_SMALL);
    }
    *end = stage->stream.at;
    if (reason == FWD_OK)
        reason = fwd_flash_writer_end(&stage->stream);
    stage->update->cost.staged_bytes = *end - stage->begin;
    return reason;
}

enum fwd_reason fwd_stage_find(
    const struct fwd_update *update, uint8_t component, uint8_t entries, struct fwd_staged *staged)
{
    const struct fwd_flash_access flash = access_to(update);
    uint32_t at = update->journal.record.staging_end;

    for (uint8_t i = 0; i < entries && at >= FWD_STAGED_SIZE; i++) {
        uint8_t bytes[FWD_STAGED_SIZE];
        at -= FWD_STAGED_SIZE;
        enum fwd_reason reason = fwd_flash_read(&flash, at, bytes, sizeof bytes);
        if (reason != FWD_OK)
            return reason;
        if (!fwd_staged_decode(bytes, staged) || staged->end > at)
            return FWD_E_STAGING_CORRUPT;
        if (staged->component == component)
            return FWD_OK;
    }
    return FWD_E_STAGING_CORRUPT;
}

enum fwd_reason fwd_stage_check(const struct fwd_update *update)
{
    const struct fwd_flash_access flash = access_to(update);
    const struct fwd_record *record = &update->journal.record;
    uint8_t digest[FWD_DIGEST_SIZE];

    if (record->staging_end == 0)
        return FWD_OK;
    if (record->staging_end > update->device->staging.size ||
        record->staging_begin >= record->staging_end)
        return FWD_E_STAGING_CORRUPT;
    enum fwd_reason reason =
        fwd_flash_digest(&flash, record->staging_begin, record->staging_end - record->staging_begin,
            FWD_HASH_STEP, update->work.io, update->work.io_size, digest);
    if (reason != FWD_OK)
        return reason;
    return fwd_digest_equal(digest, record->staging_digest, sizeof digest) ? FWD_OK
                                                                           : FWD_E_STAGING_CORRUPT;
}
