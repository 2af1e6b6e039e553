/* report.json */
#include "matrix/report/matrix_report.h"

static json_t *text_or_null(const char *text)
{
    json_t *json = text != NULL ? json_string(text) : NULL;

    return json != NULL ? json : json_null();
}

static const char *version_of(
    const struct fwd_matrix_report *report, size_t product, size_t version)
{
    return version != FWD_MATRIX_NONE
               ? report->plan->release->products[product].versions[version].version
               : NULL;
}

static const char *device_of(const struct fwd_matrix_report *report, size_t device)
{
    return device != FWD_MATRIX_NONE ? report->plan->release->devices[device].name : NULL;
}

static json_t *states_json(const struct fwd_matrix_report *report)
{
    json_t *json = json_object();

    for (int i = 0; i < FWD_MATRIX_STATES; i++)
        json_object_set_new(json, fwd_job_result_word((enum fwd_matrix_state)i),
            json_integer((json_int_t)report->states[i]));
    return json;
}

static json_t *package_json(const struct fwd_matrix_report *report, size_t number)
{
    const struct fwd_matrix_job *job = &report->plan->jobs[number];
    const struct fwd_matrix_result *result = &report->results[number];
    bool made = result->state == FWD_MATRIX_PASSED;
    char name[512];

    fwd_matrix_report_package(report, number, name, sizeof name);
    return json_pack("{s:s, s:o, s:s, s:o, s:o, s:s, s:s, s:o, s:o, s:o}", "product",
        report->plan->release->products[job->product].name, "from",
        text_or_null(version_of(report, job->product, job->from)), "to",
        version_of(report, job->product, job->to), "device",
        text_or_null(device_of(report, job->device)), "file", text_or_null(made ? name : NULL),
        "job", job->id, "state", fwd_job_result_word(result->state), "size",
        made ? json_integer(result->size) : json_null(), "sha256",
        text_or_null(made ? result->digest : NULL), "why", text_or_null(result->message));
}

static json_t *trial_json(const struct fwd_matrix_report *report, size_t number)
{
    const struct fwd_matrix_job *job = &report->plan->jobs[number];
    const struct fwd_matrix_result *result = &report->results[number];
    bool known = result->state == FWD_MATRIX_PASSED || result->state == FWD_MATRIX_REFUSED;
    json_t *json = json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:s, s:s, s:o}", "trial",
        job->kind == FWD_MATRIX_VERIFY ? "verify" : "torture", "product",
        report->plan->release->products[job->product].name, "from",
        version_of(report, job->product, job->from), "to",
        version_of(report, job->product, job->to), "device", device_of(report, job->device), "full",
        report->plan->jobs[job->package].kind == FWD_MATRIX_FULL, "job", job->id, "state",
        fwd_job_result_word(result->state), "why", text_or_null(result->message));

    if (json == NULL || !known)
        return json;
    if (job->kind == FWD_MATRIX_TORTURE) {
        json_object_set_new(json, "operations", json_integer(result->operations));
        json_object_set_new(json, "lost", json_integer(result->lost));
        return json;
    }
    json_object_set_new(json, "code", result->code != 0 ? json_integer(result->code) : json_null());
    json_object_set_new(json, "staged_bytes", json_integer(result->staged_bytes));
    json_object_set_new(json, "erases", json_integer(result->erases));
    json_object_set_new(json, "device_ms", json_integer(result->device_ms));
    return json;
}

static json_t *way_json(
    const struct fwd_matrix_report *report, const struct fwd_way_case *c, int kind)
{
    const struct fwd_way *way = &c->ways[kind];

    return json_pack("{s:s, s:o, s:b, s:I, s:I, s:o}", "way", fwd_way_word((enum fwd_way_kind)kind),
        "over",
        text_or_null(kind == FWD_WAY_TWO ? version_of(report, c->product, way->over) : NULL),
        "works", way->works, "bytes", (json_int_t)way->bytes, "device_ms",
        (json_int_t)way->device_ms, "why", text_or_null(way->why));
}

static json_t *case_json(const struct fwd_matrix_report *report, const struct fwd_way_case *c)
{
    json_t *ways = json_array();

    for (int kind = 0; kind < FWD_WAY_KINDS; kind++)
        if (c->ways[kind].planned)
            json_array_append_new(ways, way_json(report, c, kind));
    return json_pack("{s:s, s:s, s:s, s:o, s:o}", "product",
        report->plan->release->products[c->product].name, "from",
        version_of(report, c->product, c->from), "device", device_of(report, c->device), "best",
        text_or_null(c->best >= 0 ? fwd_way_word((enum fwd_way_kind)c->best) : NULL), "ways", ways);
}

json_t *fwd_matrix_report_json(const struct fwd_matrix_report *report)
{
    json_t *packages = json_array(), *trials = json_array(), *cases = json_array();

    for (size_t i = 0; i < report->plan->job_count; i++) {
        bool package = report->plan->jobs[i].package == FWD_MATRIX_NONE;
        json_array_append_new(
            package ? packages : trials, package ? package_json(report, i) : trial_json(report, i));
    }
    for (size_t i = 0; i < report->ways.count; i++)
        json_array_append_new(cases, case_json(report, &report->ways.cases[i]));
    return json_pack("{s:s, s:s, s:b, s:I, s:I, s:o, s:o, s:o, s:o, s:{s:f}}", "schema",
        "fwdelta-matrix-1", "release", report->plan->release->name, "all_can_be_updated",
        report->ways.stuck == 0, "ways_needed", (json_int_t)report->ways.count, "stuck",
        (json_int_t)report->ways.stuck, "jobs", states_json(report), "packages", packages, "trials",
        trials, "ways", cases, "times", "seconds_of_jobs", report->seconds);
}
