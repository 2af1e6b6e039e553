/* What a boot loader asks: which slot runs, is there something to resume, or must it wait for a
 * full package. */
#include "verify/flash/journal.h"
#include "verify/flash/states.h"
#include "verify/install/running.h"
#include "verify/rehearse/session_record.h"
#include "verify/trust/doubt.h"
#include "verify/trust/start_test.h"

#include <string.h>

static enum fwd_reason choose(
    struct fwd_update *update, struct fwd_boot_choice *choice, struct fwd_start *start)
{
    if (fwd_doubt_none(update, start)) {
        choice->start = FWD_OK;
        return FWD_OK;
    }
    return fwd_running_find(update, start, &choice->start);
}

/* Where later starts are not verified, the first one after an update leaves a record that it was.
 */
static void note_started(struct fwd_update *update)
{
    struct fwd_record record = update->journal.record;

    if (update->device->policy.verify_start != FWD_VERIFY_START_IN_DOUBT)
        return;
    if (update->journal.lost || (record.flags & FWD_RECORD_STARTED) != 0 ||
        (record.state != FWD_STATE_DONE && record.state != FWD_STATE_REPORTED))
        return;
    record.flags |= FWD_RECORD_STARTED;
    enum fwd_reason noted = fwd_journal_append(&update->journal, &record);
    (void)noted; /* never a reason not to start */
}

static void look_for_outcome(const struct fwd_update *update, struct fwd_boot_choice *choice)
{
    const struct fwd_record *record = &update->journal.record;

    if (update->journal.lost)
        return;
    choice->outcome_pending = record->state == FWD_STATE_DONE ||
                              record->state == FWD_STATE_FAILED ||
                              (update->resume_ended && fwd_states_in_progress(record->state));
    choice->outcome = (enum fwd_reason)record->reason;
    if (update->resume_ended && fwd_states_in_progress(record->state))
        choice->outcome = update->last;
}

enum fwd_reason fwd_boot_decide(struct fwd_update *update, struct fwd_boot_choice *choice)
{
    struct fwd_start start;

    memset(choice, 0, sizeof *choice);
    memset(&start, 0, sizeof start);
    look_for_outcome(update, choice);
    if (!update->journal.lost && fwd_states_in_progress(update->journal.record.state) &&
        !update->resume_ended) {
        choice->action = FWD_BOOT_RESUME;
        return FWD_OK;
    }
    enum fwd_reason reason = choose(update, choice, &start);
    memcpy(choice->slot, start.slot, sizeof choice->slot);
    choice->action = reason == FWD_OK ? FWD_BOOT_RUN : FWD_BOOT_RECOVERY;
    if (reason == FWD_OK) {
        fwd_start_count(update, &start);
        note_started(update);
    }
    return FWD_OK;
}

enum fwd_reason fwd_update_reported(struct fwd_update *update)
{
    struct fwd_record record = update->journal.record;

    if (record.state != FWD_STATE_DONE && record.state != FWD_STATE_FAILED)
        return FWD_OK;
    record.state = FWD_STATE_REPORTED;
    return fwd_journal_append(&update->journal, &record);
}
