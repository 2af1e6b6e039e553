/* An output must not replace what the command reads, whatever --force says. */
#ifndef FWD_CLI_COMMON_OUTPUT_CHECK_H
#define FWD_CLI_COMMON_OUTPUT_CHECK_H

#include "cli/common/args.h"

/* FWD_FAIL_USAGE when output is one of the files that the command line names as input, by name or
 * by a link: an operand, a key, a passphrase, a signature or a device description. */
enum fwd_fail fwd_output_check(
    const struct fwd_args *args, const char *output, struct fwd_error *err);

/* Writes an output: a file as fwd_file_write_atomic() does it, replaced with --force only, or for
 * "-" standard output. */
enum fwd_fail fwd_output_write(const struct fwd_args *args, const char *output, const void *data,
    size_t size, unsigned mode, struct fwd_error *err);

#endif
