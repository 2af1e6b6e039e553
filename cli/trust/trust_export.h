/* A trust set as C, for a boot loader (struct fwd_keyring_config.built_in). */
#ifndef FWD_CLI_TRUST_TRUST_EXPORT_H
#define FWD_CLI_TRUST_TRUST_EXPORT_H

#include "hostio/host_file.h"

/* *out: text, freed by the caller. FWD_FAIL_USAGE: the symbol is no name of C; FWD_FAIL_REFUSED:
 * the package is no trust package. */
enum fwd_fail fwd_trust_export(const char *name, const struct fwd_bytes *package,
    const char *symbol, struct fwd_bytes *out, struct fwd_error *err);

#endif
