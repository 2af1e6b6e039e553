/* report.html: one page, readable without scripts, nothing fetched. */
#include "hostio/host_page.h"
#include "matrix/report/matrix_report.h"

#include <string.h>

#define PROBLEMS_MAX 200u   /* jobs that are listed */
#define CELLS_MAX    12000u /* of tables: the page stays below 2 MB; report.json has all */
#define REASONS_MAX  200u   /* cells that say why */
#define REASON_MAX   400u   /* bytes of it */

struct page {
    const struct fwd_matrix_report *report;
    FILE *out;
    size_t cells, reasons; /* put so far */
};

static void put_reason(FILE *out, const char *before, const char *text, const char *after)
{
    char begin[REASON_MAX + 8];
    size_t size = text != NULL ? strlen(text) : 0;

    if (size <= REASON_MAX) {
        fwd_page_text(out, before, text, after);
        return;
    }
    /* not in the middle of a character */
    for (size = REASON_MAX; size > 0 && ((unsigned char)text[size] & 0xC0u) == 0x80u;)
        size--;
    (void)snprintf(begin, sizeof begin, "%.*s ...", (int)size, text);
    fwd_page_text(out, before, begin, after);
}

/* ---- ways ------------------------------------------------------------------------------------ */

static void put_best(
    const struct fwd_matrix_report *report, const struct fwd_way_case *c, FILE *out)
{
    static const char *const words[FWD_WAY_KINDS] = {"delta", "in two steps", "full package"};
    const struct fwd_matrix_product *product = &report->plan->release->products[c->product];
    const struct fwd_way *way = &c->ways[c->best];

    fprintf(out, "<td class=\"%s\">%s", c->best == FWD_WAY_DELTA ? "good" : "long", words[c->best]);
    if (c->best == FWD_WAY_TWO)
        fwd_page_text(out, " over ", product->versions[way->over].version, "");
    fprintf(out, "<br><small>%u bytes, %.1f s on the device</small></td>", (unsigned)way->bytes,
        way->device_ms / 1000.0);
}

static void put_cell(struct page *page, const struct fwd_way_case *c)
{
    page->cells++;
    if (c->best >= 0) {
        put_best(page->report, c, page->out);
        return;
    }
    fputs("<td class=\"bad\">cannot be updated", page->out);
    for (int kind = 0; kind < FWD_WAY_KINDS && page->reasons < REASONS_MAX; kind++) {
        if (!c->ways[kind].planned)
            continue;
        fprintf(page->out, "<br><small>%s: ", fwd_way_word((enum fwd_way_kind)kind));
        put_reason(page->out, "", c->ways[kind].why, "</small>");
    }
    page->reasons++;
    fputs("</td>", page->out);
}

static void put_head(const struct page *page, const struct fwd_matrix_product *product)
{
    const struct fwd_release_file *release = page->report->plan->release;

    fwd_page_text(page->out, "<h2>", product->name, "");
    fwd_page_text(
        page->out, " &rarr; ", product->versions[product->version_count - 1].version, "</h2>\n");
    fputs("<div class=\"wide\"><table><tr><th>from</th>", page->out);
    for (size_t d = 0; d < release->device_count; d++)
        if (product->on[d])
            fwd_page_text(page->out, "<th>", release->devices[d].name, "</th>");
    fputs("</tr>\n", page->out);
}

/* Cases of a product are in the order of its rows and columns. Returns the index after them. */
static size_t put_product(struct page *page, size_t number, size_t at)
{
    const struct fwd_ways *ways = &page->report->ways;
    const struct fwd_matrix_product *product = &page->report->plan->release->products[number];
    size_t left_out = 0;

    put_head(page, product);
    for (size_t from = 0; from + 1 < product->version_count; from++) {
        bool shown = page->cells < CELLS_MAX;
        left_out += shown ? 0 : 1;
        if (shown)
            fwd_page_text(page->out, "<tr><th>", product->versions[from].version, "</th>");
        for (;
             at < ways->count && ways->cases[at].product == number && ways->cases[at].from == from;
             at++)
            if (shown)
                put_cell(page, &ways->cases[at]);
        fputs(shown ? "</tr>\n" : "", page->out);
    }
    fwd_page_table_end(page->out);
    if (left_out > 0)
        fprintf(page->out, "<p>... and %zu more versions; report.json has all.</p>\n", left_out);
    return at;
}

/* ---- problems -------------------------------------------------------------------------------- */

static void put_problems(const struct fwd_matrix_report *report, FILE *out)
{
    size_t listed = 0, all = report->plan->job_count - report->states[FWD_MATRIX_PASSED];
    char name[512];

    if (all == 0)
        return;
    fputs("<h2>Jobs that did not pass</h2>\n<ul>\n", out);
    for (size_t i = 0; i < report->plan->job_count && listed < PROBLEMS_MAX; i++) {
        const struct fwd_matrix_result *result = &report->results[i];
        if (result->state == FWD_MATRIX_PASSED)
            continue;
        fwd_matrix_plan_name(report->plan, i, name, sizeof name);
        fwd_page_text(out, "<li>", name, "");
        fprintf(out, ": %s", fwd_job_result_word(result->state));
        put_reason(out, result->message != NULL ? ": " : "", result->message, "</li>\n");
        listed++;
    }
    fputs("</ul>\n", out);
    if (listed < all)
        fprintf(out, "<p>... and %zu more; report.json has all.</p>\n", all - listed);
}

bool fwd_matrix_report_html(const struct fwd_matrix_report *report, FILE *out)
{
    const struct fwd_release_file *release = report->plan->release;
    struct page page = {.report = report, .out = out};
    size_t at = 0;

    fwd_page_begin(out, release->name);
    fwd_page_text(out, "<h1>Release ", release->name, "</h1>\n");
    if (report->ways.stuck == 0)
        fputs("<p><strong>Every device can be updated from every version.</strong></p>\n", out);
    else
        fprintf(out,
            "<p><strong>%zu of %zu combinations of device and version cannot be updated.</strong>"
            "</p>\n",
            report->ways.stuck, report->ways.count);
    fprintf(out, "<p>%zu jobs", report->plan->job_count);
    for (int state = 0; state < FWD_MATRIX_STATES; state++)
        if (report->states[state] > 0)
            fprintf(out, ", %zu %s", report->states[state],
                fwd_job_result_word((enum fwd_matrix_state)state));
    fputs(". Every package that was made is installed on each simulated device.</p>\n", out);
    for (size_t p = 0; p < release->product_count; p++)
        at = put_product(&page, p, at);
    put_problems(report, out);
    fwd_page_end(out);
    return ferror(out) == 0;
}
