/* Thumb and Thumb-2 in a `fwd` body (FWD.md). */
#include "verify/refdelta/delta.h"

#define OPCODE_LDR  0x09u /* upper five bits of LDR literal, 16 bits */
#define OPCODE_FAR  0x1Eu /* of the first half of BL and B.W */
#define OPCODE_WIDE 0x1Du /* from here on: first half of a 32-bit instruction */

/* Where the fields of a 16-bit instruction end, by the upper five bits; FIELDS_HIGH replaces those
 * of 0x4400..0x47FF, special data processing. */
#define FIELDS_SHIFT  0x00090849u /* 11 6 3 0 */
#define FIELDS_ADD    0x00490A49u /* 11 9 6 3 0 */
#define FIELDS_BYTE   0x01000901u /* 11 8 0 */
#define FIELDS_DATA   0x00490C49u /* 11 10 6 3 0 */
#define FIELDS_HIGH   0x00090D89u /* 11 10 8 7 3 0 */
#define FIELDS_WIDE   0x01110911u /* 11 8 4 0 */
#define FIELDS_SECOND 0x01001101u /* 12 8 0 */

static const uint32_t fields_of[32] = {FIELDS_SHIFT, FIELDS_SHIFT, FIELDS_SHIFT, FIELDS_ADD,
    FIELDS_BYTE, FIELDS_BYTE, FIELDS_BYTE, FIELDS_BYTE, FIELDS_DATA, FIELDS_BYTE, FIELDS_ADD,
    FIELDS_ADD, FIELDS_SHIFT, FIELDS_SHIFT, FIELDS_SHIFT, FIELDS_SHIFT, FIELDS_SHIFT, FIELDS_SHIFT,
    FIELDS_BYTE, FIELDS_BYTE, FIELDS_BYTE, FIELDS_BYTE, FIELDS_BYTE, FIELDS_BYTE, FIELDS_BYTE,
    FIELDS_BYTE, FIELDS_BYTE, FIELDS_BYTE, FIELDS_BYTE, FIELDS_WIDE, FIELDS_WIDE, FIELDS_WIDE};

static uint32_t thumb_fields(uint32_t known, bool second)
{
    if (second)
        return FIELDS_SECOND;
    if (known >> 11 == 8 && (known & 0x400))
        return FIELDS_HIGH;
    return fields_of[known >> 11];
}

const struct fwd_half_rules fwd_thumb_half = {.fields = thumb_fields};

static uint32_t opcode(uint32_t half)
{
    return half >> 11;
}

/* Bytes of the instruction that are left after this half of it. */
static uint8_t rest_after(const struct fwd_delta *d, uint32_t half)
{
    return d->view.rest == 0 && opcode(half) >= OPCODE_WIDE ? 2 : 0;
}

static bool is_far(uint32_t h, uint32_t k)
{
    return opcode(h) == OPCODE_FAR && ((k & 0xD000) == 0xD000 || (k & 0xD000) == 0x9000);
}

/* Adds halfwords to the offset of BL or B.W. */
static void shift_far(uint32_t *h, uint32_t *k, uint32_t add)
{
    fwd_thumb_far_put(h, k, fwd_thumb_far(*h, *k) + add);
}

static uint32_t far_base(uint32_t at)
{
    return (at + 4) >> 1;
}

/* Literals are mostly used in order: the next LDR is expected to load the word after the last. */
static uint32_t expected_load(const struct fwd_delta *d)
{
    return (d->literal_target + 4 - ((d->at + 4) & ~3u)) >> 2;
}

static uint32_t move_load(uint32_t half, uint32_t by)
{
    return (half & 0xFF00) | ((half + by) & 0xFF);
}

static bool in_pool(const struct fwd_delta *d, uint32_t at)
{
    uint32_t word = at / 4 % FWD_POOL_WORDS;

    return d->pool[word / 8] >> word % 8 & 1;
}

static void mark_pool(struct fwd_delta *d, uint32_t target)
{
    uint32_t word = target / 4 % FWD_POOL_WORDS;

    if ((target & 3) == 0 && target > d->at && target - d->at < 4 * (FWD_POOL_WORDS - 1))
        d->pool[word / 8] |= (uint8_t)(1u << word % 8);
}

/* An instruction of the target ended at d->at. */
static void saw_narrow(struct fwd_delta *d, uint32_t half)
{
    if (opcode(half) != OPCODE_LDR)
        return;
    d->literal_target = ((d->at + 2) & ~3u) + (half & 0xFF) * 4;
    mark_pool(d, d->literal_target);
}

static void saw_wide(struct fwd_delta *d, uint32_t h, uint32_t k)
{
    if (h == 0xF8DF)
        mark_pool(d, (d->at & ~3u) + (k & 0xFFF));
}

static void put_half(struct fwd_delta *d, uint32_t half)
{
    uint8_t bytes[2];

    fwd_half_put(bytes, half);
    fwd_delta_put(d, bytes, 2);
}

static void put_word(struct fwd_delta *d, uint32_t word)
{
    uint8_t bytes[4];

    fwd_word_put(bytes, word);
    fwd_delta_put(d, bytes, 4);
}

/* The rest of BL or B.W, whose first half was coded with its offset already made absolute. */
static void literal_far(struct fwd_delta *d, uint32_t h, uint32_t k)
{
    k = fwd_halfword_second(d, k, h);
    if (is_far(h, k))
        shift_far(&h, &k, 0u - far_base(d->at));
    put_half(d, h);
    put_half(d, k);
}

static void literal_first(struct fwd_delta *d, uint32_t left)
{
    uint32_t h = fwd_delta_wanted(d, 0, 2), k = left >= 4 ? fwd_delta_wanted(d, 2, 2) : 0;

    if (left >= 4 && is_far(h, k))
        shift_far(&h, &k, far_base(d->at));
    else if (opcode(h) == OPCODE_LDR)
        h = move_load(h, 0u - expected_load(d));
    h = fwd_halfword_code(d, h, 0, FWD_CODING_LITERAL);
    if (opcode(h) == OPCODE_FAR && left >= 4) {
        literal_far(d, h, k);
        return;
    }
    if (opcode(h) == OPCODE_LDR)
        h = move_load(h, expected_load(d));
    d->view.rest = rest_after(d, h);
    put_half(d, h);
    saw_narrow(d, h);
}

static void literal_second(struct fwd_delta *d)
{
    uint32_t h = fwd_delta_last_half(d);
    uint32_t k = fwd_halfword_code(d, fwd_delta_wanted(d, 0, 2), 0, FWD_CODING_LITERAL);

    d->view.rest = 0;
    put_half(d, k);
    saw_wide(d, h, k);
}

static void code_byte(struct fwd_delta *d, uint32_t predicted, enum fwd_coding mode)
{
    uint8_t byte = (uint8_t)fwd_byte_code(d, fwd_delta_wanted(d, 0, 1), predicted, mode);

    fwd_delta_put(d, &byte, 1);
}

void fwd_thumb_literal(struct fwd_delta *d, uint32_t left)
{
    if ((d->at & 1) || left < 2) {
        code_byte(d, 0, FWD_CODING_LITERAL);
    } else if (!(d->at & 3) && left >= 4 && in_pool(d, d->at)) {
        put_word(d, fwd_halfword_pool(d, fwd_delta_wanted(d, 0, 4)));
        d->view.rest = 0;
    } else if (d->view.rest) {
        literal_second(d);
    } else {
        literal_first(d, left);
    }
}

void fwd_thumb_mispredict(
    struct fwd_delta *d, const uint8_t *predicted, uint32_t size, enum fwd_coding mode)
{
    if (size == 1) {
        code_byte(d, predicted[0], mode);
        return;
    }
    for (uint32_t i = 0; i < size; i += 2) {
        uint32_t half =
            fwd_halfword_code(d, fwd_delta_wanted(d, 0, 2), fwd_half_at(predicted + i), mode);
        d->view.rest = rest_after(d, half);
        put_half(d, half);
    }
}

void fwd_thumb_copied(struct fwd_delta *d, const uint8_t *bytes, uint32_t size, bool reference)
{
    uint32_t half = size >= 2 ? fwd_half_at(bytes) : 0;

    if (reference) {
        if (size == 2)
            saw_narrow(d, half);
        else if (size == 4)
            saw_wide(d, half, fwd_half_at(bytes + 2));
        d->view.rest = 0;
    } else if (size == 2) {
        fwd_halfword_unchanged(d, half);
        d->view.rest = rest_after(d, half);
    }
}

/* BL and B.W are shown as literals will have them: with the absolute offset of the new target. */
static bool train_far(struct fwd_delta *d, uint32_t at)
{
    struct fwd_ref ref;
    uint32_t confidence, h, k;

    d->view.in_pool = false;
    if (!fwd_thumb_find(&d->view, at, 2, &ref) ||
        (ref.type != FWD_REF_CALL && ref.type != FWD_REF_JUMP))
        return false;
    const uint8_t *bytes = fwd_window_bytes(&d->view.source, at, 4);
    h = fwd_half_at(bytes);
    k = fwd_half_at(bytes + 2);
    shift_far(&h, &k,
        far_base(at) + ((fwd_copymap_find(&d->map, ref.target, &confidence) - ref.target) >> 1));
    (void)fwd_halfword_code(d, h, 0, FWD_CODING_LITERAL);
    (void)fwd_halfword_second(d, k, h);
    d->history = (h & 0xFF) << 24 | h >> 8 << 16 | (k & 0xFF) << 8 | k >> 8;
    return true;
}

uint32_t fwd_thumb_train(struct fwd_delta *d, uint32_t at, uint32_t end)
{
    const uint8_t *bytes = fwd_window_bytes(&d->view.source, at, 2);

    if (bytes == NULL || at + 1 >= end)
        return 0;
    uint32_t half = fwd_half_at(bytes);
    if (d->view.rest == 0 && opcode(half) == OPCODE_FAR && train_far(d, at))
        return 4;
    (void)fwd_halfword_code(d, half, 0, FWD_CODING_LITERAL);
    d->view.rest = rest_after(d, half);
    d->history = d->history << 16 | (half & 0xFF) << 8 | half >> 8;
    return 2;
}

const struct fwd_isa fwd_isa_thumb = {.id = FWD_ISA_THUMB,
    .unit = 2,
    .half = &fwd_thumb_half,
    .find = fwd_thumb_find,
    .renamed = fwd_halfword_renamed,
    .read = fwd_thumb_read,
    .write = fwd_thumb_write,
    .literal = fwd_thumb_literal,
    .mispredict = fwd_thumb_mispredict,
    .copied = fwd_thumb_copied,
    .train = fwd_thumb_train};
