/* Records of a session: every change of state of an update goes through here, so that progress is
 * noticed (DESIGN.md: starts without progress are counted) and what the device authenticates for
 * itself is. */
#ifndef FWD_VERIFY_REHEARSE_SESSION_RECORD_H
#define FWD_VERIFY_REHEARSE_SESSION_RECORD_H

#include "verify/verify.h"

/* Appends the record. A state, a component or a step that the session has not reached before sets
 * the counts of starts back. FWD_OK, FWD_E_JOURNAL_IO, FWD_E_INTERNAL. */
FWD_MUST_USE enum fwd_reason fwd_session_record(
    struct fwd_update *update, const struct fwd_record *record);

/* The first record of this start in a session that goes on: the state that was found, with one
 * start more. FWD_OK; FWD_E_NO_PROGRESS: too many, in a state that has written nothing into
 * firmware in place; the session is then recorded as failed, and its package may be asked for
 * again; FWD_E_JOURNAL_IO. */
FWD_MUST_USE enum fwd_reason fwd_session_count_start(struct fwd_update *update);

/* The journal names a version record, and none can be read: it may be back at the next start. What
 * would write over the slot that it names, or over its copies, waits for that once, without ending
 * the session; at the next start that finds the same, its area is given up, whatever became of the
 * session in between. found: one can be read, and the next time is the first one again. FWD_OK: no
 * need to wait; FWD_E_VERSION_RECORD: not at this start; FWD_E_JOURNAL_IO. */
FWD_MUST_USE enum fwd_reason fwd_session_wait_for_version(struct fwd_update *update, bool found);

/* What the record says that the session was asked with. */
enum fwd_command fwd_session_asked(const struct fwd_record *record);

/* Only an admitted package ends it: firmware in place may be incomplete, or a state that nothing
 * else leads out of has failed as often as it may. Its record may be one that somebody forged. */
bool fwd_session_ends_by_package(const struct fwd_update *update);

/* policy.max_attempts, or what it is by default. */
uint8_t fwd_session_max_attempts(const struct fwd_update *update);

/* Puts the device's MAC into an encoded version record, if it makes one. */
void fwd_session_seal_version(struct fwd_update *update, uint8_t *bytes, uint32_t size);

#endif
