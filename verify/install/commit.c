#include "verify/install/commit.h"

#include <string.h>

#include "verify/install/environment.h"
#include "verify/rehearse/progress.h"
#include "verify/flash/version.h"
#include "verify/flash/area.h"
#include "verify/flash/journal.h"

static const struct fwd_task *task_of(const struct fwd_update *update, uint8_t place)
{
    for (uint8_t i = 0; i < update->plan.count; i++) {
        if (update->plan.tasks[i].place == place)
            return &update->plan.tasks[i];
    }
    return NULL;
}

static const uint8_t no_digest[FWD_DIGEST_SIZE];

/* What the place holds from now on: the target, or what it held before. */
static struct fwd_version_entry entry_of(
    const struct fwd_update *update, const struct fwd_version_table *old, uint8_t place)
{
    const struct fwd_task *task = task_of(update, place);
    const char *name = update->device->places[place].name;
    const struct fwd_version_entry *before = fwd_version_find(old, name);
    struct fwd_version_entry entry = {.name = fwd_text_of(name), .digest = no_digest};

    if (!task)
        return before ? *before : entry;
    entry.version = task->component->target.version;
    entry.size = task->component->target.size;
    entry.digest = task->component->target.digest;
    entry.slot = task->target;
    return entry;
}

/* The record in force is not touched: until `switched` is in the journal the old one counts. */
static enum fwd_reason switch_versions(struct fwd_update *update)
{
    struct fwd_version_table old;
    struct fwd_version_record record = {0};
    uint32_t blocks = fwd_area_blocks(&update->device->version);

    if (blocks < 2)
        return FWD_E_VERSION_RECORD;
    fwd_version_load(update, &old);
    for (uint8_t i = 0; i < update->device->place_count; i++)
        record.entries[record.count++] = entry_of(update, &old, i);
    record.sequence = old.record.sequence + 1;
    uint8_t block = (uint8_t)((old.block + 1u) % blocks);
    enum fwd_reason reason = fwd_version_store(update, &record, block);
    if (reason != FWD_OK)
        return reason;
    struct fwd_record next = update->journal.record;
    next.state = FWD_STATE_SWITCHED;
    next.version_block = block;
    return fwd_journal_append(&update->journal, &next);
}

static enum fwd_reason advance_counters(struct fwd_update *update)
{
    const struct fwd_counter_port *counter = update->device->ports->counter;

    for (uint8_t i = 0; counter && i < update->plan.count; i++) {
        const struct fwd_task *task = &update->plan.tasks[i];
        if (task->component->has_counter &&
            !counter->advance(counter->ctx, task->place, task->component->counter))
            return FWD_E_COUNTER;
    }
    struct fwd_record next = update->journal.record;
    next.state = FWD_STATE_COUNTED;
    return fwd_journal_append(&update->journal, &next);
}

static enum fwd_reason record_done(struct fwd_update *update)
{
    struct fwd_record next = update->journal.record;

    next.state = FWD_STATE_DONE;
    next.reason = FWD_OK;
    next.flags &= FWD_RECORD_COMPLETE | FWD_RECORD_FULL;
    next.staging_end = 0;
    return fwd_journal_append(&update->journal, &next);
}

enum fwd_reason fwd_commit(struct fwd_update *update)
{
    const struct fwd_record *record = &update->journal.record;
    enum fwd_reason reason = fwd_environment_ready(update, FWD_POINT_FINALIZATION);

    if (reason == FWD_OK && record->state == FWD_STATE_VERIFIED)
        reason = switch_versions(update);
    if (reason == FWD_OK && record->state == FWD_STATE_SWITCHED)
        reason = advance_counters(update);
    if (reason == FWD_OK && record->state == FWD_STATE_COUNTED)
        reason = record_done(update);
    if (reason == FWD_OK)
        fwd_progress_end(update);
    return reason;
}
