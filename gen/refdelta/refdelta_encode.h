/* A component coded as a `fwd` section (FWD.md), once the runs are chosen. */
#ifndef FWD_GEN_REFDELTA_REFDELTA_ENCODE_H
#define FWD_GEN_REFDELTA_REFDELTA_ENCODE_H

#include "gen/bsdiff/tuples.h"
#include "gen/refdelta/range_encode.h"
#include "gen/size_limit.h"
#include "verify/refdelta/refdelta_params.h"

/* Ascending in the target, without overlap there; not owned. */
struct fwd_run_list {
    struct fwd_run *list;
    size_t count;
};

/* Direct contexts that are carried from one delta to the next; only for learning where they should
 * start (bench/train.c). */
struct fwd_refdelta_encode_carry {
    uint16_t runs[FWD_RUNS_DIRECTS];
    uint16_t body[FWD_BODY_DIRECTS];
};

struct fwd_refdelta_encode_job {
    struct fwd_pair pair;
    const struct fwd_isa *isa;
    struct fwd_frames frames;
    struct fwd_run_list runs;
    const struct fwd_size_limit *limit;      /* of the section; NULL: none */
    struct fwd_refdelta_encode_carry *carry; /* NULL: a delta begins as the decoder does */
};

/* What the bits went to. */
struct fwd_refdelta_encode_tally {
    uint64_t costs[FWD_CATEGORIES]; /* 1/65536 bit */
    uint32_t decisions[FWD_CATEGORIES];
    uint32_t unit_hits, unit_misses; /* copied units that are no references */
    uint32_t ref_hits[FWD_REF_TYPES], ref_misses[FWD_REF_TYPES];
};

/* How many intervals the map of the mapped runs has, and how many runs enter it: the larger of the
 * two is what the decoder must have room for. False: no memory. */
bool fwd_refdelta_encode_intervals(const struct fwd_run_list *runs, uint32_t *intervals);

/* The map of the mapped runs; *memory is what it lies in, to be freed. False: no memory. */
bool fwd_refdelta_encode_map(
    const struct fwd_run_list *runs, struct fwd_copymap *map, uint8_t **memory);

/* The parameters as a package has them. */
void fwd_refdelta_encode_params(
    const struct fwd_delta_params *params, uint8_t bytes[FWD_DELTA_PARAMS_SIZE]);

/* The section's bytes; none at all when it passed the limit. params: intervals must be enough for
 * the mapped runs. FWD_FAIL_ENVIRONMENT: no memory. */
enum fwd_fail fwd_refdelta_encode_section(const struct fwd_refdelta_encode_job *job,
    const struct fwd_delta_params *params, struct fwd_bytes *section, struct fwd_error *err);

/* What it would cost; nothing is written. places: 2 * job->runs.count + 1 costs in 1/65536 bit, of
 * the literals before each run, of the run, ..., of the literals after the last; NULL: not wanted.
 */
enum fwd_fail fwd_refdelta_encode_measure(const struct fwd_refdelta_encode_job *job,
    const struct fwd_delta_params *params, struct fwd_refdelta_encode_tally *tally,
    uint64_t *places, struct fwd_error *err);

#endif
