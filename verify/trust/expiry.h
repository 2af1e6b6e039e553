/* Packages that are not to be installed after a certain time (SPEC.md section 4.7). Only a device
 * whose description names `fwd_expiry` links it; a boot loader does not. */
#ifndef FWD_VERIFY_TRUST_EXPIRY_H
#define FWD_VERIFY_TRUST_EXPIRY_H

#include "verify/verify.h"

struct fwd_expiry {
    /* May update->trusted be installed now? FWD_OK; FWD_E_EXPIRED; FWD_E_NO_CLOCK: nobody knows the
     * time, and policy.refuse_without_clock. */
    enum fwd_reason (*check)(const struct fwd_update *update);
};

#endif
