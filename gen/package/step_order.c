#include "gen/package/step_order.h"

#include <string.h>

#define BLOCK 4096u

struct tally {
    const struct fwd_pair *pair;
    uint64_t lost_ascending; /* bytes whose source block was overwritten earlier */
    uint64_t lost_descending;
};

static uint32_t minimum(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Will the update write this block? */
static bool changes(const struct fwd_pair *pair, uint32_t block)
{
    uint64_t at = (uint64_t)block * BLOCK;

    if (at >= pair->target_size)
        return false;
    uint32_t size = minimum(BLOCK, pair->target_size - (uint32_t)at);
    return at + size > pair->source_size || memcmp(pair->source + at, pair->target + at, size) != 0;
}

/* A run that crosses no block border in source or target. */
static void count_piece(struct tally *tally, uint32_t source, uint32_t target, uint32_t size)
{
    uint32_t from = source / BLOCK, to = target / BLOCK;

    if (from == to || !changes(tally->pair, from) || !changes(tally->pair, to))
        return;
    if (from < to)
        tally->lost_ascending += size;
    else
        tally->lost_descending += size;
}

static void count_run(struct tally *tally, uint32_t source, uint32_t target, uint32_t size)
{
    while (size > 0) {
        uint32_t piece = minimum(size, BLOCK - source % BLOCK);
        piece = minimum(piece, BLOCK - target % BLOCK);
        count_piece(tally, source, target, piece);
        source += piece;
        target += piece;
        size -= piece;
    }
}

bool fwd_step_order_descending(const struct fwd_pair *pair, const struct fwd_tuples *tuples)
{
    struct tally tally = {.pair = pair};
    int64_t source = 0, target = 0;

    for (size_t i = 0; i < tuples->count; i++) {
        const struct fwd_tuple *t = &tuples->list[i];
        count_run(&tally, (uint32_t)source, (uint32_t)target, t->diff);
        source += (int64_t)t->diff + t->seek;
        target += (int64_t)t->diff + t->extra;
    }
    return tally.lost_descending < tally.lost_ascending;
}
