/* Short matches near an expected place: where in an image the next three bytes stand. */
#ifndef FWD_GEN_REFDELTA_NEARBY_H
#define FWD_GEN_REFDELTA_NEARBY_H

#include <stdbool.h>
#include <stdint.h>

#define FWD_NEARBY_SIZE  3u /* bytes of a match */
#define FWD_NEARBY_COUNT 4u
#define FWD_NEARBY_REACH 2048u

struct fwd_nearby {
    const uint8_t *bytes; /* not owned */
    uint32_t size;
    uint32_t *starts; /* per hash: its first place */
    uint32_t *places; /* ascending for each hash */
};

/* The bytes that an index takes. */
uint64_t fwd_nearby_memory(uint32_t size);

/* False: no memory. */
bool fwd_nearby_build(struct fwd_nearby *nearby, const uint8_t *bytes, uint32_t size);

/* NULL-safe for a zeroed struct. */
void fwd_nearby_free(struct fwd_nearby *nearby);

/* Places within FWD_NEARBY_REACH of `expected` where FWD_NEARBY_SIZE bytes are as at `bytes`, on
 * both sides the nearest. Returns how many, at most FWD_NEARBY_COUNT. */
unsigned fwd_nearby_find(const struct fwd_nearby *nearby, const uint8_t *bytes, int64_t expected,
    uint32_t places[FWD_NEARBY_COUNT]);

/* Fetches into the processor's cache what finding `soon` reads, and for `later` the first part of
 * it; of both FWD_NEARBY_SIZE bytes are read. */
void fwd_nearby_prefetch(
    const struct fwd_nearby *nearby, const uint8_t *soon, const uint8_t *later);

#endif
