/* report.xml: a test case for each device and version, and for each job that did not pass. */
#include "hostio/host_xml.h"
#include "matrix/report/matrix_report.h"

static void put_attribute(FILE *out, const char *name, const char *value)
{
    fprintf(out, " %s=\"", name);
    fwd_xml_put(out, value);
    fputc('"', out);
}

static const char *first_reason(const struct fwd_way_case *c)
{
    for (int kind = 0; kind < FWD_WAY_KINDS; kind++)
        if (c->ways[kind].why != NULL)
            return c->ways[kind].why;
    return "no way is planned";
}

static void put_case(
    const struct fwd_matrix_report *report, const struct fwd_way_case *c, FILE *out)
{
    const struct fwd_release_file *release = report->plan->release;
    const struct fwd_matrix_product *product = &release->products[c->product];
    char name[512];

    (void)snprintf(name, sizeof name, "%s from %s", release->devices[c->device].name,
        product->versions[c->from].version);
    fputs("  <testcase", out);
    put_attribute(out, "classname", product->name);
    put_attribute(out, "name", name);
    if (c->best >= 0) {
        fputs("/>\n", out);
        return;
    }
    fputs(">\n    <failure", out);
    put_attribute(out, "message", first_reason(c));
    fputs("/>\n  </testcase>\n", out);
}

static void put_job(const struct fwd_matrix_report *report, size_t number, FILE *out)
{
    const struct fwd_matrix_result *result = &report->results[number];
    bool refused = result->state == FWD_MATRIX_REFUSED;
    char name[512];

    fwd_matrix_plan_name(report->plan, number, name, sizeof name);
    fputs("  <testcase classname=\"jobs\"", out);
    put_attribute(out, "name", name);
    fprintf(out, ">\n    <%s", refused ? "failure" : "error");
    put_attribute(out, "message",
        result->message != NULL ? result->message : fwd_job_result_word(result->state));
    fputs("/>\n  </testcase>\n", out);
}

bool fwd_matrix_report_junit(const struct fwd_matrix_report *report, FILE *out)
{
    size_t jobs = report->plan->job_count - report->states[FWD_MATRIX_PASSED];
    size_t refused = report->states[FWD_MATRIX_REFUSED];

    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite", out);
    put_attribute(out, "name", report->plan->release->name);
    fprintf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"0\">\n",
        report->ways.count + jobs, report->ways.stuck + refused, jobs - refused);
    for (size_t i = 0; i < report->ways.count; i++)
        put_case(report, &report->ways.cases[i], out);
    for (size_t i = 0; i < report->plan->job_count; i++)
        if (report->results[i].state != FWD_MATRIX_PASSED)
            put_job(report, i, out);
    fputs("</testsuite>\n", out);
    return ferror(out) == 0;
}
