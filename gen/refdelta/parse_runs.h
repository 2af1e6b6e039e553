/* Which runs of the target are copies: the cheapest way through it, by estimated bits. */
#ifndef FWD_GEN_REFDELTA_PARSE_RUNS_H
#define FWD_GEN_REFDELTA_PARSE_RUNS_H

#include "gen/bsdiff/suffix_shared.h"
#include "gen/bsdiff/tuples.h"
#include "gen/job_progress.h"
#include "hostio/host_error.h"
#include "verify/refdelta/runs.h"

/* A list that grows; owned. */
struct fwd_runs_found {
    struct fwd_run *list;
    size_t count;
};

/* NULL-safe for a zeroed struct. */
void fwd_runs_found_free(struct fwd_runs_found *runs);

/* Estimated costs in 1/64 bit. */
struct fwd_parse_costs {
    int32_t same;    /* a copied byte that is the same */
    int32_t first;   /* one that differs, after one that is the same */
    int32_t next;    /* one that differs, after one that differs */
    int32_t literal; /* a literal byte */
    int32_t open;    /* a run */
    int32_t jump;    /* per bit of the distance to where the source offset would be */
    int32_t odd;     /* a run that starts at an odd offset */
    int32_t far;     /* the most that a run may cost more than the best way so far */
};

struct fwd_parse_options {
    struct fwd_parse_costs costs;
    uint32_t match_least; /* shorter matches are looked for only nearby */
    uint32_t step;        /* matches are looked for at multiples of it, at least 1 */
    bool nearby;
    bool skip;                       /* no other matches are looked for inside a long one */
    struct fwd_suffix_shared *order; /* of the source; NULL: not shared */
    uint32_t stride;                 /* 0: a suffix array; else less memory: see sparse_index.h */
    size_t pieces_most; /* of ways, so that memory is bounded; 0: as many as there are */
};

extern const struct fwd_parse_costs fwd_parse_usual;

/* Both images must have at least one byte. The same list for the same input, always.
 * FWD_FAIL_ENVIRONMENT: no memory. FWD_FAIL_REFUSED: options->pieces_most are not enough. */
enum fwd_fail fwd_parse_make(const struct fwd_pair *pair, const struct fwd_parse_options *options,
    struct fwd_runs_found *runs, struct fwd_error *err);

#endif
