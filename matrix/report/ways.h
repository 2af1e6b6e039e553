/* How each device gets from each version to the released one, and what that costs over the air. */
#ifndef FWD_MATRIX_REPORT_WAYS_H
#define FWD_MATRIX_REPORT_WAYS_H

#include "matrix/run/job_result.h"

enum fwd_way_kind {
    FWD_WAY_DELTA, /* one delta package */
    FWD_WAY_TWO,   /* two delta packages, over a version between */
    FWD_WAY_FULL,  /* a package that needs no source */
    FWD_WAY_KINDS
};

struct fwd_way {
    bool planned;       /* there are jobs for it */
    bool works;         /* installed on the simulated device, no cut lost one, within the limits */
    size_t over;        /* FWD_WAY_TWO: the version between */
    uint32_t bytes;     /* of the packages */
    uint32_t device_ms; /* they take on the device */
    const char *why;    /* it does not work; NULL: nothing to say. Lives as long as the results */
};

/* One device of one product, with one version. */
struct fwd_way_case {
    size_t product, device, from;
    struct fwd_way ways[FWD_WAY_KINDS];
    int best; /* the working way with the fewest bytes; -1: none */
};

struct fwd_ways {
    struct fwd_way_case *cases; /* owned; by product, version, device */
    size_t count;
    size_t stuck; /* cases without a way */
};

/* results: of each job of the plan. FWD_FAIL_ENVIRONMENT: no memory. */
enum fwd_fail fwd_ways_find(const struct fwd_matrix_plan *plan,
    const struct fwd_matrix_result *results, struct fwd_ways *ways, struct fwd_error *err);
void fwd_ways_free(struct fwd_ways *ways);

/* "delta", "two", "full" */
const char *fwd_way_word(enum fwd_way_kind kind);

#endif
