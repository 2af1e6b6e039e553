#include "cli/campaign/campaign_files.h"

#include "hostio/host_file.h"

#include <stdio.h>

static enum fwd_fail find_state(
    const struct fwd_args *args, char path[FWD_CAMPAIGN_PATH], struct fwd_error *err)
{
    const char *state = fwd_args_text(args, "state");
    int size = snprintf(path, FWD_CAMPAIGN_PATH, "%s%s", state != NULL ? state : args->operands[1],
        state != NULL ? "" : ".state");

    return size >= 0 && size < (int)FWD_CAMPAIGN_PATH
               ? FWD_FAIL_NONE
               : fwd_error_fail(err, FWD_FAIL_USAGE, "--state: the name is too long");
}

static enum fwd_fail check_output(
    const struct fwd_campaign *c, const char *state, const char *output, struct fwd_error *err)
{
    const char *const others[] = {state, c->test_report, c->certificate, c->key};
    enum fwd_fail fail = FWD_FAIL_NONE;

    for (size_t i = 0; i < 4 && fail == FWD_FAIL_NONE; i++)
        fail = fwd_file_check_output(output, others[i], err);
    for (size_t i = 0; i < c->package_count && fail == FWD_FAIL_NONE; i++)
        fail = fwd_file_check_output(output, c->packages[i], err);
    for (size_t i = 0; i < c->trust_count && fail == FWD_FAIL_NONE; i++)
        fail = fwd_file_check_output(output, c->trust[i], err);
    return fail;
}

enum fwd_fail fwd_campaign_files_outputs(
    const struct fwd_args *args, const struct fwd_campaign *campaign, struct fwd_error *err)
{
    static const char *const options[] = {"junit", "html", "report"};
    char state[FWD_CAMPAIGN_PATH];
    enum fwd_fail fail = find_state(args, state, err);

    for (size_t i = 0; i < 3 && fail == FWD_FAIL_NONE; i++) {
        const char *path = fwd_args_text(args, options[i]);
        if (path != NULL)
            fail = check_output(campaign, state, path, err);
    }
    return fail;
}

enum fwd_fail fwd_campaign_files_open(const struct fwd_args *args, bool create,
    struct fwd_campaign_files *files, struct fwd_error *err)
{
    *files = (struct fwd_campaign_files){0};
    enum fwd_fail fail = fwd_campaign_load(args->operands[1], &files->campaign, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    fail = find_state(args, files->path, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_campaign_files_outputs(args, files->campaign, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    return fwd_campaign_state_open(files->path, files->campaign, create, &files->state, err);
}

void fwd_campaign_files_close(struct fwd_campaign_files *files)
{
    fwd_campaign_state_close(files->state);
    fwd_campaign_free(files->campaign);
}

enum fwd_fail fwd_campaign_files_rules(
    const struct fwd_campaign_check *check, struct fwd_error *err)
{
    for (size_t i = 0; i < FWD_CAMPAIGN_RULES; i++) {
        const struct fwd_campaign_finding *f = &check->findings[i];
        if (f->verdict == FWD_CAMPAIGN_BROKEN)
            return fwd_error_fail(err, FWD_FAIL_REFUSED, "%s: rule %s is broken: %s",
                check->campaign->path, f->id, f->why.text);
    }
    return FWD_FAIL_NONE;
}
