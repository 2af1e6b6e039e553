/* Chips, areas and components of a device description. */
#include "format/text.h"
#include "sim/device/description_internal.h"

#include <stdio.h>
#include <string.h>

const char *const fwd_description_area_words[FWD_AREA_SLOTS] = {
    [FWD_AREA_PACKAGE] = "package",
    [FWD_AREA_STAGING] = "staging",
    [FWD_AREA_SCRATCH] = "scratch",
    [FWD_AREA_JOURNAL] = "journal",
    [FWD_AREA_VERSION] = "version",
    [FWD_AREA_SYSTEM] = "system",
    [FWD_AREA_TRUST] = "trust",
};

const char *const fwd_description_role_words[FWD_ROLE_COUNT] = {
    [FWD_ROLE_FIRMWARE] = "firmware",
    [FWD_ROLE_CARRIER_PROFILE] = "carrier-profile",
    [FWD_ROLE_BOOT] = "boot",
    [FWD_ROLE_ROT] = "rot",
    [FWD_ROLE_DATA] = "data",
};

const char *fwd_description_role_name(uint8_t role)
{
    return role < FWD_ROLE_COUNT ? fwd_description_role_words[role] : NULL;
}

void fwd_description_area_name(
    const struct fwd_device_description *description, uint16_t id, char text[FWD_NAME_MAX + 3])
{
    if (id < FWD_AREA_SLOTS) {
        snprintf(text, FWD_NAME_MAX + 3, "%s", fwd_description_area_words[id]);
        return;
    }
    unsigned component = (id - (unsigned)FWD_AREA_SLOTS) / 2;
    unsigned slot = (id - (unsigned)FWD_AREA_SLOTS) % 2;
    if (component >= description->place_count)
        snprintf(text, FWD_NAME_MAX + 3, "?");
    else if (description->places[component].layout == FWD_LAYOUT_AB)
        snprintf(text, FWD_NAME_MAX + 3, "%s:%u", description->place_names[component], slot % 2);
    else
        snprintf(text, FWD_NAME_MAX + 3, "%s", description->place_names[component]);
}

/* ---- chips ----------------------------------------------------------------------------------- */

static void read_chip_timing(
    struct fwd_json *json, const struct fwd_json_node *chip, struct fwd_nor_chip *out)
{
    static const char *const names[] = {
        "program_us_per_unit", "read_us_per_kib", "erase_us_per_block", NULL};
    static const char *const erase_names[] = {"size", "us", NULL};
    struct fwd_json_node node = fwd_json_object(json, chip, "timing", false);

    fwd_json_only(json, &node, names);
    out->program_us = fwd_json_u32_or(json, &node, "program_us_per_unit", 0, 10000000, 0);
    out->read_us_per_kib = fwd_json_u32_or(json, &node, "read_us_per_kib", 0, 10000000, 0);
    struct fwd_json_node list =
        fwd_json_array(json, &node, "erase_us_per_block", 0, FWD_NOR_TIMES_MAX, false);
    for (size_t i = 0; i < json_array_size(list.value); i++) {
        struct fwd_json_node item = fwd_json_item(json, &list, i);

        fwd_json_only(json, &item, erase_names);
        out->erase_us[i].size = fwd_json_u32(json, &item, "size", 1, FWD_DEVICE_FLASH_MAX);
        out->erase_us[i].us = fwd_json_u32(json, &item, "us", 0, 100000000);
        out->erase_us_count++;
    }
}

static uint32_t read_power_of_two(struct fwd_json *json, const struct fwd_json_node *node,
    const char *name, uint32_t min, uint32_t fallback)
{
    uint32_t value = fallback == 0
                         ? fwd_json_u32(json, node, name, 1, FWD_NOR_PAGE_MAX)
                         : fwd_json_u32_or(json, node, name, 1, FWD_NOR_PAGE_MAX, fallback);
    char expected[80];

    if (value < min || (value & (value - 1)) != 0) {
        snprintf(expected, sizeof expected, "a power of two from %u to %u", (unsigned)min,
            (unsigned)FWD_NOR_PAGE_MAX);
        fwd_json_refuse(json, node, name, expected);
    }
    return value;
}

static void read_chip(struct fwd_json *json, const struct fwd_json_node *node,
    struct fwd_device_description *d, uint16_t index)
{
    static const char *const names[] = {"name", "program_unit", "program_page", "erased_value",
        "single_program", "size", "timing", NULL};
    struct fwd_nor_chip *chip = &d->chips[index];

    fwd_json_only(json, node, names);
    fwd_json_text(json, node, "name", d->chip_names[index], sizeof d->chip_names[index], true);
    for (uint16_t i = 0; i < index; i++) {
        if (strcmp(d->chip_names[i], d->chip_names[index]) == 0)
            fwd_json_refuse(json, node, "name", "a name that no other chip has");
    }
    chip->program_unit = read_power_of_two(json, node, "program_unit", 1, 0);
    chip->program_page = read_power_of_two(json, node, "program_page", chip->program_unit,
        chip->program_unit > 256 ? chip->program_unit : 256);
    chip->erased = (uint8_t)fwd_json_u32_or(json, node, "erased_value", 0, 255, 255);
    if (chip->erased != 0xFF && chip->erased != 0x00)
        fwd_json_refuse(json, node, "erased_value", "255 or 0");
    chip->single_program = fwd_json_bool_or(json, node, "single_program", false);
    chip->size = fwd_json_u32_or(json, node, "size", 1, FWD_DEVICE_FLASH_MAX, 0);
    if (chip->program_unit != 0 && chip->size % chip->program_unit != 0)
        fwd_json_refuse(json, node, "size", "a multiple of the program unit");
    read_chip_timing(json, node, chip);
}

void fwd_description_read_chips(
    struct fwd_json *json, const struct fwd_json_node *root, struct fwd_device_description *d)
{
    struct fwd_json_node list = fwd_json_array(json, root, "chips", 1, FWD_NOR_CHIPS_MAX, true);

    d->chip_count = (uint16_t)json_array_size(list.value);
    for (uint16_t i = 0; i < d->chip_count; i++) {
        struct fwd_json_node chip = fwd_json_item(json, &list, i);
        read_chip(json, &chip, d, i);
    }
}

/* ---- areas ----------------------------------------------------------------------------------- */

static void read_blocks(struct fwd_json *json, const struct fwd_json_node *node,
    struct fwd_device_description *d, uint16_t id)
{
    static const char *const names[] = {"size", "count", NULL};
    struct fwd_json_node list = fwd_json_array(json, node, "blocks", 1, FWD_AREA_RUNS_MAX, true);
    struct fwd_area *area = &d->areas[id];
    uint64_t total = 0;

    for (size_t i = 0; i < json_array_size(list.value); i++) {
        struct fwd_json_node item = fwd_json_item(json, &list, i);
        struct fwd_blocks *run = &d->runs[id][i];

        fwd_json_only(json, &item, names);
        run->size = fwd_json_u32(json, &item, "size", 1, FWD_DEVICE_FLASH_MAX);
        run->count = fwd_json_u32(json, &item, "count", 1, FWD_DEVICE_FLASH_MAX);
        total += (uint64_t)run->size * run->count;
        if (area->program_unit != 0 && run->size % area->program_unit != 0)
            fwd_json_refuse(json, &item, "size", "a multiple of the chip's program unit");
        if (total > FWD_DEVICE_FLASH_MAX)
            fwd_json_refuse(json, node, "blocks", "blocks of at most 1 GiB together");
        area->blocks_count++;
    }
    area->blocks = d->runs[id];
    area->size = (uint32_t)(total <= FWD_DEVICE_FLASH_MAX ? total : 0);
}

static uint16_t read_chip_name(
    struct fwd_json *json, const struct fwd_json_node *node, const struct fwd_device_description *d)
{
    char name[FWD_NAME_MAX + 1];

    fwd_json_text(json, node, "chip", name, sizeof name, false);
    for (uint16_t i = 0; i < d->chip_count; i++) {
        if (name[0] == '\0' || strcmp(d->chip_names[i], name) == 0)
            return i;
    }
    fwd_json_refuse(json, node, "chip", "the name of a chip");
    return 0;
}

static void read_area(struct fwd_json *json, const struct fwd_json_node *node,
    struct fwd_device_description *d, uint16_t id)
{
    static const char *const names[] = {"chip", "address", "blocks", NULL};
    struct fwd_area *area = &d->areas[id];

    if (node->value == NULL)
        return;
    fwd_json_only(json, node, names);
    area->chip = read_chip_name(json, node, d);
    area->program_unit = d->chips[area->chip].program_unit;
    area->erased = d->chips[area->chip].erased;
    d->placed[id] = json_object_get(node->value, "address") != NULL;
    area->address = fwd_json_u32_or(json, node, "address", 0, FWD_DEVICE_FLASH_MAX, 0);
    read_blocks(json, node, d, id);
}

/* A device whose description does not mention it still has a partition table. */
static void default_system(struct fwd_device_description *d)
{
    struct fwd_area *area = &d->areas[FWD_AREA_SYSTEM];

    d->runs[FWD_AREA_SYSTEM][0] = (struct fwd_blocks){4096, 3};
    area->program_unit = d->chips[0].program_unit;
    area->erased = d->chips[0].erased;
    area->blocks = d->runs[FWD_AREA_SYSTEM];
    area->blocks_count = 1;
    area->size = 3 * 4096;
}

/* {"shares": "journal"} in place of an area. */
static bool read_shared(struct fwd_json *json, const struct fwd_json_node *node)
{
    static const char *const names[] = {"shares", NULL};
    char other[FWD_NAME_MAX + 1];

    if (node->value == NULL || json_object_get(node->value, "shares") == NULL)
        return false;
    fwd_json_only(json, node, names);
    fwd_json_text(json, node, "shares", other, sizeof other, true);
    if (strcmp(other, "journal") != 0)
        fwd_json_refuse(json, node, "shares", "\"journal\"");
    return true;
}

void fwd_description_read_areas(
    struct fwd_json *json, const struct fwd_json_node *root, struct fwd_device_description *d)
{
    static const char *const names[] = {
        "package", "staging", "scratch", "journal", "version", "system", "trust", NULL};
    struct fwd_json_node areas = fwd_json_object(json, root, "areas", true);

    fwd_json_only(json, &areas, names);
    for (uint16_t id = 0; id < FWD_AREA_COUNT; id++)
        d->areas[id].id = id;
    for (uint16_t id = 0; id < FWD_AREA_SLOTS; id++) {
        bool required = id == FWD_AREA_PACKAGE || id == FWD_AREA_JOURNAL || id == FWD_AREA_VERSION;
        struct fwd_json_node node =
            fwd_json_object(json, &areas, fwd_description_area_words[id], required);
        if (id == FWD_AREA_VERSION)
            d->shared = read_shared(json, &node);
        if (id != FWD_AREA_VERSION || !d->shared)
            read_area(json, &node, d, id);
    }
    if (json->fail == FWD_FAIL_NONE && d->areas[FWD_AREA_SYSTEM].size == 0)
        default_system(d);
}

/* ---- components ------------------------------------------------------------------------------ */

static void read_component(struct fwd_json *json, const struct fwd_json_node *node,
    struct fwd_device_description *d, uint8_t index)
{
    static const char *const names[] = {"name", "role", "layout", "slots", NULL};
    struct fwd_place *place = &d->places[index];
    char *name = d->place_names[index];

    fwd_json_only(json, node, names);
    fwd_json_text(json, node, "name", name, FWD_NAME_MAX + 1, true);
    if (json->fail == FWD_FAIL_NONE && !fwd_text_is_name(fwd_text_of(name)))
        fwd_json_refuse(json, node, "name", "a name of letters, digits, '.', '_' and '-'");
    for (uint8_t i = 0; i < index; i++) {
        if (strcmp(d->place_names[i], name) == 0)
            fwd_json_refuse(json, node, "name", "a name that no other component has");
    }
    place->name = name;
    place->role = (uint8_t)fwd_json_choice(
        json, node, "role", fwd_description_role_words, FWD_ROLE_COUNT, -1);
    place->layout =
        (enum fwd_layout)fwd_json_choice(json, node, "layout", fwd_description_layout_words, 2, -1);
    place->resumer_inside = strcmp(d->resumer, name) == 0;
    size_t slots = place->layout == FWD_LAYOUT_AB ? 2 : 1;
    struct fwd_json_node list = fwd_json_array(json, node, "slots", slots, slots, true);
    for (uint16_t slot = 0; slot < json_array_size(list.value); slot++) {
        struct fwd_json_node item = fwd_json_item(json, &list, slot);
        read_area(json, &item, d, FWD_AREA_SLOT(index, slot));
    }
}

void fwd_description_read_components(
    struct fwd_json *json, const struct fwd_json_node *root, struct fwd_device_description *d)
{
    struct fwd_json_node list =
        fwd_json_array(json, root, "components", 1, FWD_COMPONENTS_MAX, true);
    bool resumer = strcmp(d->resumer, "immutable") == 0;

    d->place_count = (uint8_t)json_array_size(list.value);
    for (uint8_t i = 0; i < d->place_count; i++) {
        struct fwd_json_node item = fwd_json_item(json, &list, i);

        read_component(json, &item, d, i);
        resumer = resumer || d->places[i].resumer_inside;
    }
    if (!resumer)
        fwd_json_refuse(json, root, "resumer", "the name of a component, or \"immutable\",");
}
