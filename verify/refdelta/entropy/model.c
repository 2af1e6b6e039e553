#include "verify/refdelta/entropy/model.h"

#include "verify/refdelta/entropy/model_tables.h"

#define WEIGHT_START 5120 /* 0.3125 */
#define RATE         24
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
    for (uint32_t i = 0; i < shape->slots; i++) {
        m->slots[i] = SLOT_START;
        m->checks[i] = 0;
    }
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
    m->direct_at[m->direct_count++] = (uint16_t)index;
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
    m->checks[at] = (uint8_t)(hash >> 24);
    return at;
}

/* The first bit that is set, two bits for each number below 16. */
#define FIRST_SET 0x12131210u

/* The slot of a context: one of four. */
static uint32_t find_slot(struct fwd_model *m, uint32_t hash)
{
    uint32_t at = (uint32_t)((uint64_t)(hash << 8) * m->slot_count >> 32), check = hash >> 24;
    uint32_t owned = 0;

    for (uint32_t way = 0; way < 4; way++)
        owned |= (uint32_t)(m->checks[at ^ way] == check) << way;
    return owned ? at ^ (FIRST_SET >> owned * 2 & 3u) : take_slot(m, at, hash);
}

void fwd_model_hashed(struct fwd_model *m, uint32_t a, uint32_t b)
{
    m->hashed_at[m->hashed_count++] = find_slot(m, fwd_model_hash(a, b));
}

static void learn_direct(uint16_t *p, bool bit)
{
    int32_t up = (65535 - *p) >> 4, down = -(*p >> 4);

    *p = (uint16_t)(*p + (bit ? up : down));
}

static void learn_slot(uint16_t *slot, bool bit)
{
    uint32_t count = *slot & COUNT_MAX;
    int32_t p = *slot >> 4;

    p += (((bit ? 4095 : 0) - p) * (int32_t)fwd_slot_rates[count] + 32768) >> 16;
    p = p < 1 ? 1 : p > 4094 ? 4094 : p;
    *slot = (uint16_t)((uint32_t)p << 4 | (count + (count < COUNT_MAX)));
}

static int32_t dot(const int32_t *inputs, const int16_t *weights)
{
    int32_t sum = 0;

    for (uint32_t i = 0; i < FWD_MODEL_INPUTS; i++)
        sum += inputs[i] * weights[i];
    return sum;
}

static void learn_weights(int16_t *weights, const int32_t *inputs, int32_t error)
{
    for (uint32_t i = 0; i < FWD_MODEL_INPUTS; i++) {
        int32_t w = weights[i] + ((inputs[i] * error + (1 << 17)) >> 18);
        if ((uint32_t)(w + 32767) > 65534)
            w = w < 0 ? -32767 : 32767;
        weights[i] = (int16_t)w;
    }
}

/* How often the hashed contexts were seen: never, up to 5 times, more; in base 3. */
static uint32_t seen_class(const struct fwd_model *m)
{
    uint32_t class = 0;

    for (uint32_t i = 0; i < m->hashed_count && i < 4; i++) {
        uint32_t count = m->slots[m->hashed_at[i]] & COUNT_MAX;
        class = class * 3 + (count > 0) + (count > 5);
    }
    return class;
}

/* Inputs that are not there are 0: they neither count nor learn. */
static void stretch_inputs(const struct fwd_model *m, int32_t *inputs)
{
    for (uint32_t i = 0; i < m->direct_count; i++)
        *inputs++ = fwd_stretch(m->direct[m->direct_at[i]] >> 4);
    for (uint32_t i = 0; i < m->hashed_count; i++)
        *inputs++ = fwd_stretch(m->slots[m->hashed_at[i]] >> 4);
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
    for (uint32_t i = 0; i < m->hashed_count; i++)
        learn_slot(&m->slots[m->hashed_at[i]], bit);
    if (!m->training)
        for (uint32_t i = 0; i < m->direct_count; i++)
            learn_direct(&m->direct[m->direct_at[i]], bit);
    m->direct_count = m->hashed_count = 0;
}

bool fwd_model_code(struct fwd_model *m, bool bit, uint32_t row, uint32_t second, uint32_t sse)
{
    int32_t inputs[FWD_MODEL_INPUTS] = {0};
    int16_t *w1 = m->weights + row * FWD_MODEL_INPUTS, *w2 = NULL;
    uint16_t *knot = NULL;

    if (m->training) {
        learn_inputs(m, bit);
        return bit;
    }
    stretch_inputs(m, inputs);
    int32_t sum = dot(inputs, w1);
    if (second != FWD_MODEL_NONE) {
        w2 = m->second + (second + seen_class(m)) * FWD_MODEL_INPUTS;
        sum = (sum + dot(inputs, w2)) >> 1;
    }
    int32_t x = clamp_logit(sum >> 14);
    uint32_t p = fwd_squash(x), one = p;
    if (sse != FWD_MODEL_NONE)
        one = sse_out(m->sse + sse * FWD_MODEL_KNOTS, x, p, &knot);
    bit = m->port->code(m->port->ctx, bit, one);
    if (knot != NULL)
        *knot = (uint16_t)(bit ? *knot + ((65535 - *knot) >> 6) : *knot - (*knot >> 6));
    int32_t error = (((int32_t)bit << 12) - (int32_t)(p >> 4)) * RATE;
    learn_weights(w1, inputs, error);
    if (w2 != NULL)
        learn_weights(w2, inputs, error);
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
