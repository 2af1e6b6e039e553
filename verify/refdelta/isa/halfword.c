/* Halfwords of Thumb code, field by field (FWD.md). */
#include "verify/refdelta/delta.h"

#define HALF 16u

/* Where the fields of a 16-bit instruction end: a bit per lowest bit of a field, by the upper five
 * bits; FIELDS_HIGH replaces those of 0x4400..0x47FF, special data processing. */
#define FIELDS_SHIFT  0x0849u /* 11 6 3 0 */
#define FIELDS_ADD    0x0A49u /* 11 9 6 3 0 */
#define FIELDS_BYTE   0x0901u /* 11 8 0 */
#define FIELDS_DATA   0x0C49u /* 11 10 6 3 0 */
#define FIELDS_HIGH   0x0D89u /* 11 10 8 7 3 0 */
#define FIELDS_WIDE   0x0911u /* 11 8 4 0 */
#define FIELDS_SECOND 0x1101u /* 12 8 0 */

/* What a halfword is, apart from its bits: a context of its own. */
enum kind { KIND_FIRST, KIND_SECOND, KIND_POOL_HIGH, KIND_POOL_LOW };

struct job {
    struct fwd_delta *d;
    enum fwd_coding mode;
    enum kind kind;
    uint32_t value, predicted;
    uint32_t before;      /* the halfword before */
    bool paired;          /* its bits depend on all of `before` */
    uint32_t known;       /* bits coded so far, in place */
    bool changed;         /* one of them differs from like */
    uint32_t top, bottom; /* of the current field */
    uint32_t opcode;      /* known upper five bits, 32 while they are coded */
};

static const uint16_t fields_of[32] = {FIELDS_SHIFT, FIELDS_SHIFT, FIELDS_SHIFT, FIELDS_ADD,
    FIELDS_BYTE, FIELDS_BYTE, FIELDS_BYTE, FIELDS_BYTE, FIELDS_DATA, FIELDS_BYTE, FIELDS_ADD,
    FIELDS_ADD, FIELDS_SHIFT, FIELDS_SHIFT, FIELDS_SHIFT, FIELDS_SHIFT, FIELDS_SHIFT, FIELDS_SHIFT,
    FIELDS_BYTE, FIELDS_BYTE, FIELDS_BYTE, FIELDS_BYTE, FIELDS_BYTE, FIELDS_BYTE, FIELDS_BYTE,
    FIELDS_BYTE, FIELDS_BYTE, FIELDS_BYTE, FIELDS_BYTE, FIELDS_WIDE, FIELDS_WIDE, FIELDS_WIDE};

static uint32_t fields(uint32_t known, enum kind kind)
{
    if (kind != KIND_FIRST)
        return FIELDS_SECOND;
    if (known >> 11 == 8 && (known & 0x400))
        return FIELDS_HIGH;
    return fields_of[known >> 11];
}

/* The lowest bit of the field whose highest bit is top. */
static uint32_t field_end(uint32_t mask, uint32_t top)
{
    while (!(mask >> top & 1u))
        top--;
    return top;
}

static uint32_t part_of(uint32_t value, uint32_t top, uint32_t bottom)
{
    return value >> bottom & ((2u << (top - bottom)) - 1);
}

static bool is_register(uint32_t top, uint32_t bottom)
{
    uint32_t bits = top - bottom + 1;

    return top < HALF - 1 && (bits == 3 || bits == 4);
}

/* The coded bits of the field, with a leading one. */
static uint32_t prefix(const struct job *j, uint32_t bit)
{
    uint32_t count = j->top - bit;

    return 1u << count | (j->known >> bit >> 1 & ((1u << count) - 1u));
}

static uint32_t field_key(const struct job *j)
{
    return j->top | j->bottom << 4 | (uint32_t)j->kind << 8;
}

/* All coded bits with a leading one; for the upper byte also the upper byte before. */
static uint32_t whole_prefix(const struct job *j, uint32_t bit)
{
    uint32_t all = 1u << (15 - bit) | j->known >> bit >> 1;

    return bit >= 8 ? all | 0x10000u | j->before >> 8 << 18 : all | 0x20000u;
}

static void literal_contexts(const struct job *j, uint32_t bit)
{
    struct fwd_model *m = &j->d->model;
    uint32_t part = prefix(j, bit) << 16 | j->opcode << 10, key = field_key(j);

    fwd_model_hashed(m, whole_prefix(j, bit), 0x100u | (uint32_t)j->kind);
    fwd_model_hashed(m, part, 0x20000u | key | j->before >> 11 << 20);
    fwd_model_hashed(m, part, 0x30000u | key);
    if (j->paired || j->kind == KIND_POOL_LOW)
        fwd_model_hashed(m, 1u << (15 - bit) | j->known >> bit >> 1, 0x40000u | j->before);
}

/* What the field will be: renamed, or changed as its kind changed last. */
static uint32_t expected_field(const struct job *j)
{
    uint32_t old = part_of(j->predicted, j->top, j->bottom);

    if (is_register(j->top, j->bottom))
        return j->d->register_map[old] | 16u;
    uint32_t mask = (2u << (j->top - j->bottom)) - 1;
    int32_t moved = (int32_t)old + j->d->field_steps[j->opcode & 31u];
    return ((uint32_t)moved & mask) << 5;
}

static void miss_contexts(const struct job *j, uint32_t bit, uint32_t expected)
{
    struct fwd_model *m = &j->d->model;
    uint32_t part = prefix(j, bit), key = field_key(j), changed = j->changed;
    uint32_t old_opcode = j->predicted >> 11, old_bit = j->predicted >> bit & 1u;

    fwd_model_hashed(m, part | part_of(j->predicted, j->top, j->bottom) << 16,
        0x50000u | key | j->opcode << 20 | changed << 26);
    fwd_model_hashed(m, bit | old_bit << 4 | changed << 5 | old_opcode << 6,
        0x60000u | (uint32_t)j->kind | (uint32_t)j->mode << 4);
    fwd_model_hashed(m, whole_prefix(j, bit), 0x70000u | (uint32_t)j->kind);
    fwd_model_hashed(m, part | expected << 16, 0x80000u | key | changed << 26);
}

static bool code_bit(struct job *j, uint32_t bit, uint32_t expected)
{
    struct fwd_model *m = &j->d->model;
    uint32_t second = FWD_SECOND_LITERAL, sse = FWD_SSE_LITERAL + j->opcode;

    fwd_model_direct(m, FWD_BODY_BITS + (uint32_t)j->mode * 64 + (uint32_t)j->kind * 16 + bit);
    if (j->mode == FWD_CODING_LITERAL) {
        literal_contexts(j, bit);
    } else {
        miss_contexts(j, bit, expected);
        second = FWD_SECOND_MISPREDICT;
        sse = FWD_SSE_MISPREDICT + j->opcode * 2 + j->changed;
    }
    return fwd_model_code(
        m, j->value >> bit & 1u, FWD_ROW_BITS + (uint32_t)j->mode * 32 + bit, second, sse);
}

static void code_field(struct job *j, uint32_t top)
{
    j->top = top;
    j->opcode = top == 15 ? 32 : j->known >> 11;
    j->bottom = field_end(fields(j->known, j->kind), top);
    uint32_t expected = j->mode == FWD_CODING_LITERAL ? 0 : expected_field(j);
    for (uint32_t bit = top + 1; bit-- > j->bottom;) {
        bool one = code_bit(j, bit, expected);
        j->known |= (uint32_t)one << bit;
        if (one != (j->predicted >> bit & 1u) && j->mode != FWD_CODING_LITERAL)
            j->changed = true;
    }
}

static uint32_t code(struct job *j)
{
    for (uint32_t left = HALF; left > 0; left = j->bottom)
        code_field(j, left - 1);
    return j->known;
}

static enum kind kind_of_next(const struct fwd_delta *d)
{
    return d->second ? KIND_SECOND : KIND_FIRST;
}

/* Learns from each field below the opcode what became of it. */
static void learn_fields(struct fwd_delta *d, uint32_t old_value, uint32_t value)
{
    uint32_t mask = fields(value, kind_of_next(d)), bottom;

    if (old_value >> 11 != value >> 11)
        return;
    for (uint32_t left = HALF; left > 0; left = bottom) {
        uint32_t top = left - 1;
        bottom = field_end(mask, top);
        uint32_t old = part_of(old_value, top, bottom), new = part_of(value, top, bottom);
        if (is_register(top, bottom))
            d->register_map[old] = (uint8_t) new;
        else if (top != HALF - 1 && old != new)
            d->field_steps[value >> 11] = (int16_t)((int32_t) new - (int32_t)old);
    }
}

uint32_t fwd_halfword_code(
    struct fwd_delta *d, uint32_t value, uint32_t predicted, enum fwd_coding mode)
{
    struct job j = {.d = d,
        .mode = mode,
        .kind = kind_of_next(d),
        .value = value,
        .predicted = predicted,
        .before = fwd_delta_last_half(d)};

    value = code(&j);
    if (mode != FWD_CODING_LITERAL)
        learn_fields(d, predicted, value);
    return value;
}

uint32_t fwd_halfword_second(struct fwd_delta *d, uint32_t value, uint32_t first)
{
    struct job j = {.d = d,
        .mode = FWD_CODING_LITERAL,
        .kind = KIND_SECOND,
        .value = value,
        .before = first,
        .paired = true};

    return code(&j);
}

uint32_t fwd_halfword_pool(struct fwd_delta *d, uint32_t word)
{
    struct job high = {.d = d,
        .mode = FWD_CODING_LITERAL,
        .kind = KIND_POOL_HIGH,
        .value = word >> 16,
        .before = d->pool_high};
    uint32_t upper = code(&high);
    struct job low = {.d = d,
        .mode = FWD_CODING_LITERAL,
        .kind = KIND_POOL_LOW,
        .value = word & 0xFFFFu,
        .before = upper};

    d->pool_high = upper;
    return upper << 16 | code(&low);
}

uint32_t fwd_halfword_renamed(const struct fwd_delta *d, uint32_t value)
{
    uint32_t mask = fields(value, kind_of_next(d)), bottom;

    for (uint32_t left = HALF; left > 0; left = bottom) {
        bottom = field_end(mask, left - 1);
        if (!is_register(left - 1, bottom))
            continue;
        uint32_t part = (2u << (left - 1 - bottom)) - 1;
        uint32_t new = d->register_map[value >> bottom & part] & part;
        value = (value & ~(part << bottom)) | new << bottom;
    }
    return value;
}

void fwd_halfword_unchanged(struct fwd_delta *d, uint32_t value)
{
    learn_fields(d, value, value);
}
