/* The runs of a `fwd` body: units that are as the source has them, and references that are as the
 * map has them, unless a flag says otherwise (FWD.md). */
#include "verify/refdelta/guess.h"

#include <string.h>

/* Sets of numbers by kind of reference, for distances of misses. */
static const uint8_t number_of[FWD_REF_TYPES] = {[FWD_REF_POINTER] = 3,
    [FWD_REF_DATA] = 4,
    [FWD_REF_RELATIVE] = 3,
    [FWD_REF_OFFSET] = 3,
    [FWD_REF_CALL] = 0,
    [FWD_REF_JUMP] = 0,
    [FWD_REF_FAR] = 1,
    [FWD_REF_LOAD] = 2,
    [FWD_REF_LOAD_FAR] = 2,
    [FWD_REF_ADR] = 2,
    [FWD_REF_NEAR] = 1,
    [FWD_REF_COND] = 1,
    [FWD_REF_TEST] = 1,
    [FWD_REF_HIGH] = 0,
    [FWD_REF_LOW] = 2};

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static bool equals_truth(const struct fwd_delta *d, const uint8_t *bytes, uint32_t size)
{
    return d->truth != NULL && memcmp(d->truth->bytes + d->at, bytes, size) == 0;
}

static void set_category(struct fwd_delta *d, uint32_t category)
{
    d->model.category = (uint8_t)category;
}

/* ---- stretches as predicted ------------------------------------------------------------------ */

/* What is known of a unit before it is coded. */
enum verdict { UNKNOWN, AS_PREDICTED, NOT_AS_PREDICTED };

/* How many units from here on are as predicted. */
static void code_calm(struct fwd_delta *d, const struct fwd_guess *next)
{
    struct fwd_model *m = &d->model;
    uint32_t left = d->run.to + d->run.size - d->at;
    uint32_t count = d->truth != NULL ? d->truth->foresee(d, next) : 0;
    uint32_t class = least(fwd_exp_golomb_length(left / 2), 15);

    set_category(d, FWD_CATEGORY_CALM);
    bool rest = fwd_model_flag(
        m, count == FWD_CALM_REST, FWD_BODY_CALM_REST + (d->calm_past & 3u) * 16 + class);
    d->calm_past = (uint8_t)(d->calm_past << 1 | !rest);
    d->calm = rest ? FWD_CALM_REST : fwd_exp_golomb_code(m, count, FWD_BODY_CALM);
    d->surprise = d->calm == 0;
}

/* next: the reference that it is about; NULL: none. */
static enum verdict next_verdict(struct fwd_delta *d, const struct fwd_guess *next)
{
    if (d->calm == 0 && !d->surprise && d->since >= FWD_CALM_AFTER && !d->isa->one_by_one)
        code_calm(d, next);
    if (d->surprise) {
        d->surprise = false;
        return NOT_AS_PREDICTED;
    }
    if (d->calm == 0)
        return UNKNOWN;
    if (d->calm != FWD_CALM_REST)
        d->surprise = --d->calm == 0;
    return AS_PREDICTED;
}

/* ---- references ------------------------------------------------------------------------------ */

static bool code_ref_flag(struct fwd_delta *d, const struct fwd_guess *g, bool hit)
{
    struct fwd_model *m = &d->model;
    uint32_t type = g->ref.type, change = !g->possible ? 2 : g->changed;
    bool word = fwd_ref_is_word(g->ref.type);

    fwd_model_direct(m,
        FWD_BODY_REF_CONFIDENCE + type * 16 + g->confidence * 4 + g->in_pool * 2u + g->corrected);
    fwd_model_direct(m, FWD_BODY_REF_PAST + type * 8 + (d->ref_past[type] & 7u));
    fwd_model_direct(
        m, FWD_BODY_REF_SINCE + (least(d->since, 15) * 4 + g->confidence) * 2 + g->changed);
    fwd_model_direct(m, FWD_BODY_REF_CHANGE + (type * 3 + change) * 4 + g->confidence);
    fwd_model_direct(
        m, FWD_BODY_REF_WORDS + type * 8 + (d->word_past & 3u) * 2 + (d->at == d->word_end));
    hit = fwd_model_code(m, hit, word ? FWD_ROW_WORD_REF : FWD_ROW_CODE_REF, FWD_MODEL_NONE,
        FWD_SSE_REF + type * 2 + g->changed);
    return hit;
}

static void note_ref(struct fwd_delta *d, const struct fwd_guess *g, bool hit)
{
    uint8_t type = g->ref.type;

    if (fwd_ref_is_word(type)) {
        d->word_past = (uint8_t)(d->word_past << 1 | !hit);
        d->word_end = d->at + g->ref.size;
    }
    d->ref_past[type] = (uint8_t)(d->ref_past[type] << 1 | !hit);
}

static int32_t code_distance(struct fwd_delta *d, uint8_t type, int32_t distance)
{
    uint32_t set = number_of[type];
    uint32_t size = (uint32_t)(distance < 0 ? -distance : distance);

    size =
        1 + fwd_exp_golomb_code(&d->model, size - 1, FWD_BODY_NUMBERS + set * FWD_EXP_GOLOMB_SET);
    bool negative = fwd_model_flag(&d->model, distance < 0, FWD_BODY_SIGN + set);
    return negative ? -(int32_t)size : (int32_t)size;
}

/* A reference that is not as predicted: as it was, with another target, or another thing. */
static void code_ref_miss(struct fwd_delta *d, const struct fwd_guess *g)
{
    struct fwd_model *m = &d->model;
    uint32_t type = g->ref.type, size = g->ref.size;
    uint8_t bytes[FWD_REF_SIZE_MAX];
    int32_t distance = d->truth != NULL ? d->truth->distance(d, &g->ref, g->old, g->target) : 0;

    if (g->changed && fwd_model_flag(m, equals_truth(d, g->old, size),
                          FWD_BODY_REF_OLD + type * 4 + g->confidence)) {
        fwd_delta_put(d, g->old, size);
        return;
    }
    if (!fwd_model_flag(m, distance != 0, FWD_BODY_REF_SAME + type * 2 + g->possible)) {
        d->isa->mispredict(d, g->bytes, size, FWD_CODING_REF);
        return;
    }
    distance = code_distance(d, g->ref.type, distance);
    uint32_t target = g->target + (uint32_t)distance * (1u << g->ref.unit);
    /* a stream may ask for what cannot be written: then the source's bytes stand */
    if (!d->isa->write(&d->frames, g->old, d->at, &g->ref, target, bytes))
        memcpy(bytes, g->old, size);
    fwd_delta_put(d, bytes, size);
}

static void copy_ref(struct fwd_delta *d, const struct fwd_guess *g)
{
    uint32_t at = d->at, size = g->ref.size;
    enum verdict verdict = fwd_guess_counted(g) ? next_verdict(d, g) : UNKNOWN;
    bool hit = verdict == AS_PREDICTED;

    set_category(d, FWD_CATEGORY_REF_FLAG + g->ref.type);
    if (verdict == UNKNOWN)
        hit = code_ref_flag(d, g, equals_truth(d, g->bytes, size));
    note_ref(d, g, hit);
    set_category(d, FWD_CATEGORY_REF_MISPREDICT + g->ref.type);
    if (hit)
        fwd_delta_put(d, g->bytes, size);
    else
        code_ref_miss(d, g);
    d->since = hit ? d->since + 1 : 0;
    fwd_guess_learn(d, g, d->out - size, at, hit);
    d->isa->copied(d, d->out - size, size, true);
}

/* ---- what is no reference -------------------------------------------------------------------- */

static uint32_t since_class(uint32_t since)
{
    return since <= 23 ? since : since > 256 ? 25 : since > 64 ? 24 : 23;
}

/* How many registers and bits would differ if they were renamed as before. */
static void renamed_context(struct fwd_delta *d, uint32_t half)
{
    uint32_t differing = d->isa->renamed(d, half) ^ half, bits = 0;
    uint32_t since = d->since > 7 ? 3 : d->since > 3 ? 2 : d->since > 1 ? 1 : 0;

    for (; differing != 0 && bits < 3; bits++)
        differing &= differing - 1;
    fwd_model_direct(&d->model, FWD_BODY_RENAMED + bits * 32 + (d->copy_past & 7u) * 4 + since);
}

static bool code_copy_flag(struct fwd_delta *d, uint32_t old, uint32_t size, bool hit)
{
    struct fwd_model *m = &d->model;
    uint32_t shift = d->isa->unit == 4 ? 2 : 1;
    uint32_t behind = least((d->at - d->run.to) >> shift, 255);
    uint32_t ahead = least((d->run.to + d->run.size - d->at) >> shift, 255);

    fwd_model_direct(m, FWD_BODY_SINCE + since_class(d->since) * 4 + (d->copy_past & 3u));
    fwd_model_direct(
        m, FWD_BODY_PLACE + fwd_exp_golomb_length(behind) * 9 + fwd_exp_golomb_length(ahead));
    if (size == 2 && d->isa->renamed != NULL)
        renamed_context(d, old);
    fwd_model_hashed(m, old, 0xF0000u | size);
    fwd_model_hashed(m, old >> (least(size, 4) * 8 - 8) | (d->copy_past & 1u) << 8, 0x100000u);
    return fwd_model_code(
        m, hit, FWD_ROW_COPY, FWD_SECOND_COPY, FWD_SSE_COPY + least(d->since, 31));
}

uint32_t fwd_delta_unit_size(struct fwd_delta *d, uint32_t from, uint32_t left)
{
    uint32_t unit = d->isa->unit;
    const uint8_t *first =
        d->isa->unit_size != NULL ? fwd_window_bytes(&d->view.source, from, 1) : NULL;

    if (first != NULL)
        return least(d->isa->unit_size(d, *first), left);
    return d->at % unit != 0 || left < unit ? 1 : unit;
}

static enum fwd_reason copy_plain(struct fwd_delta *d, uint32_t from, uint32_t left)
{
    uint32_t size = fwd_delta_unit_size(d, from, left), value = 0;
    const uint8_t *bytes = fwd_window_bytes(&d->view.source, from, size);
    uint8_t old[FWD_REF_SIZE_MAX];

    if (bytes == NULL)
        return d->view.source.failed != FWD_OK ? d->view.source.failed : FWD_E_STREAM_INVALID;
    memcpy(old, bytes, size);
    enum verdict verdict = next_verdict(d, NULL);
    bool hit = verdict == AS_PREDICTED;
    if (verdict == UNKNOWN) {
        for (uint32_t i = size; i-- > 0;)
            value = value << 8 | old[i];
        set_category(d, FWD_CATEGORY_COPY_FLAG);
        hit = code_copy_flag(d, value, size, equals_truth(d, old, size));
    }
    d->copy_past = d->copy_past << 1 | !hit;
    if (hit) {
        fwd_delta_put(d, old, size);
        d->since++;
        d->isa->copied(d, old, size, false);
        return FWD_OK;
    }
    set_category(d, FWD_CATEGORY_COPY_MISPREDICT);
    d->isa->mispredict(d, old, size, FWD_CODING_COPY);
    d->since = 0;
    return FWD_OK;
}

enum fwd_reason fwd_delta_copy(struct fwd_delta *d)
{
    uint32_t done = d->at - d->run.to, left = d->run.size - done, from = d->run.from + done;
    struct fwd_guess g;

    if (fwd_guess_reference(d, from, left, &g)) {
        copy_ref(d, &g);
        return FWD_OK;
    }
    if (d->view.source.failed != FWD_OK)
        return d->view.source.failed;
    return copy_plain(d, from, left);
}
