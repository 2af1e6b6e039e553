/* fwdelta campaign serve */
#include "cli/campaign/campaign_actions.h"
#include "cli/campaign/campaign_files.h"
#include "manage/campaign/check/campaign_check.h"
#include "manage/campaign/server/campaign_server.h"

#include <stdio.h>

/* In one piece: whoever started it may read the first lines only. */
static void ready(const struct fwd_campaign_server_places *places)
{
    printf("lwm2m     %s\ncontent   %s\n", places->lwm2m, places->content);
    if (places->page != NULL)
        printf("page      %s/\n", places->page);
    if (places->bootstrap != NULL)
        printf("bootstrap %s\n", places->bootstrap);
    (void)fflush(stdout);
}

static const char *either(const struct fwd_args *args, const char *name, const char *given)
{
    const char *text = fwd_args_text(args, name);

    return text != NULL ? text : given;
}

static enum fwd_fail read_options(const struct fwd_args *args,
    const struct fwd_campaign_files *files, struct fwd_campaign_server_options *o,
    struct fwd_error *err)
{
    const struct fwd_campaign *c = files->campaign;

    o->campaign = c;
    o->state = files->state;
    o->lwm2m = either(args, "lwm2m", c->lwm2m);
    o->content = either(args, "content", c->content);
    o->bootstrap = fwd_args_text(args, "bootstrap");
    o->announce_lwm2m = fwd_args_text(args, "public-lwm2m");
    o->announce = fwd_args_text(args, "public");
    o->page = fwd_args_text(args, "page");
    o->until_reported = fwd_args_has(args, "until-reported");
    o->scale = 1;
    if (fwd_args_has(args, "from-start"))
        (void)fwd_campaign_time(c->start, &o->first);
    if (o->lwm2m[0] == '\0' || o->content[0] == '\0')
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "%s: say where the servers are: members lwm2m and content, or --lwm2m and --content",
            c->path);
    return fwd_args_u32(args, "time-scale", 1, 1000000, &o->scale, err);
}

int fwd_campaign_actions_serve(const struct fwd_args *args, struct fwd_error *err)
{
    struct fwd_campaign *campaign = NULL;
    struct fwd_campaign_files files = {0};
    struct fwd_campaign_check check = {0};
    struct fwd_campaign_server_options o = {.check = &check};

    enum fwd_fail fail = fwd_campaign_load(args->operands[1], &campaign, err);
    if (fail == FWD_FAIL_NONE) {
        fwd_campaign_check_run(campaign, &check);
        fail = fwd_campaign_files_rules(&check, err);
    }
    if (fail == FWD_FAIL_NONE)
        fail = fwd_campaign_files_open(args, true, &files, err);
    if (fail == FWD_FAIL_NONE)
        fail = read_options(args, &files, &o, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_campaign_server_run(&o, ready, err);
    fwd_campaign_files_close(&files);
    fwd_campaign_check_free(&check);
    fwd_campaign_free(campaign);
    return (int)fail;
}
