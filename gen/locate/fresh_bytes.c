#include "gen/locate/fresh_bytes.h"

#include <stdlib.h>
#include <string.h>

/* Any stretch of 2 * BLOCK - 1 bytes has a block of the source in it. */
#define BLOCK  16u
#define PROBES 8u

struct index {
    const struct fwd_pair *pair;
    uint32_t *blocks; /* by hash: number of a block of the source and 1; 0: none */
    uint32_t mask;
};

static uint32_t hash(const uint8_t *block)
{
    uint64_t a, b;

    memcpy(&a, block, sizeof a);
    memcpy(&b, block + sizeof a, sizeof b);
    a = (a ^ b >> 29) * 0x9E3779B97F4A7C15u + b;
    return (uint32_t)((a ^ a >> 31) * 0xC2B2AE3D27D4EB4Fu >> 32);
}

/* Blocks that repeat themselves do not fill the table: after a few probes one is left out. */
static bool build(struct index *x)
{
    uint32_t blocks = x->pair->source_size / BLOCK, room = 1024;

    while (room < 2 * blocks)
        room *= 2;
    x->mask = room - 1;
    x->blocks = calloc(room, sizeof *x->blocks);
    if (x->blocks == NULL)
        return false;
    for (uint32_t i = 0; i < blocks; i++) {
        uint32_t at = hash(x->pair->source + (size_t)i * BLOCK);
        for (uint32_t k = 0; k < PROBES; k++)
            if (x->blocks[(at + k) & x->mask] == 0) {
                x->blocks[(at + k) & x->mask] = i + 1;
                break;
            }
    }
    return true;
}

/* Where the source has the block at `bytes`. */
static bool find(const struct index *x, const uint8_t *bytes, uint32_t *from)
{
    uint32_t at = hash(bytes), number;

    for (uint32_t k = 0; k < PROBES && (number = x->blocks[(at + k) & x->mask]) != 0; k++) {
        *from = (number - 1) * BLOCK;
        if (memcmp(x->pair->source + *from, bytes, BLOCK) == 0)
            return true;
    }
    return false;
}

bool fwd_fresh_bytes_count(const struct fwd_pair *pair, uint32_t at, uint32_t size, uint32_t *count)
{
    struct index x = {.pair = pair};
    uint32_t end = at + size, settled = at, from; /* what is before `settled` is counted */

    *count = 0;
    if (!build(&x))
        return false;
    while (end - at >= BLOCK) {
        uint32_t start = at, after = at + BLOCK;
        if (!find(&x, pair->target + at, &from)) {
            at++;
            continue;
        }
        uint32_t source_end = from + BLOCK;
        for (; start > settled && from > 0 && pair->target[start - 1] == pair->source[from - 1];
             start--)
            from--;
        for (; after < end && source_end < pair->source_size &&
               pair->target[after] == pair->source[source_end];
             after++)
            source_end++;
        *count += start - settled;
        at = settled = after;
    }
    *count += end - settled;
    free(x.blocks);
    return true;
}
