/* Units that a power cut has left so that they read differently until they are erased. */
#include "sim/flash/nor_internal.h"

uint64_t *fwd_nor_unstable(struct fwd_nor *nor, uint16_t area)
{
    return &nor->words[FWD_WORD_UNSTABLE + (size_t)area * FWD_UNSTABLE_WORDS];
}

/* From here on unstable units of the area read as the seed says. */
void fwd_nor_unstable_begin(const struct fwd_nor_span *span)
{
    struct fwd_nor *nor = span->nor;
    uint64_t *unstable = fwd_nor_unstable(nor, span->region->area.id);

    unstable[FWD_UNSTABLE_MODE] = nor->cut.seed % 4;
    unstable[FWD_UNSTABLE_SINCE] = nor->words[FWD_WORD_POWER_CYCLES];
    unstable[FWD_UNSTABLE_RANDOM] = fwd_nor_cut_seed(&nor->cut);
    unstable[FWD_UNSTABLE_TICK] = 0;
}

enum view { VIEW_CELLS, VIEW_ERASED, VIEW_BITS };

/* What the read that comes now sees of unstable units. */
static enum view next_view(const struct fwd_nor *nor, uint64_t *unstable)
{
    uint64_t cycles = nor->words[FWD_WORD_POWER_CYCLES] - unstable[FWD_UNSTABLE_SINCE];

    switch (unstable[FWD_UNSTABLE_MODE]) {
    case 1:
        return cycles <= 1 ? VIEW_CELLS : VIEW_ERASED;
    case 2:
        return cycles <= 1 ? VIEW_ERASED : VIEW_CELLS;
    case 3:
        return unstable[FWD_UNSTABLE_TICK]++ % 2 == 0 ? VIEW_CELLS : VIEW_ERASED;
    default:
        return (enum view)(fwd_nor_random(&unstable[FWD_UNSTABLE_RANDOM]) % 3);
    }
}

static void see_byte(uint64_t *unstable, enum view view, uint8_t erased, uint8_t *byte)
{
    if (view == VIEW_ERASED)
        *byte = erased;
    if (view == VIEW_BITS) {
        uint8_t mask = (uint8_t)(fwd_nor_random(&unstable[FWD_UNSTABLE_RANDOM]) >> 32);
        *byte = (uint8_t)((*byte & mask) | (erased & ~mask));
    }
}

void fwd_nor_unstable_read(const struct fwd_nor_span *span, uint8_t *bytes)
{
    struct fwd_nor *nor = span->nor;
    uint64_t *unstable = fwd_nor_unstable(nor, span->region->area.id);
    uint32_t address = span->region->area.address + span->offset;
    uint32_t unit = span->chip->program_unit;
    const uint8_t *flags = nor->flags + span->unit;
    bool any = false;
    enum view view = VIEW_CELLS;

    /* from unit to unit: most are not unstable, and each read comes by here */
    for (uint32_t at = 0, left = unit - address % unit; at < span->size; left = unit, flags++) {
        uint32_t end = left < span->size - at ? at + left : span->size;
        if ((*flags & FWD_UNIT_UNSTABLE) == 0) {
            at = end;
            continue;
        }
        if (!any)
            view = next_view(nor, unstable);
        any = true;
        for (; at < end; at++)
            see_byte(unstable, view, span->chip->erased, &bytes[at]);
    }
}
