/* How packages are made with no more memory than is allowed. The plan depends on the images' sizes
 * and the limit alone, never on the machine: the same bytes everywhere. */
#ifndef FWD_GEN_PACKAGE_MEMORY_PLAN_H
#define FWD_GEN_PACKAGE_MEMORY_PLAN_H

#include "gen/bsdiff/tuples.h"
#include "gen/refdelta/refdelta_search.h"

/* What is allowed; 0: as much as is best. */
struct fwd_memory_limit {
    uint64_t most;   /* bytes, of the whole program */
    uint64_t images; /* of them, of all images: source and target */
};

/* The most thorough search for a delta of the pair that fits. FWD_FAIL_REFUSED: none does; the
 * sentence says how much would do. */
enum fwd_fail fwd_memory_plan_search(const struct fwd_memory_limit *limit,
    const struct fwd_pair *pair, struct fwd_search_bounds *bounds, struct fwd_error *err);

/* Whether trial devices with so much flash fit, for a package of so many bytes, and whether what
 * was decoded can be kept for the next one. FWD_FAIL_REFUSED: they do not. */
enum fwd_fail fwd_memory_plan_trial(const struct fwd_memory_limit *limit, uint64_t package,
    uint64_t flash, bool *replay, struct fwd_error *err);

#endif
