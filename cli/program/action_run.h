/* Subcommands that have actions: the first operand of the command line chooses one. */
#ifndef FWD_CLI_PROGRAM_ACTION_RUN_H
#define FWD_CLI_PROGRAM_ACTION_RUN_H

#include "cli/common/args.h"

struct fwd_action {
    const char *name; /* NULL ends a list */
    int (*run)(const struct fwd_args *args, struct fwd_error *err);
    const char *options; /* that it takes: names, each with a blank before and after it */
};

/* Gives the exit status of the action that args->operands[0] names. */
int fwd_action_run(
    const struct fwd_action *actions, const struct fwd_args *args, struct fwd_error *err);

#endif
