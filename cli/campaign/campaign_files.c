#include "cli/campaign/campaign_files.h"

#include <stdio.h>

enum fwd_fail fwd_campaign_files_open(const struct fwd_args *args, bool create,
    struct fwd_campaign_files *files, struct fwd_error *err)
{
    const char *state = fwd_args_text(args, "state");

    *files = (struct fwd_campaign_files){0};
    enum fwd_fail fail = fwd_campaign_load(args->operands[1], &files->campaign, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    int size = snprintf(files->path, sizeof files->path, "%s%s",
        state != NULL ? state : args->operands[1], state != NULL ? "" : ".state");
    if (size < 0 || (size_t)size >= sizeof files->path)
        return fwd_error_fail(err, FWD_FAIL_USAGE, "--state: the name is too long");
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
