/* Codec `fwd` with every instruction set (FWD.md). */
#include "verify/refdelta/refdelta_decoder.h"

static const struct fwd_isa *const isas[] = {&fwd_isa_none, &fwd_isa_thumb, &fwd_isa_a32,
    &fwd_isa_a64, &fwd_isa_arm, &fwd_isa_rv32, &fwd_isa_rv64, &fwd_isa_xtensa, &fwd_isa_x86_64,
    &fwd_isa_x86_32, &fwd_isa_avr, &fwd_isa_mips, &fwd_isa_mips_big, &fwd_isa_ppc};
static const struct fwd_isa_list list = {isas, sizeof isas / sizeof *isas};

static enum fwd_reason arena(const struct fwd_component *component, uint32_t *arena_size)
{
    return fwd_refdelta_decoder_arena(&list, component, arena_size);
}

static enum fwd_reason open_delta(const struct fwd_decode_job *job, void **state)
{
    return fwd_refdelta_decoder_open(&list, job, state);
}

const struct fwd_codec fwd_codec_fwd = {.id = FWD_CODEC_FWD,
    .needs_source = true,
    .arena = arena,
    .open = open_delta,
    .next = fwd_refdelta_decoder_next};
