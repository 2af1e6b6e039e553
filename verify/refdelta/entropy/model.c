#include "verify/refdelta/entropy/model.h"

#include "verify/refdelta/entropy/model_tables.h"

#define WEIGHT_START 5120 /* 0.3125 */
#define RATE         40
#define COUNT_MAX    15u
#define SLOT_START   (2048u << 4)

/* cppcheck-suppress shiftNegativeLHS ; the very thing that is asserted */
_Static_assert((-3 >> 1) == -2, "right shift of a negative number rounds down");

static int32_t clamp_logit(int32_t x)
{
    return x > 2047 ? 2047 : x < -2047 ? -2047 : x;
}

static uint32_t clamp_one(uint32_t p)
{
    return p < 16 ? 16 : p > 65520 ? 65520 : p;
}

static void fill_weights(int16_t *weights, uint32_t rows)
{
    for (uint32_t i = 0; i < rows * FWD_MODEL_INPUTS; i++)
        weights[i] = WEIGHT_START;
}

void fwd_model_reset(struct fwd_model *m, const struct fwd_model_shape *shape, const uint8_t *start)
{
    for (uint32_t i = 0; i < shape->directs; i++) {
        uint32_t half = start != NULL ? (uint32_t)start[i / 2] >> (i % 2 * 4) & 15u : 0;
        m->direct[i] = (uint16_t)(start != NULL ? half * 4096 + 2048 : 32768);
    }
    fill_weights(m->weights, shape->weights);
    fill_weights(m->second, shape->seconds);
    for (uint32_t i = 0; i < shape->sse_rows * FWD_MODEL_KNOTS; i++)
        m->sse[i] = (uint16_t)fwd_squash(clamp_logit((int32_t)(i % FWD_MODEL_KNOTS) * 512 - 2048));
    for (uint32_t i = 0; i < shape->slots; i++)
        m->slots[i] = SLOT_START;
    for (uint32_t i = 0; i < shape->slots / 4; i++)
        m->checks[i] = 0;
    m->slot_count = shape->slots;
    m->direct_count = m->hashed_count = 0;
    m->training = false;
}

uint32_t fwd_model_hash(uint32_t a, uint32_t b)
{
    uint32_t h = a * 0x9E3779B1u + b * 0x85EBCA6Bu;

    h ^= h >> 15;
    h *= 0x2C1B3C6Du;
    return h ^ h >> 13;
}

void fwd_model_direct(struct fwd_model *m, uint32_t index)
{
    m->inputs[m->direct_count++] = &m->direct[index];
}

/* Makes room for a context: the least seen of four slots is given up, and one of the others is seen
 * a little less from then on. Which they are is hard to foresee, so that no branch depends on it.
 */
static uint32_t take_slot(struct fwd_model *m, uint32_t at, uint32_t hash)
{
    uint32_t least = (m->slots[at] & COUNT_MAX) << 2, aged = at ^ (hash >> 12 & 3u);

    for (uint32_t way = 1; way < 4; way++) {
        uint32_t seen = (m->slots[at ^ way] & COUNT_MAX) << 2 | way;
        least = seen < least ? seen : least;
    }
    at ^= least & 3u;
    m->slots[aged] = (uint16_t)(m->slots[aged] - ((m->slots[aged] & COUNT_MAX) > 1));
    m->slots[at] = SLOT_START;
    uint32_t shift = (at & 3u) * 8;
    m->checks[at / 4] = (m->checks[at / 4] & ~(0xFFu << shift)) | hash >> 24 << shift;
    return at;
}

/* Check 0 is that of empty slots, too: the order counts. */
static uint32_t find_first_zero(struct fwd_model *m, uint32_t at, uint32_t hash)
{
    uint32_t checks = m->checks[at / 4];

    for (uint32_t way = 0; way < 4; way++)
        if ((checks >> ((at ^ way) & 3u) * 8 & 0xFFu) == 0)
            return at ^ way;
    return take_slot(m, at, hash);
}

#define EACH_BYTE  0x01010101u
#define BYTE_TOPS  0x80808080u
#define BYTE_INDEX 0x00010203u /* times 1 << 8 i: i in the upper byte */

/* The slot of a context: one of four, whose checks are compared at once. No two of them have the
 * same one, but for 0. */
static uint32_t find_slot(struct fwd_model *m, uint32_t hash)
{
    uint32_t at = (uint32_t)((uint64_t)(hash << 8) * m->slot_count >> 32);
    uint32_t differ = m->checks[at / 4] ^ (hash >> 24) * EACH_BYTE;

    if (hash >> 24 == 0)
        return find_first_zero(m, at, hash);
    uint32_t same = (differ - EACH_BYTE) & ~differ & BYTE_TOPS;
    if (same == 0)
        return take_slot(m, at, hash);
    same = (same & (0u - same)) >> 7;
    return (at & ~3u) | same * BYTE_INDEX >> 24;
}

void fwd_model_hashed(struct fwd_model *m, uint32_t a, uint32_t b)
{
    m->inputs[m->direct_count + m->hashed_count++] = &m->slots[find_slot(m, fwd_model_hash(a, b))];
}

static void learn_direct(uint16_t *p, bool bit)
{
    *p = (uint16_t)(bit ? *p + ((65535 - *p) >> 4) : *p - (*p >> 4));
}

static void learn_slot(uint16_t *slot, bool bit)
{
    uint32_t count = *slot & COUNT_MAX;
    int32_t p = *slot >> 4;

    p += (((bit ? 4095 : 0) - p) * (int32_t)fwd_slot_rates[count] + 32768) >> 16;
    p = p < 1 ? 1 : p > 4094 ? 4094 : p;
    *slot = (uint16_t)((uint32_t)p << 4 | (count + (count < COUNT_MAX)));
}

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
        int32_t by = (stretched[i] * missed * RATE + (1 << 17)) >> 18;
        first[i] = moved_weight(first[i], by);
        if (second != NULL)
            second[i] = moved_weight(second[i], by);
    }
}

/* How often the hashed contexts were seen: never, up to 5 times, more; in base 3. */
static uint32_t seen_class(const struct fwd_model *m)
{
    uint32_t class = 0;

    for (uint32_t i = 0; i < m->hashed_count && i < 4; i++) {
        uint32_t count = *m->inputs[m->direct_count + i] & COUNT_MAX;
        class = class * 3 + (count > 0) + (count > 5);
    }
    return class;
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
    return clamp_logit((second != NULL ? (sum + other) >> 1 : sum) >> 14);
}

/* Corrects the mixed probability p by what came true for x before in this row; *knot: the entry
 * that learns. */
static uint32_t sse_out(uint16_t *row, int32_t x, uint32_t p, uint16_t **knot)
{
    uint32_t y = (uint32_t)(x + 2048) * 8;
    uint32_t at = y >> 12, part = y & 4095u;
    uint32_t q = (row[at] * (4096 - part) + row[at + 1] * part) >> 12;

    *knot = row + at + (part >= 2048);
    return clamp_one((p + q) >> 1);
}

static void learn_inputs(struct fwd_model *m, bool bit)
{
    uint32_t directs = m->direct_count, count = directs + m->hashed_count;

    for (uint32_t i = directs; i < count; i++)
        learn_slot(m->inputs[i], bit);
    if (!m->training)
        for (uint32_t i = 0; i < directs; i++)
            learn_direct(m->inputs[i], bit);
    m->direct_count = m->hashed_count = 0;
}

bool fwd_model_code(struct fwd_model *m, bool bit, uint32_t row, uint32_t second, uint32_t sse)
{
    int32_t stretched[FWD_MODEL_INPUTS];
    int16_t *w1 = m->weights + row * FWD_MODEL_INPUTS, *w2 = NULL;
    uint16_t *knot = NULL;

    if (m->training) {
        learn_inputs(m, bit);
        return bit;
    }
    if (second != FWD_MODEL_NONE)
        w2 = m->second + (second + seen_class(m)) * FWD_MODEL_INPUTS;
    int32_t x = mix(m, w1, w2, stretched);
    uint32_t p = fwd_squash(x), one = p;
    if (sse != FWD_MODEL_NONE)
        one = sse_out(m->sse + sse * FWD_MODEL_KNOTS, x, p, &knot);
    bit = m->port->code(m->port->ctx, bit, one);
    if (knot != NULL)
        *knot = (uint16_t)(bit ? *knot + ((65535 - *knot) >> 5) : *knot - (*knot >> 5));
    learn_weights(w1, w2, stretched, (uint32_t)m->direct_count + m->hashed_count,
        ((int32_t)bit << 12) - (int32_t)(p >> 4));
    learn_inputs(m, bit);
    return bit;
}

bool fwd_model_flag(struct fwd_model *m, bool bit, uint32_t index)
{
    uint32_t p = m->direct[index];

    bit = m->port->code(m->port->ctx, bit, p < 32 ? 32 : p > 65504 ? 65504 : p);
    learn_direct(&m->direct[index], bit);
    return bit;
}

bool fwd_model_raw(struct fwd_model *m, bool bit)
{
    return m->port->code(m->port->ctx, bit, 32768);
}
