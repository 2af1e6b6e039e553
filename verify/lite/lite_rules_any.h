/* The coder of `lite` for any instruction set: its rules are found while it runs. A device with one
 * set has the same names as lite_rules_thumb.h has them, so that its compiler knows the rules. */
#ifndef FWD_VERIFY_LITE_LITE_RULES_ANY_H
#define FWD_VERIFY_LITE_LITE_RULES_ANY_H

#include "verify/lite/lite.h"

static inline const struct fwd_lite_isa *rules(const struct fwd_lite *z)
{
    return z->isa;
}

/* NULL: the device does not decode it. */
static inline const struct fwd_lite_isa *find_rules(uint8_t id)
{
    return fwd_lite_isa_find(id);
}

#endif
