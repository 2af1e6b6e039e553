/* What the package says that it costs this device, and what it does cost. */
#include "cli/common/certificate_out.h"
#include "cli/prove/prove.h"
#include "gen/package/decoders.h"
#include "sim/cost/certify.h"

#include <string.h>

/* The certificate for the device; NULL: there is none. */
static const struct fwd_certificate *stated(const struct fwd_prove_subject *s,
    const struct fwd_certificate *measured, struct fwd_certificate *out)
{
    for (size_t at = 0; fwd_certificate_next(s->divided.signed_bytes + FWD_HEADER_SIZE,
             s->divided.header.manifest_size, &at, out);) {
        if (memcmp(out->geometry, measured->geometry, sizeof out->geometry) == 0 &&
            out->staging_room == measured->staging_room)
            return out;
    }
    return NULL;
}

/* Equal byte for byte, but for the time: the record of a longer version string takes some
 * microseconds more. It does not hold when somebody has signed since, or with images of other
 * places. */
static bool holds(const struct fwd_certificate *stated, const struct fwd_certificate *measured)
{
    struct fwd_certificate a = *stated, b = *measured;
    if (a.milliseconds + 1 >= b.milliseconds && b.milliseconds + 1 >= a.milliseconds)
        b.milliseconds = a.milliseconds;
    uint8_t one[FWD_CERTIFICATE_MAX], other[FWD_CERTIFICATE_MAX];
    size_t size = fwd_certificate_encode(&a, one);
    return size == fwd_certificate_encode(&b, other) && memcmp(one, other, size) == 0;
}

static enum fwd_fail measure(const struct fwd_prove_subject *s, struct fwd_trust *trust,
    struct fwd_certificate *measured, struct fwd_error *err)
{
    const struct fwd_machine_recipe *recipe = &s->recipe.recipe;
    enum fwd_fail fail = FWD_FAIL_NONE;
    for (size_t i = 0; i < recipe->trust_count && fail == FWD_FAIL_NONE; i++)
        fail = fwd_trust_load(trust, recipe->trust[i], FWD_TRUST_STRICT, err);
    const struct fwd_keys_port keys = fwd_trust_port(trust);
    const struct fwd_certify certify = {.device = s->description,
        .images = recipe->images,
        .image_count = recipe->image_count,
        .codecs = fwd_decoders,
        .codec_count = fwd_decoders_count,
        .package = &s->package,
        .keys = &keys};
    return fail == FWD_FAIL_NONE ? fwd_certify_measure(&certify, measured, err) : fail;
}

enum fwd_fail fwd_prove_certificate(
    const struct fwd_prove_subject *subject, json_t **out, struct fwd_error *err)
{
    struct fwd_trust trust = {0};
    struct fwd_certificate measured, found;
    if (subject->changes_keys) {
        *out = json_null(); /* it has none, and is no update */
        return FWD_FAIL_NONE;
    }
    enum fwd_fail fail = measure(subject, &trust, &measured, err);
    fwd_trust_free(&trust);
    if (fail != FWD_FAIL_NONE)
        return fail;
    const struct fwd_certificate *certificate = stated(subject, &measured, &found);
    json_t *held = certificate != NULL ? json_boolean(holds(certificate, &measured)) : json_null();
    *out = json_pack("{s:o, s:o, s:o}", "stated",
        certificate != NULL ? fwd_certificate_out_json(certificate) : json_null(), "measured",
        fwd_certificate_out_json(&measured), "holds", held);
    return *out != NULL ? FWD_FAIL_NONE : fwd_error_memory(err, "the proof");
}
