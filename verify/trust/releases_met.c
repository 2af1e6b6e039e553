#include "verify/trust/releases.h"

static enum fwd_reason check(
    const struct fwd_update *update, const struct fwd_version_table *versions)
{
    (void)update;
    (void)versions;
    return FWD_OK;
}

const struct fwd_releases fwd_releases_met = {check};
