#include "verify/refdelta/entropy/model_internal.h"

#define WEIGHT_START 5120 /* 0.3125 */
#define SLOT_START   (2048u << 4)

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
        m->sse[i] = (uint16_t)fwd_squash(
            fwd_model_clamp_logit((int32_t)(i % FWD_MODEL_KNOTS) * 512 - 2048));
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
    uint32_t least = (m->slots[at] & FWD_MODEL_SEEN_MAX) << 2, aged = at ^ (hash >> 12 & 3u);

    for (uint32_t way = 1; way < 4; way++) {
        uint32_t seen = (m->slots[at ^ way] & FWD_MODEL_SEEN_MAX) << 2 | way;
        least = seen < least ? seen : least;
    }
    at ^= least & 3u;
    m->slots[aged] = (uint16_t)(m->slots[aged] - ((m->slots[aged] & FWD_MODEL_SEEN_MAX) > 1));
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

bool fwd_model_flag(struct fwd_model *m, bool bit, uint32_t index)
{
    uint32_t p = m->direct[index];

    bit = m->port->code(m->port->ctx, bit, p < 32 ? 32 : p > 65504 ? 65504 : p);
    fwd_model_learn_direct(&m->direct[index], bit);
    return bit;
}

bool fwd_model_raw(struct fwd_model *m, bool bit)
{
    return m->port->code(m->port->ctx, bit, 32768);
}
