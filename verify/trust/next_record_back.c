/* The version record that leads back, for a trial that has failed. */
#include "verify/trust/authenticate.h"
#include "verify/trust/next_record.h"
#include "verify/trust/parse.h"

enum fwd_reason fwd_next_record_before(struct fwd_update *update,
    const struct fwd_version_record *current, const struct fwd_version_before *was, uint8_t place,
    struct fwd_image *image)
{
    const struct fwd_keys_port *keys = update->device->ports->keys;
    struct fwd_unverified package;
    uint32_t counter;

    if (was->set == FWD_VERSION_NO_SET)
        return keys->pinned != NULL && keys->pinned(keys->ctx, place, image, &counter)
                   ? FWD_OK
                   : FWD_E_VERSION_RECORD;
    const struct fwd_version_set *set = &current->sets[was->set];
    if (fwd_parse_stored(set->bytes, set->signed_size, set->sigblock_size, &package) != FWD_OK ||
        fwd_authenticate_started(&package, update->device, &update->trusted) != FWD_OK ||
        was->component >= update->trusted.manifest.component_count)
        return FWD_E_VERSION_RECORD;
    *image = update->trusted.manifest.components[FWD_INDEX(was->component)].target;
    return FWD_OK;
}

enum fwd_reason fwd_next_record_back(
    struct fwd_update *update, const struct fwd_version_table *current, uint32_t *size)
{
    struct fwd_version_record record = {
        .sequence = fwd_next_record_number(update, current), .count = fwd_places(update->device)};

    if (!current->found || !current->record.has_before)
        return FWD_E_VERSION_RECORD;
    for (uint8_t i = 0; i < fwd_places(update->device); i++) {
        const char *name = update->device->places[i].name;
        const struct fwd_version_entry *entry = fwd_version_find(current, name);
        struct fwd_image image = {0};
        if (entry == NULL)
            return FWD_E_VERSION_RECORD;
        const struct fwd_version_before *was =
            &current->record.before[FWD_INDEX(entry - current->record.entries)];
        enum fwd_reason reason = fwd_next_record_before(update, &current->record, was, i, &image);
        if (reason != FWD_OK)
            return reason;
        struct fwd_version_entry *back = &record.entries[i];
        *back = *entry;
        back->version = image.version;
        back->slot = was->slot;
        back->set = fwd_next_record_keep(&record, &current->record, was->set);
        back->component = was->component;
        back->size = image.size;
        if (image.digest != NULL)
            back->digest = image.digest;
    }
    *size = fwd_next_record_encode(update, &record);
    return *size > 0 ? FWD_OK : FWD_E_VERSION_ROOM;
}
