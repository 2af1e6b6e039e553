#include "cli/build/build_certify.h"

#include "cli/device/session.h"
#include "sim/device/certify.h"
#include "verify/trust/geometry.h"

#include <string.h>

/* ---- which devices --------------------------------------------------------------------------- */

static bool known(const struct fwd_build_certify *certify, const struct fwd_certificate *one)
{
    for (uint8_t i = 0; i < certify->count; i++) {
        const struct fwd_certificate *other = &certify->certificates[i];
        if (other->staging_room == one->staging_room &&
            memcmp(other->geometry, one->geometry, FWD_GEOMETRY_SIZE) == 0)
            return true;
    }
    return false;
}

enum fwd_fail fwd_build_certify_choose(struct fwd_build_certify *certify,
    struct fwd_build_spec *spec, const struct fwd_crypto_port *crypto, struct fwd_error *err)
{
    *certify = (struct fwd_build_certify){.spec = spec};
    for (size_t i = 0; i < spec->device_count; i++) {
        struct fwd_certificate *next = &certify->certificates[certify->count];
        struct fwd_device device = {0};
        fwd_description_device(spec->devices[i], &device);
        next->staging_room = device.staging.size;
        if (!fwd_geometry_id(&device, crypto, next->geometry))
            return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "SHA-256 cannot be computed");
        if (!known(certify, next))
            certify->devices[certify->count++] = (uint8_t)i;
    }
    return FWD_FAIL_NONE;
}

/* ---- measuring ------------------------------------------------------------------------------- */

static bool has_component(const struct fwd_device_description *device, const char *name)
{
    for (uint8_t i = 0; i < device->place_count; i++) {
        if (strcmp(device->place_names[i], name) == 0)
            return true;
    }
    return false;
}

/* What the device has before the update. */
static size_t installed(const struct fwd_build_spec *spec,
    const struct fwd_device_description *device, struct fwd_machine_image *images)
{
    size_t count = 0;
    for (size_t i = 0; i < spec->part_count; i++) {
        const struct fwd_build_part *part = &spec->parts[i];
        if (part->source.size > 0 && has_component(device, part->name))
            images[count++] = (struct fwd_machine_image){.component = part->name,
                .bytes = part->source.data,
                .size = (uint32_t)part->source.size,
                .version = part->from};
    }
    return count;
}

static enum fwd_fail measure(const struct fwd_build_certify *certify, uint8_t index,
    const struct fwd_bytes *package, struct fwd_certificate *certificate, struct fwd_error *err)
{
    const struct fwd_build_spec *spec = certify->spec;
    const struct fwd_keys_port keys = fwd_trust_port(certify->trust);
    struct fwd_machine_image images[FWD_COMPONENTS_MAX];
    const struct fwd_device_description *device = spec->devices[certify->devices[index]];
    const struct fwd_certify what = {.device = device,
        .images = images,
        .image_count = installed(spec, device, images),
        .codecs = fwd_session_codecs,
        .codec_count = fwd_session_codec_count,
        .package = package,
        .keys = &keys};
    return fwd_certify_measure(&what, certificate, err);
}

enum fwd_fail fwd_build_certify_fill(struct fwd_build_certify *certify,
    const struct fwd_bytes *trial, struct fwd_build *build, struct fwd_error *err)
{
    enum fwd_fail fail = FWD_FAIL_NONE;
    for (uint8_t i = 0; i < certify->count && fail == FWD_FAIL_NONE; i++) {
        fail = measure(certify, i, trial, &certify->certificates[i], err);
        if (fail == FWD_FAIL_NONE)
            fwd_builder_certify(build, i, &certify->certificates[i]);
    }
    return fail;
}

enum fwd_fail fwd_build_certify_prove(
    const struct fwd_build_certify *certify, const struct fwd_bytes *package, struct fwd_error *err)
{
    enum fwd_fail fail = FWD_FAIL_NONE;
    for (uint8_t i = 0; i < certify->count && fail == FWD_FAIL_NONE; i++) {
        struct fwd_certificate counted;
        uint8_t stated[FWD_CERTIFICATE_SIZE], found[FWD_CERTIFICATE_SIZE];
        fail = measure(certify, i, package, &counted, err);
        fwd_certificate_encode(&certify->certificates[i], stated);
        fwd_certificate_encode(&counted, found);
        if (fail == FWD_FAIL_NONE && memcmp(stated, found, sizeof found) != 0)
            fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
                "%s: the update costs something else than its certificate states: report this "
                "defect",
                certify->spec->devices[certify->devices[i]]->name);
    }
    return fail;
}
