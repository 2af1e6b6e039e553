/* What a rehearsal says beyond the campaign's report. */
#include "format/reason.h"
#include "hostio/host_file.h"
#include "hostio/host_file_set.h"
#include "hostio/host_junit.h"
#include "hostio/host_page.h"
#include "manage/campaign/rehearse/campaign_rehearse_internal.h"
#include "manage/campaign/rehearse/campaign_virtual.h"
#include "manage/campaign/report/campaign_report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct tally {
    size_t devices[FWD_CAMPAIGN_FAULTS], right[FWD_CAMPAIGN_FAULTS];
};

struct result {
    struct fwd_campaign_stage *stage;
    struct fwd_campaign_state *state;
    json_t *report, *devices; /* borrowed: report's devices */
    struct tally tally;
    size_t wrong;
    char first[FWD_CAMPAIGN_PATH + 512]; /* of those that did not end as they should */
};

/* ---- what the modules say -------------------------------------------------------------------- */

/* By IMEI; NULL: no memory. */
static json_t *read_crews(const struct fwd_campaign_stage *stage)
{
    json_t *all = json_object();
    char path[FWD_CAMPAIGN_PATH];
    size_t i;
    json_t *module;

    for (unsigned crew = 0; crew < stage->crew_count; crew++) {
        fwd_campaign_crew_result(stage->folder, crew, path);
        json_t *list = json_load_file(path, 0, NULL);
        json_array_foreach (list, i, module) {
            const char *imei = json_string_value(json_object_get(module, "imei"));
            json_object_set(all, imei != NULL ? imei : "?", module);
        }
        json_decref(list);
    }
    return all;
}

static enum fwd_campaign_fault fault_of(const json_t *module)
{
    const char *name = json_string_value(json_object_get(module, "fault"));
    int fault = FWD_CAMPAIGN_FAULTS - 1;

    while (fault > 0 &&
           (name == NULL ||
               strcmp(fwd_campaign_fault_name((enum fwd_campaign_fault)fault), name) != 0))
        fault--;
    return (enum fwd_campaign_fault)fault;
}

/* What the server believes, what the fault lets expect, and what the module is. */
static bool ended_right(
    const struct fwd_campaign *c, const struct fwd_campaign_unit *u, const json_t *module)
{
    const char *version = json_string_value(json_object_get(module, "version"));
    char to[2 * FWD_CAMPAIGN_VERSION];

    fwd_campaign_version_text(&c->to, to);
    bool updated = version != NULL && strcmp(version, to) == 0;
    return u->outcome == fwd_campaign_fault_outcome(fault_of(module)) &&
           updated == fwd_campaign_outcome_good(u->outcome);
}

/* What a reason's name means; "": nothing known. */
static const char *meaning_of(const char *reason)
{
    const struct fwd_reason_info *info;

    for (size_t i = 0; reason != NULL && (info = fwd_reason_at(i)) != NULL; i++) {
        if (strcmp(info->name, reason) == 0 && info->reason != FWD_OK)
            return info->meaning;
    }
    return "";
}

/* A sentence for each device that did not end well, or not as it should; NULL: it did. */
static json_t *why_json(const struct fwd_campaign_unit *u, bool right, const json_t *module)
{
    char server[FWD_CAMPAIGN_WHY];
    const char *trouble = json_string_value(json_object_get(module, "trouble"));
    const char *version = json_string_value(json_object_get(module, "version"));
    const char *reason = json_string_value(json_object_get(module, "reason"));
    const char *meaning = meaning_of(reason);
    json_int_t code = json_integer_value(json_object_get(module, "code"));

    if (right && fwd_campaign_outcome_good(u->outcome))
        return json_null();
    if (module == NULL)
        return json_string("its process ended before it said what it is");
    fwd_campaign_report_why(u, server);
    if (trouble != NULL && trouble[0] != '\0')
        return json_sprintf("cannot be switched on: %s", trouble);
    if (meaning[0] != '\0')
        return json_sprintf("%s%sthe module refused with %d, %s: %s", server,
            server[0] != '\0' ? "; " : "", (int)code, reason, meaning);
    return server[0] != '\0' ? json_string(server)
                             : json_sprintf("the server takes it for %s, but it runs %s",
                                   fwd_campaign_outcome_name(u->outcome),
                                   version != NULL ? version : "nothing that can be read");
}

/* "FOLDER/IMEI.log:LINE"; null: no log is kept. */
static json_t *place_json(const struct result *r, size_t index, const json_t *module)
{
    char path[FWD_CAMPAIGN_PATH];

    fwd_campaign_virtual_log(
        r->stage->rehearsal->logs, r->stage->rehearsal->campaign->devices[index].imei, path);
    return path[0] == '\0' ? json_null()
                           : json_sprintf("%s:%d", path,
                                 (int)json_integer_value(json_object_get(module, "line")));
}

static void note_wrong(struct result *r, size_t index, const json_t *device)
{
    const json_t *rehearsal = json_object_get(device, "rehearsal");
    const char *why = json_string_value(json_object_get(rehearsal, "why"));
    const char *log = json_string_value(json_object_get(rehearsal, "log"));

    if (r->wrong++ > 0)
        return;
    (void)snprintf(r->first, sizeof r->first, "%s (fault %s) ended as %s: %s%s%s",
        r->stage->rehearsal->campaign->devices[index].imei,
        json_string_value(json_object_get(rehearsal, "fault")),
        json_string_value(json_object_get(device, "outcome")), why != NULL ? why : "",
        log != NULL ? "; see " : "; --logs FOLDER keeps what the modules do",
        log != NULL ? log : "");
}

static void add_module(struct result *r, size_t index, json_t *module)
{
    const struct fwd_campaign *c = r->stage->rehearsal->campaign;
    const struct fwd_campaign_unit *u = fwd_campaign_state_unit(r->state, index);
    json_t *device = json_array_get(r->devices, index);
    enum fwd_campaign_fault fault = fault_of(module);
    bool right = module != NULL && ended_right(c, u, module);
    json_int_t code = json_integer_value(json_object_get(module, "code"));

    r->tally.devices[fault]++;
    r->tally.right[fault] += right ? 1 : 0;
    json_object_set_new(device, "rehearsal",
        json_pack("{s:s, s:s, s:b, s:O?, s:o, s:o, s:o}", "fault", fwd_campaign_fault_name(fault),
            "expected", fwd_campaign_outcome_name(fwd_campaign_fault_outcome(fault)), "as_expected",
            right, "version", json_object_get(module, "version"), "code",
            code > 0 ? json_integer(code) : json_null(), "why", why_json(u, right, module), "log",
            place_json(r, index, module)));
    if (!right)
        note_wrong(r, index, device);
    json_object_set(
        json_object_get(device, "times"), "power_cuts", json_object_get(module, "cuts"));
}

/* ---- totals ---------------------------------------------------------------------------------- */

static json_t *usage_json(const struct fwd_campaign_usage *u)
{
    return json_pack("{s:f, s:I, s:I}", "cpu_s", u->cpu_s, "max_rss_kb", (json_int_t)u->max_rss_kb,
        "descriptors", (json_int_t)u->descriptors);
}

static void add_totals(struct result *r)
{
    const struct fwd_campaign_stage *stage = r->stage;
    json_t *faults = json_object();

    for (int i = 0; i < FWD_CAMPAIGN_FAULTS; i++)
        json_object_set_new(faults, fwd_campaign_fault_name((enum fwd_campaign_fault)i),
            json_pack("{s:I, s:I}", "devices", (json_int_t)r->tally.devices[i], "as_expected",
                (json_int_t)r->tally.right[i]));
    json_object_set_new(r->report, "rehearsal",
        json_pack("{s:I, s:b, s:o, s:{s:f, s:I, s:I, s:o, s:o}}", "seed",
            (json_int_t)stage->rehearsal->seed, "as_expected", r->wrong == 0, "faults", faults,
            "times", "seconds", stage->seconds, "server_killed", (json_int_t)stage->killed,
            "processes", (json_int_t)stage->crew_count + 1, "server",
            usage_json(&stage->server_usage), "modules", usage_json(&stage->crew_usage)));
}

/* ---- files ----------------------------------------------------------------------------------- */

static void junit_case(const void *ctx, size_t index, struct fwd_junit_case *out)
{
    const struct result *r = ctx;
    const json_t *device = json_array_get(r->devices, index);
    const json_t *rehearsal = json_object_get(device, "rehearsal");
    const char *outcome = json_string_value(json_object_get(device, "outcome"));

    out->group = json_string_value(json_object_get(rehearsal, "fault"));
    out->name = json_string_value(json_object_get(device, "imei"));
    out->state = json_is_true(json_object_get(rehearsal, "as_expected")) ? FWD_JUNIT_PASSED
                                                                         : FWD_JUNIT_FAILED;
    const char *why = json_string_value(json_object_get(rehearsal, "why"));
    (void)snprintf(out->room, sizeof out->room, "ended as %s, expected %s%s%s", outcome,
        json_string_value(json_object_get(rehearsal, "expected")), why != NULL ? ": " : "",
        why != NULL ? why : "");
    out->message = out->room;
}

static bool put_junit(FILE *out, const void *ctx)
{
    const struct result *r = ctx;
    const struct fwd_campaign *c = r->stage->rehearsal->campaign;

    fwd_junit_suite(out, c->name, c->device_count, junit_case, r);
    return true;
}

static void put_faults(FILE *out, const void *ctx)
{
    const struct result *r = ctx;

    fputs("<h2>What went wrong on purpose</h2>\n", out);
    fwd_page_table(out, "<th>fault</th><th>expected</th><th>devices</th><th>ended so</th>");
    for (int i = 0; i < FWD_CAMPAIGN_FAULTS; i++) {
        enum fwd_campaign_fault fault = (enum fwd_campaign_fault)i;
        if (r->tally.devices[i] > 0)
            fprintf(out,
                "<tr><td>%s</td><td>%s</td><td class=\"n\">%zu</td><td class=\"n "
                "%s\">%zu</td></tr>\n",
                fwd_campaign_fault_name(fault),
                fwd_campaign_outcome_name(fwd_campaign_fault_outcome(fault)), r->tally.devices[i],
                r->tally.right[i] == r->tally.devices[i] ? "good" : "bad", r->tally.right[i]);
    }
    fwd_page_table_end(out);
}

static bool put_html(FILE *out, const void *ctx)
{
    const struct result *r = ctx;
    const struct fwd_campaign_page page = {.more = put_faults, .ctx = r};

    fwd_campaign_report_html(out, r->stage->rehearsal->campaign, r->state, &page);
    return true;
}

static enum fwd_fail judge(const struct result *r, struct fwd_error *err)
{
    enum fwd_campaign_phase phase = fwd_campaign_state_phase(r->state);

    if (r->wrong > 0)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%zu device%s did not end as expected, the first: %s", r->wrong,
            r->wrong == 1 ? "" : "s", r->first);
    if (phase != FWD_CAMPAIGN_FINAL_REPORTED)
        return fwd_error_fail(err, FWD_FAIL_REFUSED, "the campaign did not get beyond phase %s",
            fwd_campaign_phase_name(phase));
    return FWD_FAIL_NONE;
}

enum fwd_fail fwd_campaign_rehearse_report(struct fwd_campaign_stage *stage,
    struct fwd_file_set *set, const char *junit, const char *html, bool force, json_t **report,
    struct fwd_error *err)
{
    const struct fwd_campaign *c = stage->rehearsal->campaign;
    struct result r = {.stage = stage};
    enum fwd_fail fail = fwd_campaign_state_open(stage->state, c, false, &r.state, err);

    *report = r.report = fail == FWD_FAIL_NONE ? fwd_campaign_report_json(c, r.state) : NULL;
    json_t *crews = read_crews(stage);
    if (fail == FWD_FAIL_NONE && r.report == NULL)
        fail = fwd_error_memory(err, "the report");
    r.devices = json_object_get(r.report, "devices");
    for (size_t i = 0; i < c->device_count && fail == FWD_FAIL_NONE; i++)
        add_module(&r, i, json_object_get(crews, c->devices[i].imei));
    if (fail == FWD_FAIL_NONE)
        add_totals(&r);
    if (fail == FWD_FAIL_NONE && junit != NULL)
        fail = fwd_file_set_put(set, junit, put_junit, &r, force, err);
    if (fail == FWD_FAIL_NONE && html != NULL)
        fail = fwd_file_set_put(set, html, put_html, &r, force, err);
    if (fail == FWD_FAIL_NONE)
        fail = judge(&r, err);
    json_decref(crews);
    fwd_campaign_state_close(r.state);
    return fail;
}
