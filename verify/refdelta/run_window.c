#include "verify/refdelta/run_window.h"

_Static_assert(FWD_RUN_WINDOW_AHEAD + FWD_RUN_WINDOW_BEHIND < FWD_RUN_WINDOW_RUNS, "all are kept");

bool fwd_run_window_wants(const struct fwd_run_window *h)
{
    return h->count - h->current <= FWD_RUN_WINDOW_AHEAD;
}

void fwd_run_window_put(struct fwd_run_window *h, const struct fwd_run *run)
{
    h->ring[h->count++ % FWD_RUN_WINDOW_RUNS] = *run;
}

const struct fwd_run *fwd_run_window_run(const struct fwd_run_window *h)
{
    return h->current < h->count ? &h->ring[h->current % FWD_RUN_WINDOW_RUNS] : NULL;
}

void fwd_run_window_next(struct fwd_run_window *h)
{
    h->current++;
}

static bool holds(const struct fwd_run *run, uint32_t offset, uint32_t *mapped)
{
    if (offset - run->from >= run->size)
        return false;
    *mapped = offset - run->from + run->to;
    return true;
}

bool fwd_run_window_find(const struct fwd_run_window *h, uint32_t offset, uint32_t *mapped)
{
    for (uint32_t away = 1; away <= FWD_RUN_WINDOW_AHEAD; away++) {
        uint32_t later = h->current + away;
        if (later < h->count && holds(&h->ring[later % FWD_RUN_WINDOW_RUNS], offset, mapped))
            return true;
        if (away <= FWD_RUN_WINDOW_BEHIND && away <= h->current &&
            holds(&h->ring[(h->current - away) % FWD_RUN_WINDOW_RUNS], offset, mapped))
            return true;
    }
    return false;
}
