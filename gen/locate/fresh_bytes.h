/* Which bytes of the target the source has nowhere. */
#ifndef FWD_GEN_LOCATE_FRESH_BYTES_H
#define FWD_GEN_LOCATE_FRESH_BYTES_H

#include "gen/bsdiff/tuples.h"

/* Counts those of `size` bytes at `at` that are in no stretch of 31 bytes or more that the source
 * has, too. False: no memory. */
bool fwd_fresh_bytes_count(
    const struct fwd_pair *pair, uint32_t at, uint32_t size, uint32_t *count);

#endif
