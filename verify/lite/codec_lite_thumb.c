/* Codec `lite` for Thumb, Thumb-2 and images without code (LITE.md), for a device that links
 * nothing else. */
#include "verify/lite/lite_decoder.h"

static const struct fwd_lite_isa *const isas[] = {&fwd_lite_none, &fwd_lite_thumb};
static const struct fwd_lite_isa_list list = {isas, sizeof isas / sizeof *isas};

static enum fwd_reason arena(const struct fwd_component *component, uint32_t *arena_size)
{
    return fwd_lite_decoder_arena(&list, component, arena_size);
}

static enum fwd_reason open_lite(const struct fwd_decode_job *job, void **state)
{
    return fwd_lite_decoder_open(&list, job, state);
}

const struct fwd_codec fwd_codec_lite_thumb = {.id = FWD_CODEC_LITE,
    .needs_source = true,
    .arena = arena,
    .open = open_lite,
    .next = fwd_lite_decoder_next};
