/* Words of an image that its code loads as literals. */
#ifndef FWD_GEN_LOCATE_POOL_WORDS_H
#define FWD_GEN_LOCATE_POOL_WORDS_H

#include "verify/refdelta/delta.h"

/* A bit per word, of size / 4 + 1 words; for instruction sets with Thumb also by its loads. All
 * clear for the others. NULL: no memory. The caller frees it. */
uint8_t *fwd_pool_words(const struct fwd_isa *isa, const uint8_t *bytes, uint32_t size);

static inline bool fwd_pool_word(const uint8_t *words, uint32_t at)
{
    return (uint32_t)words[at / 32] >> (at / 4 % 8) & 1u;
}

#endif
