#include "gen/refdelta/raw_runs.h"

#include <stdlib.h>
#include <string.h>

void fwd_raw_runs_open(struct fwd_raw_runs *raw)
{
    *raw = (struct fwd_raw_runs){.lock = PTHREAD_MUTEX_INITIALIZER};
}

void fwd_raw_runs_close(struct fwd_raw_runs *raw)
{
    fwd_runs_found_free(&raw->runs);
    pthread_mutex_destroy(&raw->lock);
}

static enum fwd_fail copy(
    const struct fwd_runs_found *from, struct fwd_runs_found *to, struct fwd_error *err)
{
    to->list = malloc((from->count + 1) * sizeof *to->list);
    if (to->list == NULL)
        return fwd_error_memory(err, "the delta");
    memcpy(to->list, from->list, from->count * sizeof *to->list);
    to->count = from->count;
    return FWD_FAIL_NONE;
}

enum fwd_fail fwd_raw_runs_get(struct fwd_raw_runs *raw, const struct fwd_pair *pair,
    const struct fwd_parse_options *options, struct fwd_runs_found *runs, struct fwd_error *err)
{
    enum fwd_fail fail = FWD_FAIL_NONE;

    *runs = (struct fwd_runs_found){0};
    if (raw == NULL)
        return fwd_parse_make(pair, options, runs, err);
    pthread_mutex_lock(&raw->lock);
    if (!raw->made)
        fail = fwd_parse_make(pair, options, &raw->runs, err);
    raw->made = fail == FWD_FAIL_NONE;
    pthread_mutex_unlock(&raw->lock);
    return fail == FWD_FAIL_NONE ? copy(&raw->runs, runs, err) : fail;
}
