/* Parameters of `lite` for an amount of memory, and which runs its map has. */
#ifndef FWD_GEN_LITE_LITE_FIT_H
#define FWD_GEN_LITE_LITE_FIT_H

#include "gen/lite/lite_encode.h"
#include "gen/refdelta/parse_runs.h"

/* What copies cost: for the search of runs. */
extern const struct fwd_parse_costs fwd_lite_fit_costs;

/* Bytes of the decoder's memory. */
uint32_t fwd_lite_fit_arena(const struct fwd_lite_params *params);

/* Sets job->runs' flags, too. FWD_FAIL_REFUSED: the memory is too small. */
enum fwd_fail fwd_lite_fit(const struct fwd_refdelta_encode_job *job,
    const struct fwd_lite_isa *isa, uint32_t memory, struct fwd_lite_params *params,
    struct fwd_error *err);

#endif
