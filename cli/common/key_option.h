/* Private keys named on the command line. */
#ifndef FWD_CLI_COMMON_KEY_OPTION_H
#define FWD_CLI_COMMON_KEY_OPTION_H

#include "cli/common/args.h"
#include "keys/keyfile.h"

/* Reads a private key; for an encrypted one the passphrase comes from --passphrase-file, or is
 * asked for on the terminal. A warning about the file's mode goes to standard error. */
enum fwd_fail fwd_key_option_read(
    const struct fwd_args *args, const char *path, struct fwd_keypair *key, struct fwd_error *err);

/* Where a passphrase comes from, by the same options. */
struct fwd_passphrase_source fwd_key_option_passphrase(const struct fwd_args *args);

#endif
