/* The steps after the bytes are there, wherever they came from. */
#ifndef FWD_VERIFY_INSTALL_LOAD_PACKAGE_INTERNAL_H
#define FWD_VERIFY_INSTALL_LOAD_PACKAGE_INTERNAL_H

#include "verify/install/load_package.h"
#include "verify/trust/parse.h"

/* From `acting` on, and where a package is proof of what is in the slots, a key is enough that may
 * still start what it signed: a change of keys makes no update unfinished, and withholds no start.
 */
bool fwd_load_package_past_staged(const struct fwd_update *update);

/* Signatures, into update->trusted; started: see above. As fwd_authenticate(). */
FWD_MUST_USE enum fwd_reason fwd_load_package_trust(
    struct fwd_update *update, const struct fwd_unverified *package, bool started);

/* V6, then update->plan; *versions: the version record. */
FWD_MUST_USE enum fwd_reason fwd_load_package_plan(
    struct fwd_update *update, struct fwd_version_table *versions);

#endif
