/* Codec `fwd` for Thumb, Thumb-2 and images without code, for a device that links nothing else. */
#include "verify/refdelta/refdelta_decoder.h"

static const struct fwd_isa *const isas[] = {&fwd_isa_none, &fwd_isa_thumb};
static const struct fwd_isa_list list = {isas, sizeof isas / sizeof *isas};

static enum fwd_reason arena(const struct fwd_component *component, uint32_t *arena_size)
{
    return fwd_refdelta_decoder_arena(&list, component, arena_size);
}

static enum fwd_reason open_delta(const struct fwd_decode_job *job, void **state)
{
    return fwd_refdelta_decoder_open(&list, job, state);
}

const struct fwd_codec fwd_codec_fwd_thumb = {.id = FWD_CODEC_FWD,
    .needs_source = true,
    .arena = arena,
    .open = open_delta,
    .next = fwd_refdelta_decoder_next};
