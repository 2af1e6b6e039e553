#include "verify/install/commit.h"

#include "verify/flash/journal.h"
#include "verify/flash/version.h"
#include "verify/install/environment.h"
#include "verify/install/running.h"
#include "verify/install/trial.h"
#include "verify/rehearse/progress.h"
#include "verify/rehearse/session_record.h"
#include "verify/trust/next_record.h"
#include "verify/trust/plan.h"
#include "verify/trust/start_test.h"

#include <string.h>

enum fwd_reason fwd_commit_begin(struct fwd_update *update)
{
    struct fwd_record record = update->journal.record;
    struct fwd_version_table current;

    fwd_version_load(update, &current);
    record.state = FWD_STATE_VERIFIED;
    record.attempts = 0;
    record.flags &= (uint8_t)~FWD_RECORD_SAVED;
    if (current.found) {
        record.version_number = current.record.sequence;
        memcpy(record.version_digest, current.digest, sizeof record.version_digest);
    }
    record.version_bank = fwd_version_next_bank(update, &current, record.version_bank);
    return fwd_session_record(update, &record);
}

/* The current record does not start what is in the slots any more, and the package does: the only
 * copy of that record may go. */
static bool only_package_proves(struct fwd_update *update)
{
    struct fwd_version_table current;
    struct fwd_start start;

    memset(&start, 0, sizeof start);
    fwd_version_load(update, &current);
    return update->plan.count == update->device->place_count &&
           fwd_start_test_record(update, &current, false, FWD_START_HASHED, &start) != FWD_OK &&
           fwd_running_by_package(update, &start);
}

/* A bank that is erased for the record may turn out to be worn: then another one, and then the room
 * after the old record, which is erased as a last resort: when it proves nothing. */
static enum fwd_reason store(struct fwd_update *update, const struct fwd_version_table *current,
    uint32_t size, uint8_t *bank)
{
    uint8_t banks = fwd_version_banks(update->device), first = *bank;
    const uint8_t *bytes = update->work.version_new;

    if (fwd_version_store(update, bytes, size, first) == FWD_OK)
        return FWD_OK;
    uint16_t copies = current->banks & (uint16_t) ~(1u << first);
    for (uint8_t i = 0; i < banks; i++) {
        if (i == first || copies == (uint16_t)(1u << i))
            continue; /* the only copy stays */
        copies &= (uint16_t) ~(1u << i);
        if (fwd_version_store(update, bytes, size, i) == FWD_OK) {
            *bank = i;
            return FWD_OK;
        }
    }
    for (uint8_t i = 0; i < banks; i++) {
        if ((current->banks >> i & 1) != 0 &&
            fwd_version_append(update, bytes, size, i) == FWD_OK) {
            *bank = i;
            return FWD_OK;
        }
    }
    for (uint8_t i = 0; i < banks; i++) {
        if (copies == (uint16_t)(1u << i) && only_package_proves(update) &&
            fwd_version_store(update, bytes, size, i) == FWD_OK) {
            *bank = i;
            return FWD_OK;
        }
    }
    return FWD_E_VERSION_RECORD;
}

static bool only_inactive_slots(const struct fwd_update *update)
{
    return fwd_plan_two_slots(&update->plan);
}

static uint16_t active_now(const struct fwd_update *update)
{
    uint16_t active = update->active;

    for (uint8_t i = 0; i < FWD_COMPONENTS(fwd_plan_in_place(&update->plan)); i++)
        active ^= (uint16_t)(1u << update->plan.tasks[i].place);
    return active;
}

/* That the journal names for the copy to be written; the record may be somebody else's. */
static uint8_t named_bank(const struct fwd_update *update)
{
    return (uint8_t)(update->journal.record.version_bank % fwd_version_banks(update->device));
}

/* Writes work->version_new as the first copy, and records that it is current. */
static enum fwd_reason write_first(struct fwd_update *update,
    const struct fwd_version_table *current, uint32_t size, uint16_t active)
{
    struct fwd_record next = update->journal.record;
    uint8_t bank = named_bank(update);

    fwd_session_seal_version(update, update->work.version_new, size);
    enum fwd_reason reason =
        update->device->sharing == NULL ? store(update, current, size, &bank) : FWD_OK;
    if (reason != FWD_OK)
        return reason;
    if (next.state == FWD_STATE_REVERTING)
        next.flags |= FWD_RECORD_BACK;
    next.state = FWD_STATE_SWITCHED;
    next.active = active;
    if (!fwd_version_record_head(update->work.version_new, &next.version_number, &size) ||
        !fwd_version_digest(update, update->work.version_new, size, next.version_digest))
        return FWD_E_INTERNAL;
    struct fwd_version_table now = {.banks = (uint16_t)(1u << bank)};
    next.version_bank = fwd_version_next_bank(update, &now, bank);
    update->active = next.active;
    if (update->device->sharing != NULL)
        update->journal.fresh = update->work.version_new;
    reason = fwd_session_record(update, &next);
    update->journal.fresh = NULL;
    return reason;
}

/* What the journal named when the session reached `verified`: neither the first copy of the new
 * record, if it is there already, nor what is newer. */
static enum fwd_reason switch_versions(struct fwd_update *update)
{
    struct fwd_version_table current;
    uint32_t size;
    uint16_t retained = update->retained;
    enum fwd_start_depth depth = update->hashed ? FWD_START_SIGNED : FWD_START_HASHED;
    enum fwd_reason reason = fwd_start_test_future(update, retained, depth);

    update->hashed = false;
    if (reason != FWD_OK)
        return reason;
    fwd_version_load(update, &current);
    if (only_inactive_slots(update))
        reason = fwd_session_wait_for_version(update, current.found);
    if (reason == FWD_OK)
        reason = fwd_next_record_make(update, &current,
            only_inactive_slots(update) || update->journal.record.undo != 0, &size);
    if (reason != FWD_OK)
        return reason;
    return write_first(update, &current, size, active_now(update));
}

/* The trial has failed: what was before becomes the current record. */
static enum fwd_reason switch_back(struct fwd_update *update)
{
    struct fwd_version_table current;
    uint16_t active;
    uint32_t size;

    if (update->device->trial == NULL)
        return FWD_E_VERSION_RECORD;
    enum fwd_reason reason = update->device->trial->back(update, &current, &size, &active);
    return reason == FWD_OK ? write_first(update, &current, size, active) : reason;
}

/* The second copy. One that no bank takes is a risk, not a failure: the first one is complete. */
static enum fwd_reason copy_version(struct fwd_update *update)
{
    struct fwd_version_table current;

    fwd_version_load(update, &current);
    if (!current.named)
        return FWD_E_VERSION_RECORD;
    if (update->device->sharing != NULL) {
        enum fwd_reason copied = fwd_journal_prove(&update->journal);
        (void)copied;
        return FWD_OK;
    }
    /* The second one may have been in flight when power failed: that it reads well now is nothing
     * to rely on, and the first is erased at the next commit. */
    current.banks &= (uint16_t) ~(1u << named_bank(update));
    if ((current.banks & (current.banks - 1)) != 0)
        return FWD_OK; /* a worn bank: another one has it */
    uint32_t sequence, size;
    if (!fwd_version_record_head(update->work.version, &sequence, &size))
        return FWD_E_VERSION_RECORD;
    memcpy(update->work.version_new, update->work.version, size);
    for (uint8_t i = 0, bank = named_bank(update); i < fwd_version_banks(update->device); i++) {
        if ((current.banks >> bank & 1) == 0 &&
            fwd_version_store(update, update->work.version_new, size, bank) == FWD_OK)
            break;
        if (current.banks == 0)
            break; /* the first one cannot be read now: no bank is given up for another */
        bank = (uint8_t)((bank + 1) % fwd_version_banks(update->device));
    }
    return FWD_OK;
}

static bool on_trial(const struct fwd_update *update)
{
    const struct fwd_trial *trial = update->device->trial;
    struct fwd_version_table current;

    if (trial == NULL)
        return false;
    fwd_version_load(update, &current);
    return trial->begins(update, &current);
}

static enum fwd_reason record_done(struct fwd_update *update)
{
    struct fwd_record next = update->journal.record;

    bool back = (next.flags & FWD_RECORD_BACK) != 0;
    next.state = !back && on_trial(update) ? FWD_STATE_TRIAL : FWD_STATE_DONE;
    next.reason = back ? FWD_E_TRIAL_FAILED : FWD_OK;
    next.flags &= FWD_RECORD_COMPLETE | FWD_RECORD_FULL;
    if (next.state != FWD_STATE_TRIAL || next.undo == 0)
        next.staging_end = next.undo = 0;
    return fwd_session_record(update, &next);
}

enum fwd_reason fwd_commit(struct fwd_update *update)
{
    const struct fwd_record *record = &update->journal.record;
    enum fwd_reason reason = fwd_environment_ready(update, FWD_POINT_FINALIZATION);

    if (reason == FWD_OK && record->state == FWD_STATE_VERIFIED)
        reason = switch_versions(update);
    if (reason == FWD_OK && record->state == FWD_STATE_REVERTING)
        reason = switch_back(update);
    if (reason == FWD_OK && record->state == FWD_STATE_SWITCHED)
        reason = copy_version(update);
    if (reason == FWD_OK)
        reason = record_done(update);
    if (reason != FWD_OK)
        return reason;
    fwd_progress_end(update);
    return (
        enum fwd_reason)record->reason; /* that a trial has failed is the end of an update, too */
}
