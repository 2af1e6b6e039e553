/* Carries out `fwdelta module`. */
#ifndef FWD_CLI_MODULE_MODULE_RUN_H
#define FWD_CLI_MODULE_MODULE_RUN_H

#include "cli/common/args.h"

/* Gives the exit status, as the run of a subcommand. */
int fwd_module_run(const struct fwd_args *args, struct fwd_error *err);

#endif
