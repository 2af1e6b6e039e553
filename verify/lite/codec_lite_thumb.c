/* Codec `lite` for Thumb, Thumb-2 and images without code (LITE.md), for a device that links
 * nothing else. */
#include "verify/lite/lite_rules_thumb.h"

/* the decoder, which decodes by the rules above */
#include "verify/lite/lite_decoder.h"

const struct fwd_codec fwd_codec_lite_thumb = {.id = FWD_CODEC_LITE,
    .needs_source = true,
    .arena = arena_of,
    .open = open_section,
    .next = next_chunk};
