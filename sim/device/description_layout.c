/* Where the areas of a device lie, and whether they can lie there. */
#include "sim/device/description_internal.h"
#include "verify/flash/area.h"

#include <inttypes.h>
#include <stdio.h>

static void refuse(struct fwd_json *json, const struct fwd_device_description *d, uint16_t id,
    const char *expected, const char *found)
{
    char name[FWD_NAME_MAX + 3];

    if (json->fail != FWD_FAIL_NONE)
        return;
    fwd_description_area_name(d, id, name);
    json->fail = fwd_error_fail(json->err, FWD_FAIL_REFUSED,
        "%s: area \"%s\" at address %" PRIu32 ": %s is expected, but %s", json->file, name,
        d->areas[id].address, expected, found);
}

/* Slots first: they keep their addresses when other areas change. */
static uint16_t nth_area(uint16_t n)
{
    uint16_t slots = FWD_AREA_COUNT - FWD_AREA_SLOTS;

    return n < slots ? (uint16_t)(FWD_AREA_SLOTS + n) : (uint16_t)(n - slots);
}

static void place_areas(struct fwd_json *json, struct fwd_device_description *d)
{
    uint64_t end[FWD_NOR_CHIPS_MAX] = {0};

    for (uint16_t id = 0; id < FWD_AREA_COUNT; id++) {
        uint64_t after = (uint64_t)d->areas[id].address + d->areas[id].size;
        if (d->placed[id] && after > end[d->areas[id].chip])
            end[d->areas[id].chip] = after;
    }
    for (uint16_t n = 0; n < FWD_AREA_COUNT; n++) {
        struct fwd_area *area = &d->areas[nth_area(n)];
        uint64_t grain = fwd_area_largest_block(area);

        if (area->size == 0 || d->placed[area->id])
            continue;
        uint64_t address = (end[area->chip] + grain - 1) / grain * grain;
        end[area->chip] = address + area->size;
        if (end[area->chip] > FWD_DEVICE_FLASH_MAX) {
            refuse(json, d, area->id, "room on the chip", "the areas before it need 1 GiB");
            return;
        }
        area->address = (uint32_t)address;
    }
}

static void size_chips(struct fwd_json *json, struct fwd_device_description *d)
{
    uint64_t total = 0;

    for (uint16_t chip = 0; chip < d->chip_count; chip++) {
        uint64_t end = d->chips[chip].program_unit;

        for (uint16_t id = 0; id < FWD_AREA_COUNT; id++) {
            const struct fwd_area *area = &d->areas[id];
            uint64_t after = (uint64_t)area->address + area->size;

            if (area->size == 0 || area->chip != chip)
                continue;
            if (d->chips[chip].size != 0 && after > d->chips[chip].size)
                refuse(json, d, id, "an area inside its chip", "it ends behind the chip");
            if (after > end)
                end = after;
        }
        if (d->chips[chip].size == 0)
            d->chips[chip].size = (uint32_t)(end <= UINT32_MAX ? end : 0);
        total += d->chips[chip].size;
    }
    if (json->fail == FWD_FAIL_NONE && total > FWD_DEVICE_FLASH_MAX)
        json->fail = fwd_error_fail(json->err, FWD_FAIL_REFUSED,
            "%s: at most 1 GiB of flash is expected, but the chips have %" PRIu64 " bytes",
            json->file, total);
}

/* Erase blocks lie at multiples of their size. */
static void check_aligned(
    struct fwd_json *json, const struct fwd_device_description *d, uint16_t id)
{
    const struct fwd_area *area = &d->areas[id];
    uint64_t address = area->address;

    for (uint8_t i = 0; i < area->blocks_count; i++) {
        if (address % area->blocks[i].size != 0) {
            refuse(json, d, id, "an address at which each erase block is at a multiple of its size",
                "a block is not");
        }
        address += (uint64_t)area->blocks[i].size * area->blocks[i].count;
    }
    if (json->fail == FWD_FAIL_NONE && !fwd_area_sound(area))
        refuse(json, d, id, "whole erase blocks", "the area ends behind 4 GiB");
}

static void check_disjoint(
    struct fwd_json *json, const struct fwd_device_description *d, uint16_t id)
{
    char name[FWD_NAME_MAX + 3];
    char found[80];

    for (uint16_t other = 0; other < id; other++) {
        if (d->areas[id].size == 0 || d->areas[other].size == 0 ||
            !fwd_area_overlap(&d->areas[id], &d->areas[other]))
            continue;
        fwd_description_area_name(d, other, name);
        snprintf(found, sizeof found, "it overlaps area \"%s\"", name);
        refuse(json, d, id, "an area of its own", found);
    }
}

static void check_uses(struct fwd_json *json, const struct fwd_device_description *d)
{
    const struct fwd_area *system = &d->areas[FWD_AREA_SYSTEM];
    bool in_place = false;

    for (uint8_t i = 0; i < d->place_count; i++)
        in_place = in_place || d->places[i].layout == FWD_LAYOUT_IN_PLACE;
    if (in_place && d->areas[FWD_AREA_STAGING].size == 0)
        refuse(json, d, FWD_AREA_STAGING, "an area, because a component is updated in place",
            "there is none");
    if (in_place && d->areas[FWD_AREA_SCRATCH].size == 0)
        refuse(json, d, FWD_AREA_SCRATCH, "an area, because a component is updated in place",
            "there is none");
    if (fwd_area_blocks(&d->areas[FWD_AREA_JOURNAL]) < 2)
        refuse(json, d, FWD_AREA_JOURNAL, "an area with two erase blocks or more", "it has one");
    if (d->shared && fwd_area_blocks(&d->areas[FWD_AREA_JOURNAL]) > 3)
        refuse(json, d, FWD_AREA_JOURNAL,
            "an area with two or three erase blocks, because the version area shares them",
            "it has more");
    if (!d->shared && fwd_area_blocks(&d->areas[FWD_AREA_VERSION]) < 2)
        refuse(json, d, FWD_AREA_VERSION, "an area with two erase blocks or more", "it has one");
    if (fwd_area_blocks(system) < 3 || fwd_area_smallest_block(system) < 2048)
        refuse(json, d, FWD_AREA_SYSTEM, "an area with three erase blocks of 2048 bytes or more",
            "there are fewer or smaller ones");
}

void fwd_description_lay_out(struct fwd_json *json, struct fwd_device_description *d)
{
    place_areas(json, d);
    size_chips(json, d);
    for (uint16_t id = 0; id < FWD_AREA_COUNT; id++) {
        if (d->areas[id].size == 0)
            continue;
        check_aligned(json, d, id);
        check_disjoint(json, d, id);
    }
    check_uses(json, d);
    for (uint8_t i = 0; i < d->place_count; i++) {
        d->places[i].slots[0] = d->areas[FWD_AREA_SLOT(i, 0)];
        d->places[i].slots[1] = d->areas[FWD_AREA_SLOT(i, 1)];
    }
}
