/* Halfwords of code, field by field (FWD.md). */
#include "verify/refdelta/delta.h"

#define HALF 16u

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
    uint32_t mask;        /* fields as far as the known bits tell */
    uint32_t opcode;      /* known upper five bits, 32 while they are coded */
};

static uint32_t fields(const struct fwd_delta *d, uint32_t known, enum kind kind)
{
    return d->isa->half->fields(known, kind != KIND_FIRST);
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

static bool is_register(uint32_t mask, uint32_t bottom)
{
    return mask >> 16 >> bottom & 1u;
}

/* The register that a field names: fields of 3 bits may count from a later one. */
static uint32_t register_of(const struct fwd_delta *d, uint32_t top, uint32_t bottom, uint32_t part)
{
    return top - bottom == 2 ? part + d->isa->half->narrow : part;
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

    if (is_register(j->mask, j->bottom))
        return j->d->register_map[register_of(j->d, j->top, j->bottom, old)] | 32u;
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
    if (j->kind == KIND_SECOND && j->d->isa->half->carries)
        j->opcode = j->before >> 9 & 31u;
    else
        j->opcode = top == 15 ? 32 : j->known >> 11;
    j->mask = fields(j->d, j->known, j->kind);
    j->bottom = field_end(j->mask, top);
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
    return d->view.rest ? KIND_SECOND : KIND_FIRST;
}

/* Learns from each field below the opcode what became of it. */
static void learn_fields(struct fwd_delta *d, uint32_t old_value, uint32_t value)
{
    uint32_t mask = fields(d, value, kind_of_next(d)), bottom;

    if (old_value >> 11 != value >> 11)
        return;
    for (uint32_t left = HALF; left > 0; left = bottom) {
        uint32_t top = left - 1;
        bottom = field_end(mask, top);
        uint32_t old = part_of(old_value, top, bottom), new = part_of(value, top, bottom);
        if (is_register(mask, bottom))
            fwd_delta_rename(d, register_of(d, top, bottom, old), register_of(d, top, bottom, new));
        else if (top != HALF - 1 && old != new)
            d->field_steps[value >> 11] = (int16_t)((int32_t) new - (int32_t)old);
    }
}

/* Instruction sets may code a halfword in another order of its bits. */
static uint32_t turned(const struct fwd_delta *d, uint32_t half, bool second)
{
    return d->isa->half->turn != NULL ? d->isa->half->turn(half, second) : half;
}

static uint32_t turned_back(const struct fwd_delta *d, uint32_t value, bool second)
{
    return d->isa->half->turn_back != NULL ? d->isa->half->turn_back(value, second) : value;
}

uint32_t fwd_halfword_code(
    struct fwd_delta *d, uint32_t value, uint32_t predicted, enum fwd_coding mode)
{
    bool second = d->view.rest != 0;
    struct job j = {.d = d,
        .mode = mode,
        .kind = kind_of_next(d),
        .value = turned(d, value, second),
        .predicted = turned(d, predicted, second),
        .before = turned(d, fwd_delta_last_half(d), false),
        .paired = second && d->isa->half->carries};

    value = code(&j);
    if (mode != FWD_CODING_LITERAL)
        learn_fields(d, j.predicted, value);
    return turned_back(d, value, second);
}

uint32_t fwd_halfword_second(struct fwd_delta *d, uint32_t value, uint32_t first)
{
    struct job j = {.d = d,
        .mode = FWD_CODING_LITERAL,
        .kind = KIND_SECOND,
        .value = turned(d, value, true),
        .before = turned(d, first, false),
        .paired = true};

    return turned_back(d, code(&j), true);
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

uint32_t fwd_halfword_renamed(const struct fwd_delta *d, uint32_t half)
{
    bool second = d->view.rest != 0;

    if (d->renamed == 0)
        return half;
    uint32_t value = turned(d, half, second);
    uint32_t mask = fields(d, value, kind_of_next(d)), bottom;

    for (uint32_t left = HALF; left > 0; left = bottom) {
        bottom = field_end(mask, left - 1);
        if (!is_register(mask, bottom))
            continue;
        uint32_t part = (2u << (left - 1 - bottom)) - 1;
        uint32_t old = register_of(d, left - 1, bottom, value >> bottom & part);
        uint32_t new = d->register_map[old] - register_of(d, left - 1, bottom, 0);
        value = (value & ~(part << bottom)) | (new &part) << bottom;
    }
    return turned_back(d, value, second);
}

void fwd_halfword_unchanged(struct fwd_delta *d, uint32_t half)
{
    /* only registers learn from what did not change */
    if (d->renamed == 0)
        return;
    uint32_t value = turned(d, half, d->view.rest != 0);
    learn_fields(d, value, value);
}
