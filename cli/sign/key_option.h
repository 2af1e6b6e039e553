/* Private keys named on the command line. */
#ifndef FWD_CLI_SIGN_KEY_OPTION_H
#define FWD_CLI_SIGN_KEY_OPTION_H

#include "cli/common/args.h"
#include "keys/keyfile.h"

/* Where a passphrase comes from: at most one is given. */
#define FWD_KEY_PASSPHRASE_OPTIONS                                                                 \
    {"passphrase-file", 0, "FILE", false, "the passphrase or PIN is the first line of FILE"},      \
        {"passphrase-fd", 0, "N", false, "... the first line of descriptor N"},                    \
    {                                                                                              \
        "passphrase-env", 0, "NAME", false, "... the value of an environment variable"             \
    }

#define FWD_KEY_PASSPHRASE_NAMES " passphrase-file passphrase-fd passphrase-env "

/* Options of commands that sign. */
#define FWD_KEY_OPTIONS                                                                            \
    FWD_KEY_PASSPHRASE_OPTIONS,                                                                    \
    {                                                                                              \
        "pkcs11-module", 0, "FILE", false,                                                         \
            "library of the token; default: of the URI, or p11-kit's"                              \
    }

/* Opens a private key: a file, or a PKCS#11 URI. For an encrypted file the passphrase, and for a
 * token the PIN, comes from the options above, or is asked for on the terminal. A warning about the
 * file's mode goes to standard error. */
enum fwd_fail fwd_key_option_read(
    const struct fwd_args *args, const char *path, struct fwd_keypair *key, struct fwd_error *err);

/* Where a passphrase comes from, by the same options. */
struct fwd_passphrase_source fwd_key_option_passphrase(const struct fwd_args *args);

#endif
