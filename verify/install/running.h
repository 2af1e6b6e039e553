/* What runs: whose proof is found anywhere, and passes the start test. */
#ifndef FWD_VERIFY_INSTALL_RUNNING_H
#define FWD_VERIFY_INSTALL_RUNNING_H

#include "verify/trust/start_test.h"

/* The version records of the area, the current one first; each as a whole, then what was before.
 * FWD_OK and *start; else why the current one does not start. Overwrites update->trusted. */
FWD_MUST_USE enum fwd_reason fwd_running_by_record(
    struct fwd_update *update, struct fwd_start *start);

/* Does what is in the slots start on the word of the head of staging, or of the package area?
 * Overwrites update->trusted, update->plan and work->signed_bytes. */
bool fwd_running_by_package(struct fwd_update *update, struct fwd_start *start);

/* fwd_running_by_record(), then fwd_running_by_package(). *current: the result for
 * the current record. Overwrites update->trusted, update->plan and work->signed_bytes. FWD_OK, or
 * *current. */
FWD_MUST_USE enum fwd_reason fwd_running_find(
    struct fwd_update *update, struct fwd_start *start, enum fwd_reason *current);

/* Before the package area, which may hold the only proof, is written: sets update->active for
 * devices with two slots that cannot read a version record. FWD_OK; FWD_E_VERSION_RECORD: at the
 * next start (fwd_session_wait_for_version()); FWD_E_JOURNAL_IO. */
FWD_MUST_USE enum fwd_reason fwd_running_note(struct fwd_update *update);

#endif
