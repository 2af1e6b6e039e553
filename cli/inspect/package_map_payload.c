/* The payload (SPEC.md section 6): the components' sections, and the streams in them. */
#include "cli/common/print.h"
#include "cli/inspect/package_map.h"
#include "format/cursor.h"
#include "gen/lite/lite_encode.h"
#include "gen/refdelta/refdelta_dissect.h"

#include <inttypes.h>
#include <stdio.h>

static void add_unknown(struct fwd_byte_map *map, const struct fwd_component *component)
{
    fwd_byte_map_add(map, component->section_size, "section", "coded image", "%s",
        fwd_print_codec(component->codec));
}

static void add_streams(struct fwd_byte_map *map, const struct fwd_component *component)
{
    struct fwd_reader r = fwd_reader_over(component->codec_params, component->codec_params_size);
    uint64_t control = fwd_read_le32(&r);
    uint64_t diff = fwd_read_le32(&r);
    if (r.failed || control + diff > component->section_size) {
        fwd_byte_map_problem(map, "the codec parameters contradict the section (section-content)");
        add_unknown(map, component);
        return;
    }
    uint64_t extra = component->section_size - control - diff;
    fwd_byte_map_add(map, (size_t)control, "control stream", "which runs follow each other", ".xz");
    fwd_byte_map_add(map, (size_t)diff, "difference stream", "differences to the source", ".xz");
    fwd_byte_map_add(map, (size_t)extra, "extra stream", "new bytes", ".xz");
}

/* All of the section is in the file. */
static void add_fwd_streams(struct fwd_byte_map *map, const struct fwd_component *component)
{
    const uint8_t *section = map->bytes + map->at;
    struct fwd_refdelta_dissection d;
    uint32_t runs, body;
    enum fwd_reason reason = fwd_refdelta_dissect(component, section, &d, NULL);
    if (reason != FWD_OK)
        fwd_byte_map_problem(
            map, "the streams of the section cannot be read (%s)", fwd_reason_info(reason)->name);
    if (!fwd_refdelta_dissect_streams(section, component->section_size, &runs, &body)) {
        add_unknown(map, component);
        return;
    }
    fwd_byte_map_number(map, FWD_DISSECT_HEAD, "runs size", "bytes of the stream of the copies");
    fwd_byte_map_add(map, runs, "runs stream", "which parts are copies", "range coded");
    if (reason == FWD_OK)
        fwd_byte_map_value(map, "%" PRIu32 " copies of %" PRIu32 " bytes", d.copies, d.copied);
    fwd_byte_map_add(map, body, "body stream", "the rest of the image", "range coded");
    if (reason == FWD_OK)
        fwd_byte_map_value(map, "%" PRIu32 " new bytes, and what differs in copies", d.literal);
}

/* The size of the runs' stream is in the file. */
static void add_lite_streams(struct fwd_byte_map *map, const struct fwd_component *component)
{
    const uint8_t *head = map->bytes + map->at;
    uint32_t runs = head[0] | (uint32_t)head[1] << 8 | (uint32_t)head[2] << 16;

    if (runs >= component->section_size - FWD_LITE_HEAD) {
        fwd_byte_map_problem(map, "the streams of the section contradict its size");
        add_unknown(map, component);
        return;
    }
    fwd_byte_map_number(map, FWD_LITE_HEAD, "runs size", "bytes of the stream of the copies");
    fwd_byte_map_add(map, runs, "runs stream", "which parts are copies", "range coded");
    fwd_byte_map_add(map, component->section_size - FWD_LITE_HEAD - runs, "body stream",
        "the rest of the image", "range coded");
}

static const struct fwd_component *section_at(const struct fwd_manifest *manifest, uint32_t offset)
{
    for (uint8_t i = 0; i < manifest->component_count; i++) {
        const struct fwd_component *component = &manifest->components[i];
        if (component->section_offset == offset && component->section_size > 0)
            return component;
    }
    return NULL;
}

static void add_section(struct fwd_byte_map *map, const struct fwd_component *component)
{
    char prefix[FWD_NAME_MAX + 2];
    snprintf(prefix, sizeof prefix, "%.*s ", (int)component->name.size, component->name.bytes);
    map->prefix = prefix;
    if (component->codec == FWD_CODEC_BSDIFF_XZ)
        add_streams(map, component);
    else if (component->codec == FWD_CODEC_FWD && component->section_size <= fwd_byte_map_left(map))
        add_fwd_streams(map, component);
    else if (component->codec == FWD_CODEC_LITE && component->section_size > FWD_LITE_HEAD &&
             component->section_size <= fwd_byte_map_left(map))
        add_lite_streams(map, component);
    else
        add_unknown(map, component);
    map->prefix = NULL;
}

void fwd_payload_map_add(struct fwd_byte_map *map, const struct fwd_package_map *package)
{
    size_t begin = map->at;
    size_t end = package->header.payload_size < fwd_byte_map_left(map)
                     ? begin + package->header.payload_size
                     : map->size;
    if (end - begin < package->header.payload_size)
        fwd_byte_map_problem(map, "the file ends inside the payload, which has %lu bytes",
            (unsigned long)package->header.payload_size);
    if (package->header.kind == FWD_KIND_TRUST && map->at < end)
        fwd_byte_map_hex(map, end - map->at, "package before",
            "the trust package of the set before; 'fwdelta trust show' shows its sets");
    while (package->manifest_reason == FWD_OK && map->at < end) {
        const struct fwd_component *component =
            section_at(&package->manifest, (uint32_t)(map->at - begin));
        /* the file may end inside the section: it is shown as far as it goes */
        if (component == NULL ||
            component->section_size > package->header.payload_size - (map->at - begin))
            break;
        add_section(map, component);
    }
    if (map->at < end)
        fwd_byte_map_problem(map, "the payload cannot be divided into the components' sections");
    fwd_byte_map_add(map, end - map->at, "bytes", "coded images", "not divided");
}
