/* fwdelta-campaign: what fwdelta becomes for `fwdelta campaign`. */
#include "cli/campaign/campaign_actions.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    int (*run)(const struct fwd_args *args, struct fwd_error *err);
} actions[] = {
    {"check", fwd_campaign_actions_check},
};

static int run(const struct fwd_args *args, struct fwd_error *err)
{
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        if (strcmp(actions[i].name, args->operands[0]) == 0)
            return actions[i].run(args, err);
    }
    return (int)fwd_error_fail(err, FWD_FAIL_USAGE, "there is no action '%s'; expected %s",
        args->operands[0], fwd_command_campaign.operands);
}

int main(int argc, char **argv)
{
    struct fwd_args args;
    struct fwd_error err = {""};

    (void)signal(SIGXFSZ, SIG_IGN);
    int status = (int)fwd_args_parse(&fwd_command_campaign, argc, argv, &args, &err);
    if (status == FWD_EXIT_DONE && args.help)
        puts("see fwdelta campaign --help");
    else if (status == FWD_EXIT_DONE)
        status = run(&args, &err);
    fwd_args_free(&args);
    if (status != FWD_EXIT_DONE && err.text[0] != '\0') {
        (void)fflush(stdout);
        fprintf(stderr, "fwdelta campaign: %s\n", err.text);
        if (status == FWD_FAIL_ENVIRONMENT)
            return status;
    }
    if (fflush(stdout) != 0 || ferror(stdout) != 0) {
        fprintf(stderr, "fwdelta campaign: standard output cannot be written: %s\n",
            fwd_error_cause(errno));
        return FWD_FAIL_ENVIRONMENT;
    }
    return status;
}
