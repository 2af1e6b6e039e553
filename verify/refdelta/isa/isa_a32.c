/* A32 in a `fwd` body (FWD.md). */
#include "verify/refdelta/delta.h"

#define FIELDS_BRANCH  0x11010101u /* 28 24 16 8 0 */
#define FIELDS_GENERAL 0x11111111u /* 28 24 20 16 12 8 4 0 */

static uint32_t a32_fields(uint32_t known)
{
    return (known >> 25 & 7) == 5 ? FIELDS_BRANCH : FIELDS_GENERAL;
}

/* B and BL: adds to the 24-bit offset in words. */
static uint32_t move_branch(uint32_t word, uint32_t by)
{
    if ((word >> 25 & 7) != 5 || word >> 28 == 15)
        return word;
    return (word & 0xFF000000u) | ((word + by) & 0xFFFFFFu);
}

static void a32_literal(struct fwd_delta *d, uint32_t left)
{
    uint8_t bytes[4];
    uint32_t base = (d->at + 8) >> 2;

    if ((d->at & 3) || left < 4) {
        fwd_byte_literal(d, left);
        return;
    }
    uint32_t word = move_branch(fwd_delta_wanted(d, 0, 4), base);
    word = fwd_word_code(d, word, 0, FWD_CODING_LITERAL);
    fwd_word_put(bytes, move_branch(word, 0u - base));
    fwd_delta_put(d, bytes, 4);
}

const struct fwd_isa fwd_isa_a32 = {.id = FWD_ISA_A32,
    .unit = 4,
    .find = fwd_a32_find,
    .read = fwd_a32_read,
    .write = fwd_a32_write,
    .literal = a32_literal,
    .mispredict = fwd_word_mispredict,
    .copied = fwd_word_copied,
    .fields = a32_fields,
    .train = fwd_word_train};
