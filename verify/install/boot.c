/* What a boot loader asks: which slot runs, is there something to resume, or must it wait for a
 * full package. */
#include <string.h>

#include "verify/flash/version.h"
#include "verify/flash/journal.h"

static bool in_progress(uint8_t state)
{
    return state >= FWD_STATE_REHEARSING && state <= FWD_STATE_COUNTED;
}

enum fwd_reason fwd_boot_decide(struct fwd_update *update, struct fwd_boot_choice *choice)
{
    const struct fwd_journal *journal = &update->journal;
    const struct fwd_record *record = &journal->record;
    struct fwd_version_table versions;

    memset(choice, 0, sizeof *choice);
    fwd_version_load(update, &versions);
    for (uint8_t i = 0; i < update->device->place_count; i++) {
        const struct fwd_version_entry *entry =
            fwd_version_find(&versions, update->device->places[i].name);
        choice->slot[i] = entry ? entry->slot : 0;
    }
    if (journal->lost || in_progress(record->state))
        choice->action = FWD_BOOT_RESUME;
    else if (record->flags & FWD_RECORD_DESTRUCTIVE)
        choice->action = FWD_BOOT_RECOVERY;
    else
        choice->action = FWD_BOOT_RUN;
    choice->outcome_pending =
        !journal->lost && (record->state == FWD_STATE_DONE || record->state == FWD_STATE_FAILED);
    choice->outcome = (enum fwd_reason)record->reason;
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
