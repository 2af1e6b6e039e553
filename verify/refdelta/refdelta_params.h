/* Parameters of the codec `fwd` in the manifest, and the memory they ask for (FWD.md).
 */
#ifndef FWD_VERIFY_REFDELTA_REFDELTA_PARAMS_H
#define FWD_VERIFY_REFDELTA_REFDELTA_PARAMS_H

#include "verify/refdelta/delta.h"

#define FWD_DELTA_VERSION     1u
#define FWD_DELTA_PARAMS_SIZE 9u
/* Hashed contexts come in pages. */
#define FWD_DELTA_PAGE 1024u
#define FWD_DELTA_SLOT 3u /* bytes of memory per hashed context */
/* Entries of a table of corrections come in units, too. */
#define FWD_DELTA_CACHE_UNIT 16u
#define FWD_DELTA_SEGMENT    16u /* bytes of memory per segment */

/* RAM classes: the largest arena. */
#define FWD_RAM_64K  0u
#define FWD_RAM_256K 1u
#define FWD_RAM_FREE 255u /* as the parameters say */

struct fwd_delta_params {
    uint8_t isa;
    uint8_t ram_class;
    uint8_t pages;      /* of hashed contexts, at least 1 */
    uint32_t intervals; /* of the map, at most: 24 bits */
    uint16_t caches;    /* entries of each of the two tables of corrections; a multiple of 16 */
    uint8_t segments;   /* of both images together, 2..2 * FWD_SEGMENTS_MAX */
};

/* Where everything is in the arena; offsets from its start, each a multiple of 16. */
struct fwd_delta_layout {
    uint32_t map;
    uint32_t body; /* from here on: first the runs while the map is built, then the body's model */
    uint32_t segments, direct, weights, second, sse, moved, data, slots, checks;
    uint32_t end; /* the arena's size */
};

/* The memory that is 64 KiB, 256 KiB or, for FWD_RAM_FREE, 4 GiB - 1. False: no such class. */
bool fwd_delta_class_size(uint8_t ram_class, uint32_t *size);

/* FWD_OK; FWD_E_UNKNOWN_CODEC for another version of the stream; FWD_E_SECTION_CONTENT when they
 * are malformed. */
FWD_MUST_USE enum fwd_reason fwd_delta_params_decode(
    const uint8_t *bytes, uint8_t size, struct fwd_delta_params *params);

/* Divides the arena. FWD_E_SECTION_CONTENT when it would be larger than the class. */
FWD_MUST_USE enum fwd_reason fwd_delta_layout(
    const struct fwd_delta_params *params, struct fwd_delta_layout *layout);

#endif
