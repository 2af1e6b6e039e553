#include "gen/lite/lite_fit.h"

#include "gen/refdelta/choose_map.h"

#include <stdlib.h>
#include <string.h>

#define INTERVALS_MAX 65535u

const struct fwd_parse_costs fwd_lite_fit_costs = {.same = 2,
    .first = 720,
    .next = 520,
    .literal = 400,
    .open = 1088,
    .jump = 84,
    .odd = 96,
    .far = 2176};

/* The largest first. A step is taken when the map has room for its intervals, too: measured on
 * firmware, a map with more of them gains more than twice the slots do. */
static const struct fwd_lite_params steps[] = {
    {.slots_log = 12, .history_log = 9, .horizon = 32, .corrections = 64, .intervals = 64},
    {.slots_log = 11, .history_log = 9, .horizon = 32, .corrections = 32, .intervals = 64},
    {.slots_log = 10, .history_log = 9, .horizon = 32, .corrections = 32, .intervals = 256},
    {.slots_log = 9, .history_log = 9, .horizon = 32, .corrections = 32, .intervals = 64},
    {.slots_log = 9, .history_log = 7, .horizon = 8, .corrections = 8, .intervals = 64},
};
#define STEPS (sizeof steps / sizeof steps[0])

uint32_t fwd_lite_fit_arena(const struct fwd_lite_params *params)
{
    const struct fwd_lite_isa *isa = fwd_lite_isa_find(params->isa);
    struct fwd_lite_layout layout;

    fwd_lite_layout(params, isa != NULL && isa->split, &layout);
    return layout.end;
}

static int longer_first(const void *a, const void *b)
{
    const struct fwd_run *x = *(const struct fwd_run *const *)a,
                         *y = *(const struct fwd_run *const *)b;

    if (x->size != y->size)
        return x->size > y->size ? -1 : 1;
    return x->to < y->to ? -1 : x->to > y->to;
}

/* Of runs that have the same source, the longer ones are in the map. wanted: for each run. */
static bool choose_wanted(const struct fwd_refdelta_encode_job *job, bool *wanted)
{
    size_t count = job->runs.count;
    const struct fwd_run **order = malloc((count + 1) * sizeof *order);
    uint8_t *covered = calloc((size_t)job->pair.source_size + 1, 1);
    bool ok = order != NULL && covered != NULL;

    for (size_t i = 0; ok && i < count; i++)
        order[i] = &job->runs.list[i];
    if (ok)
        qsort(order, count, sizeof *order, longer_first);
    for (size_t k = 0; ok && k < count; k++) {
        const struct fwd_run *r = order[k];
        uint32_t fresh = 0;
        for (uint32_t i = 0; i < r->size; i++)
            fresh += !covered[r->from + i];
        if (2 * fresh < r->size || fresh < 2)
            continue;
        wanted[r - job->runs.list] = true;
        memset(covered + r->from, 1, r->size);
    }
    free(covered);
    free(order);
    return ok;
}

/* Does the map take all runs that are marked? Marks off those that say nothing new. */
static bool map_fits(const struct fwd_refdelta_encode_job *job, struct fwd_lite *z)
{
    z->intervals = 0;
    for (size_t i = 0; i < job->runs.count; i++) {
        struct fwd_run *r = &job->runs.list[i];
        uint32_t before = z->intervals;
        if (!r->mapped)
            continue;
        if (!fwd_lite_map_put(z, (r->from + 1) / 2, (int32_t)(r->to - r->from)))
            return false;
        r->mapped = z->intervals > before;
    }
    return true;
}

/* Marks runs until the map has room for them. */
static bool mark_runs(const struct fwd_refdelta_encode_job *job, struct fwd_lite_params *params,
    const bool *wanted, uint8_t *memory)
{
    struct fwd_lite z = {.params = *params, .map = memory};
    uint32_t most = params->intervals + params->intervals / 2u, room = most, intervals = 0;

    for (size_t i = 0; i < job->runs.count; i++)
        job->runs.list[i].mapped = true;
    if (!fwd_refdelta_encode_intervals(&job->runs, &intervals))
        return false;
    for (;; room -= room / 50 + 1) {
        if ((intervals > room || room < most) && !fwd_choose_map(job, room))
            return false;
        for (size_t i = 0; i < job->runs.count; i++)
            job->runs.list[i].mapped &= wanted[i];
        if (map_fits(job, &z) || room == 0)
            break;
    }
    params->intervals = (uint16_t)z.intervals;
    return true;
}

enum fwd_fail fwd_lite_fit(const struct fwd_refdelta_encode_job *job,
    const struct fwd_lite_isa *isa, uint32_t memory, struct fwd_lite_params *params,
    struct fwd_error *err)
{
    uint32_t arena = 0;

    for (size_t i = 0; i < STEPS; i++) {
        *params = steps[i];
        params->isa = isa->id;
        params->segments = (uint8_t)(job->frames.from.count + job->frames.to.count);
        arena = fwd_lite_fit_arena(params);
        if (arena <= memory)
            break;
    }
    if (arena > memory)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "codec lite needs at least %u bytes of decoder memory, %u are allowed: allow more, or "
            "make a full package that needs 4096 (--full --codec stored)",
            (unsigned)arena, (unsigned)memory);
    uint32_t room = (memory - arena) / FWD_LITE_MAP + params->intervals;
    params->intervals = (uint16_t)(room < INTERVALS_MAX ? room : INTERVALS_MAX);
    while (params->intervals > 0 && fwd_lite_fit_arena(params) > memory)
        params->intervals--;
    bool *wanted = calloc(job->runs.count + 1, sizeof *wanted);
    uint8_t *map = malloc(((size_t)params->intervals + 1) * FWD_LITE_MAP);
    bool ok = wanted != NULL && map != NULL && choose_wanted(job, wanted) &&
              mark_runs(job, params, wanted, map);
    free(map);
    free(wanted);
    return ok ? FWD_FAIL_NONE : fwd_error_memory(err, "the map");
}
