/* What torture found: on standard output, and in the files of --report, --junit and --sarif. */
#ifndef FWD_CLI_TORTURE_TORTURE_FILES_H
#define FWD_CLI_TORTURE_TORTURE_FILES_H

#include "cli/common/args.h"
#include "sim/torture/torture.h"

/* For a refusal before the work: as fwd_report_file_check(). */
enum fwd_fail fwd_torture_reports_check(const struct fwd_args *args, struct fwd_error *err);

enum fwd_fail fwd_torture_reports(const struct fwd_args *args,
    const struct fwd_torture_options *options, const struct fwd_torture_report *report,
    struct fwd_error *err);

#endif
