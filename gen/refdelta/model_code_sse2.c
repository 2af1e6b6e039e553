/* fwd_model_code() for x86-64: all inputs of a bit at once, with the numbers of model_code.c. */
#include "verify/refdelta/entropy/model_internal.h"

#include <emmintrin.h>
#include <string.h>

_Static_assert(FWD_MODEL_INPUTS == 6, "the loads and stores of a row");
_Static_assert(FWD_MODEL_RATE == 5 << 3, "a product of 16 bits, and a shift by 15 instead of 18");

/* What the inputs have; 0 where there is none. */
static inline __m128i gather(const struct fwd_model *m, uint32_t count)
{
    uint16_t *const *in = m->inputs;
    __m128i all = _mm_setzero_si128();

    switch (count) {
    case 6:
        all = _mm_insert_epi16(all, *in[5], 5); /* fall through */
    case 5:
        all = _mm_insert_epi16(all, *in[4], 4); /* fall through */
    case 4:
        all = _mm_insert_epi16(all, *in[3], 3); /* fall through */
    case 3:
        all = _mm_insert_epi16(all, *in[2], 2); /* fall through */
    case 2:
        all = _mm_insert_epi16(all, *in[1], 1); /* fall through */
    case 1:
        all = _mm_insert_epi16(all, *in[0], 0); /* fall through */
    default:
        return all;
    }
}

/* fwd_stretch() of the first `count`; the others are 0 and thereby neither add nor learn. */
static inline __m128i stretch(__m128i inputs, uint32_t count)
{
    static const int16_t masks[14] = {-1, -1, -1, -1, -1, -1};
    const int16_t *table = fwd_stretch_lower;
    __m128i upper = _mm_srai_epi16(inputs, 15);
    __m128i half =
        _mm_and_si128(_mm_xor_si128(_mm_srli_epi16(inputs, 4), upper), _mm_set1_epi16(2047));
    __m128i coarse = _mm_cmpgt_epi16(half, _mm_set1_epi16(255));
    __m128i thinned = _mm_add_epi16(_mm_srli_epi16(half, 3), _mm_set1_epi16(224));
    __m128i at = _mm_or_si128(_mm_andnot_si128(coarse, half), _mm_and_si128(coarse, thinned));
    __m128i x =
        _mm_set_epi16(0, 0, table[_mm_extract_epi16(at, 5)], table[_mm_extract_epi16(at, 4)],
            table[_mm_extract_epi16(at, 3)], table[_mm_extract_epi16(at, 2)],
            table[_mm_extract_epi16(at, 1)], table[_mm_extract_epi16(at, 0)]);

    return _mm_and_si128(_mm_sub_epi16(_mm_xor_si128(x, upper), upper),
        _mm_loadu_si128((const __m128i *)(const void *)(masks + FWD_MODEL_INPUTS - count)));
}

/* A row of weights, which has 12 bytes. */
static inline __m128i load_row(const int16_t *row)
{
    int32_t last;

    memcpy(&last, row + 4, sizeof last);
    return _mm_unpacklo_epi64(
        _mm_loadl_epi64((const __m128i *)(const void *)row), _mm_cvtsi32_si128(last));
}

static inline void store_row(int16_t *row, __m128i weights)
{
    int32_t last = _mm_cvtsi128_si32(_mm_srli_si128(weights, 8));

    _mm_storel_epi64((__m128i *)(void *)row, weights);
    memcpy(row + 4, &last, sizeof last);
}

static inline int32_t sum_of(__m128i parts)
{
    parts = _mm_add_epi32(parts, _mm_shuffle_epi32(parts, _MM_SHUFFLE(1, 0, 3, 2)));
    parts = _mm_add_epi32(parts, _mm_shuffle_epi32(parts, _MM_SHUFFLE(2, 3, 0, 1)));
    return _mm_cvtsi128_si32(parts);
}

/* By what the weights move: x * missed * 40 / 2^18, rounded. */
static inline __m128i steps_of(__m128i x, int32_t missed)
{
    const __m128i half = _mm_set1_epi16(1 << 14);
    const __m128i by = _mm_set1_epi32((int32_t)((missed * 5 & 0xFFFF) | 1 << 16));
    __m128i low = _mm_madd_epi16(_mm_unpacklo_epi16(x, half), by);
    __m128i high = _mm_madd_epi16(_mm_unpackhi_epi16(x, half), by);

    return _mm_packs_epi32(_mm_srai_epi32(low, 15), _mm_srai_epi32(high, 15));
}

static inline void move_row(int16_t *row, __m128i weights, __m128i steps)
{
    store_row(row, _mm_max_epi16(_mm_adds_epi16(weights, steps), _mm_set1_epi16(-32767)));
}

bool fwd_model_code(struct fwd_model *m, bool bit, uint32_t row, uint32_t second, uint32_t sse)
{
    uint32_t count = (uint32_t)m->direct_count + m->hashed_count;
    int16_t *first = m->weights + row * FWD_MODEL_INPUTS, *other = NULL;
    __m128i weights, others = _mm_setzero_si128();
    uint16_t *knot = NULL;
    int32_t sum;

    if (m->training) {
        fwd_model_learn_inputs(m, bit);
        return bit;
    }
    __m128i x = stretch(gather(m, count), count);
    weights = load_row(first);
    if (second != FWD_MODEL_NONE) {
        other = m->second + (second + fwd_model_seen_class(m)) * FWD_MODEL_INPUTS;
        others = load_row(other);
        sum = sum_of(_mm_add_epi32(_mm_madd_epi16(x, weights), _mm_madd_epi16(x, others))) >> 1;
    } else {
        sum = sum_of(_mm_madd_epi16(x, weights));
    }
    int32_t mixed = fwd_model_clamp_logit(sum >> 14);
    uint32_t p = fwd_squash(mixed), one = p;
    if (sse != FWD_MODEL_NONE)
        one = fwd_model_refine(m->sse + sse * FWD_MODEL_KNOTS, mixed, p, &knot);
    bit = m->port->code(m->port->ctx, bit, one);
    if (knot != NULL)
        *knot = (uint16_t)(bit ? *knot + ((65535 - *knot) >> 5) : *knot - (*knot >> 5));
    int32_t missed = ((int32_t)bit << 12) - (int32_t)(p >> 4);
    if (missed < -1 || missed > 1) {
        __m128i steps = steps_of(x, missed);
        move_row(first, weights, steps);
        if (other != NULL)
            move_row(other, others, steps);
    }
    fwd_model_learn_inputs(m, bit);
    return bit;
}
