/* fwdelta campaign check */
#include "cli/campaign/campaign_actions.h"
#include "cli/campaign/campaign_files.h"
#include "cli/common/json_out.h"
#include "hostio/host_file.h"
#include "hostio/host_file_set.h"
#include "hostio/host_junit.h"
#include "manage/campaign/check/campaign_check.h"

#include <stdio.h>

static void print_text(const struct fwd_campaign_check *check)
{
    for (size_t i = 0; i < FWD_CAMPAIGN_RULES; i++) {
        const struct fwd_campaign_finding *f = &check->findings[i];
        printf("%-4s %-8s %s: %s\n", f->id, fwd_campaign_verdict_word(f->verdict), f->title,
            f->why.text);
    }
}

static json_t *finding_json(const struct fwd_campaign_finding *f)
{
    static const char *const words[] = {"kept", "broken", "warning", "skipped"};

    return json_pack("{s:s, s:s, s:s, s:o}", "rule", f->id, "title", f->title, "verdict",
        words[f->verdict], "why", fwd_json_out_string(f->why.text));
}

static enum fwd_fail print_json(const struct fwd_campaign_check *check, struct fwd_error *err)
{
    json_t *rules = json_array();

    for (size_t i = 0; i < FWD_CAMPAIGN_RULES; i++)
        json_array_append_new(rules, finding_json(&check->findings[i]));
    return fwd_json_out("campaign-check",
        json_pack("{s:o, s:s, s:b, s:i, s:i, s:I, s:o}", "file",
            fwd_json_out_string(check->campaign->path), "campaign", check->campaign->name, "passed",
            check->broken == 0, "broken", (int)check->broken, "warnings", (int)check->warned,
            "devices", (json_int_t)check->campaign->device_count, "rules", rules),
        err);
}

static void junit_case(const void *ctx, size_t index, struct fwd_junit_case *out)
{
    const struct fwd_campaign_check *check = ctx;
    const struct fwd_campaign_finding *f = &check->findings[index];

    out->group = f->id;
    out->name = f->title;
    out->message = f->why.text;
    out->state = f->verdict == FWD_CAMPAIGN_BROKEN    ? FWD_JUNIT_FAILED
                 : f->verdict == FWD_CAMPAIGN_SKIPPED ? FWD_JUNIT_SKIPPED
                                                      : FWD_JUNIT_PASSED;
}

static bool put_junit(FILE *out, const void *ctx)
{
    fwd_junit_suite(out, "fwdelta campaign check", FWD_CAMPAIGN_RULES, junit_case, ctx);
    return true;
}

static enum fwd_fail report(
    const struct fwd_args *args, struct fwd_campaign_check *check, struct fwd_error *err)
{
    const char *junit = fwd_args_text(args, "junit");
    enum fwd_fail fail = FWD_FAIL_NONE;

    if (fwd_args_has(args, "json"))
        fail = print_json(check, err);
    else
        print_text(check);
    if (fail == FWD_FAIL_NONE && junit != NULL)
        fail = fwd_file_set_put(NULL, junit, put_junit, check, fwd_args_has(args, "force"), err);
    return fail;
}

int fwd_campaign_actions_check(const struct fwd_args *args, struct fwd_error *err)
{
    struct fwd_campaign *campaign = NULL;
    struct fwd_campaign_check check;
    const char *path = args->operands[1], *junit = fwd_args_text(args, "junit");
    enum fwd_fail fail =
        junit != NULL ? fwd_file_may_write(junit, fwd_args_has(args, "force"), err) : FWD_FAIL_NONE;

    if (fail == FWD_FAIL_NONE)
        fail = fwd_campaign_load(path, &campaign, err);
    if (fail != FWD_FAIL_NONE)
        return (int)fail;
    fail = fwd_campaign_files_outputs(args, campaign, err);
    if (fail != FWD_FAIL_NONE) {
        fwd_campaign_free(campaign);
        return (int)fail;
    }
    fwd_campaign_check_run(campaign, &check);
    fail = report(args, &check, err);
    if (fail == FWD_FAIL_NONE && check.broken > 0)
        fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: %u rule%s broken; the campaign must not begin", path, check.broken,
            check.broken == 1 ? " is" : "s are");
    fwd_campaign_check_free(&check);
    fwd_campaign_free(campaign);
    return (int)fail;
}
