/* The limits of trusted keys as JSON (trust.h). */
#ifndef FWD_KEYS_TRUST_LIMITS_H
#define FWD_KEYS_TRUST_LIMITS_H

#include "keys/trust.h"

/* Reads the limits beside a PEM file: NAME.json for NAME.pem; where pem_path is a link and has
 * none, those beside the file that it leads to. No such file: *found is false and *limits allow
 * everything. FWD_FAIL_REFUSED: it is there but not as trust.h says, or it is a link to nothing. */
enum fwd_fail fwd_trust_limits_read(
    const char *pem_path, struct fwd_trust_limits *limits, bool *found, struct fwd_error *err);

/* Looks for limits in a folder whose key is not beside them: a renamed key must not lose its
 * limits. FWD_FAIL_REFUSED: there is a JSON object of limits, and nothing else, without its
 * NAME.pem. */
enum fwd_fail fwd_trust_limits_check_keys(const char *folder, struct fwd_error *err);

/* "firmware", ..., "trust"; NULL: there is no such role. */
const char *fwd_trust_limits_role_name(uint32_t role);

/* Writes limits as JSON text to path; nothing when they allow everything. */
enum fwd_fail fwd_trust_limits_write(
    const char *path, const struct fwd_trust_limits *limits, struct fwd_error *err);

#endif
