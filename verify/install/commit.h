/* Finalization: version record and switch, security counters, done. Each part may be repeated after
 * a power cut with the same result. */
#ifndef FWD_VERIFY_INSTALL_COMMIT_H
#define FWD_VERIFY_INSTALL_COMMIT_H

#include "verify/verify.h"

/* From state VERIFIED, SWITCHED or COUNTED to DONE. update->trusted and ->plan are those of the
 * session. FWD_OK, FWD_E_FINALIZE, FWD_E_VERSION_RECORD, FWD_E_COUNTER, FWD_E_JOURNAL_IO. */
FWD_MUST_USE enum fwd_reason fwd_commit(struct fwd_update *update);

#endif
