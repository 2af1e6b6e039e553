/* The probability model for x86-64, with the numbers of verify/refdelta/entropy/model.c and
 * model_code.c: all inputs of a bit at once, and what a context learns from a table.
 *
 * Inputs that a bit does not have are those of a bit before: they are read and written back as they
 * were, so that nothing depends on how many there are. */
#include "verify/refdelta/entropy/model_internal.h"

#include <emmintrin.h>
#include <pthread.h>
#include <string.h>

_Static_assert(FWD_MODEL_INPUTS == 6, "the loads and stores of a row");
_Static_assert(FWD_MODEL_RATE == 5 << 3, "a product of 16 bits, and a shift by 15 instead of 18");

#define WEIGHT_START 5120 /* 0.3125 */
#define SLOT_START   (2048u << 4)

/* ---- tables ---------------------------------------------------------------------------------- */

static struct {
    int16_t stretch[4096]; /* fwd_stretch() */
} tables;

static pthread_once_t tables_once = PTHREAD_ONCE_INIT;

static void make_tables(void)
{
    for (uint32_t p = 0; p < 4096; p++)
        tables.stretch[p] = (int16_t)fwd_stretch(p);
}

/* ---- contexts -------------------------------------------------------------------------------- */

static void fill_weights(int16_t *weights, uint32_t rows)
{
    for (uint32_t i = 0; i < rows * FWD_MODEL_INPUTS; i++)
        weights[i] = WEIGHT_START;
}

void fwd_model_reset(struct fwd_model *m, const struct fwd_model_shape *shape, const uint8_t *start)
{
    pthread_once(&tables_once, make_tables);
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
    for (uint32_t i = 0; i < FWD_MODEL_INPUTS; i++)
        m->inputs[i] = m->direct;
}

static inline uint32_t hash_of(uint32_t a, uint32_t b)
{
    uint32_t h = a * 0x9E3779B1u + b * 0x85EBCA6Bu;

    h ^= h >> 15;
    h *= 0x2C1B3C6Du;
    return h ^ h >> 13;
}

uint32_t fwd_model_hash(uint32_t a, uint32_t b)
{
    return hash_of(a, b);
}

void fwd_model_direct(struct fwd_model *m, uint32_t index)
{
    m->inputs[m->direct_count++] = &m->direct[index];
}

static inline void add_hashed(struct fwd_model *m, uint16_t *slot)
{
    m->inputs[m->direct_count + m->hashed_count++] = slot;
}

/* Makes room for a context as model.c does. The least seen of the four: a lane of 16 bits is how
 * often, then how far the slot is from the one the context asks for first. */
static void add_new(struct fwd_model *m, uint32_t at, uint32_t hash)
{
    static const uint64_t distances[4] = {
        0x0003000200010000u, 0x0002000300000001u, 0x0001000000030002u, 0x0000000100020003u};
    uint32_t way = at & 3u;
    uint16_t *slots = m->slots + (at - way), *aged = slots + (way ^ (hash >> 12 & 3u));
    uint8_t *checks = (uint8_t *)(m->checks + at / 4);
    uint64_t seen;

    memcpy(&seen, slots, sizeof seen);
    seen = (seen & 0x000F000F000F000Fu) << 2 | distances[way];
    __m128i lanes = _mm_cvtsi64_si128((int64_t)seen);
    lanes = _mm_min_epi16(lanes, _mm_shufflelo_epi16(lanes, _MM_SHUFFLE(1, 0, 3, 2)));
    lanes = _mm_min_epi16(lanes, _mm_shufflelo_epi16(lanes, _MM_SHUFFLE(2, 3, 0, 1)));
    way ^= (uint32_t)_mm_cvtsi128_si32(lanes) & 3u;
    *aged = (uint16_t)(*aged - ((*aged & FWD_MODEL_SEEN_MAX) > 1));
    slots[way] = SLOT_START;
    checks[way] = (uint8_t)(hash >> 24);
    add_hashed(m, slots + way);
}

/* Check 0 is that of empty slots, too: the order counts. */
static void add_by_order(struct fwd_model *m, uint32_t at, uint32_t hash)
{
    const uint8_t *checks = (const uint8_t *)m->checks;

    for (uint32_t way = 0; way < 4; way++)
        if (checks[at ^ way] == 0) {
            add_hashed(m, &m->slots[at ^ way]);
            return;
        }
    add_new(m, at, hash);
}

#define EACH_BYTE 0x01010101u
#define BYTE_TOPS 0x80808080u

/* One of four slots, whose checks are compared at once. */
void fwd_model_hashed(struct fwd_model *m, uint32_t a, uint32_t b)
{
    uint32_t hash = hash_of(a, b), check = hash >> 24;
    uint32_t at = (uint32_t)((uint64_t)(hash << 8) * m->slot_count >> 32);
    uint32_t differ = m->checks[at / 4] ^ check * EACH_BYTE;
    uint32_t same = (differ - EACH_BYTE) & ~differ & BYTE_TOPS;

    if (check == 0)
        add_by_order(m, at, hash);
    else if (same == 0)
        add_new(m, at, hash);
    else
        add_hashed(m, &m->slots[(at & ~3u) + ((uint32_t)__builtin_ctz(same) >> 3)]);
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

/* ---- a bit ----------------------------------------------------------------------------------- */

/* Lanes of 16 bits, one for each input. */
struct lanes {
    __m128i values; /* what the inputs have */
    __m128i x;      /* stretched; 0 where there is no input, which neither adds nor learns */
};

static inline __m128i load(const int16_t *numbers)
{
    return _mm_loadu_si128((const __m128i *)(const void *)numbers);
}

/* All bits in the first `count` lanes. */
static inline __m128i first_lanes(uint32_t count)
{
    static const int16_t masks[FWD_MODEL_INPUTS + 8] = {-1, -1, -1, -1, -1, -1};

    return load(masks + FWD_MODEL_INPUTS - count);
}

static inline __m128i stretched(__m128i values)
{
    const int16_t *table = tables.stretch;
    __m128i at = _mm_srli_epi16(values, 4);
    __m128i x = _mm_cvtsi32_si128((uint16_t)table[_mm_extract_epi16(at, 0)]);

    x = _mm_insert_epi16(x, table[_mm_extract_epi16(at, 1)], 1);
    x = _mm_insert_epi16(x, table[_mm_extract_epi16(at, 2)], 2);
    x = _mm_insert_epi16(x, table[_mm_extract_epi16(at, 3)], 3);
    x = _mm_insert_epi16(x, table[_mm_extract_epi16(at, 4)], 4);
    return _mm_insert_epi16(x, table[_mm_extract_epi16(at, 5)], 5);
}

/* Of hashed inputs, how often they were seen. */
static inline __m128i seen_of(__m128i values)
{
    return _mm_and_si128(values, _mm_set1_epi16(FWD_MODEL_SEEN_MAX));
}

/* All bits where an input is hashed. */
static inline __m128i hashed_lanes(const struct fwd_model *m)
{
    return _mm_andnot_si128(
        first_lanes(m->direct_count), first_lanes((uint32_t)m->direct_count + m->hashed_count));
}

static inline struct lanes gather(const struct fwd_model *m)
{
    uint16_t *const *in = m->inputs;
    __m128i values = _mm_cvtsi32_si128(*in[0]);

    values = _mm_insert_epi16(values, *in[1], 1);
    values = _mm_insert_epi16(values, *in[2], 2);
    values = _mm_insert_epi16(values, *in[3], 3);
    values = _mm_insert_epi16(values, *in[4], 4);
    values = _mm_insert_epi16(values, *in[5], 5);
    const __m128i all = first_lanes((uint32_t)m->direct_count + m->hashed_count);
    return (struct lanes){.values = values, .x = _mm_and_si128(stretched(values), all)};
}

static inline int32_t sum_of(__m128i parts)
{
    parts = _mm_add_epi32(parts, _mm_shuffle_epi32(parts, _MM_SHUFFLE(1, 0, 3, 2)));
    parts = _mm_add_epi32(parts, _mm_shuffle_epi32(parts, _MM_SHUFFLE(2, 3, 0, 1)));
    return _mm_cvtsi128_si32(parts);
}

/* fwd_model_seen_class() */
static inline uint32_t seen_class(const struct fwd_model *m, const struct lanes *l)
{
    static const int16_t powers[FWD_MODEL_INPUTS + 4 + 8] = {[FWD_MODEL_INPUTS] = -27, -9, -3, -1};
    uint32_t unused = m->hashed_count < 4 ? 4u - m->hashed_count : 0;
    __m128i seen = _mm_and_si128(seen_of(l->values), hashed_lanes(m));
    __m128i digits = _mm_add_epi16(
        _mm_cmpgt_epi16(seen, _mm_setzero_si128()), _mm_cmpgt_epi16(seen, _mm_set1_epi16(5)));

    return (uint32_t)sum_of(
        _mm_madd_epi16(digits, load(powers + FWD_MODEL_INPUTS - m->direct_count + unused)));
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

/* ---- what is learnt -------------------------------------------------------------------------- */

/* Moves a probability to the bit by 1 / 2^rate of what is left; without a branch that depends on
 * it. */
static inline void approach(uint16_t *p, bool bit, uint32_t rate)
{
    uint32_t flip = bit ? 0xFFFFu : 0, rest = *p ^ flip;

    *p = (uint16_t)((rest - (rest >> rate)) ^ flip);
}

/* fwd_model_learn_direct() */
static inline __m128i learn_directs(__m128i values, __m128i flip)
{
    __m128i rest = _mm_xor_si128(values, flip);

    return _mm_xor_si128(_mm_sub_epi16(rest, _mm_srli_epi16(rest, 4)), flip);
}

static inline __m128i rates_of(__m128i seen)
{
    const uint16_t *table = fwd_slot_rates;
    __m128i rates = _mm_cvtsi32_si128(table[_mm_extract_epi16(seen, 0)]);

    rates = _mm_insert_epi16(rates, table[_mm_extract_epi16(seen, 1)], 1);
    rates = _mm_insert_epi16(rates, table[_mm_extract_epi16(seen, 2)], 2);
    rates = _mm_insert_epi16(rates, table[_mm_extract_epi16(seen, 3)], 3);
    rates = _mm_insert_epi16(rates, table[_mm_extract_epi16(seen, 4)], 4);
    return _mm_insert_epi16(rates, table[_mm_extract_epi16(seen, 5)], 5);
}

/* fwd_model_learn_slot() */
static inline __m128i learn_slots(__m128i values, __m128i flip)
{
    __m128i seen = seen_of(values), p = _mm_srli_epi16(values, 4), rates = rates_of(seen);
    __m128i missed = _mm_sub_epi16(_mm_srli_epi16(flip, 4), p);
    /* a product of a signed and an unsigned number, its upper half rounded */
    __m128i step = _mm_sub_epi16(
        _mm_mulhi_epu16(missed, rates), _mm_and_si128(_mm_srai_epi16(missed, 15), rates));
    step = _mm_add_epi16(step, _mm_srli_epi16(_mm_mullo_epi16(missed, rates), 15));

    p = _mm_add_epi16(p, step);
    p = _mm_min_epi16(_mm_max_epi16(p, _mm_set1_epi16(1)), _mm_set1_epi16(4094));
    seen = _mm_sub_epi16(seen, _mm_cmpgt_epi16(_mm_set1_epi16(FWD_MODEL_SEEN_MAX), seen));
    return _mm_or_si128(_mm_slli_epi16(p, 4), seen);
}

/* An input that another one of this bit is, too, has learnt already, and learns again. */
static __attribute__((noinline, cold)) void learn_again(
    const struct fwd_model *m, uint32_t input, bool bit)
{
    if (input < m->direct_count)
        fwd_model_learn_direct(m->inputs[input], bit);
    else
        fwd_model_learn_slot(m->inputs[input], bit);
}

/* Of each lane what `is` has where the mask has all bits, else what `no` has. */
static inline __m128i choose(__m128i mask, __m128i is, __m128i no)
{
    return _mm_or_si128(_mm_and_si128(mask, is), _mm_andnot_si128(mask, no));
}

#define STORE(i)                                                                                   \
    if (__builtin_expect(*m->inputs[i] == _mm_extract_epi16(l->values, i), true))                  \
        *m->inputs[i] = (uint16_t)_mm_extract_epi16(all, i);                                       \
    else                                                                                           \
        learn_again(m, i, bit)

/* What is no input of this bit is stored as it was, before what is. */
static inline void learn(struct fwd_model *m, const struct lanes *l, bool bit)
{
    __m128i flip = _mm_set1_epi16(bit ? -1 : 0);
    __m128i all = choose(first_lanes(m->direct_count), learn_directs(l->values, flip), l->values);

    all = choose(hashed_lanes(m), learn_slots(l->values, flip), all);
    STORE(5);
    STORE(4);
    STORE(3);
    STORE(2);
    STORE(1);
    STORE(0);
    m->direct_count = m->hashed_count = 0;
}

bool fwd_model_code(struct fwd_model *m, bool bit, uint32_t row, uint32_t second, uint32_t sse)
{
    int16_t *first = m->weights + row * FWD_MODEL_INPUTS, *other = NULL;
    __m128i weights, others = _mm_setzero_si128();
    uint16_t *knot = NULL;
    int32_t sum;

    if (m->training) {
        fwd_model_learn_inputs(m, bit);
        return bit;
    }
    const struct lanes l = gather(m);
    weights = load_row(first);
    if (second != FWD_MODEL_NONE) {
        other = m->second + (second + seen_class(m, &l)) * FWD_MODEL_INPUTS;
        others = load_row(other);
        sum = sum_of(_mm_add_epi32(_mm_madd_epi16(l.x, weights), _mm_madd_epi16(l.x, others))) >> 1;
    } else {
        sum = sum_of(_mm_madd_epi16(l.x, weights));
    }
    int32_t mixed = fwd_model_clamp_logit(sum >> 14);
    uint32_t p = fwd_squash(mixed), one = p;
    if (sse != FWD_MODEL_NONE)
        one = fwd_model_refine(m->sse + sse * FWD_MODEL_KNOTS, mixed, p, &knot);
    bit = m->port->code(m->port->ctx, bit, one);
    if (knot != NULL)
        approach(knot, bit, 5);
    int32_t missed = ((int32_t)bit << 12) - (int32_t)(p >> 4);
    if (missed < -1 || missed > 1) {
        __m128i steps = steps_of(l.x, missed);
        move_row(first, weights, steps);
        if (other != NULL)
            move_row(other, others, steps);
    }
    learn(m, &l, bit);
    return bit;
}
