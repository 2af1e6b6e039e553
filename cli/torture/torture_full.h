/* The full package of --full: what a device is sent that refuses the update, or waits for one. */
#ifndef FWD_CLI_TORTURE_TORTURE_FULL_H
#define FWD_CLI_TORTURE_TORTURE_FULL_H

#include "cli/common/args.h"
#include "hostio/host_file.h"

/* Reads it, and compares it with the update. FWD_FAIL_USAGE: it would have no effect;
 * FWD_FAIL_REFUSED: it is no full package, or does not lead to the update's firmware. */
enum fwd_fail fwd_torture_full_read(const struct fwd_args *args, const char *path,
    const struct fwd_bytes *package, struct fwd_bytes *full, struct fwd_error *err);

/* --start-faults removes the keys that signed the update from a device whose keys never change:
 * FWD_FAIL_REFUSED when no other key has signed the full package. */
enum fwd_fail fwd_torture_full_check_keys(const char *update_path, const struct fwd_bytes *update,
    const struct fwd_bytes *full, struct fwd_error *err);

#endif
