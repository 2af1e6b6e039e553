/* Images without an instruction set that is known (FWD.md): bytes, no references. */
#include "verify/refdelta/delta.h"

void fwd_byte_literal(struct fwd_delta *d, uint32_t left)
{
    uint8_t byte = (uint8_t)fwd_byte_code(d, fwd_delta_wanted(d, 0, 1), 0, FWD_CODING_LITERAL);

    (void)left;
    fwd_delta_put(d, &byte, 1);
}

static void none_miss(
    struct fwd_delta *d, const uint8_t *predicted, uint32_t size, enum fwd_coding mode)
{
    for (uint32_t i = 0; i < size; i++) {
        uint8_t byte = (uint8_t)fwd_byte_code(d, fwd_delta_wanted(d, 0, 1), predicted[i], mode);
        fwd_delta_put(d, &byte, 1);
    }
}

static void none_copied(struct fwd_delta *d, const uint8_t *bytes, uint32_t size, bool reference)
{
    (void)d;
    (void)bytes;
    (void)size;
    (void)reference;
}

const struct fwd_isa fwd_isa_none = {.id = FWD_ISA_NONE,
    .unit = 2,
    .literal = fwd_byte_literal,
    .mispredict = none_miss,
    .copied = none_copied};
