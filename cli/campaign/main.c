/* fwdelta-campaign: what fwdelta becomes for `fwdelta campaign`. */
#include "cli/campaign/campaign_actions.h"
#include "cli/program/action_run.h"
#include "cli/program/beside.h"

static const struct fwd_action actions[] = {
    {"check", fwd_campaign_actions_check, " json junit force "},
    {"serve", fwd_campaign_actions_serve,
        " state lwm2m content public bootstrap public-lwm2m page time-scale from-start "
        "until-reported "},
    {"rehearse", fwd_campaign_actions_rehearse,
        " modules seed device image faults time-scale kill-server logs report json junit html "
        "force "},
    {"status", fwd_campaign_actions_status, " state json junit html force "},
    {"approve", fwd_campaign_actions_approve, " state by "},
    {"start", fwd_campaign_actions_start, " state "},
    {"accept", fwd_campaign_actions_accept, " state by "},
    {"withdraw", fwd_campaign_actions_withdraw, " state by imei "},
    {"cancel", fwd_campaign_actions_cancel, " state "},
    {0},
};

static int run(const struct fwd_args *args, struct fwd_error *err)
{
    return fwd_action_run(actions, args, err);
}

int main(int argc, char **argv)
{
    return fwd_beside_main(&fwd_command_campaign, run, argc, argv);
}
