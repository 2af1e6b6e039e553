/* Completion for shells, made from the tables of options. */
#ifndef FWD_CLI_COMPLETION_H
#define FWD_CLI_COMPLETION_H

#include <stdbool.h>
#include <stdio.h>

/* Prints the script for "bash", "zsh" or "fish". False: another shell. */
bool fwd_completion_print(FILE *out, const char *shell);

#endif
