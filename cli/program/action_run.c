#include "cli/program/action_run.h"

#include <stdio.h>
#include <string.h>

/* An option that the action does not take would have no effect. */
static enum fwd_fail check_options(
    const struct fwd_args *args, const struct fwd_action *action, struct fwd_error *err)
{
    char word[64];

    for (size_t i = 0; i < args->given_count; i++) {
        (void)snprintf(word, sizeof word, " %s ", args->given[i].name);
        if (strstr(action->options, word) == NULL)
            return fwd_error_fail(err, FWD_FAIL_USAGE, "--%s has no meaning for '%s'",
                args->given[i].name, action->name);
    }
    return FWD_FAIL_NONE;
}

int fwd_action_run(
    const struct fwd_action *actions, const struct fwd_args *args, struct fwd_error *err)
{
    for (size_t i = 0; actions[i].name != NULL; i++) {
        if (strcmp(actions[i].name, args->operands[0]) != 0)
            continue;
        if (check_options(args, &actions[i], err) != FWD_FAIL_NONE)
            return FWD_FAIL_USAGE;
        return actions[i].run(args, err);
    }
    return (int)fwd_error_fail(err, FWD_FAIL_USAGE, "there is no action '%s'; expected %s",
        args->operands[0], args->command->operands);
}
