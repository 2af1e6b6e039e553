/* Signing a package that is being built. */
#ifndef FWD_CLI_BUILD_BUILD_SIGN_H
#define FWD_CLI_BUILD_BUILD_SIGN_H

#include "cli/build/build_spec.h"
#include "keys/trust.h"

/* Moves the keys of the spec to a store, with which the proof checks them and from which packages
 * are signed. Without keys: one that is made for the proof and then forgotten. */
enum fwd_fail fwd_build_sign_keys(
    struct fwd_build_spec *spec, struct fwd_trust *trust, struct fwd_error *err);

/* Keys for trials. A token signs slowly, or wants to be touched, so it signs what is delivered and
 * nothing else: then *trial gets keys of the same kinds that are made for the trials. Otherwise it
 * stays empty, and the keys themselves will do. */
enum fwd_fail fwd_build_sign_trial_keys(
    const struct fwd_trust *trust, struct fwd_trust *trial, struct fwd_error *err);

/* The length that a signed package has most often, with keys of these kinds. */
enum fwd_fail fwd_build_sign_usual_size(const struct fwd_trust *trust, const char *name,
    const struct fwd_bytes *package, size_t *size, struct fwd_error *err);

/* A copy of the package, signed by every key of the store. size: what it must have, 0: any; an
 * ECDSA signature is made again until it has the length for that. *out: freed by the caller. */
enum fwd_fail fwd_build_sign_copy(const struct fwd_trust *trust, const char *name,
    const struct fwd_bytes *package, size_t size, struct fwd_bytes *out, struct fwd_error *err);

#endif
