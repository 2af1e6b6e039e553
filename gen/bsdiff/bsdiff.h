/* The delta engine: the bsdiff algorithm (C. Percival, "Naive differences of executable code",
 * 2003) on a suffix array. */
#ifndef FWD_GEN_BSDIFF_BSDIFF_H
#define FWD_GEN_BSDIFF_BSDIFF_H

#include "gen/bsdiff/suffix_shared.h"
#include "gen/bsdiff/tuples.h"
#include "gen/job_progress.h"

/* Both images: 1..FWD_SUFFIX_MAX bytes, else FWD_FAIL_REFUSED. The list is canonical, the same for
 * the same images, and owned by the caller. Takes 4 bytes of memory per source byte meanwhile.
 * FWD_FAIL_ENVIRONMENT: no memory. */
enum fwd_fail fwd_bsdiff_make(const struct fwd_pair *pair, const struct fwd_progress_sink *progress,
    struct fwd_tuples *tuples, struct fwd_error *err);

/* The same with the suffix array of the source, if somebody shares it. */
enum fwd_fail fwd_bsdiff_make_by(const struct fwd_pair *pair, struct fwd_suffix_shared *order,
    const struct fwd_progress_sink *progress, struct fwd_tuples *tuples, struct fwd_error *err);

#endif
