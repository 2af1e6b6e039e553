/* The MAC at work (flash/mac.h), and what it is for: starts that need no verification. */
#include "format/component.h"
#include "format/cursor.h"
#include "format/header.h"
#include "verify/flash/mac.h"
#include "verify/trust/start_test.h"

#include <string.h>

static bool quiet(const struct fwd_update *update)
{
    const struct fwd_record *record = &update->journal.record;
    const struct fwd_host_port *host = update->device->ports->host;

    if (update->device->policy.verify_start != FWD_VERIFY_START_IN_DOUBT || update->journal.lost ||
        !update->journal.authentic)
        return false;
    if (host != NULL && host->unclean != NULL && host->unclean(host->ctx))
        return false;
    return (record->state == FWD_STATE_DONE || record->state == FWD_STATE_REPORTED) &&
           (record->flags & (FWD_RECORD_STARTED | FWD_RECORD_DESTRUCTIVE)) == FWD_RECORD_STARTED;
}

static bool right(const struct fwd_mac_port *mac, const struct fwd_record *record)
{
    uint8_t bytes[FWD_RECORD_SIZE], sum[FWD_MAC_SIZE];

    fwd_record_encode(record, bytes);
    return mac->compute(mac->ctx, bytes, FWD_RECORD_MAC_AT, sum) &&
           memcmp(sum, record->mac, sizeof sum) == 0;
}

static void seal(const struct fwd_mac_port *mac, struct fwd_record *record, uint8_t *bytes)
{
    if (mac->compute(mac->ctx, bytes, FWD_RECORD_MAC_AT, record->mac))
        fwd_record_encode(record, bytes);
}

static void seal_version(const struct fwd_mac_port *mac, uint8_t *bytes, uint32_t size)
{
    uint8_t sum[FWD_MAC_SIZE];

    if (mac->compute(mac->ctx, bytes, size - FWD_VERSION_TAIL_SIZE, sum))
        fwd_version_record_seal(bytes, size, sum);
}

static bool right_version(const struct fwd_update *update, const struct fwd_version_table *table)
{
    const struct fwd_mac_port *mac = update->device->ports->mac;
    const uint8_t *bytes = update->work.version;
    uint8_t sum[FWD_MAC_SIZE];

    return mac->compute(mac->ctx, bytes, (size_t)(table->record.mac - bytes), sum) &&
           fwd_digest_equal(sum, table->record.mac, sizeof sum);
}

/* The signed counter of the entry; 0: it has none. False: nobody knows it. */
static bool counter_of(const struct fwd_update *update, const struct fwd_version_table *table,
    const struct fwd_version_entry *entry, uint8_t place, uint32_t *counter)
{
    const struct fwd_keys_port *keys = update->device->ports->keys;
    struct fwd_component component;
    struct fwd_image image;

    *counter = 0;
    if (entry->set == FWD_VERSION_NO_SET)
        return keys->pinned != NULL && keys->pinned(keys->ctx, place, &image, counter);
    const struct fwd_version_set *set = &table->record.sets[entry->set];
    if (!fwd_component_at(set->bytes + FWD_HEADER_SIZE, set->signed_size - FWD_HEADER_SIZE,
            entry->component, &component))
        return false;
    *counter = component.counter;
    return true;
}

/* The device's counter is that of the record: it is not an old one that somebody has put back, and
 * the counter has followed. It never follows what the factory pinned. */
static bool counted(const struct fwd_update *update, const struct fwd_version_table *table,
    const struct fwd_version_entry *entry, uint8_t place)
{
    const struct fwd_counter_port *counter = update->device->ports->counter;
    uint32_t held, offered;

    if (counter == NULL)
        return true;
    return counter_of(update, table, entry, place, &offered) &&
           counter->read(counter->ctx, place, &held) &&
           (held == offered || (entry->set == FWD_VERSION_NO_SET && held < offered));
}

static bool no_doubt(struct fwd_update *update, struct fwd_start *start)
{
    struct fwd_version_table table;

    if (!quiet(update))
        return false;
    bool found = fwd_version_by_number(update, &table);
    if (!found || (table.banks & (table.banks - 1)) == 0 || !right_version(update, &table))
        return false;
    for (uint8_t i = 0; i < fwd_places(update->device); i++) {
        const struct fwd_version_entry *entry =
            fwd_version_find(&table, update->device->places[i].name);
        if (entry == NULL || !counted(update, &table, entry, i))
            return false;
        start->slot[i] = entry->slot;
        start->proof[i] = FWD_START_UNDOUBTED;
    }
    return true;
}

const struct fwd_mac_use fwd_mac_use = {right, seal, seal_version, no_doubt};
