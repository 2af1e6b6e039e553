/* The first version record and the first records of the journal: as a factory programs them, or for
 * devices that have none yet. A part that can be left out. */
#include "format/record/version_record.h"
#include "verify/flash/journal.h"
#include "verify/flash/version.h"
#include "verify/install/load_package.h"
#include "verify/rehearse/session_record.h"
#include "verify/trust/next_record.h"
#include "verify/trust/start_test.h"

#include <string.h>

/* ---- in the factory -------------------------------------------------------------------------- */

/* The head of the first two banks, as often in a row as the journal itself writes it. */
static bool put_journal(const struct fwd_device *device, const struct fwd_record *idle,
    fwd_provision_put *put, void *ctx)
{
    const struct fwd_area *area = &device->journal;
    uint32_t slot = fwd_journal_slot_size(area), sequence = 0;
    uint8_t bytes[FWD_RECORD_SIZE];

    for (uint32_t bank = 0; bank < 2; bank++) {
        struct fwd_bank place = fwd_journal_bank_at(area, device->sharing, bank);
        for (uint32_t i = 0; i < 3; i++) {
            struct fwd_record record = *idle;
            record.sequence = ++sequence;
            fwd_record_encode(&record, bytes);
            if (!put(ctx, area, place.offset + i * slot, bytes, sizeof bytes))
                return false;
        }
    }
    return true;
}

enum fwd_reason fwd_provision_factory(const struct fwd_device *device,
    const struct fwd_version_record *record, uint8_t *buf, uint32_t room, fwd_provision_put *put,
    void *ctx)
{
    struct fwd_update update = {.device = device};
    struct fwd_version_table table = {.record = *record};
    struct fwd_record idle = {.state = FWD_STATE_IDLE,
        .version_number = record->sequence,
        .active = fwd_version_active(device, &table)};
    uint32_t most = fwd_version_room(device);

    if (fwd_journal_banks(&device->journal, device->sharing) < 2 || fwd_version_banks(device) < 2)
        return FWD_E_AREA_LAYOUT;
    uint32_t size = (uint32_t)fwd_version_record_encode(record, buf, room < most ? room : most);
    if (size == 0)
        return FWD_E_VERSION_ROOM;
    if (!fwd_version_digest(&update, buf, size, idle.version_digest))
        return FWD_E_INTERNAL;
    for (uint8_t bank = 0; bank < 2; bank++) {
        if (!put(ctx, &device->version, fwd_version_bank_at(device, bank).offset, buf, size))
            return FWD_E_VERSION_RECORD;
    }
    return put_journal(device, &idle, put, ctx) ? FWD_OK : FWD_E_VERSION_RECORD;
}

/* ---- in the field ---------------------------------------------------------------------------- */

/* The plan's targets are where they were found, not where an update would write them. */
static void adopt_slots(struct fwd_update *update, const struct fwd_start *start)
{
    for (uint8_t i = 0; i < update->plan.count; i++) {
        struct fwd_task *task = &update->plan.tasks[i];
        if (task->place == FWD_NO_PLACE)
            continue;
        task->target = start->slot[task->place];
        update->active |= (uint16_t)(task->target << task->place);
    }
}

static enum fwd_reason write_record(struct fwd_update *update)
{
    struct fwd_version_table none;
    struct fwd_record idle = {.state = FWD_STATE_IDLE};
    uint32_t size;

    memset(&none, 0, sizeof none);
    enum fwd_reason reason = fwd_next_record_make(update, &none, false, &size);
    if (reason != FWD_OK)
        return reason;
    fwd_session_seal_version(update, update->work.version_new, size);
    for (uint8_t bank = 0; bank < 2 && reason == FWD_OK; bank++)
        reason = fwd_version_store(update, update->work.version_new, size, bank);
    if (reason == FWD_OK &&
        !fwd_version_digest(update, update->work.version_new, size, idle.version_digest))
        reason = FWD_E_INTERNAL;
    idle.version_number = 1;
    idle.active = update->active;
    return reason == FWD_OK ? fwd_session_record(update, &idle) : reason;
}

enum fwd_reason fwd_update_provision(
    struct fwd_update *update, const void *signed_bytes, uint32_t size)
{
    struct fwd_version_table versions;
    struct fwd_start start;

    fwd_version_load(update, &versions);
    if (versions.found || !update->journal.lost)
        return FWD_E_UPDATE_PENDING;
    if (size > FWD_CONFIG_SIGNED + update->device->sigblock_max)
        return FWD_E_SIGBLOCK_SIZE;
    memset(&start, 0, sizeof start);
    memcpy(update->work.signed_bytes, signed_bytes, size);
    enum fwd_reason reason = fwd_load_package_held(update, size, &versions);
    if (reason == FWD_OK)
        reason = fwd_start_test_package(update, &start);
    if (reason != FWD_OK)
        return reason;
    adopt_slots(update, &start);
    return write_record(update);
}
