/* Which parameters of the codec `fwd` fit the decoder's memory. */
#ifndef FWD_GEN_REFDELTA_REFDELTA_FIT_H
#define FWD_GEN_REFDELTA_REFDELTA_FIT_H

#include "gen/refdelta/refdelta_encode.h"

/* The memory that a stream is made for when nobody says: 64 KiB; for images over 4 MiB, whose
 * devices have more, 1.5 MiB. */
uint32_t fwd_refdelta_fit_usual(const struct fwd_pair *pair);

/* Marks the runs of the job that the map has, and chooses the parameters: at least `pages` pages of
 * hashed contexts, more when memory is left. FWD_FAIL_REFUSED: memory is too small for any stream.
 * FWD_FAIL_ENVIRONMENT: no memory here. */
enum fwd_fail fwd_refdelta_fit_params(const struct fwd_refdelta_encode_job *job, uint32_t memory,
    uint32_t pages, struct fwd_delta_params *params, struct fwd_error *err);

#endif
