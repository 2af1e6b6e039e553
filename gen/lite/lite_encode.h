/* The encoder of the codec `lite` (LITE.md). */
#ifndef FWD_GEN_LITE_LITE_ENCODE_H
#define FWD_GEN_LITE_LITE_ENCODE_H

#include "gen/refdelta/refdelta_encode.h"
#include "verify/lite/lite.h"

/* The decoder's memory when nobody says how much it is. */
#define FWD_LITE_MEMORY 16384u

/* Codes the runs of a job; job->carry and job->limit are not used. memory: of the decoder. params:
 * what was chosen; section: freed by the caller. FWD_FAIL_REFUSED: the memory is too small, the
 * images too large, or the set is not known. */
enum fwd_fail fwd_lite_encode(const struct fwd_refdelta_encode_job *job, uint32_t memory,
    struct fwd_lite_params *params, struct fwd_bytes *section, struct fwd_error *err);

void fwd_lite_encode_params(
    const struct fwd_lite_params *params, uint8_t bytes[FWD_LITE_PARAMS_SIZE]);

#endif
