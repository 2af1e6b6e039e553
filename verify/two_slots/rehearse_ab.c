#include "verify/rehearse/progress.h"
#include "verify/rehearse/rehearse.h"
#include "verify/rehearse/session_record.h"

#include <string.h>

enum fwd_reason fwd_rehearsal_in_place(struct fwd_rehearsal *rehearsal, const struct fwd_task *task)
{
    struct fwd_update *update = rehearsal->update;
    struct fwd_record record = update->journal.record;

    record.state = FWD_STATE_STAGED;
    record.step = record.staging_at = record.staging_begin = record.staging_end = 0;
    memset(record.staging_digest, 0, sizeof record.staging_digest);
    rehearsal->state = FWD_REHEARSAL_COMPLETE;
    (void)task;
    enum fwd_reason reason = fwd_session_record(update, &record);
    if (reason == FWD_OK)
        fwd_progress_end(update);
    return reason;
}

const struct fwd_slices fwd_slices = {sizeof(struct fwd_rehearsal)};

enum fwd_reason fwd_rehearse(
    struct fwd_update *update, enum fwd_command command, const struct fwd_version_table *versions)
{
    struct fwd_rehearsal rehearsal = {.update = update, .holds = fwd_decode_check_slot};

    return fwd_rehearsal_run(&rehearsal, command, versions);
}
