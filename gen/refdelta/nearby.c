#include "gen/refdelta/nearby.h"

#include <stdlib.h>
#include <string.h>

#define HASH_BITS 18u

static uint32_t hash(const uint8_t *b)
{
    uint32_t v = (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16;

    return v * 0x9E3779B1u >> (32 - HASH_BITS);
}

uint64_t fwd_nearby_memory(uint32_t size)
{
    return ((1ull << HASH_BITS) + 2 + size) * sizeof(uint32_t);
}

bool fwd_nearby_build(struct fwd_nearby *n, const uint8_t *bytes, uint32_t size)
{
    uint32_t count = size < FWD_NEARBY_SIZE ? 0 : size - FWD_NEARBY_SIZE + 1;

    *n = (struct fwd_nearby){.bytes = bytes, .size = size};
    n->starts = calloc((1u << HASH_BITS) + 2, sizeof *n->starts);
    n->places = malloc(((size_t)count + 1) * sizeof *n->places);
    if (n->starts == NULL || n->places == NULL) {
        fwd_nearby_free(n);
        return false;
    }
    for (uint32_t i = 0; i < count; i++)
        n->starts[hash(bytes + i) + 2]++;
    for (uint32_t i = 2; i < (1u << HASH_BITS) + 2; i++)
        n->starts[i] += n->starts[i - 1];
    /* starts[h + 1] moves from the first place of h to the first of h + 1 */
    for (uint32_t i = 0; i < count; i++)
        n->places[n->starts[hash(bytes + i) + 1]++] = i;
    return true;
}

void fwd_nearby_free(struct fwd_nearby *n)
{
    free(n->starts);
    free(n->places);
    *n = (struct fwd_nearby){0};
}

void fwd_nearby_prefetch(const struct fwd_nearby *n, const uint8_t *soon, const uint8_t *later)
{
    uint32_t first = n->starts[hash(soon)], end = n->starts[hash(soon) + 1];

    __builtin_prefetch(&n->places[first + (end - first) / 2]);
    __builtin_prefetch(&n->starts[hash(later)]);
}

static bool accept(
    const struct fwd_nearby *n, uint32_t place, const uint8_t *bytes, int64_t expected)
{
    int64_t distance = (int64_t)place - expected;

    return distance <= (int64_t)FWD_NEARBY_REACH && distance >= -(int64_t)FWD_NEARBY_REACH &&
           memcmp(n->bytes + place, bytes, FWD_NEARBY_SIZE) == 0;
}

unsigned fwd_nearby_find(const struct fwd_nearby *n, const uint8_t *bytes, int64_t expected,
    uint32_t places[FWD_NEARBY_COUNT])
{
    uint32_t h = hash(bytes), first = n->starts[h], end = n->starts[h + 1];
    uint32_t low = first, high = end;
    unsigned count = 0;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if ((int64_t)n->places[middle] < expected)
            low = middle + 1;
        else
            high = middle;
    }
    for (uint32_t i = 0; i < FWD_NEARBY_COUNT / 2; i++) {
        if (low + i < end && accept(n, n->places[low + i], bytes, expected))
            places[count++] = n->places[low + i];
        if (low >= first + 1 + i && accept(n, n->places[low - 1 - i], bytes, expected))
            places[count++] = n->places[low - 1 - i];
    }
    return count;
}
