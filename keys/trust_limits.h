/* The limits of trusted keys as JSON (trust.h). */
#ifndef FWD_KEYS_TRUST_LIMITS_H
#define FWD_KEYS_TRUST_LIMITS_H

#include "keys/trust.h"

/* Reads the limits that lie beside a PEM file: NAME.json for NAME.pem. No such file: *limits
 * allow everything. FWD_FAIL_REFUSED: it is there but not as trust.h says. */
enum fwd_fail fwd_trust_limits_read(
    const char *pem_path, struct fwd_trust_limits *limits, struct fwd_error *err);

/* Writes limits as JSON text to path; nothing when they allow everything. */
enum fwd_fail fwd_trust_limits_write(
    const char *path, const struct fwd_trust_limits *limits, struct fwd_error *err);

#endif
