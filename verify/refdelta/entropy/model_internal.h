/* What the forms of fwd_model_code() share: model_code.c for every processor, and
 * gen/refdelta/model_code_sse2.c for programs on x86-64. They compute the same. */
#ifndef FWD_VERIFY_REFDELTA_ENTROPY_MODEL_INTERNAL_H
#define FWD_VERIFY_REFDELTA_ENTROPY_MODEL_INTERNAL_H

#include "verify/refdelta/entropy/model.h"
#include "verify/refdelta/entropy/model_tables.h"

#define FWD_MODEL_SEEN_MAX 15u /* how often a slot counts that it was seen */
/* By what weights move: so many 2^18th of input times error. */
#define FWD_MODEL_RATE 40

/* cppcheck-suppress shiftNegativeLHS ; the very thing that is asserted */
_Static_assert((-3 >> 1) == -2, "right shift of a negative number rounds down");

static inline int32_t fwd_model_clamp_logit(int32_t x)
{
    return x > 2047 ? 2047 : x < -2047 ? -2047 : x;
}

static inline uint32_t fwd_model_clamp_one(uint32_t p)
{
    return p < 16 ? 16 : p > 65520 ? 65520 : p;
}

static inline void fwd_model_learn_direct(uint16_t *p, bool bit)
{
    *p = (uint16_t)(bit ? *p + ((65535 - *p) >> 4) : *p - (*p >> 4));
}

static inline void fwd_model_learn_slot(uint16_t *slot, bool bit)
{
    uint32_t count = *slot & FWD_MODEL_SEEN_MAX;
    int32_t p = *slot >> 4;

    p += (((bit ? 4095 : 0) - p) * (int32_t)fwd_slot_rates[count] + 32768) >> 16;
    p = p < 1 ? 1 : p > 4094 ? 4094 : p;
    *slot = (uint16_t)((uint32_t)p << 4 | (count + (count < FWD_MODEL_SEEN_MAX)));
}

/* How often the hashed contexts were seen: never, up to 5 times, more; in base 3. */
static inline uint32_t fwd_model_seen_class(const struct fwd_model *m)
{
    uint32_t class = 0;

    for (uint32_t i = 0; i < m->hashed_count && i < 4; i++) {
        uint32_t count = *m->inputs[m->direct_count + i] & FWD_MODEL_SEEN_MAX;
        class = class * 3 + (count > 0) + (count > 5);
    }
    return class;
}

/* Corrects the mixed probability p by what came true for x before in this row; *knot: the entry
 * that learns. */
static inline uint32_t fwd_model_refine(uint16_t *row, int32_t x, uint32_t p, uint16_t **knot)
{
    uint32_t y = (uint32_t)(x + 2048) * 8;
    uint32_t at = y >> 12, part = y & 4095u;
    uint32_t q = (row[at] * (4096 - part) + row[at + 1] * part) >> 12;

    *knot = row + at + (part >= 2048);
    return fwd_model_clamp_one((p + q) >> 1);
}

static inline void fwd_model_learn_inputs(struct fwd_model *m, bool bit)
{
    uint32_t directs = m->direct_count, count = directs + m->hashed_count;

    for (uint32_t i = directs; i < count; i++)
        fwd_model_learn_slot(m->inputs[i], bit);
    if (!m->training)
        for (uint32_t i = 0; i < directs; i++)
            fwd_model_learn_direct(m->inputs[i], bit);
    m->direct_count = m->hashed_count = 0;
}

#endif
