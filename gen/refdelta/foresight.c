#include "gen/refdelta/foresight.h"

#include "verify/refdelta/guess.h"

#include <stdlib.h>
#include <string.h>

bool fwd_foresight_open(struct fwd_foresight *f, uint32_t caches)
{
    f->memory = malloc(2 * (size_t)caches * FWD_CORRECTION_CACHE_ENTRY + 1);
    return f->memory != NULL;
}

void fwd_foresight_close(struct fwd_foresight *f)
{
    free(f->memory);
    f->memory = NULL;
}

static struct fwd_correction_cache copy_cache(const struct fwd_correction_cache *c, uint8_t *memory)
{
    struct fwd_correction_cache copy = fwd_correction_cache_over(memory, c->room);

    copy.count = c->count;
    copy.victim = c->victim;
    memcpy(copy.keys, c->keys, c->count * sizeof *c->keys);
    memcpy(copy.differences, c->differences, c->count * sizeof *c->differences);
    return copy;
}

static void copy_state(struct fwd_foresight *f, const struct fwd_delta *d)
{
    f->ahead = *d;
    f->ahead.moved = copy_cache(&d->moved, f->memory);
    f->ahead.data = copy_cache(&d->data, f->memory + d->moved.room * FWD_CORRECTION_CACHE_ENTRY);
    f->ahead.view.frames = &f->ahead.frames;
    f->ahead.view.source.bytes = f->ahead.window;
}

/* Passes the next unit, a reference or not (NULL), as it really is. False: it should be counted,
 * and is not as predicted. */
static bool pass_unit(struct fwd_foresight *f, const struct fwd_guess *ref, uint32_t *count)
{
    struct fwd_delta *d = &f->ahead;
    uint32_t done = d->at - d->run.to, left = d->run.size - done, from = d->run.from + done;
    uint32_t at = d->at, size = ref != NULL ? ref->ref.size : fwd_delta_unit_size(d, from, left);
    const uint8_t *bytes = ref != NULL ? ref->bytes : fwd_window_bytes(&d->view.source, from, size);
    bool hit = bytes != NULL && memcmp(bytes, d->truth->bytes + at, size) == 0;

    if (ref == NULL || fwd_guess_counted(ref)) {
        uint32_t *outcomes = ref != NULL ? f->refs[ref->ref.type] : f->units;
        outcomes[hit]++;
        if (!hit)
            return false;
        ++*count;
    }
    fwd_delta_put(d, d->truth->bytes + at, size);
    if (ref != NULL)
        fwd_guess_learn(d, ref, d->out - size, at, hit);
    d->isa->copied(d, d->out - size, size, ref != NULL);
    return true;
}

uint32_t fwd_foresight_count(
    struct fwd_foresight *f, const struct fwd_delta *d, const struct fwd_guess *next)
{
    uint32_t count = 0, end = d->run.to + d->run.size;
    struct fwd_guess g;

    copy_state(f, d);
    while (pass_unit(f, next, &count)) {
        uint32_t done = f->ahead.at - d->run.to;
        if (f->ahead.at == end)
            return FWD_CALM_REST;
        next =
            fwd_guess_reference(&f->ahead, d->run.from + done, d->run.size - done, &g) ? &g : NULL;
    }
    return count;
}
