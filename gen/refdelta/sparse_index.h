/* Matches in an image of which only every so many bytes are indexed: less memory than a suffix
 * array, and blind to short matches. */
#ifndef FWD_GEN_REFDELTA_SPARSE_INDEX_H
#define FWD_GEN_REFDELTA_SPARSE_INDEX_H

#include "gen/bsdiff/suffix.h"

#include <stdbool.h>

#define FWD_SPARSE_STRIDE_LEAST 4u
#define FWD_SPARSE_STRIDE_MOST  64u
#define FWD_SPARSE_WAYS         4u /* places that are kept of blocks with the same hash */

struct fwd_sparse_index {
    const uint8_t *bytes; /* not owned */
    uint32_t size;
    uint32_t *places; /* groups of FWD_SPARSE_WAYS: place and 1, or 0 */
    uint32_t mask;    /* of groups */
};

/* The bytes that an index takes. stride: a power of two. */
uint64_t fwd_sparse_index_memory(uint32_t size, uint32_t stride);

/* bytes must outlive the index. False: no memory. */
bool fwd_sparse_index_build(
    struct fwd_sparse_index *index, const uint8_t *bytes, uint32_t size, uint32_t stride);

/* NULL-safe for a zeroed struct. */
void fwd_sparse_index_free(struct fwd_sparse_index *index);

/* Places where at least 8 bytes are as at `bytes`; the same ones for the same input, always.
 * Returns how many. */
unsigned fwd_sparse_index_find(const struct fwd_sparse_index *index, const uint8_t *bytes,
    uint32_t size, struct fwd_match matches[FWD_SPARSE_WAYS]);

/* Fetches into the processor's cache what finding these 8 bytes reads. */
void fwd_sparse_index_prefetch(const struct fwd_sparse_index *index, const uint8_t *bytes);

#endif
