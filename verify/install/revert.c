/* Going back at the application's word. A part that can be left out. */
#include "verify/flash/journal.h"
#include "verify/install/trial.h"

/* As if the trial had used up its starts: three times, for a record in flight may be gone at the
 * next start. */
enum fwd_reason fwd_update_revert(struct fwd_update *update)
{
    struct fwd_record record = update->journal.record;
    enum fwd_reason reason = FWD_OK;

    if (!fwd_trial_unconfirmed(update))
        return FWD_E_NOT_STARTABLE;
    if (!fwd_trial_runs(update))
        return FWD_OK; /* it does so already */
    record.starts = UINT8_MAX;
    for (int i = 0; i < 3 && reason == FWD_OK; i++)
        reason = fwd_journal_append(&update->journal, &record);
    return reason;
}
