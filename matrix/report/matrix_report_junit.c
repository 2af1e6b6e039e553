/* report.xml: a test case for each device and version, and for each job that did not pass. */
#include "hostio/host_junit.h"
#include "matrix/report/matrix_report.h"

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
    bool stuck = c->best < 0;
    char name[512];

    (void)snprintf(name, sizeof name, "%s from %s", release->devices[c->device].name,
        product->versions[c->from].version);
    fwd_junit_case(out, &(struct fwd_junit_case){.group = product->name,
                            .name = name,
                            .state = stuck ? FWD_JUNIT_FAILED : FWD_JUNIT_PASSED,
                            .message = stuck ? first_reason(c) : NULL});
}

static void put_job(const struct fwd_matrix_report *report, size_t number, FILE *out)
{
    const struct fwd_matrix_result *result = &report->results[number];
    char name[512];

    fwd_matrix_plan_name(report->plan, number, name, sizeof name);
    fwd_junit_case(
        out, &(struct fwd_junit_case){.group = "jobs",
                 .name = name,
                 .state = result->state == FWD_MATRIX_REFUSED ? FWD_JUNIT_FAILED : FWD_JUNIT_ERROR,
                 .message = result->message != NULL ? result->message
                                                    : fwd_job_result_word(result->state)});
}

bool fwd_matrix_report_junit(const struct fwd_matrix_report *report, FILE *out)
{
    size_t jobs = report->plan->job_count - report->states[FWD_MATRIX_PASSED];
    size_t refused = report->states[FWD_MATRIX_REFUSED];
    const size_t counts[FWD_JUNIT_STATES] = {
        [FWD_JUNIT_PASSED] = report->ways.count - report->ways.stuck,
        [FWD_JUNIT_FAILED] = report->ways.stuck + refused,
        [FWD_JUNIT_ERROR] = jobs - refused};

    fwd_junit_begin(out, report->plan->release->name, counts, -1);
    for (size_t i = 0; i < report->ways.count; i++)
        put_case(report, &report->ways.cases[i], out);
    for (size_t i = 0; i < report->plan->job_count; i++)
        if (report->results[i].state != FWD_MATRIX_PASSED)
            put_job(report, i, out);
    fwd_junit_end(out);
    return ferror(out) == 0;
}
