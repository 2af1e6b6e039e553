/* The decoder of the codec `lite` (LITE.md), for the instruction sets that it is given. */
#ifndef FWD_VERIFY_LITE_LITE_DECODER_H
#define FWD_VERIFY_LITE_LITE_DECODER_H

#include "verify/lite/lite.h"

/* struct fwd_codec's functions, with the list in front. fwd_lite_decoder_arena returns
 * FWD_E_UNKNOWN_CODEC for an instruction set that is not in it. */
enum fwd_reason fwd_lite_decoder_arena(const struct fwd_lite_isa_list *list,
    const struct fwd_component *component, uint32_t *arena_size);
enum fwd_reason fwd_lite_decoder_open(
    const struct fwd_lite_isa_list *list, const struct fwd_decode_job *job, void **state);
enum fwd_reason fwd_lite_decoder_next(void *state, struct fwd_chunk *chunk);

#endif
