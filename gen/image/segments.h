/* Where the pieces of an image are when its code runs: what pointers and references are relative
 * to. An image whose bytes all have one distance from their addresses has one segment; file formats
 * that name more (ELF, ESP) give more. */
#ifndef FWD_GEN_IMAGE_SEGMENTS_H
#define FWD_GEN_IMAGE_SEGMENTS_H

#include "verify/refdelta/reference/frame.h"

#include <stddef.h>

/* Ascending by offset; none overlaps another. What lies between two belongs to none. */
struct fwd_segments {
    struct fwd_segment list[FWD_SEGMENTS_MAX];
    size_t count; /* 0: nothing is known */
};

/* Adds one that begins at or after the end of the last. With the same distance from offset to
 * address as the last it extends that one, over a gap, too. False: it begins too early, is empty,
 * or FWD_SEGMENTS_MAX are there; nothing has changed then. */
bool fwd_segments_add(
    struct fwd_segments *segments, uint32_t offset, uint32_t size, uint64_t address);

/* The segment that holds the byte at an offset; NULL: none. */
const struct fwd_segment *fwd_segments_find(const struct fwd_segments *segments, uint32_t offset);

#endif
