/* How far a long computation is: for a bar on a terminal. */
#ifndef FWD_GEN_JOB_PROGRESS_H
#define FWD_GEN_JOB_PROGRESS_H

#include <stddef.h>

enum fwd_gen_phase { FWD_GEN_MATCH, FWD_GEN_COMPRESS, FWD_GEN_CHECK };

struct fwd_progress_sink {
    void *ctx;
    /* percent 0..100, never decreasing within a phase; called by the thread that called us. */
    void (*report)(void *ctx, enum fwd_gen_phase phase, unsigned percent);
};

/* sink NULL: nobody watches. */
static inline void fwd_progress_report(
    const struct fwd_progress_sink *sink, enum fwd_gen_phase phase, unsigned percent)
{
    if (sink != NULL && sink->report != NULL)
        sink->report(sink->ctx, phase, percent);
}

#endif
