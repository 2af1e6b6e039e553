#include "verify/install/load_package.h"

/* Nothing is staged: what is there is of a library that updates in place. */
enum fwd_reason fwd_load_package_staged(
    struct fwd_update *update, const uint8_t *session, struct fwd_version_table *versions)
{
    (void)update;
    (void)session;
    (void)versions;
    return FWD_E_STAGING_CORRUPT;
}
