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

uint64_t fwd_nor_cut_seed(const struct fwd_nor_cut *cut)
{
    return ((uint64_t)cut->seed << 20) ^ cut->operation;
}

/* ---- a unit of several that were in flight --------------------------------------------------- */

enum fate { FATE_OLD, FATE_NEW, FATE_TORN };

/* One that is in flight alone is torn. */
static enum fate fate_of(uint64_t *random, bool alone)
{
    return alone ? FATE_TORN : (enum fate)((fwd_nor_random(random) >> 16) % 3);
}

/* Leaves a unit torn: with random bits, or unstable. new: its new content. */
static void leave_torn(const struct fwd_nor_span *unit, const uint8_t *new, uint64_t *random)
{
    struct fwd_nor *nor = unit->nor;
    bool unstable = nor->cut.seed % 2 != 0;
    uint8_t flags = nor->flags[unit->unit] | FWD_UNIT_PROGRAMMED;
    uint8_t content[FWD_NOR_PAGE_MAX];

    memcpy(content, new, unit->size);
    if (!unstable)
        blend(&nor->cut, random, nor->cells + unit->cell, new, content, unit->size);
    fwd_nor_set_flags(
        nor, unit->block, unit->unit, unstable ? (uint8_t)(flags | FWD_UNIT_UNSTABLE) : flags);
    fwd_nor_put(nor, unit->block, unit->cell, content, unit->size);
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

/* All units of the call in the page were on their way together. */
static void scatter_program(const struct fwd_nor_span *unit, const uint8_t *bytes, uint32_t left,
    uint32_t done, uint64_t *random)
{
    struct fwd_nor *nor = unit->nor;
    uint32_t in_page = (unit->region->area.address + unit->offset) & (unit->chip->program_page - 1);
    bool alone = done == 0 && left == unit->size;

    if (nor->cut.seed % 2 != 0)
        fwd_nor_unstable_begin(unit);
    for (uint32_t back = done; back >= unit->size; back -= unit->size) {
        struct fwd_nor_span one;
        if (neighbour(unit, -(int64_t)back, &one))
            put_back(&one, in_page - back);
    }
    for (uint32_t at = 0; at < done + left; at += unit->size) {
        const uint8_t *new = bytes + at - done;
        struct fwd_nor_span one;
        enum fate fate = fate_of(random, alone);
        if (!neighbour(unit, (int64_t)at - done, &one) || fate == FATE_OLD ||
            (nor->flags[one.unit] & FWD_UNIT_PROGRAMMED) != 0)
            continue;
        if (fate == FATE_NEW)
            put_new(&one, new);
        else
            leave_torn(&one, new, random);
    }
}

void fwd_nor_tear_program(
    const struct fwd_nor_span *unit, const uint8_t *bytes, uint32_t left, uint32_t done)
{
    struct fwd_nor *nor = unit->nor;
    const struct fwd_nor_cut *cut = &nor->cut;
    uint64_t random = fwd_nor_cut_seed(cut);
    const uint8_t *old = nor->cells + unit->cell;
    uint8_t content[FWD_NOR_PAGE_MAX];
    uint32_t prefix = prefix_of(cut, unit->size);

    if (cut->tear == FWD_NOR_REORDER) {
        tear_earlier(unit, done, &random);
        tear_later(unit, bytes, left, &random);
        return;
    }
    if (cut->tear == FWD_NOR_SCATTER) {
        scatter_program(unit, bytes, left, done, &random);
        return;
    }
    if (cut->tear == FWD_NOR_DROP)
        tear_earlier(unit, done, &random);
    if (cut->tear == FWD_NOR_UNSTABLE)
        fwd_nor_unstable_begin(unit);
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

static void scatter_erase(const struct fwd_nor_span *block, uint64_t *random)
{
    struct fwd_nor *nor = block->nor;
    uint32_t size = block->size / block->units;
    uint8_t erased[FWD_NOR_PAGE_MAX];

    memset(erased, block->chip->erased, size);
    if (nor->cut.seed % 2 != 0)
        fwd_nor_unstable_begin(block);
    for (uint32_t i = 0; i < block->units; i++) {
        struct fwd_nor_span one = *block;
        enum fate fate = fate_of(random, block->units == 1);

        one.cell += (size_t)i * size;
        one.unit += i;
        one.size = size;
        if (fate == FATE_NEW)
            fwd_nor_put(nor, block->block, one.cell, erased, size);
        else if (fate == FATE_TORN && nor->cut.seed % 2 == 0)
            leave_torn(&one, erased, random);
        else if (fate == FATE_TORN) /* the cells keep what they held; each read sees some of it */
            fwd_nor_set_flags(nor, block->block, one.unit, FWD_UNIT_PROGRAMMED | FWD_UNIT_UNSTABLE);
    }
}

void fwd_nor_tear_erase(const struct fwd_nor_span *block)
{
    struct fwd_nor *nor = block->nor;
    const struct fwd_nor_cut *cut = &nor->cut;
    uint64_t random = fwd_nor_cut_seed(cut);
    uint8_t *cells = nor->cells + block->cell;

    if (cut->tear == FWD_NOR_UNSTABLE) {
        /* The cells keep what they held; each read sees some of it. */
        fwd_nor_unstable_begin(block);
    } else if (cut->tear == FWD_NOR_SCATTER) {
        scatter_erase(block, &random);
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
