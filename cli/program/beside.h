/* Programs that belong to this one, and are found beside it. */
#ifndef FWD_CLI_PROGRAM_BESIDE_H
#define FWD_CLI_PROGRAM_BESIDE_H

#include "cli/common/command.h"
#include "hostio/host_error.h"

/* Becomes a program that lies in the folder of the running one, or in ../libexec/fwdelta of it,
 * with the arguments argv[1] and on. Returns only when it cannot: FWD_FAIL_ENVIRONMENT. */
enum fwd_fail fwd_beside_run(const char *name, char **argv, struct fwd_error *err);

/* main() of such a program: takes the command line apart again, runs it, prints the last words.
 * Returns the exit status. (beside_main.c) */
int fwd_beside_main(const struct fwd_subcommand *command,
    int (*run)(const struct fwd_args *args, struct fwd_error *err), int argc, char **argv);

#endif
