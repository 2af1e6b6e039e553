/* V6: what the manifest says is consistent in itself. */
#include "verify/trust/plan.h"

static enum fwd_reason check_component(const struct fwd_trusted *trusted,
    const struct fwd_component *component, const struct fwd_codec *codec)
{
    bool has_source = (component->flags & FWD_COMPONENT_HAS_SOURCE) != 0;
    uint64_t end = (uint64_t)component->section_offset + component->section_size;
    uint32_t arena;

    if (trusted->kind == FWD_KIND_FULL && has_source)
        return FWD_E_KIND_CONTENT;
    if (component->section_size == 0 || end > trusted->payload_size)
        return FWD_E_SECTION_RANGE;
    if (!codec)
        return FWD_OK; /* V7 refuses it */
    if (codec->needs_source != has_source)
        return FWD_E_KIND_CONTENT;
    enum fwd_reason reason = codec->arena(component, &arena);
    if (reason != FWD_OK)
        return reason;
    return arena == component->arena_size ? FWD_OK : FWD_E_ARENA_SIZE;
}

static bool overlap(const struct fwd_component *a, const struct fwd_component *b)
{
    return a->section_offset < (uint64_t)b->section_offset + b->section_size &&
           b->section_offset < (uint64_t)a->section_offset + a->section_size;
}

/* Sections that do not overlap and together are as long as the payload leave no gap. */
static enum fwd_reason check_sections(const struct fwd_trusted *trusted)
{
    const struct fwd_manifest *manifest = &trusted->manifest;
    uint64_t sum = 0;

    for (uint8_t i = 0; i < manifest->component_count; i++) {
        sum += manifest->components[i].section_size;
        for (uint8_t j = 0; j < i; j++) {
            if (overlap(&manifest->components[i], &manifest->components[j]))
                return FWD_E_SECTION_OVERLAP;
        }
    }
    return sum == trusted->payload_size ? FWD_OK : FWD_E_SECTION_RANGE;
}

enum fwd_reason fwd_plan_structure(
    const struct fwd_trusted *trusted, const struct fwd_codec *const *codecs, uint8_t codec_count)
{
    const struct fwd_manifest *manifest = &trusted->manifest;

    for (uint8_t i = 0; i < manifest->component_count; i++) {
        const struct fwd_component *component = &manifest->components[i];
        enum fwd_reason reason = check_component(
            trusted, component, fwd_codec_find(codecs, codec_count, component->codec));
        if (reason != FWD_OK)
            return reason;
    }
    return check_sections(trusted);
}
