/* The way out: whatever happened, a full package gets through. */
#include "tests/verify/hostile/calls/calls_rig.h"

/* Trials end and attempts are used up by starts. */
#define STARTS_MAX 40

static enum fwd_reason give(struct calls *calls)
{
    struct lab *lab = calls->lab;
    enum fwd_reason reason = lab_download(lab, &calls->packages[CALLS_RESCUE], 0);

    if (reason == FWD_OK)
        reason = fwd_update_install(&lab->update, FWD_COMMAND_ANY);
    calls_log(calls, "rescue", 0);
    calls_log_reason(calls, reason);
    if (reason == FWD_E_UPDATE_PENDING)
        calls_log_reason(calls, fwd_update_abandon(&lab->update, FWD_E_ABANDONED));
    calls_check(calls);
    return reason;
}

void calls_rescue(struct calls *calls)
{
    struct lab *lab = calls->lab;
    enum fwd_reason reason = FWD_E_INTERNAL;

    for (int i = 0; i < STARTS_MAX && reason != FWD_OK; i++) {
        fwd_nor_power_off(lab->nor);
        calls_start(calls);
        reason = give(calls);
    }
    if (reason != FWD_OK)
        calls_broken(calls, "no full package is taken");
    fwd_nor_power_off(lab->nor);
    calls_start(calls);
    if (!calls_runs(calls, CALLS_LAST))
        calls_broken(calls, "a full package was installed, and something else runs");
}
