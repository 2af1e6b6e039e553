/* fwdelta-campaign: what fwdelta becomes for `fwdelta campaign`. */
#include "cli/campaign/campaign_actions.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

/* Each with the options that it takes. */
static const struct {
    const char *name;
    int (*run)(const struct fwd_args *args, struct fwd_error *err);
    const char *options;
} actions[] = {
    {"check", fwd_campaign_actions_check, " json junit force "},
    {"serve", fwd_campaign_actions_serve,
        " state lwm2m content public page time-scale from-start until-reported "},
    {"rehearse", fwd_campaign_actions_rehearse,
        " modules seed device image faults time-scale kill-server report json junit html force "},
    {"status", fwd_campaign_actions_status, " state json junit html force "},
    {"approve", fwd_campaign_actions_approve, " state by "},
    {"start", fwd_campaign_actions_start, " state "},
    {"accept", fwd_campaign_actions_accept, " state by "},
    {"cancel", fwd_campaign_actions_cancel, " state "},
};

/* An option that the action does not take would have no effect. */
static enum fwd_fail check_options(
    const struct fwd_args *args, const char *name, const char *taken, struct fwd_error *err)
{
    char word[64];

    for (size_t i = 0; i < args->given_count; i++) {
        (void)snprintf(word, sizeof word, " %s ", args->given[i].name);
        if (strstr(taken, word) == NULL)
            return fwd_error_fail(
                err, FWD_FAIL_USAGE, "--%s has no meaning for '%s'", args->given[i].name, name);
    }
    return FWD_FAIL_NONE;
}

static int run(const struct fwd_args *args, struct fwd_error *err)
{
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        if (strcmp(actions[i].name, args->operands[0]) != 0)
            continue;
        if (check_options(args, actions[i].name, actions[i].options, err) != FWD_FAIL_NONE)
            return FWD_FAIL_USAGE;
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
