/* Parts of an image that are compressed or encrypted: a byte that changes inside changes all that
 * follows, so a delta has to carry them anew. */
#ifndef FWD_GEN_LOCATE_OPAQUE_H
#define FWD_GEN_LOCATE_OPAQUE_H

#include "gen/bsdiff/tuples.h"

#define FWD_OPAQUE_MAX 16u

struct fwd_opaque {
    uint32_t at, size;
    const char *format; /* by the bytes it begins with; NULL: not known */
    uint32_t fresh;     /* bytes of it that the source has nowhere: so much it costs a delta */
};

/* The largest ones of the target of at least 8 KiB, by their place. False: no memory. */
bool fwd_opaque_find(
    const struct fwd_pair *pair, struct fwd_opaque list[FWD_OPAQUE_MAX], size_t *count);

#endif
