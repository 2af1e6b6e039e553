/* Looking at an update from outside, and giving one up. */
#include "verify/flash/journal.h"
#include "verify/flash/states.h"
#include "verify/install/resume.h"
#include "verify/rehearse/session_record.h"
#include "verify/verify.h"

#include <string.h>

static enum fwd_status_state state_of(const struct fwd_update *update)
{
    const struct fwd_record *record = &update->journal.record;

    if (update->journal.lost)
        return FWD_STATUS_LOST;
    switch (record->state) {
    case FWD_STATE_DOWNLOADING:
        return record->flags & FWD_RECORD_COMPLETE ? FWD_STATUS_READY : FWD_STATUS_DOWNLOADING;
    case FWD_STATE_REHEARSING:
        return FWD_STATUS_REHEARSING;
    case FWD_STATE_STAGED:
        return FWD_STATUS_STAGED;
    case FWD_STATE_ACTING:
        return FWD_STATUS_ACTING;
    case FWD_STATE_VERIFIED:
    case FWD_STATE_SWITCHED:
        return FWD_STATUS_COMMITTING;
    case FWD_STATE_DONE:
        return FWD_STATUS_DONE;
    case FWD_STATE_FAILED:
        return FWD_STATUS_FAILED;
    case FWD_STATE_TRIAL:
        return FWD_STATUS_TRIAL;
    case FWD_STATE_REVERTING:
        return FWD_STATUS_REVERTING;
    default:
        return FWD_STATUS_IDLE;
    }
}

void fwd_update_status(const struct fwd_update *update, struct fwd_status *status)
{
    const struct fwd_record *record = &update->journal.record;

    memset(status, 0, sizeof *status);
    status->state = state_of(update);
    status->percent = update->progress.told == UINT32_MAX ? 0 : update->progress.told;
    status->attempts = record->attempts;
    status->starts = record->starts > UINT8_MAX - record->power_starts
                         ? UINT8_MAX
                         : (uint8_t)(record->starts + record->power_starts);
    status->reason = update->last != FWD_OK ? update->last : (enum fwd_reason)record->reason;
    memcpy(status->session, record->session, sizeof status->session);
    status->session_known = record->state >= FWD_STATE_REHEARSING;
    status->command = fwd_session_asked(record);
    status->component = record->component;
    status->stored = record->stored;
    status->padding = record->padding;
    status->complete = (record->flags & FWD_RECORD_COMPLETE) != 0;
    status->pending = fwd_resume_pending(update);
    status->exhausted = status->pending && record->attempts >= fwd_session_max_attempts(update);
    status->destructive = fwd_states_destructive(record->state, record->flags) ||
                          (record->flags & FWD_RECORD_DESTRUCTIVE) != 0;
}

const char *fwd_status_name(enum fwd_status_state state)
{
    static const char *const names[] = {"idle", "downloading", "ready", "rehearsing", "staged",
        "acting", "committing", "done", "failed", "lost", "trial", "reverting"};

    return (unsigned)state < sizeof names / sizeof *names ? names[state] : "unknown";
}

enum fwd_reason fwd_update_abandon(struct fwd_update *update, enum fwd_reason reason)
{
    struct fwd_record record = update->journal.record;

    update->slicing = 0;
    if (!fwd_resume_pending(update))
        return FWD_OK;
    if (fwd_states_destructive(record.state, record.flags) ||
        !fwd_states_allowed(record.state, FWD_STATE_FAILED)) {
        update->resume_ended = true;
        return FWD_E_UPDATE_PENDING;
    }
    record.state = FWD_STATE_FAILED;
    record.reason = (uint16_t)reason;
    return fwd_session_record(update, &record);
}
