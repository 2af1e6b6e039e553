/* Independent pieces of work on several threads. */
#ifndef FWD_GEN_JOBS_H
#define FWD_GEN_JOBS_H

#include "gen/job_progress.h"

#include <stddef.h>

#define FWD_JOBS_MAX 64u

/* Calls run(ctx, i) once for every i < count, on up to `threads` threads (0 counts as 1), one of
 * them the caller's, and returns when all are done. Which thread does what is not defined: run
 * must write only what belongs to i. Reports FWD_GEN_COMPRESS. */
void fwd_jobs_run(unsigned threads, size_t count, void (*run)(void *ctx, size_t index), void *ctx,
    const struct fwd_progress_sink *progress);

#endif
