/* The package's bytes into the package area. What is stored is recorded: its length, the padding
 * that the transport may have added, and that it is complete. */
#include <string.h>

#include "verify/flash/area.h"
#include "verify/flash/flash_writer.h"
#include "verify/verify.h"
#include "verify/flash/journal.h"

static bool needed(const struct fwd_update *update)
{
    uint8_t state = update->journal.record.state;

    return update->journal.lost || (state >= FWD_STATE_REHEARSING && state <= FWD_STATE_COUNTED);
}

enum fwd_reason fwd_download_begin(struct fwd_update *update, uint32_t padding)
{
    const struct fwd_flash_access flash = {
        update->device->ports, &update->device->package, FWD_E_PACKAGE_IO};
    struct fwd_record record = update->journal.record;

    if (needed(update))
        return FWD_E_UPDATE_PENDING;
    record.state = FWD_STATE_DOWNLOADING;
    /* Incomplete firmware stays incomplete until a full package has been installed. */
    record.flags &= FWD_RECORD_DESTRUCTIVE;
    memset(record.session, 0, sizeof record.session);
    record.stored = 0;
    record.padding = padding;
    record.attempts = 0;
    record.step = record.staging_at = record.staging_end = 0;
    update->download = fwd_flash_writer_over(&flash, update->work.page, flash.area->size, false);
    return fwd_journal_append(&update->journal, &record);
}

/* Between begin and end of one power cycle: what was interrupted begins again. */
static bool begun(const struct fwd_update *update)
{
    const struct fwd_record *record = &update->journal.record;

    return record->state == FWD_STATE_DOWNLOADING && (record->flags & FWD_RECORD_COMPLETE) == 0 &&
           update->download.flash.area != NULL;
}

enum fwd_reason fwd_download_write(struct fwd_update *update, const void *bytes, uint32_t size)
{
    if (!begun(update))
        return FWD_E_PACKAGE_UNREADABLE;
    return fwd_flash_writer_write(&update->download, bytes, size, FWD_E_PACKAGE_LIMIT);
}

enum fwd_reason fwd_download_end(struct fwd_update *update)
{
    struct fwd_record record = update->journal.record;

    if (!begun(update))
        return FWD_E_PACKAGE_UNREADABLE;
    enum fwd_reason reason = fwd_flash_writer_end(&update->download);
    if (reason != FWD_OK)
        return reason;
    record.stored = update->download.at;
    record.flags |= FWD_RECORD_COMPLETE;
    return fwd_journal_append(&update->journal, &record);
}
