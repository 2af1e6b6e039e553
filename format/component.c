#include "format/component.h"

#include "format/text.h"

static const struct fwd_text usual_name = {FWD_USUAL_NAME, sizeof FWD_USUAL_NAME - 1};

static void write_params(struct fwd_writer *w, const struct fwd_component *component)
{
    fwd_write_u8(w, component->codec_params_size);
    fwd_write_bytes(w, component->codec_params, component->codec_params_size);
}

static void write_image(struct fwd_writer *w, const struct fwd_image *image, uint8_t digest_size)
{
    fwd_write_varint(w, image->size);
    if (image->digest != NULL && image->digest_size >= digest_size)
        fwd_write_bytes(w, image->digest, digest_size);
    else
        w->failed = true;
}

static void write_name(struct fwd_writer *w, struct fwd_text name)
{
    if (name.size == 0)
        w->failed = true; /* would silently become the usual one */
    if (fwd_text_equal(name, usual_name))
        fwd_write_u8(w, 0);
    else
        fwd_text_write(w, name);
}

static void write_number(struct fwd_writer *w, uint8_t type, uint32_t number)
{
    struct fwd_writer count = fwd_writer_over(NULL, 5);

    fwd_write_varint(&count, number);
    fwd_entry_begin(w, type, count.at);
    fwd_write_varint(w, number);
}

void fwd_component_encode(struct fwd_writer *w, const struct fwd_component *component, bool last)
{
    bool has_source = (component->flags & FWD_COMPONENT_HAS_SOURCE) != 0;

    fwd_write_u8(w, component->role | component->flags);
    fwd_write_u8(w, component->codec);
    fwd_write_varint(w, last ? 0 : component->section_size);
    write_image(w, &component->target, FWD_DIGEST_SIZE);
    if (has_source)
        write_image(w, &component->source, FWD_SOURCE_DIGEST_SIZE);
    write_name(w, component->name);
    fwd_text_write(w, component->target.version);
    if (has_source)
        fwd_text_write(w, component->source.version);
    write_params(w, component);
    if (component->has_counter)
        write_number(w, FWD_EXT_COUNTER | FWD_ENTRY_CRITICAL, component->counter);
    if (component->release > 0)
        write_number(w, FWD_EXT_RELEASE, component->release);
}

void fwd_entry_begin(struct fwd_writer *w, uint8_t type, size_t size)
{
    fwd_write_u8(w, type);
    fwd_write_varint(w, (uint32_t)size);
}

static void read_image(struct fwd_reader *r, struct fwd_image *image, uint8_t digest_size)
{
    image->size = fwd_read_varint(r);
    image->digest = fwd_read_bytes(r, digest_size);
    image->digest_size = digest_size;
}

static void read_fields(struct fwd_reader *r, struct fwd_component *component)
{
    uint8_t first = fwd_read_u8(r);

    component->role = first & FWD_COMPONENT_ROLE;
    component->flags = first & (uint8_t)~FWD_COMPONENT_ROLE;
    component->codec = fwd_read_u8(r);
    component->section_size = fwd_read_varint(r);
    read_image(r, &component->target, FWD_DIGEST_SIZE);
    if (component->flags & FWD_COMPONENT_HAS_SOURCE)
        read_image(r, &component->source, FWD_SOURCE_DIGEST_SIZE);
    fwd_text_read(r, &component->name);
    fwd_text_read(r, &component->target.version);
    if (component->flags & FWD_COMPONENT_HAS_SOURCE)
        fwd_text_read(r, &component->source.version);
    component->codec_params_size = fwd_read_u8(r);
    component->codec_params = fwd_read_bytes(r, component->codec_params_size);
}

static bool image_valid(const struct fwd_image *image)
{
    return image->size > 0 && fwd_text_is_version(image->version);
}

/* One encoding for each component: the usual name is left out. */
static bool name_valid(struct fwd_text name)
{
    return name.size == 0 || (fwd_text_is_name(name) && !fwd_text_equal(name, usual_name));
}

static bool fields_valid(const struct fwd_component *component)
{
    if (component->role >= FWD_ROLE_COUNT || (component->flags & ~FWD_COMPONENT_FLAGS) != 0)
        return false;
    if ((component->flags & FWD_COMPONENT_HAS_SOURCE) && !image_valid(&component->source))
        return false;
    return image_valid(&component->target) && name_valid(component->name) &&
           component->codec_params_size <= FWD_CODEC_PARAMS_MAX;
}

static enum fwd_reason read_extension(
    const struct fwd_entry *entry, struct fwd_component *component)
{
    struct fwd_reader r = fwd_reader_over(entry->value, entry->size);

    bool counter = entry->type == FWD_EXT_COUNTER;
    uint32_t number = fwd_read_varint(&r);

    if (!counter && entry->type != FWD_EXT_RELEASE)
        return entry->critical ? FWD_E_UNKNOWN_CRITICAL : FWD_OK;
    if (entry->critical != counter || r.failed || fwd_reader_left(&r) > 0)
        return FWD_E_MANIFEST_SYNTAX;
    if (!counter) {
        component->release = number;
        return number > 0 ? FWD_OK : FWD_E_MANIFEST_VALUE;
    }
    component->has_counter = true;
    component->counter = number;
    return FWD_OK;
}

/* Extensions have the shape of manifest entries, ascend and never repeat. */
static enum fwd_reason read_extensions(
    const uint8_t *bytes, size_t size, struct fwd_component *component)
{
    struct fwd_entry entry;
    uint8_t last = 0;
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
    /* Unknown flags may have moved the fields after them: this refusal comes first. */
    if (size > 0 && (component->flags & ~FWD_COMPONENT_FLAGS) != 0)
        return FWD_E_MANIFEST_VALUE;
    if (r.failed)
        return FWD_E_MANIFEST_SYNTAX;
    if (!fields_valid(component))
        return FWD_E_MANIFEST_VALUE;
    if (component->name.size == 0)
        component->name = usual_name;
    return read_extensions(bytes + r.at, size - r.at, component);
}

bool fwd_component_at(
    const uint8_t *manifest, size_t size, uint8_t index, struct fwd_component *component)
{
    struct fwd_entry entry;
    size_t at = 0;

    while (fwd_manifest_walk(manifest, size, &at, &entry)) {
        if (entry.type == FWD_ENTRY_COMPONENT && index-- == 0)
            return fwd_component_decode(entry.value, entry.size, component) == FWD_OK;
    }
    return false;
}
