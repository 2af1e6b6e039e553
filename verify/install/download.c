/* The package's bytes into the package area. What is stored is recorded: its length, the padding
 * that the transport may have added, and that it is complete. */
#include "format/header.h"
#include "format/sigblock.h"
#include "verify/flash/flash_writer.h"
#include "verify/flash/journal.h"
#include "verify/flash/states.h"
#include "verify/install/admit.h"
#include "verify/install/resume.h"
#include "verify/install/running.h"
#include "verify/install/trial.h"
#include "verify/rehearse/session_record.h"

#include <string.h>

/* The package area is needed, and the update can still end by itself. */
static bool refused(const struct fwd_update *update)
{
    return fwd_resume_pending(update) && !fwd_session_ends_by_package(update);
}

/* A trial of what does not start, with nothing to go back to, refuses no package. */
static bool late(const struct fwd_update *update)
{
    return update->journal.lost || fwd_resume_pending(update) || fwd_trial_runs(update);
}

/* Incomplete firmware stays incomplete until a full package has been installed. */
static enum fwd_reason record_begin(struct fwd_update *update, uint32_t padding, uint8_t flags)
{
    struct fwd_record record = update->journal.record;
    uint8_t stays = FWD_RECORD_DESTRUCTIVE | FWD_RECORD_BLIND;

    if (!fwd_states_in_progress(record.state))
        stays |= FWD_RECORD_TURNED;
    record.state = FWD_STATE_DOWNLOADING;
    record.flags = (uint8_t)((record.flags & stays) | flags);
    memset(record.session, 0, sizeof record.session);
    record.stored = 0;
    record.padding = padding;
    record.active = update->active;
    record.attempts = 0;
    record.reason = FWD_OK;
    record.step = record.staging_at = record.staging_end = 0;
    record.undo = 0;
    return fwd_session_record(update, &record);
}

static void open_area(struct fwd_update *update)
{
    const struct fwd_flash_access flash = {
        update->device->ports, &update->device->package, FWD_E_PACKAGE_IO};

    fwd_flash_writer_begin(&update->download, &flash, update->work.page, update->work.io_size, 0);
    update->download.erases = true;
}

enum fwd_reason fwd_download_begin(struct fwd_update *update, uint32_t padding)
{
    memset(&update->download, 0, sizeof update->download);
    update->holding = false;
    update->slicing = 0;
    update->last = FWD_OK;
    if (refused(update))
        return FWD_E_UPDATE_PENDING;
    if (fwd_trial_runs(update) && !update->stranded)
        return FWD_E_TRIAL_PENDING;
    enum fwd_reason reason = fwd_running_note(update);
    if (reason != FWD_OK)
        return reason;
    if (late(update)) {
        update->holding = true;
        update->held = 0;
        update->held_padding = padding;
        return FWD_OK;
    }
    open_area(update);
    return record_begin(update, padding, 0);
}

/* ---- late: the signed bytes come first ------------------------------------------------------- */

/* Bytes of header, manifest and signature block, as far as what is held tells: 0 when that cannot
 * be a package; else more than is held until all is there. */
static uint32_t head_size(const struct fwd_update *update)
{
    const uint8_t *bytes = update->work.signed_bytes;
    struct fwd_header header;
    uint32_t block;

    if (update->held < FWD_HEADER_SIZE)
        return FWD_HEADER_SIZE;
    if (fwd_header_decode(bytes, update->held, &header) != FWD_OK)
        return 0;
    uint32_t signed_size = FWD_HEADER_SIZE + (uint32_t)header.manifest_size;
    if (update->held < signed_size + FWD_SIGBLOCK_HEAD)
        return signed_size + FWD_SIGBLOCK_HEAD;
    if (fwd_sigblock_head(bytes + signed_size, update->held - signed_size, &block) != FWD_OK ||
        block > update->device->sigblock_max)
        return 0;
    return signed_size + block;
}

/* All signed bytes are here: from now on the package counts, and what was interrupted does not. */
static enum fwd_reason admit(struct fwd_update *update)
{
    enum fwd_reason reason = fwd_admit_held(update);

    update->holding = false;
    if (reason == FWD_OK)
        reason = record_begin(update, update->held_padding, FWD_RECORD_DESTRUCTIVE);
    if (reason != FWD_OK)
        return reason;
    update->resume_ended = false;
    update->tries = 0;
    open_area(update);
    return fwd_flash_writer_write(
        &update->download, update->work.signed_bytes, update->held, FWD_E_PACKAGE_LIMIT);
}

static enum fwd_reason refuse(struct fwd_update *update, enum fwd_reason reason)
{
    update->holding = false;
    update->last = reason;
    return reason;
}

/* Takes what belongs to the head; *bytes and *size are moved on. */
static enum fwd_reason hold(struct fwd_update *update, const uint8_t **bytes, uint32_t *size)
{
    while (*size > 0 && update->holding) {
        uint32_t want = head_size(update);
        if (want == 0 || want < update->held) /* another call has used the memory */
            return refuse(update, FWD_E_BAD_MAGIC);
        uint32_t piece = want - update->held < *size ? want - update->held : *size;
        memcpy(update->work.signed_bytes + update->held, *bytes, piece);
        update->held += piece;
        *bytes += piece;
        *size -= piece;
        if (head_size(update) != update->held || update->held <= FWD_HEADER_SIZE)
            continue;
        enum fwd_reason reason = admit(update);
        if (reason != FWD_OK)
            return refuse(update, reason);
    }
    return FWD_OK;
}

/* ---- the rest -------------------------------------------------------------------------------- */

/* Between begin and end of one power cycle: what was interrupted begins again. */
static bool begun(const struct fwd_update *update)
{
    const struct fwd_record *record = &update->journal.record;

    return update->holding ||
           (record->state == FWD_STATE_DOWNLOADING && (record->flags & FWD_RECORD_COMPLETE) == 0 &&
               update->download.flash.area != NULL);
}

enum fwd_reason fwd_download_write(struct fwd_update *update, const void *bytes, uint32_t size)
{
    const uint8_t *from = bytes;

    if (!begun(update))
        return update->last != FWD_OK ? update->last : FWD_E_PACKAGE_UNREADABLE;
    enum fwd_reason reason = hold(update, &from, &size);
    if (reason != FWD_OK || size == 0)
        return reason;
    return fwd_flash_writer_write(&update->download, from, size, FWD_E_PACKAGE_LIMIT);
}

enum fwd_reason fwd_download_end(struct fwd_update *update)
{
    struct fwd_record record = update->journal.record;

    if (update->holding)
        return refuse(update, FWD_E_TOO_SHORT);
    if (!begun(update))
        return update->last != FWD_OK ? update->last : FWD_E_PACKAGE_UNREADABLE;
    enum fwd_reason reason = fwd_flash_writer_end(&update->download);
    if (reason != FWD_OK)
        return reason;
    record.stored = update->download.at;
    record.flags |= FWD_RECORD_COMPLETE;
    return fwd_session_record(update, &record);
}
