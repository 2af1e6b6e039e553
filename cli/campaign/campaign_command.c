/* fwdelta campaign: what fwdelta itself knows of it; the rest is a program of its own. */
#include "cli/common/args.h"

static const struct fwd_option options[] = {
    {"json", 'j', NULL, false, "check, status: report as JSON"},
    {"junit", 0, "FILE", false, "check: also write the report as JUnit XML"},
    {"force", 'f', NULL, false, "replace existing output files"},
    {0},
};

static const char *action(const struct fwd_args *args)
{
    return args->operand_count > 0 ? args->operands[0] : NULL;
}

const struct fwd_subcommand fwd_command_campaign = {
    .name = "campaign",
    .operands = "check FILE",
    .operands_min = 2,
    .operands_max = 2,
    .summary = "check, serve and rehearse an update of many devices",
    .about = "A campaign updates the devices of a list over the air: a few first, then all. FILE\n"
             "says which devices, from which version to which, when and how.\n"
             "\n"
             "check applies the rules C1 to C13 that a campaign has to keep before it begins, one\n"
             "line for each.",
    .options = options,
    .action = action,
    .program = "fwdelta-campaign",
};
