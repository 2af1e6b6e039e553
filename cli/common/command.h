/* A subcommand of the program, as data: what it is called, which options it takes, what runs it. */
#ifndef FWD_CLI_COMMON_COMMAND_H
#define FWD_CLI_COMMON_COMMAND_H

#include "hostio/host_error.h"

#include <stdbool.h>
#include <stddef.h>

/* Exit statuses beyond those of enum fwd_fail. */
#define FWD_EXIT_DONE 0
#define FWD_EXIT_CUT  4 /* a simulated power cut ended the installation */

#define FWD_OPTIONS_MAX 48u

struct fwd_option {
    const char *name;  /* of the long form, without dashes; NULL ends a list */
    char letter;       /* 0: no short form */
    const char *value; /* what the help calls its value; NULL: a switch */
    bool many;         /* may be given more than once */
    const char *help;
};

struct fwd_args;

struct fwd_subcommand {
    const char *name;
    const char *operands; /* for the usage line */
    unsigned operands_min, operands_max;
    const char *summary; /* one line */
    const char *about;   /* paragraphs for --help */
    const struct fwd_option *options;
    /* The action that was asked for, for sentences ("create" of 'device create'); NULL: none, or
     * the command has no actions. */
    const char *(*action)(const struct fwd_args *args);
    /* Carried out by this program, which is beside fwdelta or in ../libexec/fwdelta of it, so that
     * fwdelta itself does not need its libraries; NULL: by run. */
    const char *program;
    /* Gives the exit status. What went wrong is in err, as one sentence that main() prints. */
    int (*run)(const struct fwd_args *args, struct fwd_error *err);
};

extern const struct fwd_subcommand fwd_command_attach;
extern const struct fwd_subcommand fwd_command_boot;
extern const struct fwd_subcommand fwd_command_campaign;
extern const struct fwd_subcommand fwd_command_detach;
extern const struct fwd_subcommand fwd_command_device;
extern const struct fwd_subcommand fwd_command_explain;
extern const struct fwd_subcommand fwd_command_export;
extern const struct fwd_subcommand fwd_command_gen;
extern const struct fwd_subcommand fwd_command_import;
extern const struct fwd_subcommand fwd_command_inspect;
extern const struct fwd_subcommand fwd_command_install;
extern const struct fwd_subcommand fwd_command_keygen;
extern const struct fwd_subcommand fwd_command_keys;
extern const struct fwd_subcommand fwd_command_trust;
extern const struct fwd_subcommand fwd_command_matrix;
extern const struct fwd_subcommand fwd_command_module;
extern const struct fwd_subcommand fwd_command_prove;
extern const struct fwd_subcommand fwd_command_reproduce;
extern const struct fwd_subcommand fwd_command_sign;
extern const struct fwd_subcommand fwd_command_tbs;
extern const struct fwd_subcommand fwd_command_torture;
extern const struct fwd_subcommand fwd_command_verify;

#endif
