/* fwdelta campaign status */
#include "cli/campaign/campaign_actions.h"
#include "cli/campaign/campaign_files.h"
#include "cli/common/json_out.h"
#include "hostio/host_file.h"
#include "hostio/host_file_set.h"
#include "manage/campaign/report/campaign_report.h"

#include <inttypes.h>
#include <stdio.h>

static void print_counts(const char *title, const struct fwd_campaign_counts *counts)
{
    printf("%-9s %zu devices:", title, counts->devices);
    for (int i = 0; i < FWD_CAMPAIGN_OUTCOMES; i++) {
        if (counts->outcomes[i] > 0)
            printf(" %zu %s", counts->outcomes[i],
                fwd_campaign_outcome_name((enum fwd_campaign_outcome)i));
    }
    printf("; %" PRIu64 " attempts, %" PRIu64 " bytes\n", counts->attempts, counts->bytes);
}

static void print_unit(const struct fwd_campaign_device *d, const struct fwd_campaign_unit *u)
{
    char seen[FWD_CAMPAIGN_TIME_TEXT], why[FWD_CAMPAIGN_WHY];

    fwd_campaign_report_time(u->seen, seen);
    fwd_campaign_report_why(u, why);
    printf("%-15s %-13s %s -> %s, %" PRIu32 " attempts, last seen %s%s%s%s\n", d->imei,
        fwd_campaign_report_word(u), u->before[0] != '\0' ? u->before : "?",
        u->after[0] != '\0' ? u->after : "?", u->attempts, seen[0] != '\0' ? seen : "never",
        why[0] != '\0' ? "; " : "", why, d->test ? " (test)" : "");
}

static void stranger_row(void *ctx, const char *a, const char *b, const char *c, int64_t n)
{
    (void)ctx;
    printf("refused   %s at %s: %s (%" PRId64 " times)\n", a, b, c, n);
}

static void withdrawn_row(void *ctx, const char *imei, const char *b, const char *c, int64_t n)
{
    (void)ctx, (void)b, (void)c, (void)n;
    printf("withdrawn %s\n", imei);
}

static void print_text(const struct fwd_campaign_files *files)
{
    const struct fwd_campaign *c = files->campaign;
    struct fwd_campaign_counts test = fwd_campaign_report_counts(c, files->state, true),
                               all = fwd_campaign_report_counts(c, files->state, false);

    printf("campaign  %s\n", c->name);
    printf("phase     %s\n", fwd_campaign_phase_name(fwd_campaign_state_phase(files->state)));
    print_counts("test", &test);
    print_counts("all", &all);
    fwd_campaign_state_rows(files->state, "withdrawn", withdrawn_row, NULL);
    fwd_campaign_state_rows(files->state, "stranger", stranger_row, NULL);
    for (size_t i = 0; i < c->device_count; i++)
        print_unit(&c->devices[i], fwd_campaign_state_unit(files->state, i));
}

static bool put_html(FILE *out, const void *ctx)
{
    const struct fwd_campaign_files *files = ctx;
    const struct fwd_campaign_page page = {.now = fwd_campaign_state_clock(files->state)};

    fwd_campaign_report_html(out, files->campaign, files->state, &page);
    return true;
}

static enum fwd_fail report(
    const struct fwd_args *args, const struct fwd_campaign_files *files, struct fwd_error *err)
{
    const char *junit = fwd_args_text(args, "junit"), *html = fwd_args_text(args, "html");
    bool force = fwd_args_has(args, "force");
    struct fwd_file_set set = {0};
    enum fwd_fail fail = FWD_FAIL_NONE;

    if (junit != NULL)
        fail = fwd_campaign_report_junit(&set, junit, files->campaign, files->state, force, err);
    if (fail == FWD_FAIL_NONE && html != NULL)
        fail = fwd_file_set_put(&set, html, put_html, files, force, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_file_set_keep(&set, err);
    fwd_file_set_free(&set);
    if (fail == FWD_FAIL_NONE && fwd_args_has(args, "json"))
        fail = fwd_json_out(
            "campaign-report", fwd_campaign_report_json(files->campaign, files->state), err);
    else if (fail == FWD_FAIL_NONE)
        print_text(files);
    return fail;
}

int fwd_campaign_actions_status(const struct fwd_args *args, struct fwd_error *err)
{
    struct fwd_campaign_files files;

    enum fwd_fail fail = fwd_campaign_files_open(args, false, &files, err);
    if (fail == FWD_FAIL_NONE)
        fail = report(args, &files, err);
    fwd_campaign_files_close(&files);
    return (int)fail;
}
