/* What every device knows of a trial, also one that has none. */
#include "verify/install/trial.h"
#include "verify/rehearse/session_record.h"

static bool says(const struct fwd_update *update, enum fwd_state state)
{
    return update->device->trial != NULL && !update->journal.lost &&
           update->journal.record.state == state;
}

bool fwd_trial_runs(const struct fwd_update *update)
{
    return says(update, FWD_STATE_TRIAL);
}

bool fwd_trial_unconfirmed(const struct fwd_update *update)
{
    return says(update, FWD_STATE_TRIAL) || says(update, FWD_STATE_REVERTING);
}

/* Three times: a record that was in flight may be gone at the next start. */
enum fwd_reason fwd_update_confirm(struct fwd_update *update)
{
    struct fwd_record record = update->journal.record;
    enum fwd_reason reason = FWD_OK;

    if (update->journal.lost ||
        (record.state != FWD_STATE_TRIAL && record.state != FWD_STATE_REVERTING))
        return FWD_OK;
    if (record.state == FWD_STATE_REVERTING)
        return FWD_E_UPDATE_PENDING;
    record.flags &= (uint8_t)~FWD_RECORD_BLIND;
    record.staging_end = record.undo = 0;
    record.state = record.flags & FWD_RECORD_TOLD ? FWD_STATE_REPORTED : FWD_STATE_DONE;
    for (int i = 0; i < 3 && reason == FWD_OK; i++)
        reason = fwd_session_record(update, &record);
    return reason;
}
