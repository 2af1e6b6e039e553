/* Certificates of a package that is being built: one for each geometry among the devices. */
#ifndef FWD_CLI_BUILD_BUILD_CERTIFY_H
#define FWD_CLI_BUILD_BUILD_CERTIFY_H

#include "cli/build/build_spec.h"
#include "keys/trust.h"

struct fwd_build_certify {
    struct fwd_build_spec *spec;
    const struct fwd_trust *trust;
    uint8_t count;
    uint8_t devices[FWD_BUILD_DEVICES_MAX]; /* of the spec, for each certificate */
    struct fwd_certificate certificates[FWD_BUILD_DEVICES_MAX];
};

/* Chooses the devices: of those with equal geometry and staging room the first.
 * FWD_FAIL_ENVIRONMENT: SHA-256 cannot be computed. */
enum fwd_fail fwd_build_certify_choose(struct fwd_build_certify *certify,
    struct fwd_build_spec *spec, const struct fwd_crypto_port *crypto, struct fwd_error *err);

/* Measures the package on the devices until its certificates, which are part of what is measured,
 * state what was found. *size: of the package once it is signed; 0: nothing was certified. */
enum fwd_fail fwd_build_certify_fill(struct fwd_build_certify *certify, struct fwd_build *build,
    size_t *size, struct fwd_error *err);

#endif
