/* Words of A32 and A64 code, field by field (FWD.md). */
#include "verify/refdelta/delta.h"

struct job {
    struct fwd_delta *d;
    enum fwd_coding mode;
    uint32_t value, predicted;
    uint32_t known; /* bits coded so far, in place */
    bool changed;
    uint32_t top, bottom; /* of the current field */
    uint32_t opcode;      /* the upper eight bits, 256 while they are coded */
};

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

    return top < 24 && (bits == 4 || bits == 5);
}

static uint32_t prefix(const struct job *j, uint32_t bit)
{
    uint32_t count = j->top - bit;

    return 1u << count | (j->known >> bit >> 1 & ((1u << count) - 1u));
}

/* The word before, its first byte in the low bits. */
static uint32_t word_before(const struct fwd_delta *d)
{
    uint32_t h = d->history;

    return h >> 24 | (h >> 8 & 0xFF00u) | (h & 0xFF00u) << 8 | h << 24;
}

static uint32_t key_of(const struct job *j, uint32_t tag)
{
    return tag << 16 | j->top | j->bottom << 5;
}

static void literal_contexts(const struct job *j, uint32_t bit)
{
    struct fwd_model *m = &j->d->model;
    uint32_t before = word_before(j->d), part = prefix(j, bit) << 10 | j->opcode;
    uint32_t whole = fwd_model_hash(j->known, bit);

    fwd_model_hashed(m, part, key_of(j, 1));
    fwd_model_hashed(m, part, key_of(j, 2) | before >> 24 << 24);
    fwd_model_hashed(m, whole, 3u << 16);
    fwd_model_hashed(m, whole, before ^ 4u << 16);
    fwd_model_hashed(m, part, key_of(j, 5) ^ (before & 0x3FFu) << 20);
}

static uint32_t expected_field(const struct job *j)
{
    uint32_t old = part_of(j->predicted, j->top, j->bottom);

    if (is_register(j->top, j->bottom))
        return j->d->register_map[old & 31u] | 32u;
    uint32_t mask = (2u << (j->top - j->bottom)) - 1;
    int32_t moved = (int32_t)old + j->d->field_steps[j->opcode & 31u];
    return ((uint32_t)moved & mask) << 6;
}

static void miss_contexts(const struct job *j, uint32_t bit, uint32_t expected)
{
    struct fwd_model *m = &j->d->model;
    uint32_t part = prefix(j, bit) << 10 | j->opcode, changed = j->changed;
    uint32_t old_bit = j->predicted >> bit & 1u;

    fwd_model_hashed(
        m, part | part_of(j->predicted, j->top, j->bottom) << 20, key_of(j, 6) | changed << 31);
    fwd_model_hashed(m, bit | old_bit << 5 | changed << 6 | j->predicted >> 24 << 7,
        7u << 16 | (uint32_t)j->mode);
    fwd_model_hashed(m, part, key_of(j, 8) | word_before(j->d) >> 24 << 24);
    fwd_model_hashed(m, part | expected << 20, key_of(j, 9) | changed << 31);
    fwd_model_hashed(m, fwd_model_hash(j->known, bit), j->predicted ^ 10u << 16);
}

static bool code_bit(struct job *j, uint32_t bit, uint32_t expected)
{
    struct fwd_model *m = &j->d->model;
    uint32_t class = j->opcode == 256 ? 32 : j->opcode >> 3;
    uint32_t second = FWD_SECOND_LITERAL, sse = FWD_SSE_LITERAL + class;

    fwd_model_direct(m, FWD_BODY_BITS + (uint32_t)j->mode * 64 + bit);
    if (j->mode == FWD_CODING_LITERAL) {
        literal_contexts(j, bit);
    } else {
        miss_contexts(j, bit, expected);
        second = FWD_SECOND_MISPREDICT;
        sse = FWD_SSE_MISPREDICT + class * 2 + j->changed;
    }
    return fwd_model_code(
        m, j->value >> bit & 1u, FWD_ROW_BITS + (uint32_t)j->mode * 32 + bit, second, sse);
}

static void code_field(struct job *j, uint32_t top)
{
    j->top = top;
    j->opcode = top == 31 ? 256 : j->known >> 24;
    j->bottom = field_end(j->d->isa->fields(j->known), top);
    uint32_t expected = j->mode == FWD_CODING_LITERAL ? 0 : expected_field(j);
    for (uint32_t bit = top + 1; bit-- > j->bottom;) {
        bool one = code_bit(j, bit, expected);
        j->known |= (uint32_t)one << bit;
        if (one != (j->predicted >> bit & 1u) && j->mode != FWD_CODING_LITERAL)
            j->changed = true;
    }
}

static void learn_fields(struct job *j)
{
    struct fwd_delta *d = j->d;
    uint32_t mask = d->isa->fields(j->known);

    if (j->predicted >> 24 != j->known >> 24)
        return;
    for (uint32_t left = 24; left > 0; left = j->bottom) {
        j->bottom = field_end(mask, left - 1);
        uint32_t old = part_of(j->predicted, left - 1, j->bottom);
        uint32_t new = part_of(j->known, left - 1, j->bottom);
        if (is_register(left - 1, j->bottom))
            fwd_delta_rename(d, old & 31u, new);
        else if (old != new)
            d->field_steps[j->known >> 24 & 31u] = (int16_t)((int32_t) new - (int32_t)old);
    }
}

uint32_t fwd_word_code(
    struct fwd_delta *d, uint32_t value, uint32_t predicted, enum fwd_coding mode)
{
    struct job j = {.d = d, .mode = mode, .value = value, .predicted = predicted};

    for (uint32_t left = 32; left > 0; left = j.bottom)
        code_field(&j, left - 1);
    if (mode != FWD_CODING_LITERAL)
        learn_fields(&j);
    return j.known;
}

void fwd_word_mispredict(
    struct fwd_delta *d, const uint8_t *predicted, uint32_t size, enum fwd_coding mode)
{
    uint32_t step = (size & 3) || (d->at & 3) ? 1 : 4;

    for (uint32_t i = 0; i < size; i += step) {
        uint8_t bytes[4];
        uint32_t wanted = fwd_delta_wanted(d, 0, step);
        if (step == 4)
            fwd_word_put(bytes, fwd_word_code(d, wanted, fwd_word_at(predicted + i), mode));
        else
            bytes[0] = (uint8_t)fwd_byte_code(d, wanted, predicted[i], mode);
        fwd_delta_put(d, bytes, step);
    }
}

void fwd_word_copied(struct fwd_delta *d, const uint8_t *bytes, uint32_t size, bool reference)
{
    if (reference || size != 4 || d->renamed == 0)
        return;
    uint32_t word = fwd_word_at(bytes), mask = d->isa->fields(word), bottom;
    for (uint32_t left = 24; left > 0; left = bottom) {
        bottom = field_end(mask, left - 1);
        uint32_t part = part_of(word, left - 1, bottom) & 31u;
        if (is_register(left - 1, bottom))
            fwd_delta_rename(d, part, part);
    }
}

uint32_t fwd_word_train(struct fwd_delta *d, uint32_t at, uint32_t end)
{
    const uint8_t *bytes = fwd_window_bytes(&d->view.source, at, 4);

    if ((at & 3) && at + 2 < end)
        return 2;
    if (bytes == NULL || end - at < 4)
        return 0;
    uint32_t word = fwd_word_at(bytes);
    (void)fwd_word_code(d, word, 0, FWD_CODING_LITERAL);
    d->history = (word & 0xFFu) << 24 | (word & 0xFF00u) << 8 | (word >> 8 & 0xFF00u) | word >> 24;
    return 4;
}
