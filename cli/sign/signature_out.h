/* What commands say of a package whose signatures they changed. */
#ifndef FWD_CLI_SIGN_SIGNATURE_OUT_H
#define FWD_CLI_SIGN_SIGNATURE_OUT_H

#include "cli/common/args.h"
#include "hostio/host_file.h"
#include "keys/keypair.h"

struct fwd_signature_out {
    const char *did;                 /* "signed with", "attached the signature of" */
    const struct fwd_keypair *key;   /* NULL: none */
    unsigned removed;                /* signatures */
    const struct fwd_bytes *package; /* as it is now */
    const char *path;                /* where it is now */
};

/* On standard output, as text or with --json. */
enum fwd_fail fwd_signature_out(
    const struct fwd_args *args, const struct fwd_signature_out *out, struct fwd_error *err);

#endif
