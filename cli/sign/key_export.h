/* Public keys in the forms that others take. */
#ifndef FWD_CLI_SIGN_KEY_EXPORT_H
#define FWD_CLI_SIGN_KEY_EXPORT_H

#include "hostio/host_file.h"
#include "keys/keypair.h"

#define FWD_KEY_SYMBOL "firmware_key"

/* format: "pem", "der" (SubjectPublicKeyInfo) or "c" (a header for a boot loader with the key's
 * bytes, its id and its algorithm; symbol: what its names begin with). *out: freed by the caller.
 * FWD_FAIL_USAGE: another format, or a symbol that is no name in C. */
enum fwd_fail fwd_key_export(const struct fwd_keypair *key, const char *format, const char *symbol,
    struct fwd_bytes *out, struct fwd_error *err);

#endif
