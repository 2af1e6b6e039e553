/* What a package needs of other components, and the order of releases (SPEC.md sections 4.4 and
 * 4.6). Only a device whose description names `fwd_releases` links it. */
#ifndef FWD_VERIFY_TRUST_RELEASES_H
#define FWD_VERIFY_TRUST_RELEASES_H

#include "verify/flash/version.h"

struct fwd_releases {
    /* Each component that update->trusted depends on has the release that it needs, in the package
     * or else installed; with policy.refuse_downgrade no component's release number goes back. What
     * does not pass the start test (update->retained) counts as absent. FWD_OK; FWD_E_DEPENDENCY;
     * FWD_E_DOWNGRADE; FWD_E_MANIFEST_SYNTAX: the list of dependencies is not well formed. */
    enum fwd_reason (*check)(
        const struct fwd_update *update, const struct fwd_version_table *versions);
};

#endif
