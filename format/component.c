#include "format/component.h"

#include "format/text.h"

static void write_params(struct fwd_writer *w, const struct fwd_component *component)
{
    fwd_write_u8(w, component->codec_params_size);
    fwd_write_bytes(w, component->codec_params, component->codec_params_size);
}

static void write_image(struct fwd_writer *w, const struct fwd_image *image)
{
    fwd_write_le32(w, image->size);
    if (image->digest)
        fwd_write_bytes(w, image->digest, FWD_DIGEST_SIZE);
    else
        w->failed = true;
}

void fwd_component_encode(struct fwd_writer *w, const struct fwd_component *component)
{
    bool has_source = (component->flags & FWD_COMPONENT_HAS_SOURCE) != 0;

    fwd_write_u8(w, component->role);
    fwd_write_u8(w, component->flags);
    fwd_write_le16(w, component->codec);
    fwd_write_le32(w, component->section_offset);
    fwd_write_le32(w, component->section_size);
    fwd_write_le32(w, component->arena_size);
    write_image(w, &component->target);
    if (has_source)
        write_image(w, &component->source);
    fwd_text_write(w, component->name);
    fwd_text_write(w, component->target.version);
    if (has_source)
        fwd_text_write(w, component->source.version);
    write_params(w, component);
    if (component->has_counter) {
        fwd_write_le16(w, FWD_EXT_COUNTER | FWD_ENTRY_CRITICAL);
        fwd_write_le16(w, 4);
        fwd_write_le32(w, component->counter);
    }
}

static void read_image(struct fwd_reader *r, struct fwd_image *image)
{
    image->size = fwd_read_le32(r);
    image->digest = fwd_read_bytes(r, FWD_DIGEST_SIZE);
}

static void read_fields(struct fwd_reader *r, struct fwd_component *component)
{
    component->role = fwd_read_u8(r);
    component->flags = fwd_read_u8(r);
    component->codec = fwd_read_le16(r);
    component->section_offset = fwd_read_le32(r);
    component->section_size = fwd_read_le32(r);
    component->arena_size = fwd_read_le32(r);
    read_image(r, &component->target);
    if (component->flags & FWD_COMPONENT_HAS_SOURCE)
        read_image(r, &component->source);
    component->name = fwd_text_read(r);
    component->target.version = fwd_text_read(r);
    if (component->flags & FWD_COMPONENT_HAS_SOURCE)
        component->source.version = fwd_text_read(r);
    component->codec_params_size = fwd_read_u8(r);
    component->codec_params = fwd_read_bytes(r, component->codec_params_size);
}

static bool image_valid(const struct fwd_image *image)
{
    return image->size > 0 && image->version.size <= FWD_VERSION_MAX &&
           fwd_text_printable(image->version);
}

static bool fields_valid(const struct fwd_component *component)
{
    if (component->role >= FWD_ROLE_COUNT || (component->flags & ~FWD_COMPONENT_FLAGS) != 0)
        return false;
    if ((component->flags & FWD_COMPONENT_HAS_SOURCE) && !image_valid(&component->source))
        return false;
    return image_valid(&component->target) && fwd_text_is_name(component->name) &&
           component->codec_params_size <= FWD_CODEC_PARAMS_MAX;
}

static enum fwd_reason read_extension(
    const struct fwd_entry *entry, struct fwd_component *component)
{
    struct fwd_reader r = fwd_reader_over(entry->value, entry->size);

    if (entry->type != FWD_EXT_COUNTER)
        return entry->critical ? FWD_E_UNKNOWN_CRITICAL : FWD_OK;
    component->has_counter = true;
    component->counter = fwd_read_le32(&r);
    return entry->critical && !r.failed && fwd_reader_left(&r) == 0 ? FWD_OK
                                                                    : FWD_E_MANIFEST_SYNTAX;
}

/* Extensions have the shape of manifest entries, ascend and never repeat. */
static enum fwd_reason read_extensions(
    const uint8_t *bytes, size_t size, struct fwd_component *component)
{
    struct fwd_entry entry;
    uint16_t last = 0;
    size_t at = 0;

    while (fwd_manifest_walk(bytes, size, &at, &entry)) {
        if (entry.type <= last)
            return FWD_E_MANIFEST_SYNTAX;
        last = entry.type;
        enum fwd_reason reason = read_extension(&entry, component);
        if (reason != FWD_OK)
            return reason;
    }
    return at == size ? FWD_OK : FWD_E_MANIFEST_SYNTAX;
}

enum fwd_reason fwd_component_decode(
    const uint8_t *bytes, size_t size, struct fwd_component *component)
{
    struct fwd_reader r = fwd_reader_over(bytes, size);

    *component = (struct fwd_component){0};
    read_fields(&r, component);
    /* Unknown flags may have moved the fields behind them: this refusal comes first. */
    if (size >= 2 && (component->flags & ~FWD_COMPONENT_FLAGS) != 0)
        return FWD_E_MANIFEST_VALUE;
    if (r.failed)
        return FWD_E_MANIFEST_SYNTAX;
    if (!fields_valid(component))
        return FWD_E_MANIFEST_VALUE;
    return read_extensions(bytes + r.at, size - r.at, component);
}
