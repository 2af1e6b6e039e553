/* The value of a component entry (SPEC.md section 4.3), byte by byte. */
#include "cli/common/delta_option.h"
#include "cli/common/print.h"
#include "cli/inspect/package_map.h"
#include "format/component.h"
#include "gen/lite/lite_encode.h"
#include "gen/refdelta/refdelta_dissect.h"
#include "sim/device/description.h"

#include <inttypes.h>
#include <stdio.h>

/* The component's name comes after the digests, but is wanted before. */
static void make_prefix(const uint8_t *value, size_t size, char *prefix, size_t room)
{
    struct fwd_component component;
    snprintf(prefix, room, "component ");
    if (fwd_component_decode(value, size, &component) == FWD_OK)
        snprintf(prefix, room, "%.*s ", (int)component.name.size, component.name.bytes);
}

static void add_role(struct fwd_byte_map *map, struct fwd_component *c)
{
    uint32_t first = fwd_byte_map_number(
        map, 1, "role and flags", "kind of image; bit 4: has a source; bit 5: descending");
    c->role = first & FWD_COMPONENT_ROLE;
    c->flags = (uint8_t)(first & ~FWD_COMPONENT_ROLE);
    const char *role = c->role < FWD_ROLE_COUNT ? fwd_description_role_name(c->role) : NULL;
    fwd_byte_map_value(map, "0x%02" PRIX32 " %s%s%s%s", first, role != NULL ? role : "unknown",
        c->flags & FWD_COMPONENT_HAS_SOURCE ? ", has a source" : "",
        c->flags & FWD_COMPONENT_DESCENDING ? ", descending" : "",
        c->flags & ~FWD_COMPONENT_FLAGS ? ", UNKNOWN" : "");
}

/* False: it would leave the entry. */
static bool fits(struct fwd_byte_map *map, size_t size, const char *what, size_t end)
{
    if (size <= end - map->at)
        return true;
    fwd_byte_map_problem(map, "%s does not fit its entry (manifest-syntax)", what);
    return false;
}

static bool add_counted(
    struct fwd_byte_map *map, const char *what, const char *meaning, size_t end, bool hex)
{
    char name[32];
    snprintf(name, sizeof name, "%s length", what);
    if (!fits(map, 1, name, end))
        return false;
    uint32_t size = fwd_byte_map_number(map, 1, name, "bytes that follow");
    if (!fits(map, size, what, end))
        return false;
    if (hex)
        fwd_byte_map_hex(map, size, what, meaning);
    else
        fwd_byte_map_text(map, size, what, meaning);
    return true;
}

static bool add_name(struct fwd_byte_map *map, size_t end)
{
    size_t at = map->at;
    if (!add_counted(map, "name", "which component of the device", end, false))
        return false;
    if (map->bytes[at] == 0)
        fwd_byte_map_value(map, "0: \"%s\"", FWD_USUAL_NAME);
    return true;
}

static bool add_image(struct fwd_byte_map *map, const char *size_name, const char *size_meaning,
    const char *digest_name, const char *digest_meaning, uint32_t digest_size, size_t end)
{
    size_t before = map->at;
    fwd_byte_map_varint(map, end, size_name, size_meaning);
    if (map->at == before || !fits(map, digest_size, digest_name, end))
        return false;
    fwd_byte_map_hex(map, digest_size, digest_name, digest_meaning);
    return true;
}

/* The parameters of codec fwd (SPEC.md section 6.4). */
static void add_delta_params(struct fwd_byte_map *map)
{
    uint32_t memory;
    fwd_byte_map_number(map, 1, "stream version", "decoders refuse another");
    uint32_t isa = fwd_byte_map_number(map, 1, "instruction set", "whose references are followed");
    fwd_byte_map_value(map, "%" PRIu32 " %s", isa, fwd_delta_isa_name((uint8_t)isa));
    uint32_t class = fwd_byte_map_number(map, 1, "RAM class", "largest memory of the decoder");
    if (fwd_delta_class_size((uint8_t) class, &memory))
        fwd_byte_map_value(map, "%" PRIu32 " %s", class,
            class == FWD_RAM_64K    ? "64 KiB"
            : class == FWD_RAM_256K ? "256 KiB"
                                    : "as the other parameters say");
    fwd_byte_map_number(map, 1, "context pages", "1024 hashed contexts each");
    fwd_byte_map_number(map, 3, "map intervals", "room for the map of what moved where");
    fwd_byte_map_number(map, 2, "correction entries", "of each of the two tables");
}

static void add_log(struct fwd_byte_map *map, const char *name, const char *meaning)
{
    uint32_t log = fwd_byte_map_number(map, 1, name, meaning);
    fwd_byte_map_value(map, "%" PRIu32 ": %u", log, 1u << (log & 31));
}

/* The parameters of codec lite (LITE.md chapter 1). */
static void add_lite_params(struct fwd_byte_map *map)
{
    fwd_byte_map_number(map, 1, "stream version", "decoders refuse another");
    uint32_t isa = fwd_byte_map_number(map, 1, "instruction set", "whose references are followed");
    fwd_byte_map_value(map, "%" PRIu32 " %s", isa, fwd_delta_isa_name((uint8_t)isa));
    add_log(map, "hashed contexts", "as a power of two");
    add_log(map, "history", "bytes of output that can be repeated, as a power of two");
    fwd_byte_map_number(map, 1, "horizon", "copies that the decoder knows at once");
    fwd_byte_map_number(map, 1, "correction entries", "of each of the two tables");
    fwd_byte_map_number(map, 2, "map intervals", "room for the map of what moved where");
    fwd_byte_map_number(map, 1, "segments", "room for those of both images");
}

static bool add_params(struct fwd_byte_map *map, uint8_t codec, size_t end)
{
    uint8_t size = map->at < end ? map->bytes[map->at] : 0;
    bool there = size > 0 && end - map->at > size;
    uint8_t version = there ? map->bytes[map->at + 1] : 0;
    bool fwd =
        codec == FWD_CODEC_FWD && size == FWD_DELTA_PARAMS_SIZE && version == FWD_DELTA_VERSION;
    bool lite =
        codec == FWD_CODEC_LITE && size == FWD_LITE_PARAMS_SIZE && version == FWD_LITE_VERSION;

    if (!fwd && !lite)
        return add_counted(map, "codec parameters", "what the decoder needs to know", end, true);
    fwd_byte_map_number(map, 1, "codec parameters length", "bytes that follow");
    if (fwd)
        add_delta_params(map);
    else
        add_lite_params(map);
    return true;
}

static void add_extensions(struct fwd_byte_map *map, size_t end)
{
    struct fwd_entry entry;
    const uint8_t *bytes = map->bytes + map->at;
    size_t size = end - map->at;
    size_t at = 0;
    while (fwd_manifest_walk(bytes, size, &at, &entry)) {
        bool counter = entry.type == FWD_EXT_COUNTER;
        bool release = entry.type == FWD_EXT_RELEASE;
        size_t value_end = map->at + (at - entry.head);
        fwd_byte_map_add(map, 1, "extension type", "an addition to the component", "0x%02X %s, %s",
            entry.type,
            counter   ? "security counter"
            : release ? "release number"
                      : "unknown",
            entry.critical ? "critical" : "may be skipped");
        fwd_byte_map_varint(map, end, "extension length", "bytes of its value");
        if (counter)
            fwd_byte_map_varint(map, value_end, "security counter",
                "devices with a higher one refuse the component");
        if (release)
            fwd_byte_map_varint(map, value_end, "release number",
                "what other packages may require of this component");
        fwd_byte_map_hex(map, value_end - map->at, "extension", "not defined by the format");
    }
}

static bool add_images(struct fwd_byte_map *map, const struct fwd_component *c, size_t end)
{
    return add_image(map, "target size", "bytes of the new image", "target digest",
               "SHA-256 of the new image", FWD_DIGEST_SIZE, end) &&
           ((c->flags & FWD_COMPONENT_HAS_SOURCE) == 0 ||
               add_image(map, "source size", "bytes of the image it starts from", "source digest",
                   "first half of SHA-256 of that image", FWD_SOURCE_DIGEST_SIZE, end));
}

static bool add_texts(struct fwd_byte_map *map, const struct fwd_component *c, size_t end)
{
    return add_name(map, end) &&
           add_counted(map, "target version", "goes to the device's version record", end, false) &&
           ((c->flags & FWD_COMPONENT_HAS_SOURCE) == 0 ||
               add_counted(map, "source version", "must be that of the device's version record",
                   end, false));
}

/* All fields of fixed order; false: they do not fit the entry. */
static bool add_fields(struct fwd_byte_map *map, size_t end)
{
    struct fwd_component c = {.codec = 0};
    if (!fits(map, 2, "role and codec", end))
        return false;
    add_role(map, &c);
    c.codec = (uint8_t)fwd_byte_map_number(map, 1, "codec", "how its section is coded");
    fwd_byte_map_value(map, "%" PRIu32 " %s", (uint32_t)c.codec, fwd_print_codec(c.codec));
    size_t before = map->at;
    uint32_t section =
        fwd_byte_map_varint(map, end, "section size", "bytes in the payload; 0: the rest of it");
    if (map->at == before)
        return false;
    if (section == 0)
        fwd_byte_map_value(map, "0: the rest");
    return add_images(map, &c, end) && add_texts(map, &c, end) && add_params(map, c.codec, end);
}

void fwd_component_map_add(struct fwd_byte_map *map, size_t size)
{
    char prefix[FWD_NAME_MAX + 2];
    size_t end = map->at + size;
    make_prefix(map->bytes + map->at, size, prefix, sizeof prefix);
    map->prefix = prefix;
    if (add_fields(map, end))
        add_extensions(map, end);
    if (map->at < end)
        fwd_byte_map_problem(map, "the component entry is not well formed (manifest-syntax)");
    fwd_byte_map_add(map, end - map->at, "rest", "not well formed", "not read");
    map->prefix = NULL;
}
