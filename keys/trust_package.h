/* Trust packages (SPEC.md section 5.3): sets of keys that change in the field. */
#ifndef FWD_KEYS_TRUST_PACKAGE_H
#define FWD_KEYS_TRUST_PACKAGE_H

#include "hostio/host_file.h"
#include "keys/trust.h"

#define FWD_TRUST_PACKAGE_MAX 65536u /* bytes of a file */

/* What a new set says besides its keys. */
struct fwd_trust_package_options {
    uint32_t version;            /* 1 or more */
    uint8_t threshold;           /* 1..FWD_SIGNATURES_MAX */
    const char *const *products; /* devices that take it; none: any */
    size_t product_count;
    const char *label;                /* NULL: none */
    const struct fwd_bytes *previous; /* the trust package before it; NULL: none */
};

/* Makes an unsigned trust package of the keys of a store. *out: freed by the caller.
 * FWD_FAIL_REFUSED: more keys or products than the format has room for, or a set from which no way
 * would lead on: too few keys that may sign trust sets, or anything. */
enum fwd_fail fwd_trust_package_make(const struct fwd_trust *trust,
    const struct fwd_trust_package_options *options, struct fwd_bytes *out, struct fwd_error *err);

/* Begins a file like this with a trust package? */
bool fwd_trust_package_is(const uint8_t *bytes, size_t size);
/* Of a regular file: what is read from a pipe is gone. */
bool fwd_trust_package_is_file(const char *path);

/* Adds the keys of the newest set of a trust package to a store. name: of the file. No signature is
 * looked at. The store's threshold is at least that of the set. *threshold, NULL: not wanted.
 * FWD_FAIL_REFUSED: it is no trust package that can be used, or a key is there already. */
enum fwd_fail fwd_trust_package_keys(const char *name, const uint8_t *bytes, size_t size,
    struct fwd_trust *trust, uint8_t *threshold, struct fwd_error *err);

#endif
