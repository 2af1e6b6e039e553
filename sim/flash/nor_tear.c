/* What a power cut leaves of the operation that it interrupts. */
#include "sim/flash/nor_internal.h"

#include <string.h>

uint64_t fwd_nor_random(uint64_t *state)
{
    uint64_t z = (*state += 0x9E3779B97F4A7C15u);

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static uint8_t random_byte(uint64_t *state)
{
    return (uint8_t)(fwd_nor_random(state) >> 32);
}

/* How many bytes of the operation are complete: for the tears that stop after a prefix. */
static uint32_t prefix_of(const struct fwd_nor_cut *cut, uint32_t size)
{
    switch (cut->tear) {
    case FWD_NOR_BEFORE:
        return 0;
    case FWD_NOR_ONE:
        return 1;
    case FWD_NOR_HALF:
    case FWD_NOR_UNCORRECTABLE:
        return size / 2;
    case FWD_NOR_ALL_BUT_ONE:
        return size - 1;
    case FWD_NOR_PREFIX:
        return cut->bytes < size ? cut->bytes : size;
    default:
        return size;
    }
}

/* Content of `size` bytes on the way from old to new. */
static void blend(const struct fwd_nor_cut *cut, uint64_t *random, const uint8_t *old,
    const uint8_t *new, uint8_t *out, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        uint8_t mask = random_byte(random);

        if (cut->tear == FWD_NOR_GARBAGE)
            out[i] = mask;
        else
            out[i] = (uint8_t)((old[i] & mask) | (new[i] & ~mask));
    }
}

static uint64_t seed_of(const struct fwd_nor_cut *cut)
{
    return ((uint64_t)cut->seed << 20) ^ cut->operation;
}

/* From here on unstable units read as the seed says. */
static void begin_unstable(struct fwd_nor *nor)
{
    nor->words[FWD_WORD_UNSTABLE_MODE] = nor->cut.seed % 4;
    nor->words[FWD_WORD_UNSTABLE_SINCE] = nor->words[FWD_WORD_POWER_CYCLES];
    nor->words[FWD_WORD_RANDOM] = seed_of(&nor->cut);
    nor->words[FWD_WORD_READ_TICK] = 0;
}

static uint8_t flags_after(const struct fwd_nor *nor, enum fwd_nor_tear tear, size_t unit)
{
    uint8_t flags = nor->flags[unit];

    if (tear != FWD_NOR_BEFORE)
        flags |= FWD_UNIT_PROGRAMMED;
    if (tear == FWD_NOR_UNSTABLE)
        flags |= FWD_UNIT_UNSTABLE;
    if (tear == FWD_NOR_UNCORRECTABLE)
        flags |= FWD_UNIT_UNCORRECTABLE;
    return flags;
}

/* ---- program --------------------------------------------------------------------------------- */

/* A unit of the call at distance `at` from the one in flight (negative: before it). */
static bool neighbour(const struct fwd_nor_span *unit, int64_t at, struct fwd_nor_span *out)
{
    int64_t offset = (int64_t)unit->offset + at;

    return offset >= 0 && offset <= UINT32_MAX &&
           fwd_nor_span(unit->nor, unit->region->area.id, (uint32_t)offset, unit->size, out);
}

static void put_back(const struct fwd_nor_span *unit, uint32_t page_at)
{
    struct fwd_nor *nor = unit->nor;

    fwd_nor_put(nor, unit->block, unit->cell, nor->page.bytes + page_at, unit->size);
    fwd_nor_set_flags(
        nor, unit->block, unit->unit, nor->page.flags[page_at / unit->chip->program_unit]);
}

static void put_new(const struct fwd_nor_span *unit, const uint8_t *bytes)
{
    struct fwd_nor *nor = unit->nor;

    fwd_nor_put(nor, unit->block, unit->cell, bytes, unit->size);
    fwd_nor_set_flags(nor, unit->block, unit->unit, nor->flags[unit->unit] | FWD_UNIT_PROGRAMMED);
}

/* Units of the page that the call has programmed before this one: lost, or a random half. */
static void tear_earlier(const struct fwd_nor_span *unit, uint32_t done, uint64_t *random)
{
    uint32_t in_page = (unit->region->area.address + unit->offset) & (unit->chip->program_page - 1);
    uint32_t reach = done < in_page ? done : in_page;
    bool all = unit->nor->cut.tear == FWD_NOR_DROP;

    for (uint32_t back = unit->size; back <= reach; back += unit->size) {
        struct fwd_nor_span one;

        if ((all || (fwd_nor_random(random) & 1) != 0) && neighbour(unit, -(int64_t)back, &one))
            put_back(&one, in_page - back);
    }
}

/* Later units of the call in the page: a random half of them came first. */
static void tear_later(
    const struct fwd_nor_span *unit, const uint8_t *bytes, uint32_t left, uint64_t *random)
{
    uint32_t in_page = (unit->region->area.address + unit->offset) & (unit->chip->program_page - 1);
    uint32_t room = unit->chip->program_page - in_page;
    uint32_t reach = left < room ? left : room;

    for (uint32_t at = 0; at < reach; at += unit->size) {
        struct fwd_nor_span one;

        /* A unit that is not blank would make this an illegal program: left alone. */
        if ((fwd_nor_random(random) & 1) != 0 && neighbour(unit, at, &one) &&
            (unit->nor->flags[one.unit] & FWD_UNIT_PROGRAMMED) == 0)
            put_new(&one, bytes + at);
    }
}

void fwd_nor_tear_program(
    const struct fwd_nor_span *unit, const uint8_t *bytes, uint32_t left, uint32_t done)
{
    struct fwd_nor *nor = unit->nor;
    const struct fwd_nor_cut *cut = &nor->cut;
    uint64_t random = seed_of(cut);
    const uint8_t *old = nor->cells + unit->cell;
    uint8_t content[FWD_NOR_PAGE_MAX];
    uint32_t prefix = prefix_of(cut, unit->size);

    if (cut->tear == FWD_NOR_REORDER) {
        tear_earlier(unit, done, &random);
        tear_later(unit, bytes, left, &random);
        return;
    }
    if (cut->tear == FWD_NOR_DROP)
        tear_earlier(unit, done, &random);
    if (cut->tear == FWD_NOR_UNSTABLE)
        begin_unstable(nor);
    memcpy(content, old, unit->size);
    memcpy(content, bytes, prefix);
    if (cut->tear == FWD_NOR_BITS || cut->tear == FWD_NOR_GARBAGE)
        blend(cut, &random, old, bytes, content, unit->size);
    fwd_nor_set_flags(nor, unit->block, unit->unit, flags_after(nor, cut->tear, unit->unit));
    fwd_nor_put(nor, unit->block, unit->cell, content, unit->size);
}

/* ---- erase ----------------------------------------------------------------------------------- */

static void condition_of_block(const struct fwd_nor_span *block, enum fwd_nor_tear tear)
{
    bool clean = tear == FWD_NOR_AFTER || tear == FWD_NOR_DROP || tear == FWD_NOR_REORDER;

    if (tear == FWD_NOR_BEFORE)
        return;
    for (uint32_t i = 0; i < block->units; i++) {
        size_t unit = block->unit + i;
        fwd_nor_set_flags(
            block->nor, block->block, unit, clean ? 0 : flags_after(block->nor, tear, unit));
    }
}

void fwd_nor_tear_erase(const struct fwd_nor_span *block)
{
    struct fwd_nor *nor = block->nor;
    const struct fwd_nor_cut *cut = &nor->cut;
    uint64_t random = seed_of(cut);
    uint8_t *cells = nor->cells + block->cell;

    if (cut->tear == FWD_NOR_UNSTABLE) {
        /* The cells keep what they held; each read sees some of it. */
        begin_unstable(nor);
    } else if (cut->tear == FWD_NOR_BITS || cut->tear == FWD_NOR_GARBAGE) {
        uint8_t erased = block->chip->erased;
        for (uint32_t i = 0; i < block->size; i++)
            blend(cut, &random, cells + i, &erased, cells + i, 1);
    } else {
        memset(cells, block->chip->erased, prefix_of(cut, block->size));
    }
    condition_of_block(block, cut->tear);
    fwd_nor_touch(nor, block->block);
}

/* ---- reading what is unstable ---------------------------------------------------------------- */

enum view { VIEW_CELLS, VIEW_ERASED, VIEW_BITS };

/* What the read that comes now sees of unstable units. */
static enum view next_view(struct fwd_nor *nor)
{
    uint64_t cycles = nor->words[FWD_WORD_POWER_CYCLES] - nor->words[FWD_WORD_UNSTABLE_SINCE];

    switch (nor->words[FWD_WORD_UNSTABLE_MODE]) {
    case 1:
        return cycles <= 1 ? VIEW_CELLS : VIEW_ERASED;
    case 2:
        return cycles <= 1 ? VIEW_ERASED : VIEW_CELLS;
    case 3:
        return nor->words[FWD_WORD_READ_TICK]++ % 2 == 0 ? VIEW_CELLS : VIEW_ERASED;
    default:
        return (enum view)(fwd_nor_random(&nor->words[FWD_WORD_RANDOM]) % 3);
    }
}

static void see_byte(struct fwd_nor *nor, enum view view, uint8_t erased, uint8_t *byte)
{
    if (view == VIEW_ERASED)
        *byte = erased;
    if (view == VIEW_BITS) {
        uint8_t mask = random_byte(&nor->words[FWD_WORD_RANDOM]);
        *byte = (uint8_t)((*byte & mask) | (erased & ~mask));
    }
}

void fwd_nor_unstable_read(const struct fwd_nor_span *span, uint8_t *bytes)
{
    struct fwd_nor *nor = span->nor;
    uint32_t address = span->region->area.address + span->offset;
    uint32_t into = address % span->chip->program_unit;
    bool any = false;
    enum view view = VIEW_CELLS;

    for (uint32_t i = 0; i < span->size; i++) {
        if ((nor->flags[span->unit + (into + i) / span->chip->program_unit] & FWD_UNIT_UNSTABLE) ==
            0)
            continue;
        if (!any)
            view = next_view(nor);
        any = true;
        see_byte(nor, view, span->chip->erased, &bytes[i]);
    }
}
