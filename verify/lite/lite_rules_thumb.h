/* The coder of `lite` for Thumb, Thumb-2 and images without code, and nothing else (LITE.md). */
#ifndef FWD_VERIFY_LITE_LITE_RULES_THUMB_H
#define FWD_VERIFY_LITE_LITE_RULES_THUMB_H

#include "verify/lite/lite_thumb.h"

static const struct fwd_lite_isa only_none = {.id = 0, .unit = 1}, only_thumb = FWD_LITE_THUMB;

/* Those of Thumb: of an image without code, which has no references and units of one byte, none
 * is asked for. */
static inline const struct fwd_lite_isa *rules(const struct fwd_lite *z)
{
    (void)z;
    return &only_thumb;
}

static inline const struct fwd_lite_isa *find_rules(uint8_t id)
{
    return id == only_thumb.id ? &only_thumb : id == only_none.id ? &only_none : NULL;
}

#endif
