#include "format/component.h"
#include "format/cursor.h"
#include "format/header.h"
#include "format/manifest.h"
#include "format/text.h"

static void write_text(struct fwd_writer *w, uint8_t type, struct fwd_text text)
{
    if (text.size == 0)
        return;
    fwd_entry_begin(w, type, text.size);
    fwd_write_bytes(w, text.bytes, text.size);
}

static void write_products(struct fwd_writer *w, const struct fwd_manifest *manifest)
{
    for (uint8_t i = 0; i < manifest->product_count; i++) {
        if (manifest->products[i].size == 0)
            w->failed = true; /* would silently widen the package to any product */
        write_text(w, FWD_ENTRY_PRODUCT | FWD_ENTRY_CRITICAL, manifest->products[i]);
    }
}

static void write_hardware(struct fwd_writer *w, const struct fwd_manifest *manifest)
{
    if (!manifest->has_hardware)
        return;
    struct fwd_writer count = fwd_writer_over(NULL, 10);

    fwd_write_varint(&count, manifest->hardware_min);
    fwd_write_varint(&count, manifest->hardware_max);
    fwd_entry_begin(w, FWD_ENTRY_HARDWARE | FWD_ENTRY_CRITICAL, count.at);
    fwd_write_varint(w, manifest->hardware_min);
    fwd_write_varint(w, manifest->hardware_max);
}

static void write_time(struct fwd_writer *w, uint8_t type, bool has, uint64_t seconds)
{
    if (!has)
        return;
    fwd_entry_begin(w, type, 8);
    fwd_write_le64(w, seconds);
}

static void write_bytes(struct fwd_writer *w, uint8_t type, const uint8_t *bytes, uint16_t size)
{
    if (bytes == NULL)
        return;
    fwd_entry_begin(w, type, size);
    fwd_write_bytes(w, bytes, size);
}

static void write_component(struct fwd_writer *w, const struct fwd_component *component, bool last)
{
    struct fwd_writer count = fwd_writer_over(NULL, FWD_CONFIG_SIGNED);

    fwd_component_encode(&count, component, last);
    if (count.failed) {
        w->failed = true;
        return;
    }
    fwd_entry_begin(w, FWD_ENTRY_COMPONENT | FWD_ENTRY_CRITICAL, count.at);
    fwd_component_encode(w, component, last);
}

size_t fwd_manifest_encode(const struct fwd_manifest *manifest, uint8_t *out, size_t size)
{
    struct fwd_writer w = fwd_writer_over(out, size);
    struct fwd_manifest check;

    if (manifest->product_count > FWD_PRODUCTS_MAX ||
        manifest->component_count > FWD_CONFIG_COMPONENTS)
        return 0;
    write_products(&w, manifest);
    write_hardware(&w, manifest);
    write_text(&w, FWD_ENTRY_LABEL, manifest->label);
    write_text(&w, FWD_ENTRY_MIN_TOOL, manifest->min_tool);
    write_time(&w, FWD_ENTRY_TIMESTAMP, manifest->has_timestamp, manifest->timestamp);
    write_text(&w, FWD_ENTRY_TOOL, manifest->tool);
    write_bytes(&w, FWD_ENTRY_DEPENDENCIES | FWD_ENTRY_CRITICAL, manifest->dependencies,
        manifest->dependencies_size);
    write_time(&w, FWD_ENTRY_EXPIRY, manifest->expires, manifest->not_after);
    write_bytes(&w, FWD_ENTRY_TRUST | FWD_ENTRY_CRITICAL, manifest->trust, manifest->trust_size);
    for (uint8_t i = 0; i < manifest->component_count; i++)
        write_component(&w, &manifest->components[i], i + 1 == manifest->component_count);

    /* The decoder is the one place that knows every limit. */
    if (w.failed || w.at > FWD_CONFIG_SIGNED - FWD_HEADER_SIZE ||
        fwd_manifest_decode(out, w.at, 0, &check) != FWD_OK)
        return 0;
    return w.at;
}
