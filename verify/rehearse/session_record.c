#include "verify/rehearse/session_record.h"

#include "verify/flash/journal.h"
#include "verify/flash/mac.h"
#include "verify/flash/states.h"

#include <string.h>

#define MAX_ATTEMPTS     3u
#define MAX_STARTS       8u
#define MAX_POWER_STARTS 64u

static bool is_progress(const struct fwd_record *record)
{
    if (record->state != record->best_state)
        return record->state > record->best_state;
    if (record->component != record->best_component)
        return record->component > record->best_component;
    return record->step > record->best_step;
}

enum fwd_reason fwd_session_record(struct fwd_update *update, const struct fwd_record *record)
{
    struct fwd_record next = *record;

    if (!fwd_states_in_progress(next.state)) {
        next.starts = next.power_starts = 0;
        next.best_state = next.best_component = 0;
        next.best_step = 0;
    } else if (is_progress(&next)) {
        next.starts = next.power_starts = 0;
        next.best_state = next.state;
        next.best_component = next.component;
        next.best_step = next.step;
    }
    return fwd_journal_append(&update->journal, &next);
}

static enum fwd_reset cause_of(const struct fwd_update *update)
{
    const struct fwd_host_port *host = update->device->ports->host;

    return host != NULL && host->reset_cause != NULL ? host->reset_cause(host->ctx)
                                                     : FWD_RESET_UNKNOWN;
}

static bool too_many(const struct fwd_update *update, const struct fwd_record *record)
{
    const struct fwd_policy *policy = &update->device->policy;

    return record->starts > (policy->max_starts ? policy->max_starts : MAX_STARTS) ||
           record->power_starts >
               (policy->max_power_starts ? policy->max_power_starts : MAX_POWER_STARTS);
}

enum fwd_reason fwd_session_count_start(struct fwd_update *update)
{
    struct fwd_record record = update->journal.record;
    uint8_t *count = cause_of(update) == FWD_RESET_POWER ? &record.power_starts : &record.starts;

    if (update->journal.settled)
        return FWD_OK;
    if (*count < UINT8_MAX)
        ++*count;
    if (!too_many(update, &record) || fwd_states_destructive(record.state, record.flags) ||
        !fwd_states_allowed(record.state, FWD_STATE_FAILED))
        return fwd_journal_append(&update->journal, &record);
    record.state = FWD_STATE_FAILED;
    record.reason = FWD_E_NO_PROGRESS;
    enum fwd_reason reason = fwd_session_record(update, &record);
    return reason == FWD_OK ? FWD_E_NO_PROGRESS : reason;
}

enum fwd_reason fwd_session_wait_for_version(struct fwd_update *update, bool found)
{
    struct fwd_record record = update->journal.record;
    bool waited = (record.flags & FWD_RECORD_BLIND) != 0 && !update->waits;

    if (found)
        update->journal.record.flags &= (uint8_t)~FWD_RECORD_BLIND;
    if (found || update->journal.lost || record.version_number == 0 || waited)
        return FWD_OK;
    record.flags |= FWD_RECORD_BLIND;
    enum fwd_reason reason = update->waits ? FWD_OK : fwd_journal_append(&update->journal, &record);
    update->waits = true;
    return reason == FWD_OK ? FWD_E_VERSION_RECORD : reason;
}

enum fwd_command fwd_session_asked(const struct fwd_record *record)
{
    return (enum fwd_command)(record->command & ~FWD_RECORD_BY_APPLICATION);
}

uint8_t fwd_session_max_attempts(const struct fwd_update *update)
{
    uint8_t limit = update->device->policy.max_attempts;

    return limit > 0 ? limit : MAX_ATTEMPTS;
}

void fwd_session_seal_version(struct fwd_update *update, uint8_t *bytes, uint32_t size)
{
    const struct fwd_ports *ports = update->device->ports;

    if (fwd_mac(ports) != NULL)
        fwd_mac(ports)->seal_version(ports->mac, bytes, size);
}

bool fwd_session_ends_by_package(const struct fwd_update *update)
{
    const struct fwd_record *record = &update->journal.record;

    return fwd_states_destructive(record->state, record->flags) ||
           (fwd_states_allowed(record->state, FWD_STATE_DOWNLOADING) &&
               record->attempts >= fwd_session_max_attempts(update));
}
