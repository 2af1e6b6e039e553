/* The value of a component entry (SPEC.md section 4.3), byte by byte. */
#include "cli/common/delta_option.h"
#include "cli/inspect/package_map.h"
#include "cli/common/print.h"
#include "format/component.h"
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

static void add_flags(struct fwd_byte_map *map)
{
    uint32_t flags = fwd_byte_map_number(map, 1, "flags", "bit 0: has a source; bit 1: descending");
    fwd_byte_map_value(map, "0x%02" PRIX32 "%s%s%s", flags,
        flags & FWD_COMPONENT_HAS_SOURCE ? " has a source" : "",
        flags & FWD_COMPONENT_DESCENDING ? " descending" : "",
        flags & ~FWD_COMPONENT_FLAGS ? " UNKNOWN" : "");
}

static void add_counted(
    struct fwd_byte_map *map, const char *what, const char *meaning, size_t end, bool hex)
{
    char name[32];
    snprintf(name, sizeof name, "%s length", what);
    uint32_t size = fwd_byte_map_number(map, 1, name, "bytes that follow");
    if (size > end - map->at) {
        fwd_byte_map_problem(map, "%s does not fit its entry", what);
        return;
    }
    if (hex)
        fwd_byte_map_hex(map, size, what, meaning);
    else
        fwd_byte_map_text(map, size, what, meaning);
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

static void add_params(struct fwd_byte_map *map, uint32_t codec, size_t end)
{
    uint8_t size = map->at < end ? map->bytes[map->at] : 0;
    bool known = codec == FWD_CODEC_FWD && size == FWD_DELTA_PARAMS_SIZE &&
                 end - map->at > FWD_DELTA_PARAMS_SIZE &&
                 map->bytes[map->at + 1] == FWD_DELTA_VERSION;
    if (known) {
        fwd_byte_map_number(map, 1, "codec parameters length", "bytes that follow");
        add_delta_params(map);
    } else {
        add_counted(map, "codec parameters", "what the decoder needs to know", end, true);
    }
}

static void add_extensions(struct fwd_byte_map *map, size_t end)
{
    struct fwd_entry entry;
    const uint8_t *bytes = map->bytes + map->at;
    size_t size = end - map->at;
    size_t at = 0;
    while (fwd_manifest_walk(bytes, size, &at, &entry)) {
        bool counter = entry.type == FWD_EXT_COUNTER && entry.size == 4;
        fwd_byte_map_add(map, 2, "extension type", "an addition to the component", "0x%04X %s, %s",
            entry.type, counter ? "security counter" : "unknown",
            entry.critical ? "critical" : "may be skipped");
        fwd_byte_map_number(map, 2, "extension length", "bytes of its value");
        if (counter)
            fwd_byte_map_number(
                map, 4, "security counter", "devices with a higher one refuse the component");
        else
            fwd_byte_map_hex(map, entry.size, "extension", "not defined by the format");
    }
}

/* The part of fixed size. Returns the flags. */
static uint32_t add_fixed(struct fwd_byte_map *map, uint32_t *codec)
{
    uint32_t role = fwd_byte_map_number(map, 1, "role", "what kind of image it is");
    const char *role_name = role < FWD_ROLE_COUNT ? fwd_description_role_name((uint8_t)role) : NULL;
    fwd_byte_map_value(map, "%" PRIu32 " %s", role, role_name != NULL ? role_name : "unknown");
    uint32_t flags = map->bytes[map->at];
    add_flags(map);
    *codec = fwd_byte_map_number(map, 2, "codec", "how its section is coded");
    fwd_byte_map_value(map, "%" PRIu32 " %s", *codec, fwd_print_codec((uint16_t)*codec));
    fwd_byte_map_number(map, 4, "section offset", "where its bytes begin in the payload");
    fwd_byte_map_number(map, 4, "section size", "bytes in the payload");
    fwd_byte_map_number(map, 4, "arena size", "memory that the decoder needs, bytes");
    fwd_byte_map_number(map, 4, "target size", "bytes of the new image");
    fwd_byte_map_hex(map, FWD_DIGEST_SIZE, "target digest", "SHA-256 of the new image");
    return flags;
}

static const struct {
    const char *name;
    const char *meaning;
    bool of_source;
} texts[] = {
    {"name", "which component of the device", false},
    {"target version", "goes to the device's version record", false},
    {"source version", "must be that of the device's version record", true},
};

#define FIXED_SIZE  (16u + 4u + FWD_DIGEST_SIZE)
#define SOURCE_SIZE (4u + FWD_DIGEST_SIZE)

void fwd_component_map_add(struct fwd_byte_map *map, size_t size)
{
    char prefix[FWD_NAME_MAX + 2];
    size_t end = map->at + size;
    make_prefix(map->bytes + map->at, size, prefix, sizeof prefix);
    map->prefix = prefix;
    bool readable = size >= FIXED_SIZE;
    uint32_t codec = 0;
    uint32_t flags = readable ? add_fixed(map, &codec) : 0;
    bool has_source = (flags & FWD_COMPONENT_HAS_SOURCE) != 0;
    readable = readable && (!has_source || end - map->at >= SOURCE_SIZE);
    if (readable && has_source) {
        fwd_byte_map_number(map, 4, "source size", "bytes of the image it starts from");
        fwd_byte_map_hex(map, FWD_DIGEST_SIZE, "source digest", "SHA-256 of that image");
    }
    for (size_t i = 0; readable && i < sizeof texts / sizeof texts[0] && map->at < end; i++) {
        if (has_source || !texts[i].of_source)
            add_counted(map, texts[i].name, texts[i].meaning, end, false);
    }
    if (readable && map->at < end)
        add_params(map, codec, end);
    if (map->problem[0] == 0)
        add_extensions(map, end);
    if (map->at < end)
        fwd_byte_map_problem(map, "the component entry is not well formed (manifest-syntax)");
    fwd_byte_map_add(map, end - map->at, "rest", "not well formed", "not read");
    map->prefix = NULL;
}
