#include "verify/refdelta/entropy/model_internal.h"

static int16_t moved_weight(int32_t weight, int32_t by)
{
    weight += by;
    if ((uint32_t)(weight + 32767) > 65534)
        weight = weight < 0 ? -32767 : 32767;
    return (int16_t)weight;
}

/* Both rows learn; second may be NULL. missed: what the probability was off by, in 1/4096. */
static void learn_weights(
    int16_t *first, int16_t *second, const int32_t *stretched, uint32_t count, int32_t missed)
{
    /* what rounds to nothing for every input */
    if (missed >= -1 && missed <= 1)
        return;
    for (uint32_t i = 0; i < count; i++) {
        int32_t by = (stretched[i] * missed * FWD_MODEL_RATE + (1 << 17)) >> 18;
        first[i] = moved_weight(first[i], by);
        if (second != NULL)
            second[i] = moved_weight(second[i], by);
    }
}

/* The mixed prediction; stretched: of each input. second may be NULL. */
static int32_t mix(
    const struct fwd_model *m, const int16_t *first, const int16_t *second, int32_t *stretched)
{
    uint32_t count = (uint32_t)m->direct_count + m->hashed_count;
    int32_t sum = 0, other = 0;

    for (uint32_t i = 0; i < count; i++) {
        int32_t x = fwd_stretch(*m->inputs[i] >> 4);
        stretched[i] = x;
        sum += x * first[i];
        if (second != NULL)
            other += x * second[i];
    }
    return fwd_model_clamp_logit((second != NULL ? (sum + other) >> 1 : sum) >> 14);
}

bool fwd_model_code(struct fwd_model *m, bool bit, uint32_t row, uint32_t second, uint32_t sse)
{
    int32_t stretched[FWD_MODEL_INPUTS];
    int16_t *w1 = m->weights + row * FWD_MODEL_INPUTS, *w2 = NULL;
    uint16_t *knot = NULL;

    if (m->training) {
        fwd_model_learn_inputs(m, bit);
        return bit;
    }
    if (second != FWD_MODEL_NONE)
        w2 = m->second + (second + fwd_model_seen_class(m)) * FWD_MODEL_INPUTS;
    int32_t x = mix(m, w1, w2, stretched);
    uint32_t p = fwd_squash(x), one = p;
    if (sse != FWD_MODEL_NONE)
        one = fwd_model_refine(m->sse + sse * FWD_MODEL_KNOTS, x, p, &knot);
    bit = m->port->code(m->port->ctx, bit, one);
    if (knot != NULL)
        *knot = (uint16_t)(bit ? *knot + ((65535 - *knot) >> 5) : *knot - (*knot >> 5));
    learn_weights(w1, w2, stretched, (uint32_t)m->direct_count + m->hashed_count,
        ((int32_t)bit << 12) - (int32_t)(p >> 4));
    fwd_model_learn_inputs(m, bit);
    return bit;
}
