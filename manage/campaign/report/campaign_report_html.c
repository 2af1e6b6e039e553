/* The page of a campaign: without scripts, and without anything from elsewhere. */
#include "hostio/host_page.h"
#include "manage/campaign/report/campaign_report.h"

#include <inttypes.h>
#include <string.h>

#define SHOWN_MAX 2000u /* devices; a page is for people */

/* ---- where it is ----------------------------------------------------------------------------- */

static void put_phases(FILE *out, enum fwd_campaign_phase here)
{
    fputs("<ol class=\"steps\">", out);
    for (int i = 0; i < FWD_CAMPAIGN_PHASES; i++) {
        bool is = i == (int)here;
        if (i == FWD_CAMPAIGN_CANCELLED && !is)
            continue;
        fprintf(out, "<li%s>%s</li>", is ? " class=\"here\"" : "",
            fwd_campaign_phase_name((enum fwd_campaign_phase)i));
    }
    fputs("</ol>\n", out);
}

static void put_head(FILE *out, const struct fwd_campaign *c, const struct fwd_campaign_page *page)
{
    char at[FWD_CAMPAIGN_TIME_TEXT], from[2 * FWD_CAMPAIGN_VERSION], to[2 * FWD_CAMPAIGN_VERSION];

    fwd_campaign_report_time(page->now, at);
    fwd_campaign_version_text(&c->from, from);
    fwd_campaign_version_text(&c->to, to);
    fwd_page_begin_again(out, c->name, page->refresh_s);
    fwd_page_text(out, "<h1>Campaign ", c->name, "</h1>\n");
    fwd_page_text(out, "<p>", c->product, "");
    fwd_page_text(out, ", from ", from, "");
    fwd_page_text(out, " to ", to, "");
    if (page->refresh_s > 0)
        fprintf(
            out, "; %zu of %zu devices are registered; %s", page->registered, c->device_count, at);
    fputs(".</p>\n", out);
}

/* ---- what became of the devices -------------------------------------------------------------- */

/* Names of classes of fwd_page_begin(); "": it goes on. */
static const char *colour(enum fwd_campaign_outcome outcome)
{
    return outcome == FWD_CAMPAIGN_OPEN ? "" : fwd_campaign_outcome_good(outcome) ? "good" : "bad";
}

static void put_counts(FILE *out, const char *title, const struct fwd_campaign_counts *n)
{
    fprintf(out, "<h2>%s</h2>\n", title);
    fwd_page_table(out, "<th>outcome</th><th>devices</th><th></th>");
    for (int i = 0; i < FWD_CAMPAIGN_OUTCOMES; i++) {
        if (n->outcomes[i] == 0)
            continue;
        fprintf(out, "<tr><td class=\"%s\">%s</td><td class=\"n\">%zu</td>",
            colour((enum fwd_campaign_outcome)i),
            fwd_campaign_outcome_name((enum fwd_campaign_outcome)i), n->outcomes[i]);
        fwd_page_bar(out, (double)n->outcomes[i], (double)n->devices);
        fputs("</tr>\n", out);
    }
    fwd_page_table_end(out);
    fprintf(
        out, "<p>Attempts: %" PRIu64 "; bytes fetched: %" PRIu64 ".</p>\n", n->attempts, n->bytes);
}

static void put_unit(
    FILE *out, const struct fwd_campaign_device *d, const struct fwd_campaign_unit *u)
{
    char seen[FWD_CAMPAIGN_TIME_TEXT], why[FWD_CAMPAIGN_WHY];

    fwd_campaign_report_time(u->seen, seen);
    fwd_campaign_report_why(u, why);
    fwd_page_text(out, "<tr><td class=\"whole\">", d->imei, d->test ? " (test)</td>" : "</td>");
    fprintf(out, "<td class=\"%s\">%s</td>", colour(u->outcome), fwd_campaign_report_word(u));
    fwd_page_text(out, "<td>", u->before, "</td>");
    fwd_page_text(out, "<td>", u->after, "</td>");
    fwd_page_text(out, "<td>", why, "</td>");
    fprintf(out, "<td class=\"n\">%" PRIu32 "</td><td class=\"whole\">%s</td></tr>\n", u->attempts,
        seen[0] != '\0' ? seen : "never");
}

static void put_units(FILE *out, const struct fwd_campaign *c, struct fwd_campaign_state *state)
{
    fputs("<h2>Devices</h2>\n", out);
    fwd_page_table(out, "<th>IMEI</th><th>state</th><th>before</th><th>now</th><th>why</th>"
                        "<th>attempts</th><th>last seen</th>");
    for (size_t i = 0; i < c->device_count && i < SHOWN_MAX; i++)
        put_unit(out, &c->devices[i], fwd_campaign_state_unit(state, i));
    fwd_page_table_end(out);
    if (c->device_count > SHOWN_MAX)
        fprintf(out, "<p>%zu more are in the report.</p>\n", c->device_count - SHOWN_MAX);
}

/* ---- who did what ---------------------------------------------------------------------------- */

struct list {
    FILE *out;
    const char *title, *head;
    size_t rows;
};

static void begin_row(struct list *list)
{
    if (list->rows++ == 0) {
        fprintf(list->out, "<h2>%s</h2>\n", list->title);
        fwd_page_table(list->out, list->head);
    }
}

static void record_row(void *ctx, const char *phase, const char *who, const char *imei, int64_t n)
{
    struct list *list = ctx;
    char at[FWD_CAMPAIGN_TIME_TEXT];

    begin_row(list);
    fwd_campaign_report_time(n, at);
    fprintf(list->out, "<tr><td class=\"whole\">%s</td><td>%s %s</td>", at, phase, imei);
    fwd_page_text(list->out, "<td>", who, "</td></tr>\n");
}

static void stranger_row(
    void *ctx, const char *name, const char *address, const char *why, int64_t count)
{
    struct list *list = ctx;

    begin_row(list);
    fwd_page_text(list->out, "<tr><td>", name, "</td>");
    fwd_page_text(list->out, "<td>", address, "</td>");
    fwd_page_text(list->out, "<td>", why, "</td>");
    fprintf(list->out, "<td class=\"n\">%" PRId64 "</td></tr>\n", count);
}

static void put_list(struct list *list, struct fwd_campaign_state *state, const char *kind,
    void (*row)(void *ctx, const char *a, const char *b, const char *c, int64_t n))
{
    fwd_campaign_state_rows(state, kind, row, list);
    if (list->rows > 0)
        fwd_page_table_end(list->out);
}

void fwd_campaign_report_html(FILE *out, const struct fwd_campaign *c,
    struct fwd_campaign_state *state, const struct fwd_campaign_page *page)
{
    struct fwd_campaign_counts test = fwd_campaign_report_counts(c, state, true),
                               all = fwd_campaign_report_counts(c, state, false);
    struct list records = {out, "Record", "<th>when</th><th>what</th><th>by</th>", 0},
                strangers = {
                    out, "Refused", "<th>name</th><th>address</th><th>why</th><th>times</th>", 0};

    put_head(out, c, page);
    put_phases(out, fwd_campaign_state_phase(state));
    put_counts(out, "Test devices", &test);
    put_counts(out, "All devices", &all);
    put_list(&records, state, "record", record_row);
    put_list(&strangers, state, "stranger", stranger_row);
    if (page->more != NULL)
        page->more(out, page->ctx);
    put_units(out, c, state);
    fwd_page_end(out);
}
