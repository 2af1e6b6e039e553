#include "verify/install/admit.h"

#include "verify/install/load_package.h"
#include "verify/install/running.h"
#include "verify/trust/plan.h"
#include "verify/trust/start_test.h"

#include <string.h>

static bool delta_in_place(const struct fwd_update *update)
{
    for (uint8_t i = fwd_plan_in_place(&update->plan); i < FWD_COMPONENTS(update->plan.count);
         i++) {
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

enum fwd_reason fwd_admit_held(struct fwd_update *update)
{
    struct fwd_version_table versions;
    struct fwd_start start;

    memset(&start, 0, sizeof start);
    bool starts = fwd_running_by_record(update, &start) == FWD_OK;
    update->retained = fwd_start_test_retained(update, FWD_START_HASHED);
    enum fwd_reason reason = fwd_load_package_held(update, update->held, &versions);
    if (reason == FWD_OK)
        reason = fwd_plan_policy(update->device, &update->trusted, &update->plan, FWD_COMMAND_ANY);
    if (reason == FWD_OK)
        reason = fwd_plan_counters(update, &versions);
    if (reason == FWD_OK)
        reason = fwd_admit_full(update);
    update->journal.volatile_ok = reason == FWD_OK && !starts;
    return reason;
}
