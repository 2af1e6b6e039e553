#include "gen/bsdiff/suffix_ahead.h"

#include <stdbool.h>

void fwd_suffix_ahead_open(
    struct fwd_suffix_ahead *a, const uint8_t *text, uint32_t size, uint32_t step)
{
    *a = (struct fwd_suffix_ahead){.text = text, .size = size, .step = step};
}

/* Looks up twice as many as last time where all of those were asked for, and few where they were
 * not: each that is not is lost. */
static void look_up(struct fwd_suffix_ahead *a, uint32_t at)
{
    bool all = a->count > 0 && a->used == a->count && at == a->first + a->count * a->step;
    uint32_t count = all ? a->count * 2 : 2;
    uint32_t left = a->size - at;

    if (count > FWD_SUFFIX_BATCH)
        count = FWD_SUFFIX_BATCH;
    a->first = at;
    a->used = 0;
    if (left < (count - 1) * a->step + FWD_SUFFIX_LEAST) {
        a->count = 1;
        a->places[0] = fwd_suffix_place(a->suffix, a->text + at, left);
    } else {
        a->count = count;
        fwd_suffix_places(a->suffix, a->text + at, left, a->step, count, a->places);
    }
}

unsigned fwd_suffix_ahead_around(
    struct fwd_suffix_ahead *a, uint32_t at, struct fwd_match matches[FWD_SUFFIX_AROUND])
{
    uint32_t index = (at - a->first) / a->step;

    if (index >= a->count || (at - a->first) % a->step != 0) {
        look_up(a, at);
        index = 0;
    }
    a->used++;
    return fwd_suffix_around(a->suffix, a->places[index], a->text + at, a->size - at, matches);
}
