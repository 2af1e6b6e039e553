/* What is in the slots, compared with all that was ever signed. */
#include "sim/torture/torture_internal.h"
#include "verify/flash/area.h"
#include "verify/flash/version.h"

#include <stdlib.h>
#include <string.h>

/* Bytes of the slot up to the end of the block with the image's last byte. */
static uint32_t extent(const struct fwd_area *slot, uint32_t size)
{
    if (size == 0 || size > slot->size)
        return 0;
    struct fwd_block block = fwd_area_block_at(slot, size - 1);
    return block.offset + block.size;
}

static const struct fwd_version_entry *entry_of(
    const struct fwd_version_table *table, const struct fwd_torture *torture, uint8_t component)
{
    return fwd_version_find(table, torture->machine->device.places[component].name);
}

bool fwd_torture_image_take(struct fwd_torture *torture,
    const struct fwd_torture_power_cycle *cycle, const uint8_t *slots,
    struct fwd_torture_image *images)
{
    struct fwd_version_table table;

    fwd_version_load(&cycle->update, &table);
    for (uint8_t i = 0; i < torture->machine->device.place_count; i++) {
        const struct fwd_version_entry *entry = entry_of(&table, torture, i);
        const struct fwd_area *slot = &torture->machine->device.places[i].slots[slots[i]];
        struct fwd_torture_image *image = &images[i];
        *image = (struct fwd_torture_image){.slot = slots[i]};
        if (entry == NULL || extent(slot, entry->size) == 0)
            continue;
        image->size = extent(slot, entry->size);
        memcpy(image->digest, entry->digest, sizeof image->digest);
        image->bytes = malloc(image->size);
        if (image->bytes == NULL ||
            !fwd_machine_read_slot(torture->machine, i, slots[i], image->bytes, image->size))
            return false;
    }
    return true;
}

void fwd_torture_image_free(struct fwd_torture_image *images)
{
    for (size_t i = 0; i < FWD_COMPONENTS_MAX; i++) {
        free(images[i].bytes);
        images[i] = (struct fwd_torture_image){0};
    }
}

/* Do the cells of a slot hold the image? steady: and will every read see that? */
static bool holds(const struct fwd_torture *torture, uint16_t area,
    const struct fwd_torture_image *image, bool steady)
{
    const struct fwd_nor *nor = torture->machine->nor;

    if (image->size == 0)
        return true;
    return steady ? fwd_nor_holds(nor, area, 0, image->bytes, image->size)
                  : fwd_nor_cells_hold(nor, area, 0, image->bytes, image->size);
}

static bool hold(const struct fwd_torture *torture, const uint8_t *slots,
    const struct fwd_torture_image *images, bool steady)
{
    for (uint8_t i = 0; i < torture->machine->device.place_count; i++) {
        if (!holds(torture, FWD_AREA_SLOT(i, slots[i]), &images[i], steady))
            return false;
    }
    return true;
}

int fwd_torture_image_generation(
    const struct fwd_torture *torture, const uint8_t *slots, bool steady)
{
    int generation = (int)torture->generation_count;

    while (
        --generation >= 0 && !hold(torture, slots, torture->generations[generation].images, steady))
        continue;
    return generation;
}

static bool named(const struct fwd_torture *torture, const struct fwd_version_table *table,
    const struct fwd_torture_image *images)
{
    for (uint8_t i = 0; i < torture->machine->device.place_count; i++) {
        const struct fwd_version_entry *entry = entry_of(table, torture, i);
        if (images[i].size > 0 && (entry == NULL || memcmp(entry->digest, images[i].digest,
                                                        sizeof images[i].digest) != 0))
            return false;
    }
    return true;
}

bool fwd_torture_image_named(const struct fwd_torture *torture,
    const struct fwd_torture_power_cycle *cycle, uint32_t generation)
{
    struct fwd_version_table table;

    fwd_version_load(&cycle->update, &table);
    return named(torture, &table, torture->generations[generation].images);
}

const char *fwd_torture_image_differ(const struct fwd_torture *torture,
    const struct fwd_torture_power_cycle *cycle, const uint8_t *slots, uint32_t generation)
{
    const struct fwd_torture_image *images = torture->generations[generation].images;

    /* with something wrong an update may come twice, and so end in the other slot */
    for (uint8_t i = 0; i < torture->machine->device.place_count && !cycle->tolerant; i++) {
        if (slots[i] != images[i].slot)
            return "the device is lost: it starts a wrong slot";
    }
    return hold(torture, slots, images, true)
               ? NULL
               : "the device is lost: its firmware is neither the old nor the new one";
}
