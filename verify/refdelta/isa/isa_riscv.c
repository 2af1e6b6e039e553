/* RISC-V with compressed instructions in a `fwd` body (FWD.md), with registers of 32 and of 64
 * bits. */
#include "verify/refdelta/delta.h"

#define OP_JAL 0x6Fu

/* Halfwords with the bits that say most in front: of a 16-bit instruction the lowest two and the
 * upper three, of the first half of a longer one the opcode and what it works on. */
#define FIELDS_STACK  0x00010889u /* 11 7 3 0, C.ADDI4SPN */
#define FIELDS_MEMORY 0x00210929u /* 11 8 5 3 0 */
#define FIELDS_ONE    0x00200C21u /* 11 10 5 0 */
#define FIELDS_TWO    0x00210C21u /* 11 10 5 0, two registers */
#define FIELDS_MATH   0x00210D29u /* 11 10 8 5 3 0 */
#define FIELDS_JUMP   0x00000921u /* 11 8 5 0 */
#define FIELDS_BRANCH 0x00200921u /* 11 8 5 0 */
#define FIELDS_LONG   0x00020A43u /* 11 9 6 1 0 */
#define FIELDS_SECOND 0x00100211u /* 9 4 0 */

static const uint32_t fields_of[32] = {FIELDS_STACK, FIELDS_MEMORY, FIELDS_MEMORY, FIELDS_MEMORY,
    FIELDS_MEMORY, FIELDS_MEMORY, FIELDS_MEMORY, FIELDS_MEMORY, FIELDS_ONE, FIELDS_ONE, FIELDS_ONE,
    FIELDS_ONE, FIELDS_MATH, FIELDS_JUMP, FIELDS_BRANCH, FIELDS_BRANCH, FIELDS_ONE, FIELDS_ONE,
    FIELDS_ONE, FIELDS_ONE, FIELDS_TWO, FIELDS_TWO, FIELDS_TWO, FIELDS_TWO, FIELDS_LONG,
    FIELDS_LONG, FIELDS_LONG, FIELDS_LONG, FIELDS_LONG, FIELDS_LONG, FIELDS_LONG, FIELDS_LONG};

static bool is_long(uint32_t half)
{
    return (half & 3) == 3;
}

static uint32_t riscv_fields(uint32_t known, bool second)
{
    return second ? FIELDS_SECOND : fields_of[known >> 11];
}

static uint32_t turn(uint32_t h, bool second)
{
    if (second)
        return h;
    if (!is_long(h))
        return (h & 3) << 14 | h >> 13 << 11 | (h >> 2 & 0x7FF);
    return 0xC000u | (h >> 2 & 31) << 9 | (h >> 12 & 7) << 6 | (h >> 7 & 31) << 1 | h >> 15;
}

static uint32_t turn_back(uint32_t v, bool second)
{
    if (second)
        return v;
    if (v >> 14 != 3)
        return v >> 14 | (v >> 11 & 7) << 13 | (v & 0x7FF) << 2;
    return 3u | (v >> 9 & 31) << 2 | (v >> 6 & 7) << 12 | (v >> 1 & 31) << 7 | (v & 1) << 15;
}

static const struct fwd_half_rules riscv_half = {
    .fields = riscv_fields, .turn = turn, .turn_back = turn_back, .narrow = 8, .carries = true};

/* Bytes of the instruction that are left after this half of it. */
static uint8_t rest_after(const struct fwd_delta *d, uint32_t half)
{
    return d->view.rest == 0 && is_long(half) ? 2 : 0;
}

static bool is_jal(uint32_t w)
{
    return (w & 0x7F) == OP_JAL;
}

static uint32_t distance_of(uint32_t w)
{
    return (w >> 31) << 20 | (w >> 12 & 0xFF) << 12 | (w >> 20 & 1) << 11 | (w >> 21 & 0x3FF) << 1;
}

/* JAL with `by` added to its distance. */
static uint32_t move_jal(uint32_t w, uint32_t by)
{
    return is_jal(w) ? fwd_riscv_with_jal(w, distance_of(w) + by) : w;
}

static void put_half(struct fwd_delta *d, uint32_t half)
{
    uint8_t bytes[2];

    fwd_half_put(bytes, half);
    fwd_delta_put(d, bytes, 2);
}

static void code_byte(struct fwd_delta *d, uint32_t predicted, enum fwd_coding mode)
{
    uint8_t byte = (uint8_t)fwd_byte_code(d, fwd_delta_wanted(d, 0, 1), predicted, mode);

    fwd_delta_put(d, &byte, 1);
}

/* JAL is coded with where it leads instead of how far. */
static void literal_first(struct fwd_delta *d, uint32_t left)
{
    uint32_t w = fwd_delta_wanted(d, 0, 2);

    if (left >= 4)
        w = move_jal(fwd_delta_wanted(d, 0, 4), d->at);
    uint32_t h = fwd_halfword_code(d, w & 0xFFFF, 0, FWD_CODING_LITERAL);
    if (!is_jal(h) || left < 4) {
        d->view.rest = rest_after(d, h);
        put_half(d, h);
        return;
    }
    uint32_t k = fwd_halfword_second(d, w >> 16, h);
    w = move_jal(h | k << 16, 0u - d->at);
    put_half(d, w & 0xFFFF);
    put_half(d, w >> 16);
}

static void riscv_literal(struct fwd_delta *d, uint32_t left)
{
    if ((d->at & 1) || left < 2) {
        code_byte(d, 0, FWD_CODING_LITERAL);
    } else if (d->view.rest) {
        uint32_t k = fwd_halfword_code(d, fwd_delta_wanted(d, 0, 2), 0, FWD_CODING_LITERAL);
        d->view.rest = 0;
        put_half(d, k);
    } else {
        literal_first(d, left);
    }
}

static void riscv_mispredict(
    struct fwd_delta *d, const uint8_t *predicted, uint32_t size, enum fwd_coding mode)
{
    for (uint32_t i = 0; i < size && size > 1; i += 2) {
        uint32_t half =
            fwd_halfword_code(d, fwd_delta_wanted(d, 0, 2), fwd_half_at(predicted + i), mode);
        d->view.rest = rest_after(d, half);
        put_half(d, half);
    }
    if (size == 1)
        code_byte(d, predicted[0], mode);
}

static void riscv_copied(struct fwd_delta *d, const uint8_t *bytes, uint32_t size, bool reference)
{
    uint32_t half = size >= 2 ? fwd_half_at(bytes) : 0;

    if (reference) {
        if (size == 4)
            fwd_riscv_wrote(&d->view, bytes, d->at - 4);
        d->view.rest = 0;
    } else if (size == 2) {
        fwd_halfword_unchanged(d, half);
        d->view.rest = rest_after(d, half);
    }
}

/* JAL is shown as literals will have it: with the new place of its target. */
static uint32_t train_jal(struct fwd_delta *d, uint32_t at, uint32_t w)
{
    uint32_t confidence, target = at + (uint32_t)fwd_ref_signed(distance_of(w), 21);

    return move_jal(w, at + (fwd_copymap_find(&d->map, target, &confidence) - target));
}

static uint32_t riscv_train(struct fwd_delta *d, uint32_t at, uint32_t end)
{
    const uint8_t *bytes = fwd_window_bytes(&d->view.source, at, 2);
    uint32_t w;

    if (bytes == NULL || at + 1 >= end)
        return 0;
    uint32_t half = fwd_half_at(bytes);
    if (d->view.rest == 0 && is_jal(half) && fwd_window_word(&d->view.source, at, &w)) {
        w = train_jal(d, at, w);
        (void)fwd_halfword_code(d, w & 0xFFFF, 0, FWD_CODING_LITERAL);
        (void)fwd_halfword_second(d, w >> 16, w & 0xFFFF);
        d->history = (w & 0xFFu) << 24 | (w & 0xFF00u) << 8 | (w >> 8 & 0xFF00u) | w >> 24;
        return 4;
    }
    (void)fwd_halfword_code(d, half, 0, FWD_CODING_LITERAL);
    d->view.rest = rest_after(d, half);
    d->history = d->history << 16 | (half & 0xFF) << 8 | half >> 8;
    return 2;
}

const struct fwd_isa fwd_isa_rv32 = {.id = FWD_ISA_RV32,
    .unit = 2,
    .half = &riscv_half,
    .find = fwd_rv32_find,
    .renamed = fwd_halfword_renamed,
    .read = fwd_riscv_read,
    .write = fwd_riscv_write,
    .literal = riscv_literal,
    .mispredict = riscv_mispredict,
    .copied = riscv_copied,
    .train = riscv_train};

const struct fwd_isa fwd_isa_rv64 = {.id = FWD_ISA_RV64,
    .unit = 2,
    .wide = true,
    .half = &riscv_half,
    .find = fwd_rv64_find,
    .renamed = fwd_halfword_renamed,
    .read = fwd_riscv_read,
    .write = fwd_riscv_write,
    .literal = riscv_literal,
    .mispredict = riscv_mispredict,
    .copied = riscv_copied,
    .train = riscv_train};
