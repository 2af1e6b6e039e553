/* A package that came into its area by another way. A part that can be left out. */
#include "verify/flash/states.h"
#include "verify/install/running.h"
#include "verify/install/trial.h"
#include "verify/rehearse/session_record.h"

#include <string.h>

/* Whoever else writes the area does not wait until signed bytes have passed: where that matters,
 * nothing is adopted. */
static enum fwd_reason free_area(struct fwd_update *update)
{
    const struct fwd_record *record = &update->journal.record;

    update->slicing = 0;
    if (update->journal.lost)
        return FWD_E_JOURNAL_LOST;
    if (fwd_states_in_progress(record->state))
        return FWD_E_UPDATE_PENDING;
    if (fwd_trial_runs(update))
        return FWD_E_TRIAL_PENDING;
    if ((record->flags & FWD_RECORD_DESTRUCTIVE) != 0)
        return FWD_E_RECOVERY_NEEDS_FULL;
    return fwd_running_note(update);
}

enum fwd_reason fwd_download_adopt(struct fwd_update *update, uint32_t stored, uint32_t padding)
{
    enum fwd_reason reason = free_area(update);
    struct fwd_record record = update->journal.record;

    if (reason == FWD_OK && stored > update->device->package.size)
        reason = FWD_E_PACKAGE_LIMIT;
    if (reason != FWD_OK || stored == 0)
        return reason;
    record.state = FWD_STATE_DOWNLOADING;
    record.flags =
        (uint8_t)((record.flags & (FWD_RECORD_TURNED | FWD_RECORD_BLIND)) | FWD_RECORD_COMPLETE);
    memset(record.session, 0, sizeof record.session);
    record.stored = stored;
    record.padding = padding;
    record.active = update->active;
    record.attempts = 0;
    record.reason = FWD_OK;
    record.step = record.staging_at = record.staging_end = 0;
    record.undo = 0;
    return fwd_session_record(update, &record);
}
