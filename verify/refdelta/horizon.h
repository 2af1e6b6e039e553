/* The runs around the current one (FWD.md): short references lead into them, and the
 * map does not need to know every one of them. */
#ifndef FWD_VERIFY_HORIZON_H
#define FWD_VERIFY_HORIZON_H

#include "verify/refdelta/runs.h"

#define FWD_HORIZON_AHEAD  64u
#define FWD_HORIZON_BEHIND 63u
#define FWD_HORIZON_RUNS   128u

/* Runs have numbers in the order of the target. Zero is the state at the start. */
struct fwd_horizon {
    struct fwd_run ring[FWD_HORIZON_RUNS];
    uint32_t count;   /* runs that were put in so far */
    uint32_t current; /* number of the current run, or of the next while a gap is coded */
};

/* Is there room for another run ahead? */
bool fwd_horizon_wants(const struct fwd_horizon *horizon);
/* Puts the next run in; only when it is wanted. */
void fwd_horizon_put(struct fwd_horizon *horizon, const struct fwd_run *run);
/* The current run, or NULL behind the last. */
const struct fwd_run *fwd_horizon_run(const struct fwd_horizon *horizon);
/* The next run becomes the current one. */
void fwd_horizon_next(struct fwd_horizon *horizon);

/* Finds the run nearest to the current one, later ones first, that holds a source offset. False:
 * none. */
bool fwd_horizon_find(const struct fwd_horizon *horizon, uint32_t offset, uint32_t *mapped);

#endif
