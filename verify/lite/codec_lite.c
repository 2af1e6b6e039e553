/* Codec `lite` with every instruction set (LITE.md). */
#include "verify/lite/lite_decoder.h"

static enum fwd_reason arena(const struct fwd_component *component, uint32_t *arena_size)
{
    return fwd_lite_decoder_arena(&fwd_lite_isas, component, arena_size);
}

static enum fwd_reason open_lite(const struct fwd_decode_job *job, void **state)
{
    return fwd_lite_decoder_open(&fwd_lite_isas, job, state);
}

const struct fwd_codec fwd_codec_lite = {.id = FWD_CODEC_LITE,
    .needs_source = true,
    .arena = arena,
    .open = open_lite,
    .next = fwd_lite_decoder_next};
