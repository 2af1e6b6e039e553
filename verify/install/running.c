#include "verify/install/running.h"

#include "verify/install/load_package.h"
#include "verify/rehearse/session_record.h"

#include <string.h>

enum fwd_reason fwd_running_by_record(struct fwd_update *update, struct fwd_start *start)
{
    struct fwd_version_table table;
    enum fwd_reason first = FWD_E_VERSION_RECORD;

    for (uint8_t i = 0; fwd_version_candidate(update, i, &table); i++) {
        for (int before = 0; before < 2; before++) {
            enum fwd_reason reason =
                fwd_start_test_record(update, &table, before == 1, FWD_START_HASHED, start);
            if (reason == FWD_OK)
                return FWD_OK;
            if (i == 0 && before == 0)
                first = reason;
        }
    }
    return first;
}

bool fwd_running_by_package(struct fwd_update *update, struct fwd_start *start)
{
    struct fwd_version_table versions;

    if (fwd_load_package_staged(update, NULL, &versions) == FWD_OK &&
        fwd_start_test_package(update, start) == FWD_OK)
        return true;
    return fwd_load_package_head(update, &versions) == FWD_OK &&
           fwd_start_test_package(update, start) == FWD_OK;
}

enum fwd_reason fwd_running_find(
    struct fwd_update *update, struct fwd_start *start, enum fwd_reason *current)
{
    *current = fwd_running_by_record(update, start);
    return *current == FWD_OK || fwd_running_by_package(update, start) ? FWD_OK : *current;
}

static uint16_t two_slots(const struct fwd_device *device)
{
    uint16_t places = 0;

    for (uint8_t i = 0; i < fwd_places(device); i++) {
        if (fwd_place_two_slots(&device->places[i]))
            places |= (uint16_t)(1u << i);
    }
    return places;
}

enum fwd_reason fwd_running_note(struct fwd_update *update)
{
    uint16_t places = two_slots(update->device), active = 0;
    struct fwd_version_table table;
    struct fwd_start start;

    if (places == 0)
        return FWD_OK;
    fwd_version_load(update, &table);
    memset(&start, 0, sizeof start);
    if (table.found)
        return fwd_session_wait_for_version(update, true);
    if (!fwd_running_by_package(update, &start))
        return FWD_OK;
    for (uint8_t i = 0; i < fwd_places(update->device); i++)
        active |= (uint16_t)(start.slot[i] << i);
    active &= places;
    /* The slot that the journal calls active is not given up because of one start. */
    enum fwd_reason reason =
        active == update->active ? FWD_OK : fwd_session_wait_for_version(update, false);
    if (reason == FWD_OK)
        update->active = active;
    return reason;
}
