/* A64 in a `fwd` body (FWD.md). */
#include "verify/refdelta/delta.h"

#define FIELDS_BRANCH  0x05010101u /* 26 24 16 8 0 */
#define FIELDS_GENERAL 0x01210421u /* 24 21 16 10 5 0 */

static bool is_branch(uint32_t word)
{
    return (word & 0x7C000000u) == 0x14000000u;
}

static uint32_t a64_fields(uint32_t known)
{
    return is_branch(known) ? FIELDS_BRANCH : FIELDS_GENERAL;
}

/* B and BL: adds to the 26-bit offset in words. */
static uint32_t move_branch(uint32_t word, uint32_t by)
{
    if (!is_branch(word))
        return word;
    return (word & 0xFC000000u) | ((word + by) & 0x3FFFFFFu);
}

static void a64_literal(struct fwd_delta *d, uint32_t left)
{
    uint8_t bytes[4];

    if ((d->at & 3) || left < 4) {
        fwd_byte_literal(d, left);
        return;
    }
    uint32_t word = move_branch(fwd_delta_wanted(d, 0, 4), d->at >> 2);
    word = fwd_word_code(d, word, 0, FWD_CODING_LITERAL);
    fwd_word_put(bytes, move_branch(word, 0u - (d->at >> 2)));
    fwd_delta_put(d, bytes, 4);
}

const struct fwd_isa fwd_isa_a64 = {.id = FWD_ISA_A64,
    .unit = 4,
    .wide = true,
    .values = true,
    .find = fwd_a64_find,
    .read = fwd_a64_read,
    .write = fwd_a64_write,
    .literal = a64_literal,
    .mispredict = fwd_word_mispredict,
    .copied = fwd_word_copied,
    .fields = a64_fields,
    .train = fwd_word_train};
