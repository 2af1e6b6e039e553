#include "verify/rehearse/backup.h"

/* The largest block that a step may overwrite. */
static uint32_t largest_block(const struct fwd_device *device)
{
    uint32_t largest = 0;

    for (uint8_t i = 0; i < fwd_places(device); i++) {
        const struct fwd_place *place = &device->places[i];
        uint32_t size = fwd_area_largest_block(&place->slots[0]);
        if (place->layout == FWD_LAYOUT_IN_PLACE && size > largest)
            largest = size;
    }
    return largest;
}

/* Places found so far among the spare blocks of the staging area. */
struct spare {
    uint32_t size;  /* that a place must hold */
    uint32_t limit; /* of places wanted */
    uint32_t found;
    uint32_t offset; /* of the last place found */
    uint32_t begin;  /* of blocks that make no place yet */
    uint32_t have;   /* bytes in them */
};

static uint32_t divide_up(uint32_t a, uint32_t b)
{
    return a / b + (a % b != 0);
}

/* `count` more blocks of `size` bytes, from `at` on: the first ones complete the place that was
 * begun, those after make places of their own. */
static void gather(struct spare *spare, uint32_t at, uint32_t size, uint32_t count)
{
    uint32_t first = spare->have == 0 ? 0 : divide_up(spare->size - spare->have, size);
    uint32_t each = divide_up(spare->size, size);

    if (first > count) {
        spare->have += count * size;
        return;
    }
    if (first > 0) {
        spare->offset = spare->begin;
        spare->found++;
    }
    at += first * size;
    uint32_t places = (count - first) / each;
    if (places > spare->limit - spare->found)
        places = spare->limit - spare->found;
    if (places > 0)
        spare->offset = at + (places - 1) * each * size;
    spare->found += places;
    spare->begin = at + places * each * size;
    spare->have = (count - first - places * each) * size;
}

/* Puts neighbours after the staged bytes together until they hold a block of firmware. Returns how
 * many such places there are, at most `limit`; *offset: of the last. By runs of equal blocks: a
 * large device has thousands of blocks, and each step asks. */
static uint32_t walk(
    const struct fwd_device *device, uint32_t staging_end, uint32_t limit, uint32_t *offset)
{
    const struct fwd_area *area = &device->staging;
    struct spare spare = {.size = largest_block(device), .limit = limit};
    uint32_t at = 0;

    if (spare.size == 0 || staging_end == 0 || area->size == 0)
        return 0;
    for (uint8_t i = 0; i < area->blocks_count && spare.found < limit; i++) {
        const struct fwd_blocks *run = &area->blocks[i];
        uint32_t used = at < staging_end ? divide_up(staging_end - at, run->size) : 0;
        if (used > run->count)
            used = run->count;
        gather(&spare, at + used * run->size, run->size, run->count - used);
        at += run->count * run->size;
    }
    *offset = spare.offset;
    return spare.found;
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
