#include "verify/backup.h"

/* The largest block that a step may overwrite. */
static uint32_t largest_block(const struct fwd_device *device)
{
    uint32_t largest = 0;

    for (uint8_t i = 0; i < device->place_count; i++) {
        const struct fwd_place *place = &device->places[i];
        uint32_t size = fwd_area_largest_block(&place->slots[0]);
        if (place->layout == FWD_LAYOUT_IN_PLACE && size > largest)
            largest = size;
    }
    return largest;
}

/* Goes through the blocks behind the staged bytes and puts neighbours together until they hold a
 * block of firmware. Returns how many such places there are, at most `limit`; *offset: of the last.
 */
static uint32_t walk(
    const struct fwd_device *device, uint32_t staging_end, uint32_t limit, uint32_t *offset)
{
    const struct fwd_area *area = &device->staging;
    uint32_t size = largest_block(device), found = 0, begin = 0, have = 0;
    uint32_t at = staging_end;

    if (size == 0 || staging_end == 0)
        return 0;
    while (at < area->size && found < limit) {
        struct fwd_block block = fwd_area_block_at(area, at);
        at = block.offset + block.size;
        if (block.offset < staging_end)
            continue;
        begin = have == 0 ? block.offset : begin;
        have += block.size;
        if (have < size)
            continue;
        *offset = begin;
        have = 0;
        found++;
    }
    return found;
}

uint32_t fwd_backup_count(const struct fwd_device *device, uint32_t staging_end)
{
    uint32_t offset;

    return fwd_area_blocks(&device->scratch) + walk(device, staging_end, UINT32_MAX, &offset);
}

struct fwd_backup fwd_backup_place(
    const struct fwd_device *device, uint32_t staging_end, uint32_t number)
{
    uint32_t scratch = fwd_area_blocks(&device->scratch);
    struct fwd_backup place = {&device->scratch, 0};

    if (number < scratch) {
        place.offset = fwd_area_block(&device->scratch, number).offset;
        return place;
    }
    place.area = &device->staging;
    (void)walk(device, staging_end, number - scratch + 1, &place.offset);
    return place;
}

uint32_t fwd_backup_first(const struct fwd_device *device, uint32_t staging_end, uint32_t last)
{
    uint32_t scratch = fwd_area_blocks(&device->scratch);

    if (fwd_backup_count(device, staging_end) > scratch)
        return scratch;
    return scratch > 0 ? last % scratch : 0;
}
