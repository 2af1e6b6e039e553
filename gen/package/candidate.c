#include "gen/package/candidate.h"

#include "gen/bsdiff/bsdiff.h"
#include "gen/package/step_order.h"

#include <string.h>

/* A delta costs the manifest a source: size, digest, version and codec parameters. */
static size_t delta_size(
    const struct fwd_build_component *component, const struct fwd_section *section)
{
    const char *version = component->source_version;

    return section->bytes.size + 4 + FWD_DIGEST_SIZE + 1 + (version ? strlen(version) : 0) +
           section->params_size;
}

static enum fwd_fail make_full(const struct fwd_build_component *component,
    const struct fwd_section_options *options, struct fwd_candidate *candidate,
    struct fwd_error *err)
{
    const struct fwd_pair *pair = &component->pair;
    uint16_t codec = component->codec;
    struct fwd_section xz;

    *candidate = (struct fwd_candidate){0};
    if (codec == FWD_CODEC_STORED)
        return fwd_section_stored(pair, options, &candidate->section, err);
    enum fwd_fail fail = fwd_section_xz(pair, options, &xz, err);
    if (fail == FWD_FAIL_NONE && (codec == FWD_CODEC_XZ || xz.bytes.size < pair->target_size)) {
        candidate->section = xz;
        return FWD_FAIL_NONE;
    }
    bool try_stored = fail == FWD_FAIL_NONE || (fail == FWD_FAIL_REFUSED && codec != FWD_CODEC_XZ);
    fwd_section_free(&xz);
    return try_stored ? fwd_section_stored(pair, options, &candidate->section, err) : fail;
}

static enum fwd_fail make_bsdiff(const struct fwd_build_component *component,
    const struct fwd_section_options *options, struct fwd_candidate *candidate,
    struct fwd_error *err)
{
    const struct fwd_pair *pair = &component->pair;
    struct fwd_tuples made = {0};
    const struct fwd_tuples *tuples = component->tuples;
    enum fwd_fail fail = FWD_FAIL_NONE;

    *candidate = (struct fwd_candidate){.has_source = true};
    if (!tuples) {
        fail = fwd_bsdiff_make(pair, options->progress, &made, err);
        tuples = &made;
    }
    if (fail == FWD_FAIL_NONE)
        fail = fwd_section_bsdiff_xz(pair, tuples, options, &candidate->section, err);
    if (fail == FWD_FAIL_NONE)
        candidate->descending = fwd_step_order_descending(pair, tuples);
    fwd_tuples_free(&made);
    return fail;
}

static enum fwd_fail make_fwd(const struct fwd_build_component *component,
    const struct fwd_section_options *options, struct fwd_candidate *candidate,
    struct fwd_error *err)
{
    const struct fwd_pair *pair = &component->pair;
    struct fwd_tuples runs = {0};

    *candidate = (struct fwd_candidate){.has_source = true};
    enum fwd_fail fail = fwd_section_fwd(pair, options, &candidate->section, &runs, err);
    if (fail == FWD_FAIL_NONE)
        candidate->descending = fwd_step_order_descending(pair, &runs);
    fwd_tuples_free(&runs);
    return fail;
}

/* Codec fwd; where its decoder does not suit the device or the images, the other. When neither
 * does, the reason is that of fwd, which needs less memory. */
static enum fwd_fail make_delta(const struct fwd_build_component *component,
    const struct fwd_section_options *options, struct fwd_candidate *candidate,
    struct fwd_error *err)
{
    if (component->codec == FWD_CODEC_BSDIFF_XZ || component->tuples)
        return make_bsdiff(component, options, candidate, err);
    enum fwd_fail fail = make_fwd(component, options, candidate, err);
    if (fail != FWD_FAIL_REFUSED || component->codec != FWD_BUILD_AUTO)
        return fail;
    struct fwd_error other;
    fail = make_bsdiff(component, options, candidate, &other);
    if (fail == FWD_FAIL_ENVIRONMENT)
        *err = other;
    return fail;
}

enum fwd_fail fwd_candidate_choose(const struct fwd_build_component *component, bool full,
    const struct fwd_section_options *options, struct fwd_candidate *candidate,
    struct fwd_error *err)
{
    bool keep = component->force_delta || component->codec == FWD_CODEC_BSDIFF_XZ ||
                component->codec == FWD_CODEC_FWD;
    bool delta = !full && component->pair.source_size > 0 && component->codec != FWD_CODEC_XZ &&
                 component->codec != FWD_CODEC_STORED;
    struct fwd_candidate other;

    if (!delta)
        return make_full(component, options, candidate, err);
    enum fwd_fail fail = make_delta(component, options, candidate, err);
    size_t size = fail == FWD_FAIL_NONE ? delta_size(component, &candidate->section) : 0;
    if (fail != FWD_FAIL_NONE || keep || size < component->pair.target_size / 2)
        return fail;
    fail = make_full(component, options, &other, err);
    if (fail == FWD_FAIL_NONE && other.section.bytes.size + other.section.params_size <= size) {
        fwd_section_free(&candidate->section);
        *candidate = other;
        candidate->replaced = true;
        return FWD_FAIL_NONE;
    }
    fwd_section_free(&other.section);
    if (fail != FWD_FAIL_NONE)
        fwd_section_free(&candidate->section);
    return fail;
}
