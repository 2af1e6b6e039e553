/* What the package's certificates say about this device (SPEC.md section 4.5). Only a device whose
 * description names `fwd_certified` links it. */
#ifndef FWD_VERIFY_TRUST_CERTIFIED_H
#define FWD_VERIFY_TRUST_CERTIFIED_H

#include "format/certificate.h"
#include "verify/verify.h"

struct fwd_certified {
    /* A certificate for this device's geometry says how much staging room it needs at least: with
     * less there is no use in decoding. Writes nothing. FWD_OK, also when no certificate is for
     * this device; FWD_E_STAGING_TOO_SMALL; FWD_E_INTERNAL: the hash failed. */
    enum fwd_reason (*fits)(const struct fwd_update *update);
};

#endif
