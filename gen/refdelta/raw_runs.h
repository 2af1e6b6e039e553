/* The runs between two images as they are, which the candidates of a component share. */
#ifndef FWD_GEN_REFDELTA_RAW_RUNS_H
#define FWD_GEN_REFDELTA_RAW_RUNS_H

#include "gen/refdelta/parse_runs.h"

#include <pthread.h>

struct fwd_raw_runs {
    pthread_mutex_t lock;
    bool made;
    struct fwd_runs_found runs;
};

void fwd_raw_runs_open(struct fwd_raw_runs *raw);
void fwd_raw_runs_close(struct fwd_raw_runs *raw);

/* A copy that the caller frees, from any thread, always for the same pair and options. raw NULL:
 * they are searched anew. Fails as fwd_parse_make() does. */
enum fwd_fail fwd_raw_runs_get(struct fwd_raw_runs *raw, const struct fwd_pair *pair,
    const struct fwd_parse_options *options, struct fwd_runs_found *runs, struct fwd_error *err);

#endif
