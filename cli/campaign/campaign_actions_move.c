/* fwdelta campaign approve, start, accept, withdraw, cancel */
#include "cli/campaign/campaign_actions.h"
#include "cli/campaign/campaign_files.h"
#include "manage/campaign/report/campaign_report.h"

#include <stdio.h>
#include <unistd.h>

/* Nobody approves what breaks a rule. */
static enum fwd_fail check_rules(const struct fwd_campaign *campaign, struct fwd_error *err)
{
    struct fwd_campaign_check check;

    fwd_campaign_check_run(campaign, &check);
    enum fwd_fail fail = fwd_campaign_files_rules(&check, err);
    fwd_campaign_check_free(&check);
    return fail;
}

/* A test report that is not good is not accepted (C10). */
static enum fwd_fail check_move(
    const struct fwd_campaign_files *files, enum fwd_campaign_move move, struct fwd_error *err)
{
    enum fwd_campaign_phase next;

    if (move == FWD_CAMPAIGN_APPROVE)
        return check_rules(files->campaign, err);
    if (move != FWD_CAMPAIGN_ACCEPT ||
        !fwd_campaign_phase_next(fwd_campaign_state_phase(files->state), move, &next) ||
        fwd_campaign_report_test_is_good(files->campaign, files->state))
        return FWD_FAIL_NONE;
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "%s: the test phase did not end well on every device, so its report is not accepted; "
        "'fwdelta campaign status' says why; make another campaign",
        files->campaign->path);
}

/* For the record. */
static const char *who(const struct fwd_args *args)
{
    const char *by = fwd_args_text(args, "by"), *user = getlogin();

    return by != NULL ? by : user != NULL ? user : "unknown";
}

static int move(const struct fwd_args *args, enum fwd_campaign_move move, struct fwd_error *err)
{
    struct fwd_campaign_files files;

    enum fwd_fail fail = fwd_campaign_files_open(args, true, &files, err);
    if (fail == FWD_FAIL_NONE)
        fail = check_move(&files, move, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_campaign_state_move(
            files.state, move, who(args), fwd_campaign_state_clock(files.state), err);
    if (fail == FWD_FAIL_NONE)
        printf("%s\n", fwd_campaign_phase_name(fwd_campaign_state_phase(files.state)));
    fwd_campaign_files_close(&files);
    return (int)fail;
}

int fwd_campaign_actions_approve(const struct fwd_args *args, struct fwd_error *err)
{
    return move(args, FWD_CAMPAIGN_APPROVE, err);
}

int fwd_campaign_actions_start(const struct fwd_args *args, struct fwd_error *err)
{
    return move(args, FWD_CAMPAIGN_START, err);
}

int fwd_campaign_actions_accept(const struct fwd_args *args, struct fwd_error *err)
{
    return move(args, FWD_CAMPAIGN_ACCEPT, err);
}

static enum fwd_fail withdraw(const struct fwd_args *args, const struct fwd_campaign_files *files,
    const char *imei, struct fwd_error *err)
{
    size_t index = fwd_campaign_find(files->campaign, imei);

    if (index == files->campaign->device_count)
        return fwd_error_fail(err, FWD_FAIL_REFUSED, "%s: has no device with the IMEI '%s'",
            files->campaign->path, imei);
    bool already;
    enum fwd_fail fail = fwd_campaign_state_withdraw(
        files->state, index, who(args), fwd_campaign_state_clock(files->state), &already, err);
    if (fail == FWD_FAIL_NONE)
        printf("%s withdrawn%s\n", imei, already ? " already" : "");
    return fail;
}

int fwd_campaign_actions_withdraw(const struct fwd_args *args, struct fwd_error *err)
{
    struct fwd_campaign_files files;
    const char *imei;
    size_t at = 0;

    if (!fwd_args_has(args, "imei"))
        return (int)fwd_error_fail(err, FWD_FAIL_USAGE,
            "--imei IMEI is needed: the device that is withdrawn from the campaign");
    enum fwd_fail fail = fwd_campaign_files_open(args, true, &files, err);
    while (fail == FWD_FAIL_NONE && (imei = fwd_args_next(args, "imei", &at)) != NULL)
        fail = withdraw(args, &files, imei, err);
    fwd_campaign_files_close(&files);
    return (int)fail;
}

int fwd_campaign_actions_cancel(const struct fwd_args *args, struct fwd_error *err)
{
    return move(args, FWD_CAMPAIGN_CANCEL, err);
}
