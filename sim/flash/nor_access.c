#include "sim/flash/nor_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- where ----------------------------------------------------------------------------------- */

/* Block of a region that holds offset; *start: its offset in the area. */
static uint32_t find_block(const struct fwd_nor_region *region, uint32_t offset, uint32_t *start)
{
    uint32_t index = region->first_block;
    uint32_t at = 0;

    for (uint8_t i = 0; i < region->area.blocks_count; i++) {
        const struct fwd_blocks *run = &region->runs[i];
        uint32_t bytes = run->size * run->count; /* at most area.size */

        if (offset - at < bytes) {
            *start = at + (offset - at) / run->size * run->size;
            return index + (offset - at) / run->size;
        }
        at += bytes;
        index += run->count;
    }
    *start = at;
    return index;
}

bool fwd_nor_span(
    struct fwd_nor *nor, uint16_t area, uint32_t offset, uint32_t size, struct fwd_nor_span *span)
{
    uint32_t start;

    if (area >= nor->region_count)
        return false;
    const struct fwd_nor_region *region = &nor->regions[area];
    if (size == 0 || size > region->area.size || offset > region->area.size - size)
        return false;
    const struct fwd_nor_chip_place *place = &nor->chips[region->area.chip];
    uint32_t unit = place->chip.program_unit;
    uint32_t address = region->area.address + offset;
    span->nor = nor;
    span->region = region;
    span->chip = &place->chip;
    span->offset = offset;
    span->size = size;
    span->cell = place->first_cell + address;
    span->unit = place->first_unit + address / unit;
    span->units = (address % unit + size + unit - 1) / unit;
    span->block = find_block(region, offset, &start);
    return true;
}

/* ---- what no flash allows -------------------------------------------------------------------- */

static enum fwd_io violation(struct fwd_nor *nor, uint16_t area, uint32_t offset, uint32_t size,
    const char *operation, const char *rule)
{
    nor->violations++;
    if (nor->violations == 1) {
        snprintf(nor->violation_text, sizeof nor->violation_text,
            "%s of area %u, offset %" PRIu32 ", %" PRIu32 " bytes: %s", operation, (unsigned)area,
            offset, size, rule);
    }
    return FWD_IO_ERROR;
}

/* Would programming move a bit back to the erased value? */
static bool moves_back(const uint8_t *old, const uint8_t *new, uint32_t size, uint8_t erased)
{
    for (uint32_t i = 0; i < size; i++) {
        if (((old[i] ^ erased) & (uint8_t) ~(new[i] ^ erased)) != 0)
            return true;
    }
    return false;
}

/* ---- read ------------------------------------------------------------------------------------ */

static bool touches_uncorrectable(const struct fwd_nor_span *span)
{
    if (span->nor->words[FWD_WORD_ODD_UNITS] == 0)
        return false;
    for (uint32_t i = 0; i < span->units; i++) {
        if (span->nor->flags[span->unit + i] & FWD_UNIT_UNCORRECTABLE)
            return true;
    }
    return false;
}

static enum fwd_io port_read(
    void *ctx, const struct fwd_area *area, uint32_t offset, void *buf, uint32_t size)
{
    struct fwd_nor *nor = ctx;
    struct fwd_nor_span span;
    enum fwd_nor_effect effect;

    if (!nor->powered)
        return FWD_IO_ERROR;
    if (!fwd_nor_span(nor, area->id, offset, size, &span))
        return violation(nor, area->id, offset, size, "read", "it is not inside the area");
    fwd_nor_add(&span, FWD_COUNT_READS, 1);
    fwd_nor_add(&span, FWD_COUNT_READ_BYTES, size);
    fwd_nor_add(
        &span, FWD_COUNT_NANOSECONDS, (uint64_t)span.chip->read_us_per_kib * 1000 * size / 1024);
    bool hit = fwd_nor_fault_hit(&span, FWD_NOR_READ, &effect);
    if (hit && effect == FWD_NOR_BLANK) {
        memset(buf, span.chip->erased, size);
        return FWD_IO_OK;
    }
    if (hit && effect != FWD_NOR_SILENT)
        return effect == FWD_NOR_FAIL ? FWD_IO_ERROR : FWD_IO_UNCORRECTABLE;
    if (touches_uncorrectable(&span))
        return FWD_IO_UNCORRECTABLE;
    memcpy(buf, nor->cells + span.cell, size);
    if (nor->words[FWD_WORD_ODD_UNITS] != 0)
        fwd_nor_unstable_read(&span, buf);
    if (hit)
        *(uint8_t *)buf ^= 0x01;
    return FWD_IO_OK;
}

/* ---- program --------------------------------------------------------------------------------- */

/* Leaves the first bit that the program would move as it was. */
static void stick_bit(const uint8_t *old, uint8_t *bytes, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        uint8_t moved = old[i] ^ bytes[i];
        if (moved != 0) {
            bytes[i] ^= (uint8_t)(moved & -moved);
            return;
        }
    }
}

/* What a unit holds after its program, faults included. */
static enum fwd_io program_cells(const struct fwd_nor_span *span, const uint8_t *bytes)
{
    struct fwd_nor *nor = span->nor;
    enum fwd_nor_effect effect = FWD_NOR_FAIL;
    bool hit = fwd_nor_fault_hit(span, FWD_NOR_PROGRAM, &effect);
    uint8_t flags = nor->flags[span->unit] | FWD_UNIT_PROGRAMMED;
    uint8_t content[FWD_NOR_PAGE_MAX];

    fwd_nor_set_flags(nor, span->block, span->unit, flags);
    if (!hit) {
        fwd_nor_put(nor, span->block, span->cell, bytes, span->size);
        return FWD_IO_OK;
    }
    if (effect != FWD_NOR_SILENT) {
        fwd_nor_put(nor, span->block, span->cell, bytes, span->size / 2);
        return FWD_IO_ERROR;
    }
    memcpy(content, bytes, span->size);
    stick_bit(nor->cells + span->cell, content, span->size);
    fwd_nor_put(nor, span->block, span->cell, content, span->size);
    return FWD_IO_OK;
}

/* Remembers what the unit held, for cuts that lose earlier units of the page. */
static void remember(const struct fwd_nor_span *span)
{
    struct fwd_nor *nor = span->nor;
    uint32_t address = span->region->area.address + span->offset;
    uint32_t at = address & (span->chip->program_page - 1);

    memcpy(nor->page.bytes + at, nor->cells + span->cell, span->size);
    nor->page.flags[at / span->chip->program_unit] = nor->flags[span->unit];
}

/* A unit that was in flight when power failed may read blank: nobody can know better than to
 * program it. What comes out is a mixture, and with ECC unreadable; reading back tells. */
static enum fwd_io program_mixture(const struct fwd_nor_span *span, const uint8_t *bytes)
{
    struct fwd_nor *nor = span->nor;
    const uint8_t *old = nor->cells + span->cell;
    uint8_t erased = span->chip->erased;
    uint8_t content[FWD_NOR_PAGE_MAX];

    for (uint32_t i = 0; i < span->size; i++)
        content[i] = (uint8_t)(((old[i] ^ erased) | (bytes[i] ^ erased)) ^ erased);
    if (span->chip->single_program)
        fwd_nor_set_flags(nor, span->block, span->unit,
            (uint8_t)(nor->flags[span->unit] | FWD_UNIT_UNCORRECTABLE));
    fwd_nor_put(nor, span->block, span->cell, content, span->size);
    return FWD_IO_OK;
}

/* Would this program break a rule of the chip? NULL, or which. */
static const char *broken_rule(const struct fwd_nor_span *span, const uint8_t *bytes)
{
    const struct fwd_nor *nor = span->nor;

    if ((nor->flags[span->unit] & FWD_UNIT_PROGRAMMED) != 0 && span->chip->single_program)
        return "the unit was programmed before and this chip allows it once";
    if (moves_back(nor->cells + span->cell, bytes, span->size, span->chip->erased))
        return "it would set a bit back to its erased value";
    return NULL;
}

/* One unit. left: bytes of the call from this unit on; done: bytes of the call before it. */
static enum fwd_io program_unit(
    const struct fwd_nor_span *span, const uint8_t *bytes, uint32_t left, uint32_t done)
{
    struct fwd_nor *nor = span->nor;
    bool programmed = (nor->flags[span->unit] & FWD_UNIT_PROGRAMMED) != 0;
    uint16_t area = span->region->area.id;

    const char *rule = broken_rule(span, bytes);
    bool in_flight = (nor->flags[span->unit] & FWD_UNIT_UNSTABLE) != 0;
    if (rule != NULL && !in_flight)
        return violation(nor, area, span->offset, span->size, "program", rule);
    if (nor->armed)
        remember(span);
    if (fwd_nor_cut_due(nor)) {
        fwd_nor_tear_program(span, bytes, left, done);
        fwd_nor_cut_now(nor);
        return FWD_IO_ERROR;
    }
    fwd_nor_add(span, FWD_COUNT_PROGRAMS, 1);
    fwd_nor_add(span, FWD_COUNT_PROGRAM_BYTES, span->size);
    fwd_nor_add(span, FWD_COUNT_REPROGRAMS, programmed ? 1 : 0);
    fwd_nor_add(span, FWD_COUNT_NANOSECONDS, (uint64_t)span->chip->program_us * 1000);
    return rule != NULL ? program_mixture(span, bytes) : program_cells(span, bytes);
}

static enum fwd_io port_program(
    void *ctx, const struct fwd_area *area, uint32_t offset, const void *buf, uint32_t size)
{
    struct fwd_nor *nor = ctx;
    struct fwd_nor_span span;
    const uint8_t *bytes = buf;

    if (!nor->powered)
        return FWD_IO_ERROR;
    if (!fwd_nor_span(nor, area->id, offset, size, &span))
        return violation(nor, area->id, offset, size, "program", "it is not inside the area");
    uint32_t unit = span.chip->program_unit;
    if (offset % unit != 0 || size % unit != 0) {
        return violation(
            nor, area->id, offset, size, "program", "it is not a number of whole program units");
    }
    uint32_t in_page = (area->address + offset) & (span.chip->program_page - 1);
    if (size > span.chip->program_page - in_page)
        return violation(nor, area->id, offset, size, "program", "it crosses a program page");
    for (uint32_t done = 0; done < size; done += unit) {
        if (!fwd_nor_span(nor, area->id, offset + done, unit, &span))
            return FWD_IO_ERROR;
        enum fwd_io io = program_unit(&span, bytes + done, size - done, done);
        if (io != FWD_IO_OK)
            return io;
    }
    return FWD_IO_OK;
}

/* ---- erase ----------------------------------------------------------------------------------- */

static uint32_t erase_us(const struct fwd_nor_chip *chip, uint32_t size)
{
    for (uint8_t i = 0; i < chip->erase_us_count; i++) {
        if (chip->erase_us[i].size == size)
            return chip->erase_us[i].us;
    }
    return 0;
}

static void erase_cells(const struct fwd_nor_span *span, bool stuck)
{
    struct fwd_nor *nor = span->nor;
    uint8_t first = nor->cells[span->cell];

    memset(nor->cells + span->cell, span->chip->erased, span->size);
    if (stuck)
        nor->cells[span->cell] =
            first != span->chip->erased ? first : (uint8_t)(span->chip->erased ^ 0x01);
    for (uint32_t i = 0; i < span->units; i++)
        fwd_nor_set_flags(nor, span->block, span->unit + i, 0);
    fwd_nor_touch(nor, span->block);
}

static enum fwd_io port_erase(
    void *ctx, const struct fwd_area *area, uint32_t offset, uint32_t size)
{
    struct fwd_nor *nor = ctx;
    struct fwd_nor_span span;
    enum fwd_nor_effect effect = FWD_NOR_FAIL;
    uint32_t start;

    if (!nor->powered)
        return FWD_IO_ERROR;
    if (!fwd_nor_span(nor, area->id, offset, size, &span))
        return violation(nor, area->id, offset, size, "erase", "it is not inside the area");
    find_block(span.region, offset, &start);
    if (start != offset || nor->blocks[span.block].size != size)
        return violation(nor, area->id, offset, size, "erase", "it is not one erase block");
    if (fwd_nor_cut_due(nor)) {
        fwd_nor_tear_erase(&span);
        fwd_nor_cut_now(nor);
        return FWD_IO_ERROR;
    }
    fwd_nor_add(&span, FWD_COUNT_ERASES, 1);
    fwd_nor_add(&span, FWD_COUNT_NANOSECONDS, (uint64_t)erase_us(span.chip, size) * 1000);
    nor->wear[span.block]++;
    bool hit = fwd_nor_fault_hit(&span, FWD_NOR_ERASE, &effect);
    if (hit && effect != FWD_NOR_SILENT)
        return FWD_IO_ERROR;
    erase_cells(&span, hit);
    return FWD_IO_OK;
}

static enum fwd_io port_sync(void *ctx)
{
    const struct fwd_nor *nor = ctx;

    return nor->powered ? FWD_IO_OK : FWD_IO_ERROR;
}

struct fwd_flash_port fwd_nor_port(struct fwd_nor *nor)
{
    struct fwd_flash_port port = {nor, port_read, port_program, port_erase, port_sync};

    return port;
}
