/* Codec `lite` with every instruction set (LITE.md). */
#include "verify/lite/lite_rules_any.h"

/* the decoder, which decodes by the rules above */
#include "verify/lite/lite_decoder.h"

const struct fwd_codec fwd_codec_lite = {.id = FWD_CODEC_LITE,
    .needs_source = true,
    .arena = arena_of,
    .open = open_section,
    .next = next_chunk};
