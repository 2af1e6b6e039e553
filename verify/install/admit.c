#include "verify/install/admit.h"

#include "verify/install/load_package.h"
#include "verify/trust/plan.h"
#include "verify/trust/start_test.h"

#include <string.h>

static bool delta_in_place(const struct fwd_update *update)
{
    for (uint8_t i = update->plan.in_place_first; i < update->plan.count; i++) {
        if (update->plan.tasks[i].component->flags & FWD_COMPONENT_HAS_SOURCE)
            return true;
    }
    return false;
}

enum fwd_reason fwd_admit_full(struct fwd_update *update)
{
    if (delta_in_place(update))
        return update->journal.lost ? FWD_E_JOURNAL_LOST : FWD_E_RECOVERY_NEEDS_FULL;
    return fwd_start_test_future(update, update->retained, FWD_START_SIGNED) == FWD_E_NOT_STARTABLE
               ? FWD_E_RECOVERY_NEEDS_FULL
               : FWD_OK;
}

/* Can the device start as it is? */
static bool startable(struct fwd_update *update)
{
    struct fwd_version_table table;
    struct fwd_start start;
    bool starts = false;

    memset(&start, 0, sizeof start);
    for (uint8_t i = 0; !starts && fwd_version_candidate(update, i, &table); i++)
        starts = fwd_start_test_record(update, &table, false, FWD_START_HASHED, &start) == FWD_OK;
    return starts;
}

enum fwd_reason fwd_admit_held(struct fwd_update *update)
{
    struct fwd_version_table versions;
    bool starts = startable(update);

    update->retained = fwd_start_test_retained(update, FWD_START_HASHED);
    enum fwd_reason reason = fwd_load_package_held(update, update->held, &versions);
    if (reason == FWD_OK)
        reason = fwd_plan_policy(update->device, &update->trusted, &update->plan, FWD_COMMAND_ANY);
    if (reason == FWD_OK)
        reason =
            fwd_plan_counters(update->device, &update->trusted, &update->plan, update->counters);
    if (reason == FWD_OK)
        reason = fwd_admit_full(update);
    update->journal.volatile_ok = reason == FWD_OK && !starts;
    return reason;
}
