#include "sim/flash/nor_internal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static bool power_of_two(uint32_t value)
{
    return value != 0 && (value & (value - 1)) == 0;
}

static enum fwd_fail check_chip(
    const struct fwd_nor_chip *chip, unsigned index, struct fwd_error *err)
{
    if (!power_of_two(chip->program_unit) || chip->program_unit > FWD_NOR_PAGE_MAX) {
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "chip %u: the program unit must be a power of two from 1 to 4096 bytes, not %" PRIu32,
            index, chip->program_unit);
    }
    if (!power_of_two(chip->program_page) || chip->program_page > FWD_NOR_PAGE_MAX ||
        chip->program_page < chip->program_unit) {
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "chip %u: the program page must be a power of two from the program unit to 4096 bytes, "
            "not %" PRIu32,
            index, chip->program_page);
    }
    if (chip->erased != 0xFF && chip->erased != 0x00) {
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "chip %u: an erased byte must read 255 or 0, not %u", index, (unsigned)chip->erased);
    }
    if (chip->size == 0 || chip->size % chip->program_unit != 0) {
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "chip %u: its size must be a multiple of the program unit, not %" PRIu32, index,
            chip->size);
    }
    return FWD_FAIL_NONE;
}

static enum fwd_fail take_chips(
    struct fwd_nor *nor, const struct fwd_nor_setup *setup, struct fwd_error *err)
{
    if (setup->chip_count == 0 || setup->chip_count > FWD_NOR_CHIPS_MAX) {
        return fwd_error_fail(err, FWD_FAIL_USAGE, "a device has 1 to %u flash chips, not %u",
            FWD_NOR_CHIPS_MAX, (unsigned)setup->chip_count);
    }
    for (uint16_t i = 0; i < setup->chip_count; i++) {
        struct fwd_nor_chip_place *place = &nor->chips[i];

        place->chip = setup->chips[i];
        if (place->chip.program_page == 0)
            place->chip.program_page =
                place->chip.program_unit > 256 ? place->chip.program_unit : 256;
        enum fwd_fail fail = check_chip(&place->chip, i, err);
        if (fail != FWD_FAIL_NONE)
            return fail;
        place->first_cell = nor->cell_count;
        place->first_unit = nor->unit_count;
        nor->cell_count += place->chip.size;
        nor->unit_count += place->chip.size / place->chip.program_unit;
    }
    nor->chip_count = setup->chip_count;
    return FWD_FAIL_NONE;
}

/* Copies the area and checks that its blocks fill it and it lies inside its chip. */
static enum fwd_fail take_area(
    struct fwd_nor *nor, const struct fwd_area *area, unsigned index, struct fwd_error *err)
{
    struct fwd_nor_region *region = &nor->regions[index];
    uint64_t total = 0;

    if (area->id == index && area->size == 0 && area->blocks_count == 0) {
        region->area.id = area->id;
        region->first_block = nor->block_count;
        return FWD_FAIL_NONE;
    }
    if (area->id != index || area->chip >= nor->chip_count || area->blocks_count == 0 ||
        area->blocks_count > FWD_NOR_RUNS_MAX) {
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "area %u: wrong id, unknown chip, or more than %u runs of blocks", index,
            FWD_NOR_RUNS_MAX);
    }
    const struct fwd_nor_chip *chip = &nor->chips[area->chip].chip;
    for (uint8_t i = 0; i < area->blocks_count; i++) {
        const struct fwd_blocks *run = &area->blocks[i];

        if (run->size == 0 || run->count == 0 || run->size % chip->program_unit != 0) {
            return fwd_error_fail(err, FWD_FAIL_USAGE,
                "area %u: an erase block of %" PRIu32
                " bytes is not a multiple of the program unit",
                index, run->size);
        }
        region->runs[i] = *run;
        region->block_count += run->count;
        total += (uint64_t)run->size * run->count;
    }
    if (total != area->size || (uint64_t)area->address + area->size > chip->size ||
        area->address % chip->program_unit != 0) {
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "area %u: its blocks do not fill it, or it does not lie inside its chip", index);
    }
    region->area = *area;
    region->area.blocks = region->runs;
    region->area.program_unit = chip->program_unit;
    region->area.erased = chip->erased;
    region->first_block = nor->block_count;
    nor->block_count += region->block_count;
    return FWD_FAIL_NONE;
}

static enum fwd_fail take_areas(
    struct fwd_nor *nor, const struct fwd_nor_setup *setup, struct fwd_error *err)
{
    if (setup->area_count > FWD_NOR_AREAS_MAX) {
        return fwd_error_fail(err, FWD_FAIL_USAGE, "a device has at most %u flash areas, not %u",
            FWD_NOR_AREAS_MAX, (unsigned)setup->area_count);
    }
    for (uint16_t i = 0; i < setup->area_count; i++) {
        enum fwd_fail fail = take_area(nor, &setup->areas[i], i, err);
        if (fail != FWD_FAIL_NONE)
            return fail;
    }
    nor->region_count = setup->area_count;
    return FWD_FAIL_NONE;
}

static void fill_blocks(struct fwd_nor *nor, const struct fwd_nor_region *region)
{
    const struct fwd_nor_chip_place *place = &nor->chips[region->area.chip];
    uint32_t address = region->area.address;
    uint32_t index = region->first_block;

    for (uint8_t i = 0; i < region->area.blocks_count; i++) {
        for (uint32_t k = 0; k < region->runs[i].count; k++) {
            struct fwd_nor_block *block = &nor->blocks[index++];

            block->cell = place->first_cell + address;
            block->size = region->runs[i].size;
            block->unit = place->first_unit + address / place->chip.program_unit;
            block->units = block->size / place->chip.program_unit;
            address += block->size;
        }
    }
}

static enum fwd_fail make_tables(struct fwd_nor *nor, struct fwd_error *err)
{
    size_t count = nor->block_count > 0 ? nor->block_count : 1;

    nor->blocks = calloc(count, sizeof *nor->blocks);
    nor->generations = calloc(count, sizeof *nor->generations);
    nor->hash_generations = calloc(count, sizeof *nor->hash_generations);
    nor->hashes = calloc(count, sizeof *nor->hashes);
    if (nor->blocks == NULL || nor->generations == NULL || nor->hash_generations == NULL ||
        nor->hashes == NULL)
        return fwd_error_memory(err, "flash simulator");
    for (uint16_t i = 0; i < nor->region_count; i++)
        fill_blocks(nor, &nor->regions[i]);
    /* Generation 0 stands for "no hash yet". */
    for (uint32_t i = 0; i < nor->block_count; i++)
        nor->generations[i] = 1;
    nor->generation = 1;
    return FWD_FAIL_NONE;
}

static enum fwd_fail make(
    const struct fwd_nor_setup *setup, struct fwd_nor **out, struct fwd_error *err)
{
    struct fwd_nor *nor = calloc(1, sizeof *nor);
    enum fwd_fail fail;

    *out = nor;
    if (nor == NULL)
        return fwd_error_memory(err, "flash simulator");
    nor->powered = true;
    fail = take_chips(nor, setup, err);
    if (fail == FWD_FAIL_NONE)
        fail = take_areas(nor, setup, err);
    if (fail == FWD_FAIL_NONE)
        fail = make_tables(nor, err);
    return fail;
}

static enum fwd_fail finish(enum fwd_fail fail, struct fwd_nor **out)
{
    if (fail != FWD_FAIL_NONE) {
        fwd_nor_free(*out);
        *out = NULL;
    }
    return fail;
}

enum fwd_fail fwd_nor_new(
    const struct fwd_nor_setup *setup, struct fwd_nor **out, struct fwd_error *err)
{
    enum fwd_fail fail = make(setup, out, err);

    if (fail == FWD_FAIL_NONE)
        fail = fwd_nor_store_memory(*out, err);
    return finish(fail, out);
}

enum fwd_fail fwd_nor_open(const struct fwd_nor_setup *setup, const char *image_path,
    const char *state_path, bool create, struct fwd_nor **out, struct fwd_error *err)
{
    enum fwd_fail fail = make(setup, out, err);

    if (fail == FWD_FAIL_NONE)
        fail = fwd_nor_store_files(*out, image_path, state_path, create, err);
    return finish(fail, out);
}

void fwd_nor_free(struct fwd_nor *nor)
{
    if (nor == NULL)
        return;
    fwd_nor_store_free(nor);
    free(nor->blocks);
    free(nor->generations);
    free(nor->hash_generations);
    free(nor->hashes);
    free(nor);
}
