/* The page of a campaign: without scripts, and without anything from elsewhere. */
#include "hostio/host_xml.h"
#include "manage/campaign/report/campaign_report.h"

#include <inttypes.h>
#include <string.h>

#define SHOWN_MAX 2000u /* devices; a page is for people */

static const char style[] =
    "body{font:16px/1.4 system-ui,sans-serif;margin:1em auto;max-width:70em;padding:0 1em;"
    "color:#222;background:#fff}"
    "h1{font-size:1.5em}h2{font-size:1.2em;margin-top:1.5em}"
    "table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;padding:.25em .6em .25em 0;border-bottom:1px solid #ddd;"
    "vertical-align:top;overflow-wrap:anywhere}"
    ".n{text-align:right}.bar{display:flex;height:1.2em;background:#eee}"
    ".bar span{display:block}.good{background:#2e7d32}.bad{background:#c62828}"
    ".busy{background:#f9a825}"
    "ol{display:flex;flex-wrap:wrap;gap:.3em 1.5em;padding-left:1.2em}"
    "b.here{background:#fff3c4;padding:0 .3em}"
    ".w{overflow-x:auto}"
    "@media (max-width:600px){table{display:block;overflow-x:auto}"
    "td,th{white-space:nowrap;overflow-wrap:normal}}"
    "@media print{body{max-width:none}}";

static void put_phases(FILE *out, enum fwd_campaign_phase here)
{
    fputs("<ol>", out);
    for (int i = 0; i < FWD_CAMPAIGN_PHASES; i++) {
        bool is = i == (int)here;
        if (i == FWD_CAMPAIGN_CANCELLED && !is)
            continue;
        fprintf(out, "<li>%s%s%s</li>", is ? "<b class=\"here\">" : "",
            fwd_campaign_phase_name((enum fwd_campaign_phase)i), is ? "</b>" : "");
    }
    fputs("</ol>\n", out);
}

static void put_bar(FILE *out, const struct fwd_campaign_counts *n)
{
    size_t good = n->outcomes[FWD_CAMPAIGN_UPDATED] + n->outcomes[FWD_CAMPAIGN_ALREADY];
    size_t bad = n->devices - good - n->outcomes[FWD_CAMPAIGN_OPEN];
    double all = n->devices > 0 ? (double)n->devices : 1;

    fprintf(out,
        "<div class=\"bar\"><span class=\"good\" style=\"width:%.1f%%\"></span>"
        "<span class=\"bad\" style=\"width:%.1f%%\"></span></div>\n",
        100 * (double)good / all, 100 * (double)bad / all);
}

static void put_counts(FILE *out, const char *title, const struct fwd_campaign_counts *n)
{
    fprintf(out, "<h2>%s</h2>\n", title);
    put_bar(out, n);
    fputs("<table><tr><th>outcome</th><th class=\"n\">devices</th></tr>\n", out);
    for (int i = 0; i < FWD_CAMPAIGN_OUTCOMES; i++) {
        if (n->outcomes[i] > 0)
            fprintf(out, "<tr><td>%s</td><td class=\"n\">%zu</td></tr>\n",
                fwd_campaign_outcome_name((enum fwd_campaign_outcome)i), n->outcomes[i]);
    }
    fprintf(out,
        "<tr><td>attempts</td><td class=\"n\">%" PRIu64 "</td></tr>\n"
        "<tr><td>bytes fetched</td><td class=\"n\">%" PRIu64 "</td></tr></table>\n",
        n->attempts, n->bytes);
}

static void put_unit(
    FILE *out, const struct fwd_campaign_device *d, const struct fwd_campaign_unit *u)
{
    char seen[FWD_CAMPAIGN_TIME_TEXT], why[FWD_CAMPAIGN_WHY];

    fwd_campaign_report_time(u->seen, seen);
    fwd_campaign_report_why(u, why);
    fputs("<tr><td>", out);
    fwd_xml_put(out, d->imei);
    fprintf(out, "%s</td><td>%s</td><td>", d->test ? " (test)" : "",
        u->step == FWD_CAMPAIGN_ENDED ? fwd_campaign_outcome_name(u->outcome)
                                      : fwd_campaign_step_name(u->step));
    fwd_xml_put(out, u->before);
    fputs("</td><td>", out);
    fwd_xml_put(out, u->after);
    fputs("</td><td>", out);
    fwd_xml_put(out, why);
    fprintf(out, "</td><td class=\"n\">%" PRIu32 "</td><td>%s</td></tr>\n", u->attempts,
        seen[0] != '\0' ? seen : "never");
}

static void put_units(FILE *out, const struct fwd_campaign *c, struct fwd_campaign_state *state)
{
    fputs("<h2>Devices</h2>\n<div class=\"w\"><table><tr><th>IMEI</th><th>state</th><th>before</th>"
          "<th>now</th><th>why</th><th class=\"n\">attempts</th><th>last seen</th></tr>\n",
        out);
    for (size_t i = 0; i < c->device_count && i < SHOWN_MAX; i++)
        put_unit(out, &c->devices[i], fwd_campaign_state_unit(state, i));
    fputs("</table></div>\n", out);
    if (c->device_count > SHOWN_MAX)
        fprintf(out, "<p>%zu more are in the report.</p>\n", c->device_count - SHOWN_MAX);
}

static void record_row(void *ctx, const char *a, const char *b, const char *c, int64_t n)
{
    FILE *out = ctx;
    char at[FWD_CAMPAIGN_TIME_TEXT];

    fwd_campaign_report_time(n, at);
    fprintf(out, "<tr><td>%s</td><td>%s %s</td><td>", at, a, c);
    fwd_xml_put(out, b);
    fputs("</td></tr>\n", out);
}

static void stranger_row(void *ctx, const char *a, const char *b, const char *c, int64_t n)
{
    FILE *out = ctx;

    fputs("<tr><td>", out);
    fwd_xml_put(out, a);
    fputs("</td><td>", out);
    fwd_xml_put(out, b);
    fputs("</td><td>", out);
    fwd_xml_put(out, c);
    fprintf(out, "</td><td class=\"n\">%" PRId64 "</td></tr>\n", n);
}

static void put_head(FILE *out, const struct fwd_campaign *c, unsigned refresh_s)
{
    fputs("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width\">\n",
        out);
    if (refresh_s > 0)
        fprintf(out, "<meta http-equiv=\"refresh\" content=\"%u\">\n", refresh_s);
    fputs("<title>", out);
    fwd_xml_put(out, c->name);
    fprintf(out, "</title><style>%s</style></head><body>\n<h1>Campaign ", style);
    fwd_xml_put(out, c->name);
    fputs("</h1>\n<p>", out);
    fwd_xml_put(out, c->product);
    fputs(", from ", out);
    fwd_xml_put(out, c->from.modem);
    fputs(" to ", out);
    fwd_xml_put(out, c->to.modem);
}

void fwd_campaign_report_html(FILE *out, const struct fwd_campaign *c,
    struct fwd_campaign_state *state, const struct fwd_campaign_page *page)
{
    struct fwd_campaign_counts test = fwd_campaign_report_counts(c, state, true),
                               all = fwd_campaign_report_counts(c, state, false);
    char at[FWD_CAMPAIGN_TIME_TEXT];

    fwd_campaign_report_time(page->now, at);
    put_head(out, c, page->refresh_s);
    if (page->refresh_s > 0)
        fprintf(
            out, "; %zu of %zu devices are registered; %s", page->registered, c->device_count, at);
    fputs(".</p>\n", out);
    put_phases(out, fwd_campaign_state_phase(state));
    put_counts(out, "Test devices", &test);
    put_counts(out, "All devices", &all);
    fputs("<h2>Record</h2>\n<table>", out);
    fwd_campaign_state_rows(state, "record", record_row, out);
    fputs("</table>\n<h2>Refused</h2>\n<table><tr><th>name</th><th>address</th><th>why</th>"
          "<th class=\"n\">times</th></tr>\n",
        out);
    fwd_campaign_state_rows(state, "stranger", stranger_row, out);
    fputs("</table>\n", out);
    if (page->more != NULL)
        page->more(out, page->ctx);
    put_units(out, c, state);
    fputs("</body></html>\n", out);
}
