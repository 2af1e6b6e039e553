/* An output must not replace what the command reads, whatever --force says. */
#ifndef FWD_CLI_COMMON_OUTPUT_CHECK_H
#define FWD_CLI_COMMON_OUTPUT_CHECK_H

#include "cli/common/args.h"

/* For all options that name outputs, before the command runs. FWD_FAIL_USAGE: one of them names a
 * file that is read, or two of them name one file. */
enum fwd_fail fwd_output_check_all(const struct fwd_args *args, struct fwd_error *err);

/* The same for an output that no option names. FWD_FAIL_USAGE when it is one of the files that the
 * command line names as input, as an operand or by an option, by name or by a link. */
enum fwd_fail fwd_output_check(
    const struct fwd_args *args, const char *output, struct fwd_error *err);

/* Writes an output: a file as fwd_file_write_atomic() does it, replaced with --force only, or for
 * "-" standard output. */
enum fwd_fail fwd_output_write(const struct fwd_args *args, const char *output, const void *data,
    size_t size, unsigned mode, struct fwd_error *err);

#endif
