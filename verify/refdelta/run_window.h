/* The runs around the current one (FWD.md): short references lead into them, and the
 * map does not need to know every one of them. */
#ifndef FWD_VERIFY_REFDELTA_RUN_WINDOW_H
#define FWD_VERIFY_REFDELTA_RUN_WINDOW_H

#include "verify/refdelta/runs.h"

#define FWD_RUN_WINDOW_AHEAD  64u
#define FWD_RUN_WINDOW_BEHIND 63u
#define FWD_RUN_WINDOW_RUNS   128u

/* Runs have numbers in the order of the target. Zero is the state at the start. */
struct fwd_run_window {
    struct fwd_run ring[FWD_RUN_WINDOW_RUNS];
    uint32_t count;   /* runs that were put in so far */
    uint32_t current; /* number of the current run, or of the next while a gap is coded */
};

/* Is there room for another run ahead? */
bool fwd_run_window_wants(const struct fwd_run_window *run_window);
/* Puts the next run in; only when it is wanted. */
void fwd_run_window_put(struct fwd_run_window *run_window, const struct fwd_run *run);
/* The current run, or NULL after the last. */
const struct fwd_run *fwd_run_window_run(const struct fwd_run_window *run_window);
/* The next run becomes the current one. */
void fwd_run_window_next(struct fwd_run_window *run_window);

/* Finds the run nearest to the current one, later ones first, that holds a source offset. False:
 * none. */
bool fwd_run_window_find(
    const struct fwd_run_window *run_window, uint32_t offset, uint32_t *mapped);

#endif
