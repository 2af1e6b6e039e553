/* Where the passphrase of a private key comes from. */
#ifndef FWD_KEYS_PASSPHRASE_H
#define FWD_KEYS_PASSPHRASE_H

#include "hostio/host_error.h"

#include <stdbool.h>
#include <stddef.h>

#define FWD_PASSPHRASE_MAX 1000u

struct fwd_passphrase {
    char text[FWD_PASSPHRASE_MAX + 1];
    size_t size;
};

/* Overwrites it; NULL-safe. */
void fwd_passphrase_wipe(struct fwd_passphrase *passphrase);

/* Asked only when a key is in fact encrypted, or is to be. key_path: for the question; twice: a new
 * passphrase, to be confirmed. The result has 1..FWD_PASSPHRASE_MAX bytes. */
struct fwd_passphrase_source {
    void *ctx;
    enum fwd_fail (*get)(void *ctx, const char *key_path, bool twice,
        struct fwd_passphrase *passphrase, struct fwd_error *err);
};

/* The first line of a file or pipe. path must outlive the source. */
struct fwd_passphrase_source fwd_passphrase_from_file(const char *path);

/* The first line that can be read from a descriptor; it is read once, for all keys. text: of the
 * command line; must outlive the source. */
struct fwd_passphrase_source fwd_passphrase_from_descriptor(const char *text);

/* The value of an environment variable. name must outlive the source. */
struct fwd_passphrase_source fwd_passphrase_from_environment(const char *name);

/* Asks on the terminal, without echo; FWD_FAIL_ENVIRONMENT when there is none. */
struct fwd_passphrase_source fwd_passphrase_from_terminal(void);

#endif
