#include "gen/package/encoder.h"

#include "gen/bsdiff/bsdiff.h"
#include "gen/package/step_order.h"
#include "verify/lite/lite.h"

/* The matches that the component has; else those of bsdiff. */
static enum fwd_fail encode_bsdiff_xz(const struct fwd_build_component *component,
    const struct fwd_section_options *options, uint8_t isa, struct fwd_encoding *encoding,
    struct fwd_error *err)
{
    const struct fwd_pair *pair = &component->pair;
    const struct fwd_tuples *tuples = component->tuples;
    struct fwd_tuples made = {0};
    enum fwd_fail fail = fwd_section_bsdiff_xz_room(options, err);

    (void)isa;
    if (fail == FWD_FAIL_NONE && tuples == NULL) {
        fail = fwd_bsdiff_make_by(pair, options->order, options->progress, &made, err);
        tuples = &made;
    }
    if (fail == FWD_FAIL_NONE)
        fail = fwd_section_bsdiff_xz(pair, tuples, options, &encoding->section, err);
    if (fail == FWD_FAIL_NONE)
        encoding->descending = fwd_step_order_descending(pair, tuples);
    fwd_tuples_free(&made);
    return fail;
}

/* By a codec that follows references. */
static enum fwd_fail encode_following(
    enum fwd_fail (*make)(const struct fwd_pair *, const struct fwd_section_options *,
        struct fwd_section *, struct fwd_tuples *, struct fwd_error *),
    const struct fwd_build_component *component, const struct fwd_section_options *options,
    uint8_t isa, struct fwd_encoding *encoding, struct fwd_error *err)
{
    struct fwd_hints hints = options->hints != NULL ? *options->hints : (struct fwd_hints){0};
    struct fwd_section_options with_isa = *options;
    struct fwd_tuples runs = {0};

    hints.has_isa = true;
    hints.isa = isa;
    for (unsigned i = 0; i < 2; i++)
        if (component->segments[i] != NULL)
            hints.segments[i] = component->segments[i];
    with_isa.hints = &hints;
    enum fwd_fail fail = make(&component->pair, &with_isa, &encoding->section, &runs, err);
    if (fail == FWD_FAIL_NONE && !encoding->section.stopped)
        encoding->descending = fwd_step_order_descending(&component->pair, &runs);
    fwd_tuples_free(&runs);
    return fail;
}

static enum fwd_fail encode_fwd(const struct fwd_build_component *component,
    const struct fwd_section_options *options, uint8_t isa, struct fwd_encoding *encoding,
    struct fwd_error *err)
{
    return encode_following(fwd_section_fwd, component, options, isa, encoding, err);
}

static enum fwd_fail encode_lite(const struct fwd_build_component *component,
    const struct fwd_section_options *options, uint8_t isa, struct fwd_encoding *encoding,
    struct fwd_error *err)
{
    return encode_following(fwd_section_lite, component, options, isa, encoding, err);
}

static enum fwd_fail encode_xz(const struct fwd_build_component *component,
    const struct fwd_section_options *options, uint8_t isa, struct fwd_encoding *encoding,
    struct fwd_error *err)
{
    (void)isa;
    return fwd_section_xz(&component->pair, options, &encoding->section, err);
}

static enum fwd_fail encode_stored(const struct fwd_build_component *component,
    const struct fwd_section_options *options, uint8_t isa, struct fwd_encoding *encoding,
    struct fwd_error *err)
{
    (void)isa;
    return fwd_section_stored(&component->pair, options, &encoding->section, err);
}

const struct fwd_encoder fwd_encoders[] = {
    {.decoder = &fwd_codec_fwd,
        .takes_source = true,
        .usual = true,
        .by_isa = true,
        .params_size = FWD_DELTA_PARAMS_SIZE,
        .encode = encode_fwd},
    {.decoder = &fwd_codec_lite,
        .takes_source = true,
        .by_isa = true,
        .params_size = FWD_LITE_PARAMS_SIZE,
        .encode = encode_lite},
    {.decoder = &fwd_codec_bsdiff_xz,
        .takes_source = true,
        .usual = true,
        .uses_xz = true,
        .params_size = 11,
        .encode = encode_bsdiff_xz},
    {.decoder = &fwd_codec_xz,
        .usual = true,
        .uses_xz = true,
        .params_size = 1,
        .encode = encode_xz},
    {.decoder = &fwd_codec_stored, .usual = true, .encode = encode_stored},
};
const size_t fwd_encoder_count = sizeof fwd_encoders / sizeof fwd_encoders[0];

const struct fwd_encoder *fwd_encoder_find(uint16_t codec)
{
    for (size_t i = 0; i < fwd_encoder_count; i++)
        if (fwd_encoders[i].decoder->id == codec)
            return &fwd_encoders[i];
    return NULL;
}

uint32_t fwd_encoder_usual_mask(void)
{
    uint32_t mask = 0;

    for (size_t i = 0; i < fwd_encoder_count; i++)
        mask |= fwd_encoders[i].usual ? 1u << fwd_encoders[i].decoder->id : 0;
    return mask;
}
