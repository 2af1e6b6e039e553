/* Help texts, made from the tables of subcommands. */
#ifndef FWD_CLI_HELP_H
#define FWD_CLI_HELP_H

#include "cli/common/command.h"

#include <stdio.h>

const struct fwd_subcommand *fwd_help_find(const char *name);

/* The command of that index, in the order of the overview; NULL: no more. */
const struct fwd_subcommand *fwd_help_at(size_t index);

/* The command whose name is a slip of the finger away, or that does what other tools call so; NULL:
 * none. */
const struct fwd_subcommand *fwd_help_meant(const char *name);

/* One screen: what there is. */
void fwd_help_overview(FILE *out);
void fwd_help_command(FILE *out, const struct fwd_subcommand *command);

#endif
