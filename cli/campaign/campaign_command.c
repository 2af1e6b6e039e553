/* fwdelta campaign: what fwdelta itself knows of it; the rest is a program of its own. */
#include "cli/common/args.h"

static const struct fwd_option options[] = {
    {"modules", 'n', "N", false, "rehearse: so many virtual modules"},
    {"device", 'd', "FILE", false, "rehearse: what a module is (JSON)"},
    {"image", 'i', "NAME=FILE", true, "rehearse: what is in a component before the update"},
    {"faults", 0, "LIST", false, "rehearse: percentages: lost=10,cut=20,..., or none"},
    {"seed", 0, "N", false, "rehearse: which faults which modules have (1)"},
    {"kill-server", 0, "N", false, "rehearse: kill the server N times, and start it again"},
    {"report", 'o', "FILE", false, "rehearse: write the report as JSON to a file"},
    {"logs", 0, "FOLDER", false, "rehearse: keep what each module does in this new folder"},
    {"state", 0, "FILE", false, "where the campaign's state is kept (FILE.state)"},
    {"json", 'j', NULL, false, "check, rehearse, status: report as JSON"},
    {"junit", 0, "FILE", false, "check, rehearse, status: also as JUnit XML"},
    {"html", 0, "FILE", false, "rehearse, status: also write the report as a page"},
    {"force", 'f', NULL, false, "replace existing output files"},
    {"by", 0, "NAME", false, "approve, accept, withdraw: who does, for the record"},
    {"imei", 0, "IMEI", true, "withdraw: the device"},
    {"lwm2m", 0, "URI", false, "serve: listen here, not where FILE says"},
    {"content", 0, "URI", false, "serve: offer packages here, not where FILE says"},
    {"public", 0, "URI", false, "serve: where devices find the packages (where they are offered)"},
    {"bootstrap", 0, "URI", false, "serve: also be the bootstrap server, at this address"},
    {"public-lwm2m", 0, "URI", false,
        "serve: where devices are told to register (where it listens)"},
    {"page", 0, "URI", false, "serve: show where the campaign is at http://HOST:PORT"},
    {"time-scale", 's', "F", false, "serve (1), rehearse (1000): virtual seconds in a real one"},
    {"from-start", 0, NULL, false, "serve: the clock begins at the start of the schedule"},
    {"until-reported", 0, NULL, false, "serve: end once the campaign has ended"},
    {0},
};

static const char *action(const struct fwd_args *args)
{
    return args->operand_count > 0 ? args->operands[0] : NULL;
}

const struct fwd_subcommand fwd_command_campaign = {
    .name = "campaign",
    .operands = "check|rehearse|serve|status|approve|start|accept|withdraw|cancel FILE",
    .operands_min = 2,
    .operands_max = 2,
    .summary = "check, serve and rehearse an update of many devices",
    .about =
        "A campaign updates the devices of a list over the air: a few first, then all. FILE\n"
        "says which devices, from which version to which, when and how.\n"
        "\n"
        "check applies the rules C1 to C13 that a campaign has to keep before it begins, one\n"
        "line for each.\n"
        "\n"
        "serve is its LwM2M server (CoAP and DTLS) and content server (HTTP or HTTPS). It runs\n"
        "until SIGINT or SIGTERM, and goes on where it was when it is started again. Meanwhile\n"
        "approve, start (the test phase), accept (its report) and start (the final phase) lead\n"
        "the campaign on; withdraw leaves a device as it is; cancel ends it; status says where\n"
        "it is. A test device that is withdrawn did not end well, so that the report of the test\n"
        "phase is not accepted any more.",
    .options = options,
    .action = action,
    .program = "fwdelta-campaign",
};
