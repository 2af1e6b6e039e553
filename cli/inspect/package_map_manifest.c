/* The entries of a manifest (SPEC.md section 4), byte by byte. */
#include "cli/inspect/package_map.h"
#include "format/certificate.h"
#include "format/dependency.h"
#include "hostio/host_time.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct {
    uint8_t type;
    const char *name;
    const char *meaning;
} entries[] = {
    {FWD_ENTRY_PRODUCT, "product", "installers of other products refuse the package"},
    {FWD_ENTRY_HARDWARE, "hardware", "range of hardware revisions, both ends included"},
    {FWD_ENTRY_LABEL, "label", "version of the package as a whole"},
    {FWD_ENTRY_MIN_TOOL, "minimum tool", "a note for people"},
    {FWD_ENTRY_TIMESTAMP, "time stamp", "when the package was built"},
    {FWD_ENTRY_TOOL, "tool", "version of fwdelta that built the package"},
    {FWD_ENTRY_DEPENDENCIES, "dependencies", "what other components must have at least"},
    {FWD_ENTRY_EXPIRY, "not after", "devices that know the time do not install it later"},
    {FWD_ENTRY_TRUST, "trust set",
        "the keys that sign from now on: 'fwdelta trust show' says who signed it"},
    {FWD_ENTRY_COMPONENT, "component", "one image to install"},
    {FWD_ENTRY_CERTIFICATE, "certificate", "what it costs a device of one geometry"},
};

static const char *entry_name(uint8_t type)
{
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++) {
        if (entries[i].type == type)
            return entries[i].name;
    }
    return type >= FWD_ENTRY_VENDOR_FIRST ? "vendor entry" : "unknown entry";
}

static const char *entry_meaning(uint8_t type)
{
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++) {
        if (entries[i].type == type)
            return entries[i].meaning;
    }
    return "not defined by the format";
}

static void add_time(struct fwd_byte_map *map, const struct fwd_entry *entry)
{
    uint64_t seconds = 0;
    char text[FWD_HOST_TIME_TEXT];
    for (unsigned i = 8; i > 0; i--)
        seconds = seconds << 8 | entry->value[i - 1];
    fwd_host_time_text(seconds, text);
    bool dated = strchr(text, 'Z') != NULL; /* a hostile one is shown as a number */
    fwd_byte_map_add(map, entry->size, entry_name(entry->type), entry_meaning(entry->type),
        "%" PRIu64 "%s%s", seconds, dated ? " " : "", dated ? text : "");
}

static void add_dependencies(struct fwd_byte_map *map, const struct fwd_entry *entry)
{
    size_t end = map->at + entry->size;
    struct fwd_dependency needed;
    uint16_t at = 0;
    while (fwd_dependency_next(entry->value, (uint16_t)entry->size, &at, &needed)) {
        fwd_byte_map_number(map, 1, "requires length", "bytes of the name");
        fwd_byte_map_text(map, needed.name.size, "requires", "a component of the device");
        fwd_byte_map_varint(map, end, "requires release", "its lowest release number");
    }
}

/* After the geometry id, in the order of SPEC.md section 4.5. */
static const struct {
    const char *name;
    const char *meaning;
} certificate_fields[] = {
    {"staging room", "of the device that it was measured on"},
    {"staged bytes", "of the staging area that the update fills"},
    {"least staging", "with less no order of steps fits"},
    {"signature block size", "of the package that was measured"},
    {"scratch copies", "blocks saved before they are overwritten"},
    {"erases", "of erase blocks, all areas"},
    {"most erases", "of one block"},
    {"milliseconds", "estimated time on the device"},
    {"programmed", "bytes, without the version area"},
    {"decode again", "milliseconds after a power cut, at most"},
    {"memory", "bytes of the installer, with the decoder's arena"},
    {"rehearsal milliseconds", "of them, what an application can do beforehand"},
    {"action milliseconds", "of them, what is left then"},
    {"start signatures", "checks that a verifying start makes afterwards"},
    {"start hashed", "bytes that such a start hashes"},
    {"start milliseconds", "time of such a start; 0: the description does not say"},
    {"start kilo cycles", "thousands of cycles of it; 0: the description has no clock"},
};

/* The entry is one that can be read. */
static void add_certificate(struct fwd_byte_map *map, size_t end)
{
    map->prefix = "certificate ";
    fwd_byte_map_hex(map, FWD_GEOMETRY_SIZE, "geometry", "id of erase blocks, units and areas");
    for (size_t i = 0; i < sizeof certificate_fields / sizeof certificate_fields[0]; i++)
        fwd_byte_map_varint(map, end, certificate_fields[i].name, certificate_fields[i].meaning);
    if (map->at < end)
        fwd_byte_map_varint(map, end, "kept bytes", "old blocks that are kept to go back");
    map->prefix = NULL;
}

static void add_value(struct fwd_byte_map *map, const struct fwd_entry *entry)
{
    const char *name = entry_name(entry->type);
    const char *meaning = entry_meaning(entry->type);
    size_t end = map->at + entry->size;
    struct fwd_certificate certificate;
    switch (entry->type) {
    case FWD_ENTRY_PRODUCT:
    case FWD_ENTRY_LABEL:
    case FWD_ENTRY_MIN_TOOL:
    case FWD_ENTRY_TOOL:
        fwd_byte_map_text(map, entry->size, name, meaning);
        return;
    case FWD_ENTRY_COMPONENT:
        fwd_component_map_add(map, entry->size);
        return;
    case FWD_ENTRY_TRUST:
        fwd_trust_map_add(map, entry->size);
        return;
    case FWD_ENTRY_HARDWARE:
        fwd_byte_map_varint(map, end, "hardware lowest", meaning);
        fwd_byte_map_varint(map, end, "hardware highest", meaning);
        break;
    case FWD_ENTRY_CERTIFICATE:
        if (fwd_certificate_decode(entry->value, entry->size, &certificate))
            add_certificate(map, end);
        break;
    case FWD_ENTRY_TIMESTAMP:
    case FWD_ENTRY_EXPIRY:
        if (entry->size != 8)
            break;
        add_time(map, entry);
        return;
    case FWD_ENTRY_DEPENDENCIES:
        add_dependencies(map, entry);
        break;
    default:
        break;
    }
    fwd_byte_map_hex(map, end - map->at, name, meaning); /* nothing when all of it was shown */
}

void fwd_manifest_map_add(struct fwd_byte_map *map, size_t size)
{
    const uint8_t *manifest = map->bytes + map->at;
    struct fwd_entry entry;
    size_t at = 0;
    while (fwd_manifest_walk(manifest, size, &at, &entry)) {
        fwd_byte_map_add(map, 1, "entry type", entry_meaning(entry.type), "0x%02X %s, %s",
            entry.type, entry_name(entry.type), entry.critical ? "critical" : "may be skipped");
        fwd_byte_map_varint(map, map->size, "entry length", "bytes of its value");
        add_value(map, &entry);
    }
}
