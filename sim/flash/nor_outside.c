/* What is done to a flash from outside: looking, poking, power. */
#include "sim/flash/nor_internal.h"

#include <string.h>

const struct fwd_area *fwd_nor_area(const struct fwd_nor *nor, uint16_t id)
{
    return id < nor->region_count ? &nor->regions[id].area : NULL;
}

bool fwd_nor_peek(
    const struct fwd_nor *nor, uint16_t area, uint32_t offset, void *bytes, uint32_t size)
{
    const struct fwd_nor_region *region;

    if (area >= nor->region_count)
        return false;
    region = &nor->regions[area];
    if (size > region->area.size || offset > region->area.size - size)
        return false;
    memcpy(bytes,
        nor->cells + nor->chips[region->area.chip].first_cell + region->area.address + offset,
        size);
    return true;
}

bool fwd_nor_cells_hold(
    const struct fwd_nor *nor, uint16_t area, uint32_t offset, const void *bytes, uint32_t size)
{
    const struct fwd_nor_region *region;

    if (area >= nor->region_count || size == 0)
        return area < nor->region_count;
    region = &nor->regions[area];
    if (size > region->area.size || offset > region->area.size - size)
        return false;
    const struct fwd_nor_chip_place *place = &nor->chips[region->area.chip];
    return memcmp(nor->cells + place->first_cell + region->area.address + offset, bytes, size) == 0;
}

bool fwd_nor_holds(
    const struct fwd_nor *nor, uint16_t area, uint32_t offset, const void *bytes, uint32_t size)
{
    if (!fwd_nor_cells_hold(nor, area, offset, bytes, size))
        return false;
    if (size == 0 || nor->words[FWD_WORD_ODD_UNITS] == 0)
        return true;
    const struct fwd_nor_region *region = &nor->regions[area];
    const struct fwd_nor_chip_place *place = &nor->chips[region->area.chip];
    uint32_t first = region->area.address + offset, unit = place->chip.program_unit;
    for (uint32_t i = first / unit; i <= (first + size - 1) / unit; i++) {
        if ((nor->flags[place->first_unit + i] & FWD_UNIT_ODD) != 0)
            return false;
    }
    return true;
}

static bool is_blank(const uint8_t *cells, uint32_t size, uint8_t erased)
{
    for (uint32_t i = 0; i < size; i++) {
        if (cells[i] != erased)
            return false;
    }
    return true;
}

/* Sets the condition of all units of a span by what they hold; keeps the bits in `keep`. */
static void judge_units(const struct fwd_nor_span *span, uint8_t add)
{
    struct fwd_nor *nor = span->nor;
    uint32_t unit = span->chip->program_unit;
    uint32_t first = span->offset / unit * unit;

    for (uint32_t i = 0; i < span->units; i++) {
        struct fwd_nor_span one;

        if (!fwd_nor_span(nor, span->region->area.id, first + i * unit, unit, &one))
            return;
        bool blank = is_blank(nor->cells + one.cell, unit, span->chip->erased);
        fwd_nor_set_flags(
            nor, one.block, one.unit, (uint8_t)((blank ? 0 : FWD_UNIT_PROGRAMMED) | add));
    }
}

bool fwd_nor_poke(
    struct fwd_nor *nor, uint16_t area, uint32_t offset, const void *bytes, uint32_t size)
{
    struct fwd_nor_span span;

    if (size == 0)
        return area < nor->region_count && offset <= nor->regions[area].area.size;
    if (!fwd_nor_span(nor, area, offset, size, &span))
        return false;
    memcpy(nor->cells + span.cell, bytes, size);
    judge_units(&span, 0);
    return true;
}

bool fwd_nor_spoil(struct fwd_nor *nor, uint16_t area, uint32_t offset, uint32_t size)
{
    struct fwd_nor_span span;

    if (!fwd_nor_span(nor, area, offset, size, &span))
        return false;
    judge_units(&span, FWD_UNIT_PROGRAMMED | FWD_UNIT_UNCORRECTABLE);
    return true;
}

void fwd_nor_power_on(struct fwd_nor *nor)
{
    if (!nor->powered)
        nor->words[FWD_WORD_POWER_CYCLES]++;
    nor->powered = true;
}

void fwd_nor_power_off(struct fwd_nor *nor)
{
    nor->powered = false;
}

bool fwd_nor_powered(const struct fwd_nor *nor)
{
    return nor->powered;
}

uint64_t fwd_nor_power_cycles(const struct fwd_nor *nor)
{
    return nor->words[FWD_WORD_POWER_CYCLES];
}
