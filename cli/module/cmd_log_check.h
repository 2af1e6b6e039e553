/* fwdelta module log-check FILE: the host rules, applied to a log. */
#ifndef FWD_CLI_MODULE_CMD_LOG_CHECK_H
#define FWD_CLI_MODULE_CMD_LOG_CHECK_H

#include "cli/common/args.h"

/* operands: "log-check", FILE. Options: json, profile. Gives the exit status: FWD_FAIL_REFUSED when
 * a rule was broken; err then says which. */
int fwd_log_check_run(const struct fwd_args *args, struct fwd_error *err);

#endif
