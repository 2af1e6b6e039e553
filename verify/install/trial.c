#include "verify/install/trial.h"

#include "verify/flash/journal.h"
#include "verify/rehearse/session_record.h"
#include "verify/trust/next_record.h"
#include "verify/undo/undo.h"

#include <string.h>

/* ---- does it begin --------------------------------------------------------------------------- */

static bool begins(const struct fwd_update *update, const struct fwd_version_table *current)
{
    const struct fwd_device *device = update->device;

    if (device->policy.trial_starts == 0 || !current->found || !current->record.has_before)
        return false;
    if (update->journal.record.undo != 0 && device->undo == NULL)
        return false;
    for (uint8_t i = 0; i < fwd_places(device); i++) {
        const struct fwd_version_entry *entry = fwd_version_find(current, device->places[i].name);
        if (entry == NULL)
            return false;
        const struct fwd_version_before *was =
            &current->record.before[FWD_INDEX(entry - current->record.entries)];
        if (was->slot != entry->slot && device->places[i].role == FWD_ROLE_BOOT)
            return false;
    }
    return true;
}

/* ---- a start --------------------------------------------------------------------------------- */

/* Does what was before the current record start, as a whole? */
static enum fwd_reason test_before(struct fwd_update *update, struct fwd_version_table *current,
    enum fwd_start_depth depth, struct fwd_start *start)
{
    fwd_version_load(update, current);
    memset(start, 0, sizeof *start);
    return fwd_start_test_record(update, current, true, depth, start);
}

static enum fwd_trial_verdict before_or_on(struct fwd_update *update, struct fwd_start *start)
{
    struct fwd_version_table current;

    return test_before(update, &current, FWD_START_HASHED, start) == FWD_OK ? FWD_TRIAL_BEFORE
                                                                            : FWD_TRIAL_GOES_ON;
}

/* Would it start, once the kept blocks are back? */
static bool before_would_start(
    struct fwd_update *update, struct fwd_version_table *current, struct fwd_start *start)
{
    const struct fwd_undo *undo = update->device->undo;
    bool kept = update->journal.record.undo != 0;
    enum fwd_start_depth depth = kept ? FWD_START_SLOTS : FWD_START_HASHED;

    return test_before(update, current, depth, start) == FWD_OK &&
           (!kept || (undo != NULL && undo->proves(update, current) == FWD_OK));
}

/* Without anything to go back to what is on trial stays. That is not said because of one start: an
 * area may read again at the next. */
static enum fwd_trial_verdict stay(struct fwd_update *update)
{
    struct fwd_record record = update->journal.record;
    enum fwd_reason noted;

    if ((record.flags & FWD_RECORD_BLIND) != 0) {
        noted = fwd_update_confirm(update);
    } else {
        record.flags |= FWD_RECORD_BLIND;
        noted = fwd_journal_append(&update->journal, &record);
    }
    (void)noted; /* it is tried again at the next start */
    return FWD_TRIAL_GOES_ON;
}

static enum fwd_trial_verdict go_back(
    struct fwd_update *update, const struct fwd_version_table *current)
{
    struct fwd_record record = update->journal.record;

    record.state = FWD_STATE_REVERTING;
    record.reason = FWD_E_TRIAL_FAILED;
    record.attempts = record.component = 0;
    record.step = 0;
    record.flags &= (uint8_t)~FWD_RECORD_BLIND;
    if (record.undo != 0)
        record.flags |= FWD_RECORD_DESTRUCTIVE;
    record.version_bank = fwd_version_next_bank(update, current, record.version_bank);
    if (fwd_session_record(update, &record) == FWD_OK)
        return FWD_TRIAL_GOES_BACK;
    return record.undo == 0 ? FWD_TRIAL_BEFORE : FWD_TRIAL_GOES_ON;
}

/* The trial has failed. */
static enum fwd_trial_verdict fail(struct fwd_update *update, struct fwd_start *start)
{
    struct fwd_version_table current;

    return before_would_start(update, &current, start) ? go_back(update, &current) : stay(update);
}

static enum fwd_trial_verdict broken(struct fwd_update *update)
{
    struct fwd_version_table current;
    struct fwd_start start;

    return before_would_start(update, &current, &start) && current.named ? go_back(update, &current)
                                                                         : FWD_TRIAL_GOES_ON;
}

static enum fwd_trial_verdict count(struct fwd_update *update, struct fwd_start *start)
{
    struct fwd_record record = update->journal.record;

    /* going back has failed: what is to come back runs all the same */
    if (record.state == FWD_STATE_REVERTING)
        return before_or_on(update, start);
    if (update->journal.settled)
        return FWD_TRIAL_GOES_ON;
    if (record.starts >= update->device->policy.trial_starts)
        return fail(update, start);
    record.starts++;
    if (fwd_journal_append(&update->journal, &record) == FWD_OK)
        return FWD_TRIAL_GOES_ON;
    return before_or_on(update, start);
}

/* ---- going back ------------------------------------------------------------------------------ */

/* Only what would start is put back. */
static enum fwd_reason restore(struct fwd_update *update, struct fwd_version_table *current)
{
    const struct fwd_undo *undo = update->device->undo;
    struct fwd_start start;

    if (undo == NULL)
        return FWD_E_STAGING_CORRUPT;
    enum fwd_reason reason = test_before(update, current, FWD_START_SLOTS, &start);
    return reason == FWD_OK ? undo->restore(update, current) : reason;
}

static enum fwd_reason back(
    struct fwd_update *update, struct fwd_version_table *current, uint32_t *size, uint16_t *active)
{
    struct fwd_start start;
    enum fwd_reason reason = update->journal.record.undo != 0 ? restore(update, current) : FWD_OK;

    if (reason == FWD_OK)
        reason = test_before(update, current, FWD_START_HASHED, &start);
    if (reason != FWD_OK)
        return reason;
    *active = 0;
    for (uint8_t i = 0; i < fwd_places(update->device); i++)
        *active |= (uint16_t)(start.slot[i] << i);
    return fwd_next_record_back(update, current, size);
}

const struct fwd_trial fwd_trial = {begins, count, broken, back};
