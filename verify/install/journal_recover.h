/* When no journal record can be read although the journal was written: what is in flash decides. */
#ifndef FWD_VERIFY_INSTALL_JOURNAL_RECOVER_H
#define FWD_VERIFY_INSTALL_JOURNAL_RECOVER_H

#include "verify/verify.h"

/* Looks at the package, or the staged copy of its signed bytes, and hashes the slots:
 *   active slots are the target, and the version record says so -> SWITCHED, to be finished
 *   every slot is the target          -> VERIFIED, to be finished
 *   every slot is the source          -> the package is whole: REHEARSING; otherwise FAILED
 *   every slot is what the version record says -> FAILED, the old firmware runs
 *   anything else                     -> FAILED, recovery
 * FWD_OK when the journal holds a state to resume from; otherwise the reason, recorded as FAILED.
 */
FWD_MUST_USE enum fwd_reason fwd_journal_recover_decide(struct fwd_update *update);

/* Whether every in-place slot that the plan leaves alone (all of them when the plan is empty) holds
 * what the version record says. */
bool fwd_journal_recover_others_whole(const struct fwd_update *update, const struct fwd_plan *plan);

#endif
