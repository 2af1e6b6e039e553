/* Where the next unit of a run is that is not as predicted: tried on a copy of the coder's state.
 */
#ifndef FWD_GEN_REFDELTA_FORESIGHT_H
#define FWD_GEN_REFDELTA_FORESIGHT_H

#include "verify/refdelta/delta.h"

struct fwd_foresight {
    struct fwd_delta ahead; /* the copy */
    uint8_t *memory;        /* its tables of corrections; owned */
    /* Misses and hits of the units that were counted so far. */
    uint32_t units[2], refs[FWD_REF_TYPES][2];
};

/* caches: entries of each table of corrections. False: no memory. */
bool fwd_foresight_open(struct fwd_foresight *foresight, uint32_t caches);
void fwd_foresight_close(struct fwd_foresight *foresight);

/* See struct fwd_delta_truth. Writes behind delta->out. */
uint32_t fwd_foresight_count(
    struct fwd_foresight *foresight, const struct fwd_delta *delta, const struct fwd_guess *next);

#endif
