/* After the last slot was written and hashed: the version record, twice, and the end. */
#ifndef FWD_VERIFY_INSTALL_COMMIT_H
#define FWD_VERIFY_INSTALL_COMMIT_H

#include "verify/verify.h"

/* Records `verified` with the number and the first bank of the version record that will be written;
 * update->trusted and update->plan are those of the package. FWD_OK, FWD_E_JOURNAL_IO,
 * FWD_E_VERSION_ROOM. */
FWD_MUST_USE enum fwd_reason fwd_commit_begin(struct fwd_update *update);

/* From `verified` (update->trusted and update->plan are those of the package) or `switched` (they
 * are not looked at) to `done`. Slots are hashed before the switch, unless they just were
 * (apply.h). FWD_OK, FWD_E_FINALIZE, FWD_E_VERSION_RECORD, FWD_E_JOURNAL_IO, or a reason of the
 * start test. */
FWD_MUST_USE enum fwd_reason fwd_commit(struct fwd_update *update);

#endif
