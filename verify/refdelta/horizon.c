#include "verify/refdelta/horizon.h"

_Static_assert(FWD_HORIZON_AHEAD + FWD_HORIZON_BEHIND < FWD_HORIZON_RUNS, "all are kept");

bool fwd_horizon_wants(const struct fwd_horizon *h)
{
    return h->count - h->current <= FWD_HORIZON_AHEAD;
}

void fwd_horizon_put(struct fwd_horizon *h, const struct fwd_run *run)
{
    h->ring[h->count++ % FWD_HORIZON_RUNS] = *run;
}

const struct fwd_run *fwd_horizon_run(const struct fwd_horizon *h)
{
    return h->current < h->count ? &h->ring[h->current % FWD_HORIZON_RUNS] : NULL;
}

void fwd_horizon_next(struct fwd_horizon *h)
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

bool fwd_horizon_find(const struct fwd_horizon *h, uint32_t offset, uint32_t *mapped)
{
    for (uint32_t away = 1; away <= FWD_HORIZON_AHEAD; away++) {
        uint32_t later = h->current + away;
        if (later < h->count && holds(&h->ring[later % FWD_HORIZON_RUNS], offset, mapped))
            return true;
        if (away <= FWD_HORIZON_BEHIND && away <= h->current &&
            holds(&h->ring[(h->current - away) % FWD_HORIZON_RUNS], offset, mapped))
            return true;
    }
    return false;
}
