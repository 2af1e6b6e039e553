#include "verify/refdelta/guess.h"

#include <string.h>

static bool is_near(uint32_t from, uint32_t target)
{
    return target - from + FWD_RUN_WINDOW_REACH < 2 * FWD_RUN_WINDOW_REACH;
}

static void predict_target(const struct fwd_delta *d, uint32_t from, struct fwd_guess *g)
{
    uint32_t target = g->ref.target, correction;

    if (g->ref.fixed) {
        g->mapped = g->target = target;
        g->confidence = FWD_MAP_RUN;
        return;
    }
    if (g->ref.data) {
        g->mapped = target;
        g->target = target + fwd_correction_cache_nearest(&d->data, target, &g->confidence);
        return;
    }
    if (target - d->run.from < d->run.size) {
        g->confidence = FWD_MAP_RUN;
        g->mapped = target - d->run.from + d->run.to;
    } else if (is_near(from, target) && fwd_run_window_find(&d->run_window, target, &g->mapped)) {
        g->confidence = FWD_MAP_INSIDE;
    } else {
        g->mapped = fwd_copymap_find(&d->map, target, &g->confidence);
    }
    g->target = g->mapped;
    if (g->confidence < FWD_MAP_RUN && fwd_correction_cache_find(&d->moved, target, &correction)) {
        g->target += correction;
        g->corrected = true;
    }
}

static bool pool_word(const struct fwd_delta *d)
{
    uint32_t word = d->at / 4 % FWD_POOL_WORDS;

    return (d->at & 3) == 0 && ((uint32_t)d->pool[word / 8] >> word % 8 & 1u);
}

bool fwd_guess_reference(struct fwd_delta *d, uint32_t from, uint32_t left, struct fwd_guess *g)
{
    d->view.in_pool = g->in_pool = pool_word(d);
    if (d->isa->find == NULL || !d->isa->find(&d->view, from, d->at, &g->ref) || g->ref.size > left)
        return false;
    g->corrected = false;
    const uint8_t *old = fwd_window_bytes(&d->view.source, from, g->ref.size);
    if (old == NULL)
        return false;
    memcpy(g->old, old, g->ref.size);
    predict_target(d, from, g);
    g->possible = d->isa->write(&d->frames, g->old, d->at, &g->ref, g->target, g->bytes);
    if (!g->possible)
        memcpy(g->bytes, g->old, g->ref.size);
    g->changed = memcmp(g->bytes, g->old, g->ref.size) != 0;
    return true;
}

bool fwd_guess_counted(const struct fwd_guess *g)
{
    return g->confidence == FWD_MAP_RUN && g->possible;
}

void fwd_guess_learn(
    struct fwd_delta *d, const struct fwd_guess *g, const uint8_t *bytes, uint32_t at, bool hit)
{
    bool data = g->ref.data;
    uint32_t target;

    if (g->ref.fixed || (data ? hit && g->confidence >= 2 : hit || g->confidence == FWD_MAP_RUN))
        return;
    if (g->ref.split || !d->isa->read(&d->frames.to, &d->frames, bytes, at, &g->ref, &target))
        return;
    fwd_correction_cache_put(data ? &d->data : &d->moved, g->ref.target, target - g->mapped);
}
