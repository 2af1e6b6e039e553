/* The decoder of the codec `fwd` (FWD.md), for the instruction sets that it is given.
 */
#ifndef FWD_VERIFY_REFDELTA_REFDELTA_DECODER_H
#define FWD_VERIFY_REFDELTA_REFDELTA_DECODER_H

#include "verify/refdelta/entropy/range.h"
#include "verify/refdelta/refdelta_params.h"

/* Instruction sets that a device can decode. */
struct fwd_isa_list {
    const struct fwd_isa *const *isas;
    uint8_t count;
};

/* struct fwd_codec's functions, with the list in front. fwd_refdelta_decoder_arena gives
 * FWD_E_UNKNOWN_CODEC for an instruction set that is not in it. */
enum fwd_reason fwd_refdelta_decoder_arena(
    const struct fwd_isa_list *list, const struct fwd_component *component, uint32_t *arena_size);
enum fwd_reason fwd_refdelta_decoder_open(
    const struct fwd_isa_list *list, const struct fwd_decode_job *job, void **state);
enum fwd_reason fwd_refdelta_decoder_next(void *state, struct fwd_chunk *chunk);

#endif
