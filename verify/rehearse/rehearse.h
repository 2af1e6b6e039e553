/* Rehearsal: everything that can be known without writing firmware in place. Decodes each component
 * while the source is whole, proves the target digest, stages the steps of in-place deltas, and
 * writes the inactive slots of two-slot components. */
#ifndef FWD_VERIFY_REHEARSE_REHEARSE_H
#define FWD_VERIFY_REHEARSE_REHEARSE_H

#include "verify/flash/version.h"
#include "verify/verify.h"

/* V9, I1..I3. update->trusted and ->plan are those of the package area. Ends with the journal in
 * state STAGED. FWD_OK, or the first reason; firmware in place is unchanged in any case. */
FWD_MUST_USE enum fwd_reason fwd_rehearse(
    struct fwd_update *update, enum fwd_command command, const struct fwd_version_table *versions);

/* Its last part: what goes in place is decoded, proven and staged, and state STAGED recorded. A
 * library for two slots only has verify/two_slots/rehearse_ab.c in place of rehearse_in_place.c. */
FWD_MUST_USE enum fwd_reason fwd_rehearse_in_place(struct fwd_update *update);

#endif
