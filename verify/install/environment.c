#include "verify/install/environment.h"

#include "verify/flash/area.h"
#include "verify/flash/sharing.h"
#include "verify/flash/version.h"
#include "verify/install/apply.h"
#include "verify/rehearse/workspace.h"

static bool same_chip_areas_clear(const struct fwd_area *const *areas, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (!fwd_area_sound(areas[i]))
            return false;
        for (unsigned j = 0; j < i; j++) {
            if (fwd_area_overlap(areas[i], areas[j]))
                return false;
        }
    }
    return true;
}

bool fwd_environment_sound(const struct fwd_device *device)
{
    const struct fwd_area *areas[5 + 2 * FWD_CONFIG_COMPONENTS];
    unsigned count = 0;

    areas[count++] = &device->package;
    areas[count++] = &device->staging;
    areas[count++] = &device->scratch;
    areas[count++] = &device->journal;
    if (device->sharing == NULL)
        areas[count++] = &device->version;
    else if (!device->sharing->same(&device->version, &device->journal))
        return false;
    for (uint8_t i = 0; i < fwd_places(device); i++) {
        areas[count++] = &device->places[i].slots[0];
        areas[count++] = &device->places[i].slots[1];
        if (device->places[i].slots[0].size == 0 || !fwd_apply_takes(device->places[i].layout))
            return false;
        if (fwd_place_two_slots(&device->places[i]) && device->places[i].slots[1].size == 0)
            return false;
    }
    return same_chip_areas_clear(areas, count) && fwd_version_banks(device) >= 2;
}

enum fwd_reason fwd_environment_ready(const struct fwd_update *update, enum fwd_point point)
{
    const struct fwd_host_port *host = update->device->ports->host;

    return host != NULL && host->ready != NULL ? host->ready(host->ctx, point) : FWD_OK;
}

enum fwd_reason fwd_environment_check(struct fwd_update *update)
{
    enum fwd_reason reason = fwd_environment_ready(update, FWD_POINT_FLASH);

    if (reason == FWD_OK)
        reason = fwd_environment_ready(update, FWD_POINT_PARTITIONS);
    if (reason == FWD_OK && !fwd_workspace_intact(&update->work))
        reason = FWD_E_CANARY;
    if (reason != FWD_OK)
        return reason;
    /* E4 only loads the channel; without it the result goes to the default one. */
    enum fwd_reason channel = fwd_environment_ready(update, FWD_POINT_CONFIG);
    (void)channel;
    reason = fwd_environment_ready(update, FWD_POINT_BAD_BLOCKS);
    return reason == FWD_OK ? fwd_environment_ready(update, FWD_POINT_FILE_SYSTEM) : reason;
}
