#include "cli/build/build_certify.h"

#include "cli/build/build_sign.h"
#include "cli/device/session.h"
#include "sim/cost/certify.h"
#include "verify/trust/geometry.h"

#include <string.h>

#define ROUNDS_MAX 8u

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
        .codecs = fwd_decoders,
        .codec_count = fwd_decoders_count,
        .package = package,
        .keys = &keys};
    return fwd_certify_measure(&what, certificate, err);
}

/* What a package of such an update could cost: only the sizes of these numbers matter, and when
 * they are right one measurement is enough. */
static void guess(const struct fwd_build_certify *certify, struct fwd_certificate *certificate)
{
    const struct fwd_build_spec *spec = certify->spec;
    uint64_t target = 0;

    for (size_t i = 0; i < spec->part_count; i++)
        target += spec->parts[i].target.size;
    uint32_t size = target < UINT32_MAX / 2 ? (uint32_t)target : UINT32_MAX / 2;
    uint32_t room = certificate->staging_room; /* with more the device would refuse the trial */
    certificate->staged_bytes = certificate->staging_least = size / 20 < room ? size / 20 : room;
    certificate->sigblock_size = 81;
    certificate->scratch_copies = size / 8192;
    certificate->erases = size / 2048;
    certificate->erases_max = 2;
    certificate->milliseconds = size / 30;
    certificate->programmed = size + size / 2;
    certificate->memory = 70000;
    certificate->rehearsal_ms = size / 100;
    certificate->action_ms = size / 40;
    certificate->start_hashed = size;
    certificate->start_signatures = 1;
    certificate->start_ms = size / 2000;
    certificate->start_kilo_cycles = size / 20;
}

static bool same(const struct fwd_certificate *a, const struct fwd_certificate *b)
{
    uint8_t one[FWD_CERTIFICATE_MAX], other[FWD_CERTIFICATE_MAX];
    size_t size = fwd_certificate_encode(a, one);

    return size == fwd_certificate_encode(b, other) && memcmp(one, other, size) == 0;
}

/* Measures a signed copy of the package as it is; *stated: the certificates say so already.
 * *signatures: bytes that signing adds, which stay the same from the first time on (0). */
static enum fwd_fail measure_all(struct fwd_build_certify *certify, const struct fwd_build *build,
    size_t *signatures, bool *stated, struct fwd_error *err)
{
    const char *name = certify->spec->output;
    size_t size = build->package.size + *signatures;
    struct fwd_bytes trial = {NULL, 0};
    enum fwd_fail fail = FWD_FAIL_NONE;

    if (*signatures == 0)
        fail = fwd_build_sign_usual_size(certify->trust, name, &build->package, &size, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_build_sign_copy(certify->trust, name, &build->package, size, &trial, err);

    *stated = true;
    if (fail == FWD_FAIL_NONE)
        *signatures = trial.size - build->package.size;
    for (uint8_t i = 0; i < certify->count && fail == FWD_FAIL_NONE; i++) {
        struct fwd_certificate found;
        fail = measure(certify, i, &trial, &found, err);
        *stated = *stated && same(&found, &certify->certificates[i]);
        certify->certificates[i] = found;
    }
    fwd_bytes_free(&trial);
    return fail;
}

enum fwd_fail fwd_build_certify_fill(
    struct fwd_build_certify *certify, struct fwd_build *build, size_t *size, struct fwd_error *err)
{
    enum fwd_fail fail = FWD_FAIL_NONE;
    size_t signatures = 0;
    bool stated = false;

    for (uint8_t i = 0; i < certify->count; i++)
        guess(certify, &certify->certificates[i]);
    for (unsigned round = 0; certify->count > 0 && !stated && fail == FWD_FAIL_NONE; round++) {
        if (round == ROUNDS_MAX)
            return fwd_error_fail(err, FWD_FAIL_REFUSED,
                "what the update costs its devices depends on what its certificates state: report "
                "this defect, and use --no-certificate");
        fail = fwd_builder_certify(build, certify->certificates, certify->count, err);
        if (fail == FWD_FAIL_NONE)
            fail = measure_all(certify, build, &signatures, &stated, err);
    }
    *size = certify->count > 0 ? build->package.size + signatures : 0;
    return fail;
}
