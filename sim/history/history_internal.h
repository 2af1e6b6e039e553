/* What the files of the past share. */
#ifndef FWD_SIM_HISTORY_HISTORY_INTERNAL_H
#define FWD_SIM_HISTORY_HISTORY_INTERNAL_H

#include "keys/signing/signed_package.h"
#include "sim/history/history.h"
#include "verify/verify.h"

struct maker {
    const struct fwd_history_options *options;
    struct fwd_error *err;
    struct fwd_machine *machine;
    struct fwd_manifest manifest;                                      /* of the package */
    struct fwd_bytes old[FWD_COMPONENTS_MAX], new[FWD_COMPONENTS_MAX]; /* by component there */
};

/* A signed package of all components from one firmware to another; from: no bytes: a full one.
 * history_package.c */
enum fwd_fail fwd_history_package(const struct maker *maker, const struct fwd_bytes *from,
    const struct fwd_bytes *to, struct fwd_bytes *package);

#endif
