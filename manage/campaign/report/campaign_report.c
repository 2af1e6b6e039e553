#include "manage/campaign/report/campaign_report.h"

#include "hostio/host_file.h"
#include "hostio/host_file_set.h"
#include "hostio/host_junit.h"

#include <inttypes.h>
#include <string.h>

#define INSTALLED 128

/* ---- in words -------------------------------------------------------------------------------- */

void fwd_campaign_report_time(int64_t seconds, char text[FWD_CAMPAIGN_TIME_TEXT])
{
    text[0] = '\0';
    if (seconds > 0)
        fwd_host_time_text((uint64_t)seconds, text);
}

static const char *result_in_words(uint32_t result)
{
    static const char *const words[] = {"nothing yet", "updated", "no room for the package",
        "no memory while downloading", "connection lost while downloading",
        "the package is damaged or not signed as needed", "unsupported package type",
        "the package is not where its URI says", "the installation failed", "unsupported protocol",
        "cancelled", "deferred"};

    return result < sizeof words / sizeof *words ? words[result] : "unknown";
}

static void why_not_reached(const struct fwd_campaign_unit *u, char text[FWD_CAMPAIGN_WHY])
{
    static const char *const words[] = {
        "never checked in", "an attempt was under way when the phase ended", "nothing began"};

    (void)snprintf(text, FWD_CAMPAIGN_WHY, "%s", words[u->seen == 0 ? 0 : u->attempts > 0 ? 1 : 2]);
}

const char *fwd_campaign_report_word(const struct fwd_campaign_unit *u)
{
    return u->step == FWD_CAMPAIGN_ENDED ? fwd_campaign_outcome_name(u->outcome)
           : u->leaving                  ? "stopping"
                                         : fwd_campaign_step_name(u->step);
}

void fwd_campaign_report_why(const struct fwd_campaign_unit *u, char text[FWD_CAMPAIGN_WHY])
{
    text[0] = '\0';
    if (u->outcome == FWD_CAMPAIGN_WRONG_VERSION)
        (void)snprintf(text, FWD_CAMPAIGN_WHY, "runs %s, and no package is for that", u->after);
    else if (u->outcome == FWD_CAMPAIGN_NOT_REACHED)
        why_not_reached(u, text);
    else if (u->outcome == FWD_CAMPAIGN_STOPPED)
        (void)snprintf(text, FWD_CAMPAIGN_WHY, "withdrawn, or the campaign was cancelled");
    else if (u->outcome == FWD_CAMPAIGN_FAILED ||
             (u->outcome == FWD_CAMPAIGN_OPEN && u->result > 1))
        (void)snprintf(text, FWD_CAMPAIGN_WHY, "Update Result %" PRIu32 ": %s", u->result,
            result_in_words(u->result));
    if (u->outcome == FWD_CAMPAIGN_OPEN && u->leaving)
        (void)snprintf(text, FWD_CAMPAIGN_WHY,
            "withdrawn, or the campaign was cancelled; the server stops it when it runs");
}

/* ---- counts ---------------------------------------------------------------------------------- */

struct fwd_campaign_counts fwd_campaign_report_counts(
    const struct fwd_campaign *c, struct fwd_campaign_state *state, bool test)
{
    struct fwd_campaign_counts counts = {0};

    for (size_t i = 0; i < c->device_count; i++) {
        const struct fwd_campaign_unit *u = fwd_campaign_state_unit(state, i);
        if (test && !c->devices[i].test)
            continue;
        counts.devices++;
        counts.outcomes[u->outcome]++;
        counts.attempts += u->attempts;
        counts.bytes += u->bytes;
    }
    return counts;
}

static size_t good(const struct fwd_campaign_counts *counts)
{
    return counts->outcomes[FWD_CAMPAIGN_UPDATED] + counts->outcomes[FWD_CAMPAIGN_ALREADY];
}

bool fwd_campaign_report_test_is_good(
    const struct fwd_campaign *c, struct fwd_campaign_state *state)
{
    struct fwd_campaign_counts counts = fwd_campaign_report_counts(c, state, true);

    return counts.devices > 0 && good(&counts) == counts.devices;
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static json_t *time_json(int64_t seconds)
{
    char text[FWD_CAMPAIGN_TIME_TEXT];

    fwd_campaign_report_time(seconds, text);
    return text[0] != '\0' ? json_string(text) : json_null();
}

static json_t *counts_json(
    const struct fwd_campaign *c, struct fwd_campaign_state *state, bool test)
{
    struct fwd_campaign_counts counts = fwd_campaign_report_counts(c, state, test);
    json_t *out = json_pack("{s:I, s:b}", "devices", (json_int_t)counts.devices, "good",
        counts.devices > 0 && good(&counts) == counts.devices);

    for (int i = 0; i < FWD_CAMPAIGN_OUTCOMES; i++)
        json_object_set_new(out, fwd_campaign_outcome_name((enum fwd_campaign_outcome)i),
            json_integer((json_int_t)counts.outcomes[i]));
    json_object_set_new(out, "attempts", json_integer((json_int_t)counts.attempts));
    json_object_set_new(out, "bytes", json_integer((json_int_t)counts.bytes));
    return out;
}

static void record_row(void *ctx, const char *a, const char *b, const char *c, int64_t n)
{
    json_t *record =
        json_pack("{s:s, s:s, s:{s:o}}", "phase", a, "by", b, "times", "at", time_json(n));
    if (c[0] != '\0')
        json_object_set_new(record, "imei", json_string(c));
    json_array_append_new(ctx, record);
}

static void stranger_row(void *ctx, const char *a, const char *b, const char *c, int64_t n)
{
    json_array_append_new(ctx, json_pack("{s:s, s:s, s:{s:s, s:I}}", "name", a, "why", c, "times",
                                   "address", b, "count", (json_int_t)n));
}

static void event_row(void *ctx, const char *a, const char *b, const char *c, int64_t n)
{
    json_t *list = json_object_get(ctx, a);

    (void)c;
    if (list == NULL) {
        list = json_array();
        json_object_set_new(ctx, a, list);
    }
    json_array_append_new(list, json_pack("{s:s, s:o}", "step", b, "at", time_json(n)));
}

static json_t *version_json(const char *version)
{
    return version[0] != '\0' ? json_string(version) : json_null();
}

static json_t *unit_json(
    const struct fwd_campaign_device *d, const struct fwd_campaign_unit *u, json_t *steps)
{
    bool done = u->outcome == FWD_CAMPAIGN_UPDATED || u->outcome == FWD_CAMPAIGN_ALREADY;
    char why[FWD_CAMPAIGN_WHY];
    json_t *times = json_pack("{s:o, s:o, s:o, s:O?}", "seen", time_json(u->seen), "begun",
        time_json(u->begun), "ended", time_json(u->ended), "steps", steps);

    if (u->begun != 0 && u->ended != 0)
        json_object_set_new(times, "duration_s", json_integer(u->ended - u->begun));
    fwd_campaign_report_why(u, why);
    return json_pack("{s:s, s:b, s:s, s:o, s:o, s:o, s:I, s:o, s:I, s:I, s:I, s:o}", "imei",
        d->imei, "test", d->test, "outcome", fwd_campaign_outcome_name(u->outcome), "why",
        why[0] != '\0' ? json_string(why) : json_null(), "version_before", version_json(u->before),
        "version_after", version_json(u->after), "update_result", (json_int_t)u->result, "code",
        done ? json_integer(INSTALLED) : json_null(), "attempts", (json_int_t)u->attempts, "hops",
        (json_int_t)u->hops, "bytes", (json_int_t)u->bytes, "times", times);
}

static json_t *units_json(const struct fwd_campaign *c, struct fwd_campaign_state *state)
{
    json_t *list = json_array(), *steps = json_object();

    fwd_campaign_state_rows(state, "event", event_row, steps);
    for (size_t i = 0; i < c->device_count; i++)
        json_array_append_new(list, unit_json(&c->devices[i], fwd_campaign_state_unit(state, i),
                                        json_object_get(steps, c->devices[i].imei)));
    json_decref(steps);
    return list;
}

json_t *fwd_campaign_report_json(const struct fwd_campaign *c, struct fwd_campaign_state *state)
{
    char from[2 * FWD_CAMPAIGN_VERSION], to[2 * FWD_CAMPAIGN_VERSION];
    json_t *records = json_array(), *strangers = json_array();

    fwd_campaign_version_text(&c->from, from);
    fwd_campaign_version_text(&c->to, to);
    fwd_campaign_state_rows(state, "record", record_row, records);
    fwd_campaign_state_rows(state, "stranger", stranger_row, strangers);
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o}", "campaign", c->name,
        "product", c->product, "from", from, "to", to, "phase",
        fwd_campaign_phase_name(fwd_campaign_state_phase(state)), "test",
        counts_json(c, state, true), "all", counts_json(c, state, false), "records", records,
        "strangers", strangers, "devices", units_json(c, state));
}

/* ---- JUnit ----------------------------------------------------------------------------------- */

struct junit {
    const struct fwd_campaign *campaign;
    struct fwd_campaign_state *state;
};

static void junit_case(const void *ctx, size_t index, struct fwd_junit_case *out)
{
    const struct junit *j = ctx;
    const struct fwd_campaign_unit *u = fwd_campaign_state_unit(j->state, index);

    out->group = j->campaign->devices[index].test ? "test" : "final";
    out->name = j->campaign->devices[index].imei;
    char why[FWD_CAMPAIGN_WHY];

    fwd_campaign_report_why(u, why);
    (void)snprintf(out->room, sizeof out->room,
        "%s%s%s; runs version %s after %" PRIu32 " attempts", fwd_campaign_outcome_name(u->outcome),
        why[0] != '\0' ? ": " : "", why, u->after[0] != '\0' ? u->after : "unknown", u->attempts);
    out->message = out->room;
    out->state = fwd_campaign_outcome_good(u->outcome) ? FWD_JUNIT_PASSED
                 : u->outcome == FWD_CAMPAIGN_OPEN     ? FWD_JUNIT_SKIPPED
                                                       : FWD_JUNIT_FAILED;
}

static bool put_junit(FILE *out, const void *ctx)
{
    const struct junit *j = ctx;

    fwd_junit_suite(out, j->campaign->name, j->campaign->device_count, junit_case, j);
    return true;
}

enum fwd_fail fwd_campaign_report_junit(struct fwd_file_set *set, const char *path,
    const struct fwd_campaign *c, struct fwd_campaign_state *state, bool force,
    struct fwd_error *err)
{
    const struct junit j = {.campaign = c, .state = state};

    return fwd_file_set_put(set, path, put_junit, &j, force, err);
}
