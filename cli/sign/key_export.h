/* Public keys in the forms that others take. */
#ifndef FWD_CLI_SIGN_KEY_EXPORT_H
#define FWD_CLI_SIGN_KEY_EXPORT_H

#include "hostio/host_file.h"
#include "keys/keypair.h"

#include <stdio.h>

#define FWD_KEY_SYMBOL "firmware_key"

/* format: "pem", "der" (SubjectPublicKeyInfo) or "c" (a header for a boot loader with the key's
 * bytes, its id and its algorithm; symbol: what its names begin with). *out: freed by the caller.
 * FWD_FAIL_USAGE: another format, or a symbol that is no name in C. */
enum fwd_fail fwd_key_export(const struct fwd_keypair *key, const char *format, const char *symbol,
    struct fwd_bytes *out, struct fwd_error *err);

/* FWD_FAIL_USAGE: no name of C. */
enum fwd_fail fwd_key_export_check_symbol(const char *symbol, struct fwd_error *err);

/* Writes bytes as an array of C, symbol_what. */
void fwd_key_export_bytes(FILE *out, const char *symbol, const char *what, const char *comment,
    const uint8_t *bytes, size_t size);

#endif
