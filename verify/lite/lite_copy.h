/* The runs of `lite`: units as the source has them, and references as the map has them (LITE.md
 * chapter 4). */
#ifndef FWD_VERIFY_LITE_LITE_COPY_H
#define FWD_VERIFY_LITE_LITE_COPY_H

#include "verify/lite/lite_values.h"

#define NEAR         4096u
#define CALM_AFTER   8u
#define NUMBER_UNITS 5u

/* A reference, predicted. */
struct lite_guess {
    struct fwd_ref ref;
    const uint8_t *old; /* in the window of the source */
    uint8_t bytes[FWD_REF_SIZE_MAX];
    uint32_t target; /* predicted, corrections included */
    uint32_t mapped; /* without them */
    uint32_t confidence;
    bool corrected, possible, changed;
};

/* Sets of numbers by kind of reference, for distances of misses. */
static const uint8_t number_of[FWD_REF_TYPES] = {[FWD_REF_POINTER] = 3,
    [FWD_REF_DATA] = 4,
    [FWD_REF_RELATIVE] = 3,
    [FWD_REF_OFFSET] = 3,
    [FWD_REF_FAR] = 1,
    [FWD_REF_LOAD] = 2,
    [FWD_REF_LOAD_FAR] = 2,
    [FWD_REF_ADR] = 2,
    [FWD_REF_NEAR] = 1,
    [FWD_REF_COND] = 1,
    [FWD_REF_TEST] = 1,
    [FWD_REF_LOW] = 2};

/* ---- predicting ------------------------------------------------------------------------------ */

/* The first run after the current one that holds an offset of the source, else the last before. */
static bool find_in_runs(const struct fwd_lite *z, uint32_t offset, uint32_t *mapped)
{
    uint32_t horizon = z->params.horizon, i = z->known > horizon ? z->known - horizon : 0;
    const struct fwd_lite_run *run = &z->ring[i % horizon], *end = z->ring + horizon;
    bool found = false;

    for (; i < z->known; i++) {
        if (offset - run->from < run->size) {
            *mapped = offset - run->from + run->to;
            found = true;
            if (i > z->current)
                break;
        }
        if (++run == end)
            run = z->ring;
    }
    return found;
}

static void predict_target(const struct fwd_lite *z, uint32_t from, struct lite_guess *g)
{
    const struct fwd_lite_run *run = &z->run;
    uint32_t target = g->ref.target, correction;

    g->corrected = false;
    g->confidence = FWD_LITE_RUN_ITSELF;
    g->mapped = g->target = target;
    if (g->ref.fixed)
        return;
    if (g->ref.data) {
        g->target += fwd_correction_cache_nearest(&z->data, target, &g->confidence);
        return;
    }
    if (target - run->from < run->size) {
        g->mapped = g->target = target - run->from + run->to;
        return;
    }
    g->confidence = FWD_LITE_MAPPED;
    if (target - from + NEAR >= 2 * NEAR || !find_in_runs(z, target, &g->mapped))
        g->mapped = fwd_lite_map_find(z, target, &g->confidence);
    g->target = g->mapped;
    if (fwd_correction_cache_find(&z->moved, target, &correction)) {
        g->target += correction;
        g->corrected = true;
    }
}

/* Is there a reference at the source offset of the next byte, wholly inside the run? */
static bool guess_reference(struct fwd_lite *z, uint32_t from, uint32_t left, struct lite_guess *g)
{
    if (!z->refers || !rules(z)->find(z->view, from, z->at, &g->ref) || g->ref.size > left)
        return false;
    g->old = fwd_window_bytes(&z->view->source, from, g->ref.size);
    if (g->old == NULL)
        return false;
    predict_target(z, from, g);
    g->possible = rules(z)->write(&z->frames, g->old, z->at, &g->ref, g->target, g->bytes);
    if (!g->possible)
        memcpy(g->bytes, g->old, g->ref.size);
    uint32_t same = 0;
    while (same < g->ref.size && g->bytes[same] == g->old[same])
        same++;
    g->changed = same < g->ref.size;
    return true;
}

/* What the reference teaches whose bytes were written at `at`. */
static void learn_reference(
    struct fwd_lite *z, const struct lite_guess *g, const uint8_t *bytes, uint32_t at, bool hit)
{
    bool data = g->ref.data;
    uint32_t target;

    if (g->ref.fixed ||
        (data ? hit && g->confidence >= 2 : hit || g->confidence == FWD_LITE_RUN_ITSELF))
        return;
    if (g->ref.split || !rules(z)->read(&z->frames.to, &z->frames, bytes, at, &g->ref, &target))
        return;
    fwd_correction_cache_put(data ? &z->data : &z->moved, g->ref.target, target - g->mapped);
}

/* What follows from a reference, predicted or not. */
static void pass_reference(
    struct fwd_lite *z, const struct lite_guess *g, const uint8_t *bytes, bool hit)
{
    uint32_t size = g->ref.size, at = z->at - size;

    learn_reference(z, g, bytes, at, hit);
    if (size == 4 && rules(z)->wrote != NULL)
        rules(z)->wrote(z->view, bytes, at);
    if (size == 2)
        saw(z, fwd_half_at(bytes));
    z->view->rest = 0;
}

/* ---- coding ---------------------------------------------------------------------------------- */

static void put_target(struct fwd_lite *z, const struct lite_guess *g, int32_t distance)
{
    uint32_t set = number_of[g->ref.type], size = (uint32_t)(distance < 0 ? -distance : distance);
    uint8_t bytes[FWD_REF_SIZE_MAX];

    size = 1 + number(z, size - 1, set);
    if (flag(z, distance < 0, z->body + FWD_LITE_SIGN + set))
        size = 0u - size;
    /* a stream may ask for what cannot be written: then the source's bytes stand */
    if (!rules(z)->write(
            &z->frames, g->old, z->at, &g->ref, g->target + (size << g->ref.unit), bytes))
        memcpy(bytes, g->old, g->ref.size);
    put(z, bytes, g->ref.size);
}

static void code_missed(struct fwd_lite *z, const struct lite_guess *g)
{
    uint32_t type = g->ref.type, size = g->ref.size;
    int32_t distance = distance_to_truth(z, &g->ref, g->old, g->target);

    if (g->changed &&
        flag(z, is_truth(z, g->old, size), z->body + FWD_LITE_OLD + type * 4 + g->confidence))
        put(z, g->old, size);
    else if (flag(z, distance != 0, z->body + FWD_LITE_POSSIBLE + type * 2 + g->possible))
        put_target(z, g, distance);
    else
        code_changed(z, g->bytes, size);
}

static void copy_reference(struct fwd_lite *z, const struct lite_guess *g)
{
    uint32_t type = g->ref.type, size = g->ref.size, change = g->possible ? g->changed : 2;
    uint16_t *sure = z->body + FWD_LITE_SURE + type * 8 + g->confidence * 2 + g->corrected;
    uint16_t *past = z->body + FWD_LITE_CHANGE + ((type * 3 + change) * 4 + g->confidence) * 2 +
                     (z->ref_past[type] & 1u);
    uint8_t *written = z->out + z->used;
    bool hit = flag_two(z, is_truth(z, g->bytes, size), sure, past);

    z->ref_past[type] = !hit;
    if (hit)
        put(z, g->bytes, size);
    else
        code_missed(z, g);
    z->since = hit ? z->since + 1 : 0;
    pass_reference(z, g, written, hit);
}

static uint32_t since_class(uint32_t since)
{
    return since <= 23 ? since : since > 256 ? 25 : since > 64 ? 24 : 23;
}

static void code_calm(struct fwd_lite *z, uint32_t left)
{
    uint32_t calm = foresee(z);

    if (flag(z, calm == UINT32_MAX, z->body + FWD_LITE_REST + least(length_of(left), 15)))
        z->calm = UINT32_MAX;
    else
        z->calm = 1 + number(z, calm - 1, NUMBER_UNITS);
}

/* Is the next unit as in the source? */
static bool code_outcome(struct fwd_lite *z, uint32_t left, bool same)
{
    uint32_t unit = z->unit, behind = z->at - z->run.to;

    if (z->calm == 0 && z->since >= CALM_AFTER)
        code_calm(z, left);
    if (z->calm == 0)
        return flag_two(z, same,
            z->body + FWD_LITE_SINCE + since_class(z->since) * 4 + (z->past & 3u),
            z->body + FWD_LITE_PLACE + 9 * least(length_of(behind / unit), 8) +
                least(length_of(left / unit), 8));
    if (z->calm != UINT32_MAX)
        return --z->calm > 0;
    return true;
}

static uint32_t unit_size(struct fwd_lite *z, uint32_t from, uint32_t left)
{
    uint32_t unit = z->unit;

    if (rules(z)->looks)
        return least(z->view->unit, left);
    if (rules(z)->length != NULL) {
        const uint8_t *first = fwd_window_bytes(&z->view->source, from, 1);
        unit = z->view->rest > 0 || first == NULL ? z->view->rest : rules(z)->length(*first);
        return least(unit, left);
    }
    return z->at % unit != 0 || left < unit ? 1 : unit;
}

static void copy_unit(struct fwd_lite *z, uint32_t from, uint32_t left)
{
    uint32_t size = unit_size(z, from, left);
    const uint8_t *old = fwd_window_bytes(&z->view->source, from, size);

    if (old == NULL)
        return;
    bool same = code_outcome(z, left, is_truth(z, old, size));
    z->past = z->past << 1 | !same;
    if (!same) {
        code_changed(z, old, size);
        z->since = 0;
        return;
    }
    put(z, old, size);
    z->since++;
    if (size == 2 && rules(z)->longer != NULL)
        pass_half(z, fwd_half_at(old));
}

/* Units that are known to be as in the source, as long as none of them can be a reference: how
 * many bytes. */
static uint32_t copy_plain(struct fwd_lite *z, uint32_t from, uint32_t left)
{
    uint32_t room = (uint32_t)z->room - z->used, unit = z->unit, size, units;

    if (z->calm <= 1 || rules(z)->plain == NULL || !z->refers)
        return 0;
    if (z->calm - 1 < room / unit)
        room = (z->calm - 1) * unit;
    size = rules(z)->plain(z->view, from, z->at, least(left, room));
    if (size == 0)
        return 0;
    put(z, fwd_window_bytes(&z->view->source, from, 1), size);
    units = size / unit;
    z->since += units;
    z->past = units < 32 ? z->past << units : 0;
    if (z->calm != UINT32_MAX)
        z->calm -= units;
    return size;
}

/* Codes the next unit of the current run, or several. */
static void code_copy(struct fwd_lite *z)
{
    uint32_t done = z->at - z->run.to, left = z->run.size - done, from = z->run.from + done;
    uint32_t plain = copy_plain(z, from, left);
    struct lite_guess g;

    from += plain;
    left -= plain;
    if (left == 0 || z->used >= z->room)
        return;
    if (guess_reference(z, from, left, &g))
        copy_reference(z, &g);
    else
        copy_unit(z, from, left);
    if (z->view->source.failed != FWD_OK)
        z->failed = z->view->source.failed;
}

#endif
