/* What kind of code an image holds and where it lies in memory, found from its bytes. */
#ifndef FWD_GEN_LOCATE_LOCATE_H
#define FWD_GEN_LOCATE_LOCATE_H

#include "gen/bsdiff/tuples.h"
#include "verify/refdelta/delta.h"

/* The instruction sets (FWD_ISA_*) that the image may be made for, the likeliest first; none when
 * nothing looks like code. False: no memory. */
#define FWD_LOCATE_ISAS_MAX 4u
bool fwd_locate_isas(
    const uint8_t *bytes, uint32_t size, uint8_t ids[FWD_LOCATE_ISAS_MAX], size_t *count);

/* The addresses of byte 0 of both images, from words that point to the starts of functions;
 * FWD_BASE_NONE: not found. False: no memory. */
bool fwd_locate_bases(const struct fwd_isa *isa, const struct fwd_pair *pair,
    struct fwd_frame *from, struct fwd_frame *to);

/* Fills frames but the second bases: bases of both images and the windows of their data. False: no
 * memory. */
bool fwd_locate_frames(
    const struct fwd_isa *isa, const struct fwd_pair *pair, struct fwd_frames *frames);

/* A second address of the source, from pointers that moved as the map says: of `runs`, the map's.
 * 0: none. Only for 32-bit instruction sets. */
uint32_t fwd_locate_second(const struct fwd_pair *pair, const struct fwd_frames *frames,
    const struct fwd_run *runs, size_t count, const struct fwd_copymap *map);

#endif
