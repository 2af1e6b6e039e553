/* Images without an instruction set that is known (FWD.md): bytes, no references. */
#include "verify/refdelta/delta.h"

const struct fwd_isa fwd_isa_none = {.id = FWD_ISA_NONE,
    .unit = 2,
    .literal = fwd_byte_literal,
    .mispredict = fwd_byte_mispredict,
    .copied = fwd_byte_copied};
