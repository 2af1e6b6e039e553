/* The proof that a package installs: it is downloaded to and installed on a device in memory by the
 * same library that devices run, and the result is compared with the target images. */
#ifndef FWD_GEN_PACKAGE_SELFCHECK_H
#define FWD_GEN_PACKAGE_SELFCHECK_H

#include "gen/bsdiff/tuples.h"
#include "gen/job_progress.h"
#include "gen/package/decode_cache.h"
#include "hostio/host_file.h"
#include "verify/verify.h"

/* A component of the package: what the device has and what it must have afterwards. */
struct fwd_selfcheck_image {
    const char *name;
    uint8_t role;
    struct fwd_pair pair; /* without a source the place is empty before */
};

struct fwd_selfcheck {
    const struct fwd_bytes *package; /* signed with a key that `keys` knows */
    const struct fwd_selfcheck_image *images;
    size_t image_count; /* 1..FWD_COMPONENTS_MAX */
    const struct fwd_crypto_port *crypto;
    const struct fwd_keys_port *keys;
    const struct fwd_progress_sink *progress; /* NULL: nobody watches */
    /* The codecs of trial devices that decode only once; NULL: each installation decodes. Not used
     * on described devices. */
    const struct fwd_decode_cache *replay;
};

/* On a device made for these images: one slot each (in place) or two, erase blocks of block_size
 * bytes (a power of two from 256), program units of 256 bytes.
 * FWD_FAIL_REFUSED: it does not install; the sentence has the reason. FWD_FAIL_ENVIRONMENT: no
 * memory. */
enum fwd_fail fwd_selfcheck_layout(const struct fwd_selfcheck *check, enum fwd_layout layout,
    uint32_t block_size, struct fwd_error *err);

/* On a described device; its ports, memory and number of signatures are not used, everything else
 * is. name: of the description, for sentences. Results as above. */
enum fwd_fail fwd_selfcheck_device(const struct fwd_selfcheck *check,
    const struct fwd_device *device, const char *name, struct fwd_error *err);

#endif
