#include "format/component.h"
#include "format/cursor.h"
#include "format/manifest.h"
#include "format/text.h"

/* Entries that SPEC.md section 4.2 defines, with the critical bit where they are. */
static const uint8_t known[] = {
    FWD_ENTRY_PRODUCT | FWD_ENTRY_CRITICAL, FWD_ENTRY_HARDWARE | FWD_ENTRY_CRITICAL,
    FWD_ENTRY_LABEL, FWD_ENTRY_MIN_TOOL, FWD_ENTRY_TIMESTAMP, FWD_ENTRY_TOOL,
    FWD_ENTRY_DEPENDENCIES | FWD_ENTRY_CRITICAL, FWD_ENTRY_EXPIRY,
    FWD_ENTRY_TRUST | FWD_ENTRY_CRITICAL, FWD_ENTRY_COMPONENT | FWD_ENTRY_CRITICAL,
    FWD_ENTRY_CERTIFICATE, /* of a later version of the format: it may repeat, no more is known */
};

static enum fwd_reason read_text(const struct fwd_entry *entry, size_t max, struct fwd_text *text)
{
    if (entry->size == 0 || entry->size > max)
        return FWD_E_MANIFEST_VALUE;
    *text = (struct fwd_text){.bytes = (const char *)entry->value, .size = (uint8_t)entry->size};
    return fwd_text_printable(*text) ? FWD_OK : FWD_E_MANIFEST_VALUE;
}

static enum fwd_reason read_product(const struct fwd_entry *entry, struct fwd_manifest *manifest)
{
    if (manifest->product_count == FWD_PRODUCTS_MAX)
        return FWD_E_MANIFEST_VALUE;
    return read_text(entry, FWD_PRODUCT_MAX, &manifest->products[manifest->product_count++]);
}

static enum fwd_reason read_component(const struct fwd_entry *entry, struct fwd_manifest *manifest)
{
    if (manifest->component_count == FWD_CONFIG_COMPONENTS)
        return FWD_E_MANIFEST_VALUE;
    return fwd_component_decode(
        entry->value, entry->size, &manifest->components[manifest->component_count++]);
}

/* Entries of numbers fill theirs. */
static enum fwd_reason read_numbers(const struct fwd_entry *entry, struct fwd_manifest *manifest)
{
    struct fwd_reader r = fwd_reader_over(entry->value, entry->size);

    if (entry->type == FWD_ENTRY_HARDWARE) {
        manifest->has_hardware = true;
        manifest->hardware_min = fwd_read_varint(&r);
        manifest->hardware_max = fwd_read_varint(&r);
    } else if (entry->type == FWD_ENTRY_TIMESTAMP) {
        manifest->has_timestamp = true;
        manifest->timestamp = fwd_read_le64(&r);
    } else {
        manifest->expires = true;
        manifest->not_after = fwd_read_le64(&r);
    }
    if (r.failed || fwd_reader_left(&r) > 0)
        return FWD_E_MANIFEST_SYNTAX;
    return manifest->hardware_min <= manifest->hardware_max ? FWD_OK : FWD_E_MANIFEST_VALUE;
}

static enum fwd_reason read_value(const struct fwd_entry *entry, struct fwd_manifest *manifest)
{
    switch (entry->type) {
    case FWD_ENTRY_PRODUCT:
        return read_product(entry, manifest);
    case FWD_ENTRY_LABEL:
        return read_text(entry, FWD_VERSION_MAX, &manifest->label);
    case FWD_ENTRY_MIN_TOOL:
        return read_text(entry, FWD_NOTE_MAX, &manifest->min_tool);
    case FWD_ENTRY_TOOL:
        return read_text(entry, FWD_NOTE_MAX, &manifest->tool);
    case FWD_ENTRY_HARDWARE:
    case FWD_ENTRY_TIMESTAMP:
    case FWD_ENTRY_EXPIRY:
        return read_numbers(entry, manifest);
    case FWD_ENTRY_COMPONENT:
        return read_component(entry, manifest);
    case FWD_ENTRY_DEPENDENCIES:
        /* Whoever looks at dependencies decodes them; whoever does not refuses them. */
        manifest->dependencies = entry->value;
        manifest->dependencies_size = (uint16_t)entry->size;
        return FWD_OK;
    case FWD_ENTRY_TRUST:
        manifest->trust = entry->value;
        manifest->trust_size = (uint16_t)entry->size;
        return FWD_OK;
    default:
        return FWD_OK;
    }
}

static enum fwd_reason read_entry(const struct fwd_entry *entry, struct fwd_manifest *manifest)
{
    for (size_t i = 0; i < sizeof known; i++) {
        if ((known[i] & ~FWD_ENTRY_CRITICAL) != entry->type)
            continue;
        if (((known[i] & FWD_ENTRY_CRITICAL) != 0) != entry->critical)
            return FWD_E_MANIFEST_SYNTAX;
        return read_value(entry, manifest);
    }
    return entry->critical ? FWD_E_UNKNOWN_CRITICAL : FWD_OK;
}

static bool may_repeat(uint8_t type)
{
    return type == FWD_ENTRY_PRODUCT || type == FWD_ENTRY_COMPONENT ||
           type == FWD_ENTRY_CERTIFICATE || type >= FWD_ENTRY_VENDOR_FIRST;
}

/* What each section is, now that all of them are known. Sizes of 32 bits: their sum cannot wrap in
 * 64. */
static enum fwd_reason place_sections(struct fwd_manifest *manifest, uint32_t payload_size)
{
    uint64_t at = 0;

    for (uint8_t i = 0; i < FWD_COMPONENTS(manifest->component_count); i++) {
        struct fwd_component *component = &manifest->components[i];
        bool last = i + 1 == manifest->component_count;

        if ((component->section_size == 0) != last)
            return FWD_E_SECTION_RANGE;
        component->section_offset = (uint32_t)at;
        at += component->section_size;
        if (last && at >= payload_size)
            return FWD_E_SECTION_OVERLAP;
        if (last)
            component->section_size = payload_size - (uint32_t)at;
    }
    return FWD_OK;
}

enum fwd_reason fwd_manifest_decode(
    const uint8_t *bytes, size_t size, uint32_t payload_size, struct fwd_manifest *manifest)
{
    struct fwd_entry entry;
    uint8_t last = 0; /* so that an entry of number 0, which does not exist, repeats it */
    size_t at = 0;

    *manifest = (struct fwd_manifest){0};
    while (fwd_manifest_walk(bytes, size, &at, &entry)) {
        if (entry.type < last || (entry.type == last && !may_repeat(last)))
            return FWD_E_MANIFEST_SYNTAX;
        last = entry.type;
        enum fwd_reason reason = read_entry(&entry, manifest);
        if (reason != FWD_OK)
            return reason;
    }
    /* a set of keys, or components: never both, never nothing; keys have no conditions */
    if (at != size || (manifest->component_count == 0) != (manifest->trust != NULL) ||
        (manifest->trust != NULL && (manifest->dependencies != NULL || manifest->expires)))
        return FWD_E_MANIFEST_SYNTAX;
    manifest->sections = place_sections(manifest, payload_size);
    return FWD_OK;
}
