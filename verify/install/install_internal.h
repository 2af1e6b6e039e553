/* What a new installation and one that a power cut interrupted share. */
#ifndef FWD_VERIFY_INSTALL_INSTALL_INTERNAL_H
#define FWD_VERIFY_INSTALL_INSTALL_INTERNAL_H

#include "verify/flash/version.h"
#include "verify/verify.h"

/* E1 to V5, the signatures, of the package that waits: all but its payload. What stays as it is
 * must have its proof. A session keeps to the slots that it began with: an area that cannot be read
 * at this start must not turn them round. */
FWD_MUST_USE enum fwd_reason fwd_install_open(struct fwd_update *update, enum fwd_command command);

/* The same of the package that a session is about, without the environment; with its payload. */
FWD_MUST_USE enum fwd_reason fwd_install_load(struct fwd_update *update, enum fwd_command command,
    const struct fwd_record *record, struct fwd_version_table *versions);

/* V7 and V8 for a package that has been trusted. *installed: there is nothing to do. */
FWD_MUST_USE enum fwd_reason fwd_install_check(struct fwd_update *update, enum fwd_command command,
    const struct fwd_version_table *versions, bool *installed);

/* V7 to the end for a package that has been trusted. */
FWD_MUST_USE enum fwd_reason fwd_install_trusted(
    struct fwd_update *update, enum fwd_command command, const struct fwd_version_table *versions);

/* What comes after the rehearsal: the action, then the commit. */
FWD_MUST_USE enum fwd_reason fwd_install_act(struct fwd_update *update);

/* An error ends an attempt. What has not destroyed anything fails, and the old firmware runs. Past
 * that nothing is ever given up: the attempt is noted, up to the limit, and every start tries
 * again. */
void fwd_install_failed(struct fwd_update *update, enum fwd_reason reason);

#endif
