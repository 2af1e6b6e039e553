/* Images rewritten so that code that means the same has the same bytes: references become what they
 * point to. Only for matching. */
#ifndef FWD_GEN_REFDELTA_NORMALISE_H
#define FWD_GEN_REFDELTA_NORMALISE_H

#include "gen/bsdiff/tuples.h"
#include "gen/isa/isa_host.h"
#include "verify/refdelta/delta.h"

struct fwd_normalise {
    const struct fwd_isa_host *host;
    const struct fwd_frames *frames; /* `from`: of the image */
    const uint8_t *pool;             /* of the image, see fwd_pool_words() */
    bool masked;                     /* all targets become the same */
    const struct fwd_copymap
        *map; /* targets in the image become targets in the new one; NULL: stay */
    const struct fwd_correction_cache *data; /* the same for addresses of data; NULL: stay */
};

/* Writes `size` bytes of the image to out, rewritten. */
void fwd_normalise_image(
    const struct fwd_normalise *how, const uint8_t *bytes, uint32_t size, uint8_t *out);

#endif
