/* What a package costs a described device, measured by installing it on one that is fresh from the
 * factory: the numbers of a certificate (format/certificate.h, SPEC.md section 4.5). */
#ifndef FWD_SIM_COST_CERTIFY_H
#define FWD_SIM_COST_CERTIFY_H

#include "format/certificate.h"
#include "hostio/host_file.h"
#include "sim/cost/flash_cost.h"

struct fwd_certify {
    const struct fwd_device_description *device; /* its threshold counts as 1 */
    const struct fwd_machine_image *images;      /* what is installed, with its version */
    size_t image_count;
    const struct fwd_codec *const *codecs;
    uint8_t codec_count;
    const struct fwd_bytes *package; /* signed with a key that `keys` knows */
    const struct fwd_keys_port *keys;
};

/* FWD_FAIL_REFUSED: the package does not install on this device; the sentence has the reason. */
enum fwd_fail fwd_certify_measure(
    const struct fwd_certify *certify, struct fwd_certificate *certificate, struct fwd_error *err);

/* Milliseconds of hashing and decoding the images that are written as they are decoded: what a
 * start after a power cut has to do once more, at most. */
uint32_t fwd_certify_decode_again(
    const struct fwd_device_description *device, const struct fwd_plan *plan);

/* Does the package that `update` has installed state this cost for this device? A name of the first
 * field that differs, "" when all agree, NULL when no certificate is for it. `out`: that
 * certificate. */
const char *fwd_certify_compare(const struct fwd_update *update, const struct fwd_flash_cost *cost,
    struct fwd_certificate *out);

#endif
