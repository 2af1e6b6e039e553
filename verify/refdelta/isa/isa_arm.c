/* A32 code with Thumb in between (FWD.md): coded by halfwords, with the references of
 * both. */
#include "verify/refdelta/delta.h"

const struct fwd_isa fwd_isa_arm = {.id = FWD_ISA_ARM,
    .unit = 2,
    .half = &fwd_thumb_half,
    .find = fwd_arm_find,
    .renamed = fwd_halfword_renamed,
    .read = fwd_arm_read,
    .write = fwd_arm_write,
    .literal = fwd_thumb_literal,
    .mispredict = fwd_thumb_mispredict,
    .copied = fwd_thumb_copied,
    .train = fwd_thumb_train};
