/* The copies of a `fwd` stream (FWD.md): which runs of the target are like which runs
 * of the source. They have a stream of their own, which is read twice: once for the map, once in
 * step with the body. */
#ifndef FWD_VERIFY_REFDELTA_RUNS_H
#define FWD_VERIFY_REFDELTA_RUNS_H

#include "verify/refdelta/entropy/exp_golomb.h"

/* Images of this codec are smaller, so that offsets and their differences fit 32 bits with sign. */
#define FWD_DELTA_IMAGE_MAX 0x3FFFFFFEu

/* size bytes of the target at `to` are like the source at `from`. */
struct fwd_run {
    uint32_t to;
    uint32_t from;
    uint32_t size; /* at least 1 */
    bool mapped;   /* it is in the map */
};

#define FWD_RUNS_CLASSES 8u
#define FWD_RUNS_TABLE   (FWD_RUNS_CLASSES * FWD_EXP_GOLOMB_LENGTHS)

/* Direct contexts. */
enum {
    FWD_RUNS_GAP = 0,                                            /* 2 sets */
    FWD_RUNS_SIZE = FWD_RUNS_GAP + 2 * (int)FWD_EXP_GOLOMB_SET,  /* 4 sets */
    FWD_RUNS_JUMP = FWD_RUNS_SIZE + 4 * (int)FWD_EXP_GOLOMB_SET, /* 2 sets */
    FWD_RUNS_SIGN = FWD_RUNS_JUMP + 2 * (int)FWD_EXP_GOLOMB_SET,
    FWD_RUNS_SAME = FWD_RUNS_SIGN + 2,
    FWD_RUNS_MAPPED = FWD_RUNS_SAME + 32, /* by size and the flag before: 8 x 2 */
    FWD_RUNS_MIX = FWD_RUNS_MAPPED + 16,  /* 4 pairs of tables */
    FWD_RUNS_DIRECTS = FWD_RUNS_MIX + 8 * (int)FWD_RUNS_TABLE
};

#define FWD_RUNS_WEIGHTS  8u
#define FWD_RUNS_SSE_ROWS FWD_EXP_GOLOMB_LENGTHS

struct fwd_runs {
    struct fwd_model model;
    uint32_t source_size, target_size;
    uint32_t left;            /* runs that are still to come */
    uint32_t to, from;        /* ends of the run before */
    int32_t recent[4];        /* source minus target offset of earlier runs, the latest first */
    bool repeated;            /* the run before had one of them */
    bool mapped;              /* the run before is in the map */
    uint32_t size, gap, jump; /* of the run before */
    uint16_t direct[FWD_RUNS_DIRECTS];
    int16_t weights[FWD_RUNS_WEIGHTS * FWD_MODEL_INPUTS];
    uint16_t sse[FWD_RUNS_SSE_ROWS * FWD_MODEL_KNOTS];
};

/* Begins; codes the number of runs, which an encoder sets before. */
void fwd_runs_begin(struct fwd_runs *runs, const struct fwd_bit_port *port, uint32_t source_size,
    uint32_t target_size);

/* Codes the next run; left must not be 0. FWD_E_STREAM_INVALID when it leaves the images; what a
 * failed bit port gives is checked like everything else. */
FWD_MUST_USE enum fwd_reason fwd_runs_next(struct fwd_runs *runs, struct fwd_run *run);

#endif
