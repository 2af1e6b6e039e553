/* What a boot loader asks: which slot runs, is there something to resume, or must it wait for a
 * full package. */
#include "verify/flash/journal.h"
#include "verify/flash/mac.h"
#include "verify/flash/states.h"
#include "verify/install/resume.h"
#include "verify/install/running.h"
#include "verify/install/trial.h"
#include "verify/rehearse/session_record.h"
#include "verify/trust/start_test.h"

#include <string.h>

static enum fwd_reason choose(
    struct fwd_update *update, struct fwd_boot_choice *choice, struct fwd_start *start)
{
    const struct fwd_mac_use *use = fwd_mac(update->device->ports);

    if (use != NULL && use->no_doubt(update, start)) {
        choice->start = FWD_OK;
        return FWD_OK;
    }
    return fwd_running_find(update, start, &choice->start);
}

/* The first start after an update, or after its confirmation, leaves a record that it was where
 * that matters: where later starts are not verified, and where a confirmation may have been in
 * flight, before the counters follow it. */
static void note_started(struct fwd_update *update)
{
    struct fwd_record record = update->journal.record;

    if (update->device->policy.verify_start != FWD_VERIFY_START_IN_DOUBT &&
        update->device->trial == NULL)
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
    choice->outcome_pending =
        record->state == FWD_STATE_DONE || record->state == FWD_STATE_FAILED ||
        (record->state == FWD_STATE_TRIAL && (record->flags & FWD_RECORD_TOLD) == 0) ||
        (update->resume_ended && fwd_states_in_progress(record->state));
    choice->outcome = (enum fwd_reason)record->reason;
    if (update->resume_ended && fwd_states_in_progress(record->state))
        choice->outcome = update->last;
}

/* RUN only when both say so: the way that the checks have gone, and what they have seen. */
static void answer(const struct fwd_update *update, struct fwd_boot_choice *choice,
    const struct fwd_start *start, enum fwd_reason reason)
{
    memcpy(choice->slot, start->slot, sizeof choice->slot);
    choice->action = FWD_BOOT_RECOVERY;
    if (reason != FWD_OK || !fwd_start_proven(update, start))
        return;
    if (fwd_start_proven(update, start))
        choice->action = FWD_BOOT_RUN;
}

/* What runs at a start on trial, when not what is on trial. True: the choice is made. */
static bool trial_chooses(
    struct fwd_update *update, struct fwd_boot_choice *choice, struct fwd_start *start)
{
    enum fwd_trial_verdict verdict = FWD_TRIAL_GOES_ON;

    if (fwd_trial_unconfirmed(update))
        verdict = update->device->trial->count(update, start);
    if (verdict == FWD_TRIAL_GOES_BACK)
        choice->action = FWD_BOOT_RESUME;
    if (verdict == FWD_TRIAL_BEFORE)
        answer(update, choice, start, FWD_OK);
    return verdict != FWD_TRIAL_GOES_ON;
}

/* What is on trial does not start: nobody can find it well, and the application of before must not
 * confirm it. */
static bool trial_ends(
    struct fwd_update *update, const struct fwd_start *start, enum fwd_reason reason)
{
    return fwd_trial_runs(update) && (reason != FWD_OK || !start->named) &&
           update->device->trial->broken(update) == FWD_TRIAL_GOES_BACK;
}

static bool application_rehearses(const struct fwd_update *update)
{
    const struct fwd_record *record = &update->journal.record;

    return record->state == FWD_STATE_REHEARSING &&
           (record->command & FWD_RECORD_BY_APPLICATION) != 0;
}

enum fwd_reason fwd_boot_decide(struct fwd_update *update, struct fwd_boot_choice *choice)
{
    struct fwd_start start;

    memset(choice, 0, sizeof *choice);
    memset(&start, 0, sizeof start);
    choice->action = FWD_BOOT_RECOVERY;
    update->slicing = 0;
    update->stranded = false;
    look_for_outcome(update, choice);
    bool resumes = fwd_resume_pending(update) && !update->resume_ended;
    if (resumes && !application_rehearses(update)) {
        choice->action = FWD_BOOT_RESUME;
        return FWD_OK;
    }
    if (trial_chooses(update, choice, &start))
        return FWD_OK;
    enum fwd_reason reason = choose(update, choice, &start);
    if (trial_ends(update, &start, reason)) {
        choice->action = FWD_BOOT_RESUME;
        return FWD_OK;
    }
    answer(update, choice, &start, reason);
    if (resumes && choice->action != FWD_BOOT_RUN)
        choice->action = FWD_BOOT_RESUME;
    update->stranded = choice->action == FWD_BOOT_RECOVERY;
    /* what a start writes needs both answers, too */
    if (reason == FWD_OK && choice->action == FWD_BOOT_RUN)
        note_started(update);
    if (reason == FWD_OK && choice->action == FWD_BOOT_RUN && !fwd_trial_unconfirmed(update) &&
        fwd_start_proven(update, &start))
        fwd_start_count(update, &start);
    return FWD_OK;
}

enum fwd_reason fwd_update_reported(struct fwd_update *update)
{
    struct fwd_record record = update->journal.record;

    if (record.state == FWD_STATE_TRIAL && (record.flags & FWD_RECORD_TOLD) == 0)
        record.flags |= FWD_RECORD_TOLD;
    else if (record.state == FWD_STATE_DONE || record.state == FWD_STATE_FAILED)
        record.state = FWD_STATE_REPORTED;
    else
        return FWD_OK;
    return fwd_journal_append(&update->journal, &record);
}
