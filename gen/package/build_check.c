#include "gen/package/build_check.h"

#include "format/text.h"
#include "gen/package/encoder.h"

#include <string.h>

static enum fwd_fail check_text(
    const char *what, const char *text, size_t max, struct fwd_error *err)
{
    if (text == NULL)
        return FWD_FAIL_NONE;
    size_t size = strlen(text);
    if (size == 0 || size > max || !fwd_text_printable(fwd_text_of(text)))
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "%s \"%.80s\": give 1 to %zu printable ASCII characters", what, text, max);
    return FWD_FAIL_NONE;
}

static enum fwd_fail check_codec(
    const struct fwd_build_component *c, bool full, struct fwd_error *err)
{
    const struct fwd_encoder *asked = fwd_encoder_find(c->codec);
    bool wants_delta = (asked != NULL && asked->takes_source) || c->force_delta;

    if (c->codec != FWD_BUILD_AUTO && asked == NULL)
        return fwd_error_fail(err, FWD_FAIL_USAGE, "component %s: codec %u cannot be built",
            c->name, (unsigned)c->codec);
    if (wants_delta && (full || c->pair.source_size == 0))
        return fwd_error_fail(
            err, FWD_FAIL_USAGE, "component %s: a delta needs an old image and no --full", c->name);
    return FWD_FAIL_NONE;
}

static enum fwd_fail check_component(
    const struct fwd_build_options *options, size_t index, struct fwd_error *err)
{
    const struct fwd_build_component *c = &options->components[index];

    if (strlen(c->name) > FWD_NAME_MAX || !fwd_text_is_name(fwd_text_of(c->name)))
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "component name \"%.80s\": give 1 to %u of A-Z a-z 0-9 . _ -", c->name, FWD_NAME_MAX);
    for (size_t i = 0; i < index; i++)
        if (strcmp(options->components[i].name, c->name) == 0)
            return fwd_error_fail(
                err, FWD_FAIL_USAGE, "component %s is given twice: give it once", c->name);
    if (c->role >= FWD_ROLE_COUNT)
        return fwd_error_fail(err, FWD_FAIL_USAGE, "component %s: role %u does not exist", c->name,
            (unsigned)c->role);
    if (c->pair.target_size == 0)
        return fwd_error_fail(
            err, FWD_FAIL_REFUSED, "component %s: the new image is empty", c->name);
    enum fwd_fail fail = check_text("version", c->source_version, FWD_VERSION_MAX, err);
    if (fail == FWD_FAIL_NONE)
        fail = check_text("version", c->target_version, FWD_VERSION_MAX, err);
    if (fail == FWD_FAIL_NONE)
        fail = check_codec(c, c->full || options->full, err);
    return fail;
}

static enum fwd_fail check_counts(const struct fwd_build_options *options, struct fwd_error *err)
{
    if (options->component_count == 0 || options->component_count > FWD_COMPONENTS_MAX)
        return fwd_error_fail(err, FWD_FAIL_USAGE, "%zu components: a package holds 1 to %u",
            options->component_count, FWD_COMPONENTS_MAX);
    if (options->product_count > FWD_PRODUCTS_MAX)
        return fwd_error_fail(err, FWD_FAIL_USAGE, "%zu products: a package names at most %u",
            options->product_count, FWD_PRODUCTS_MAX);
    if (options->has_hardware && options->hardware_min > options->hardware_max)
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "hardware revisions %u to %u: the first must not be above the second",
            (unsigned)options->hardware_min, (unsigned)options->hardware_max);
    return FWD_FAIL_NONE;
}

enum fwd_fail fwd_build_check(const struct fwd_build_options *options, struct fwd_error *err)
{
    enum fwd_fail fail = check_counts(options, err);

    for (size_t i = 0; fail == FWD_FAIL_NONE && i < options->product_count; i++)
        fail = check_text("product", options->products[i], FWD_PRODUCT_MAX, err);
    if (fail == FWD_FAIL_NONE)
        fail = check_text("label", options->label, FWD_VERSION_MAX, err);
    if (fail == FWD_FAIL_NONE)
        fail = check_text("minimum tool", options->min_tool, FWD_NOTE_MAX, err);
    if (fail == FWD_FAIL_NONE)
        fail = check_text("tool note", options->tool, FWD_NOTE_MAX, err);
    for (size_t i = 0; fail == FWD_FAIL_NONE && i < options->component_count; i++)
        fail = check_component(options, i, err);
    return fail;
}
