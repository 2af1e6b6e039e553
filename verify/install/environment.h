/* What must be in order before a package is looked at: points E1 to E6 (SPEC.md section 10). */
#ifndef FWD_VERIFY_INSTALL_ENVIRONMENT_H
#define FWD_VERIFY_INSTALL_ENVIRONMENT_H

#include "verify/verify.h"

/* Areas are sound, disjoint, and there: a slot for each place, two with two slots, two blocks for
 * the version record. */
bool fwd_environment_sound(const struct fwd_device *device);

/* What the host port says of this point; FWD_OK when it has nothing to say. */
FWD_MUST_USE enum fwd_reason fwd_environment_ready(
    const struct fwd_update *update, enum fwd_point point);

/* E1, E2, E4 to E6, and the guard words; E3 and the areas are checked by fwd_update_init(). */
FWD_MUST_USE enum fwd_reason fwd_environment_check(struct fwd_update *update);

#endif
