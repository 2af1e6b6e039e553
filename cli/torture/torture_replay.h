/* The command that shows one case of torture again. */
#ifndef FWD_CLI_TORTURE_TORTURE_REPLAY_H
#define FWD_CLI_TORTURE_TORTURE_REPLAY_H

#include "cli/common/args.h"

/* A line for a POSIX shell: this command with `--replay ID`, with what decides how the case ends,
 * without reports and processes. Freed by free(); NULL: no memory. */
char *fwd_torture_replay_command(const struct fwd_args *args, const char *id);

#endif
