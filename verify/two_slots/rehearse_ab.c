#include "verify/rehearse/rehearse.h"
#include "verify/rehearse/session_record.h"

#include <string.h>

enum fwd_reason fwd_rehearse_in_place(struct fwd_update *update)
{
    struct fwd_record record = update->journal.record;

    record.state = FWD_STATE_STAGED;
    record.step = record.staging_at = record.staging_begin = record.staging_end = 0;
    memset(record.staging_digest, 0, sizeof record.staging_digest);
    return fwd_session_record(update, &record);
}
