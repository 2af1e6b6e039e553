/* V6: what the manifest says is consistent in itself. */
#include "verify/trust/plan.h"

static bool has_source(const struct fwd_component *component)
{
    return (component->flags & FWD_COMPONENT_HAS_SOURCE) != 0;
}

static bool kind_fits(uint8_t kind, const struct fwd_manifest *manifest)
{
    if (kind == FWD_KIND_TRUST || manifest->component_count == 0)
        return false; /* that is for the keyring */
    for (uint8_t i = 0; i < FWD_COMPONENTS(manifest->component_count); i++) {
        if (kind == FWD_KIND_FULL && has_source(&manifest->components[i]))
            return false;
    }
    return true;
}

static enum fwd_reason check_codec(struct fwd_component *component, const struct fwd_codec *codec)
{
    if (codec == NULL)
        return FWD_OK; /* V7 refuses it */
    if (codec->needs_source != has_source(component))
        return FWD_E_KIND_CONTENT;
    return codec->arena(component, &component->arena_size);
}

enum fwd_reason fwd_plan_structure(
    struct fwd_trusted *trusted, const struct fwd_codec *const *codecs, uint8_t codec_count)
{
    struct fwd_manifest *manifest = &trusted->manifest;

    if (!kind_fits(trusted->kind, manifest))
        return FWD_E_KIND_CONTENT;
    if (manifest->sections != FWD_OK)
        return manifest->sections;
    for (uint8_t i = 0; i < FWD_COMPONENTS(manifest->component_count); i++) {
        struct fwd_component *component = &manifest->components[i];
        enum fwd_reason reason =
            check_codec(component, fwd_codec_find(codecs, codec_count, component->codec));
        if (reason != FWD_OK)
            return reason;
    }
    return FWD_OK;
}
