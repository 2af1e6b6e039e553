#include "cli/build/build_limits.h"

#include "gen/package/encoder.h"
#include "sim/device/decoder.h"

static uint32_t least(uint32_t a, uint32_t b)
{
    return a == 0 || b < a ? b : a;
}

static enum fwd_fail take_arenas(const struct fwd_device_description *device,
    struct fwd_build_limits *limits, struct fwd_error *err)
{
    uint32_t application = fwd_description_arena(device, &device->application);
    uint32_t boot = fwd_description_arena(device, &device->boot);
    struct fwd_device empty = {0};

    fwd_description_device(device, &empty);
    if (application == 0 || boot == 0)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "device %s: its ram_budget of %u bytes leaves nothing for a decoder (the installer "
            "itself needs %u)",
            device->name, (unsigned)device->ram_budget, (unsigned)fwd_update_memory(&empty));
    limits->delta_arena = least(limits->delta_arena, application);
    limits->full_arena = least(limits->full_arena, least(application, boot));
    return FWD_FAIL_NONE;
}

static enum fwd_fail check_asked(const struct fwd_build_spec *spec,
    const struct fwd_device_description *device, struct fwd_error *err)
{
    for (size_t i = 0; i < spec->part_count; i++) {
        uint16_t codec = spec->parts[i].codec;
        bool boot = codec != FWD_BUILD_AUTO && !fwd_encoder_find(codec)->takes_source &&
                    !fwd_decoder_has(&device->boot, codec);

        if (codec != FWD_BUILD_AUTO && (boot || !fwd_decoder_has(&device->application, codec)))
            return fwd_error_fail(err, FWD_FAIL_REFUSED,
                "device %s: its %s does not decode codec %s, which was asked for; \"%s\" in its "
                "description says what it does",
                device->name, boot ? "boot loader" : "application", fwd_decoder_codec_name(codec),
                boot ? "boot.codecs" : "codecs");
    }
    return FWD_FAIL_NONE;
}

/* What was asked for by name. */
static uint32_t asked_codecs(const struct fwd_build_spec *spec)
{
    uint32_t codecs = 0;

    for (size_t i = 0; i < spec->part_count; i++)
        if (spec->parts[i].codec != FWD_BUILD_AUTO)
            codecs |= 1u << spec->parts[i].codec;
    return codecs;
}

enum fwd_fail fwd_build_limits_find(const struct fwd_build_spec *spec, bool full_package,
    struct fwd_build_limits *limits, struct fwd_error *err)
{
    struct fwd_decoder usual = fwd_decoder_usual(spec->ram);
    const uint32_t of_full_images = fwd_decoder_full_images();
    uint32_t boots = of_full_images;
    enum fwd_fail fail = FWD_FAIL_NONE;

    *limits = (struct fwd_build_limits){
        .delta_codecs = fwd_decoder_mask(&usual), .full_codecs = of_full_images};
    for (size_t i = 0; i < spec->device_count && fail == FWD_FAIL_NONE; i++) {
        const struct fwd_device_description *device = spec->devices[i];
        uint32_t application = fwd_decoder_mask(&device->application);
        uint32_t boot = fwd_decoder_mask(&device->boot);

        limits->delta_codecs = i == 0 ? application : limits->delta_codecs & application;
        limits->full_codecs &= boot & application;
        boots &= boot;
        fail = check_asked(spec, device, err);
        if (fail == FWD_FAIL_NONE && spec->ram == 0)
            fail = take_arenas(device, limits, err);
    }
    if (spec->device_count == 0)
        limits->delta_codecs |= asked_codecs(spec);
    if (spec->device_count > 0 && full_package && limits->full_codecs == 0)
        limits->full_codecs = boots;
    if (spec->ram != 0)
        limits->delta_arena = limits->full_arena = spec->ram;
    return fail;
}
