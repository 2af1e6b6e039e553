/* Packages as files: read with a look at the first bytes, so that a huge file of another kind is
 * refused before it is read; written again with one signature more. */
#ifndef FWD_CLI_COMMON_PACKAGE_FILE_H
#define FWD_CLI_COMMON_PACKAGE_FILE_H

#include "cli/common/args.h"
#include "hostio/host_file.h"
#include "hostio/host_file_set.h"
#include "keys/signing/signed_package.h"

/* Reads a file whose beginning looks like a package. The bytes belong to the caller. */
enum fwd_fail fwd_package_file_read(
    const char *path, struct fwd_bytes *bytes, struct fwd_error *err);

/* Reads and divides a package that is whole. It points into *bytes. */
enum fwd_fail fwd_package_file_open(const char *path, struct fwd_bytes *bytes,
    struct fwd_signed_package *package, struct fwd_error *err);

/* Refuses a trust package, where one with firmware is meant. */
enum fwd_fail fwd_package_file_has_firmware(
    const char *path, const struct fwd_bytes *bytes, struct fwd_error *err);

/* Writes a changed package to --output, or over the one that was read when there is no --output;
 * that one keeps its permissions. set: what it belongs to, or NULL (fwd_file_set_add()). */
enum fwd_fail fwd_package_file_update(const struct fwd_args *args, const char *path,
    const struct fwd_bytes *bytes, struct fwd_file_set *set, struct fwd_error *err);

#endif
