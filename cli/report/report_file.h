/* Reports for machines as files: --junit, --sarif, --report. */
#ifndef FWD_CLI_REPORT_REPORT_FILE_H
#define FWD_CLI_REPORT_REPORT_FILE_H

#include "cli/common/args.h"
#include "hostio/host_file_set.h"

#include <stdio.h>

/* For a refusal before long work. options: names without dashes, ended by NULL. FWD_FAIL_USAGE: one
 * of the files is "-"; FWD_FAIL_ENVIRONMENT: it cannot be written; FWD_FAIL_REFUSED: it exists and
 * --force is not given. */
enum fwd_fail fwd_report_file_check(
    const struct fwd_args *args, const char *const *options, struct fwd_error *err);

/* Writes what put() prints to the file of an option, as fwd_file_set_add(), or nothing when the
 * option is not given. put() returns false when it had not enough memory. */
enum fwd_fail fwd_report_file_write(struct fwd_file_set *set, const struct fwd_args *args,
    const char *option, bool (*put)(FILE *out, const void *ctx), const void *ctx,
    struct fwd_error *err);

#endif
