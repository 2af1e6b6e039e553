/* The action: past the point of no return, one recorded step after the other. */
#ifndef FWD_VERIFY_INSTALL_APPLY_H
#define FWD_VERIFY_INSTALL_APPLY_H

#include "verify/verify.h"

/* From state STAGED or ACTING to VERIFIED. update->trusted and ->plan are those of the session.
 * FWD_OK, or a reason; the record says where to go on. */
FWD_MUST_USE enum fwd_reason fwd_apply(struct fwd_update *update);

/* Which layouts it is for. A library for two slots only has verify/two_slots/apply_ab.c in place of
 * apply.c. */
bool fwd_apply_takes(enum fwd_layout layout);

#endif
