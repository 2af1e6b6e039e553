/* The id of a device's geometry (SPEC.md section 4.5): equal ids, equal cost of an update. */
#ifndef FWD_VERIFY_TRUST_GEOMETRY_H
#define FWD_VERIFY_TRUST_GEOMETRY_H

#include "verify/verify.h"

/* Uses the port's hash slot FWD_HASH_STEP. false: the hash failed. */
bool fwd_geometry_id(const struct fwd_device *device, const struct fwd_crypto_port *crypto,
    uint8_t id[FWD_GEOMETRY_SIZE]);

#endif
