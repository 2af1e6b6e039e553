#include "gen/refdelta/sparse_index.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK 8u

static uint64_t block_at(const uint8_t *bytes)
{
    uint64_t block = 0;

    for (unsigned i = 0; i < BLOCK; i++)
        block |= (uint64_t)bytes[i] << 8 * i;
    return block;
}

static uint32_t group_of(const struct fwd_sparse_index *x, uint64_t block)
{
    block *= 0x9E3779B97F4A7C15u;
    return (uint32_t)((block ^ block >> 29) * 0xC2B2AE3D27D4EB4Fu >> 32) & x->mask;
}

static uint32_t groups_of(uint32_t size, uint32_t stride)
{
    uint32_t groups = 256;

    while (groups < size / stride / FWD_SPARSE_WAYS)
        groups *= 2;
    return groups;
}

uint64_t fwd_sparse_index_memory(uint32_t size, uint32_t stride)
{
    return (uint64_t)groups_of(size, stride) * FWD_SPARSE_WAYS * sizeof(uint32_t);
}

/* Where a group is full, the later places take turns: what they are like decides nothing. */
static void put(struct fwd_sparse_index *x, uint32_t group, uint32_t at, uint32_t turn)
{
    uint32_t *places = x->places + (size_t)group * FWD_SPARSE_WAYS;

    for (uint32_t i = 0; i < FWD_SPARSE_WAYS; i++)
        if (places[i] == 0) {
            places[i] = at + 1;
            return;
        }
    places[turn % FWD_SPARSE_WAYS] = at + 1;
}

bool fwd_sparse_index_build(
    struct fwd_sparse_index *x, const uint8_t *bytes, uint32_t size, uint32_t stride)
{
    uint32_t groups = groups_of(size, stride), turn = 0;
    uint64_t before = 0;

    *x = (struct fwd_sparse_index){.bytes = bytes, .size = size, .mask = groups - 1};
    x->places = calloc((size_t)groups * FWD_SPARSE_WAYS, sizeof *x->places);
    if (x->places == NULL)
        return false;
    for (uint32_t at = 0; at < size && size - at >= BLOCK; at += stride) {
        uint64_t block = block_at(bytes + at);
        if (at == 0 || block != before) /* of what repeats itself the first */
            put(x, group_of(x, block), at, turn++);
        before = block;
        if (size - at < stride)
            break;
    }
    return true;
}

void fwd_sparse_index_free(struct fwd_sparse_index *x)
{
    free(x->places);
    *x = (struct fwd_sparse_index){0};
}

unsigned fwd_sparse_index_find(const struct fwd_sparse_index *x, const uint8_t *bytes,
    uint32_t size, struct fwd_match matches[FWD_SPARSE_WAYS])
{
    unsigned count = 0;

    if (size < BLOCK)
        return 0;
    const uint32_t *places = x->places + (size_t)group_of(x, block_at(bytes)) * FWD_SPARSE_WAYS;
    for (uint32_t i = 0; i < FWD_SPARSE_WAYS && places[i] != 0; i++) {
        uint32_t at = places[i] - 1;
        uint32_t common = fwd_suffix_common(x->bytes + at, x->size - at, bytes, size);
        if (common >= BLOCK)
            matches[count++] = (struct fwd_match){at, common};
    }
    return count;
}

void fwd_sparse_index_prefetch(const struct fwd_sparse_index *x, const uint8_t *bytes)
{
    __builtin_prefetch(x->places + (size_t)group_of(x, block_at(bytes)) * FWD_SPARSE_WAYS);
}
