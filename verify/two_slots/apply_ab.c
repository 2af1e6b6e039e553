#include "verify/install/apply.h"
#include "verify/install/commit.h"
#include "verify/install/environment.h"
#include "verify/rehearse/progress.h"

bool fwd_apply_takes(enum fwd_layout layout)
{
    return layout == FWD_LAYOUT_AB;
}

/* The inactive slots are written and verified already; nothing but the switch is left. */
enum fwd_reason fwd_apply(struct fwd_update *update)
{
    if (update->journal.record.state == FWD_STATE_ACTING)
        return FWD_E_STAGING_CORRUPT; /* a record of a library that updates in place */
    enum fwd_reason reason = fwd_environment_ready(update, FWD_POINT_INSTALLATION);
    if (reason != FWD_OK)
        return reason;
    fwd_progress_begin(update, FWD_PROGRESS_INSTALLATION, 1);
    return fwd_commit_begin(update);
}
