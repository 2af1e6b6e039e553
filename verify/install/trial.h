/* Trial: what an update put into the other slots runs so many starts, and goes back unless the
 * application says that it is well. Only a device whose description names `fwd_trial` links it. */
#ifndef FWD_VERIFY_INSTALL_TRIAL_H
#define FWD_VERIFY_INSTALL_TRIAL_H

#include "verify/flash/version.h"
#include "verify/trust/start_test.h"

enum fwd_trial_verdict {
    FWD_TRIAL_GOES_ON,
    FWD_TRIAL_GOES_BACK, /* recorded: what is left to do is resumed */
    FWD_TRIAL_BEFORE     /* nothing can be recorded: what was before runs, at this start */
};

struct fwd_trial {
    /* Is what `switched` names on trial? Only where going back, as a whole, is possible: other
     * slots hold what was before, and no boot code is among them. */
    bool (*begins)(const struct fwd_update *update, const struct fwd_version_table *current);
    /* Counts a start on trial, once for each, or says what runs when going back does not succeed.
     * *start: what runs when the verdict is BEFORE. */
    enum fwd_trial_verdict (*count)(struct fwd_update *update, struct fwd_start *start);
    /* What is on trial does not start: goes back at once, if what was before is known to start.
     * GOES_BACK; else nothing was recorded, unless the journal failed. */
    enum fwd_trial_verdict (*broken)(struct fwd_update *update);
    /* Makes the version record that names what was before, in work->version_new. *active: its
     * slots. FWD_OK; FWD_E_VERSION_RECORD; FWD_E_VERSION_ROOM; what fwd_start_test_record() gives.
     */
    enum fwd_reason (*back)(struct fwd_update *update, struct fwd_version_table *current,
        uint32_t *size, uint16_t *active);
};

/* The newest record says that what runs is on trial, and this device knows what that is. */
bool fwd_trial_runs(const struct fwd_update *update);
/* That, or the device is going back from it. */
bool fwd_trial_unconfirmed(const struct fwd_update *update);

#endif
