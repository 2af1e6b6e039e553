#include "cli/common/args.h"
#include "cli/program/beside.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>

int fwd_beside_main(const struct fwd_subcommand *command,
    int (*run)(const struct fwd_args *args, struct fwd_error *err), int argc, char **argv)
{
    struct fwd_args args;
    struct fwd_error err = {""};
    const char *action = NULL;

    /* a file size limit is reported as a sentence, by the write that fails */
    (void)signal(SIGXFSZ, SIG_IGN);
    int status = (int)fwd_args_parse(command, argc, argv, &args, &err);
    if (status == FWD_EXIT_DONE && args.help)
        printf("see fwdelta %s --help\n", command->name);
    else if (status == FWD_EXIT_DONE)
        status = run(&args, &err);
    if (command->action != NULL)
        action = command->action(&args);
    fwd_args_free(&args);
    if (status != FWD_EXIT_DONE && err.text[0] != '\0') {
        (void)fflush(stdout);
        fprintf(stderr, "fwdelta %s%s%s: %s\n", command->name, action != NULL ? " " : "",
            action != NULL ? action : "", err.text);
        if (status == FWD_FAIL_ENVIRONMENT)
            return status;
    }
    if (fflush(stdout) == 0 && ferror(stdout) == 0)
        return status;
    fprintf(stderr, "fwdelta %s: standard output cannot be written: %s\n", command->name,
        fwd_error_cause(errno));
    return FWD_FAIL_ENVIRONMENT;
}
