/* What power cuts did. */
#include "cli/prove/prove.h"
#include "cli/torture/torture_option.h"
#include "gen/package/decoders.h"

#include <stdlib.h>
#include <string.h>

static enum fwd_fail options_of(const struct fwd_prove_subject *s, const struct fwd_args *args,
    struct fwd_torture_options *o, struct fwd_error *err)
{
    *o = (struct fwd_torture_options){.recipe = &s->recipe.recipe,
        .codecs = fwd_decoders,
        .codec_count = fwd_decoders_count,
        .package = s->package.data,
        .package_size = (uint32_t)s->package.size};
    return fwd_torture_option_read(args, o, err);
}

static enum fwd_fail run(const struct fwd_prove_subject *s, const struct fwd_torture_options *o,
    struct fwd_torture_report *report, struct fwd_error *err)
{
    const char *name = s->args->operands[0];
    enum fwd_fail fail = fwd_torture_option_run(o, name, report, err);
    if (fail != FWD_FAIL_NONE || report->tally.failure_count == 0)
        return fail;
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "%s: there is no proof: %llu of the power cuts lost the device, the first is %s (%s); see "
        "it again with 'fwdelta torture --replay'",
        name, (unsigned long long)report->tally.failure_count, report->tally.failures[0].id,
        report->tally.failures[0].what);
}

/* In each of them power failed at least once, or something else did. */
static json_int_t cases_of(const json_t *tried)
{
    static const char *const kinds[] = {
        "cuts", "second_cuts", "storms", "faults", "start_faults", "worn_blocks", NULL};
    json_int_t sum = 0;
    for (size_t i = 0; kinds[i] != NULL; i++)
        sum += json_integer_value(json_object_get(tried, kinds[i]));
    return sum;
}

/* The report of torture without what differs from run to run: the time that it took, and counts
 * that depend on which process came to a state first. Times on the device are those of a decoder
 * that remembers, and reads its source otherwise; the undisturbed update has the real ones. */
static json_t *stable_json(const struct fwd_torture_report *report)
{
    static const char *const costs[] = {
        "update", "worst_recovery", "most_repeated_once_staged", NULL};
    static const char *const passing[] = {
        "schema", "package", "changes", "seconds", "failed", NULL};
    static const char *const by_order[] = {"recoveries_run_to_the_end", "recoveries_joined",
        "old_firmware_kept", "power_cuts_due", "power_cuts_fired", "updates_refused",
        "waiting_for_a_full_package", "full_packages_taken", "generations", "counter_cuts", NULL};
    char *text = fwd_torture_json("", report);
    json_t *json = text != NULL ? json_loads(text, 0, NULL) : NULL;
    free(text);
    for (size_t i = 0; passing[i] != NULL && json != NULL; i++)
        json_object_del(json, passing[i]);
    for (size_t i = 0; by_order[i] != NULL && json != NULL; i++)
        json_object_del(json_object_get(json, "tried"), by_order[i]);
    for (size_t i = 0; costs[i] != NULL && json != NULL; i++)
        json_object_del(json_object_get(json, costs[i]), "seconds_on_device");
    if (json != NULL)
        json_object_set_new(json, "cases", json_integer(cases_of(json_object_get(json, "tried"))));
    if (json != NULL)
        json_object_set_new(json, "updates_before", json_integer(report->past_count));
    return json;
}

enum fwd_fail fwd_prove_cuts(const struct fwd_prove_subject *subject, const struct fwd_args *args,
    json_t **out, struct fwd_error *err)
{
    struct fwd_torture_options o;
    struct fwd_torture_report *report = calloc(1, sizeof *report);
    if (report == NULL)
        return fwd_error_memory(err, "the proof");
    enum fwd_fail fail = options_of(subject, args, &o, err);
    if (fail == FWD_FAIL_NONE)
        fail = run(subject, &o, report, err);
    *out = fail == FWD_FAIL_NONE ? stable_json(report) : NULL;
    if (fail == FWD_FAIL_NONE && *out == NULL)
        fail = fwd_error_memory(err, "the proof");
    free(report);
    return fail;
}

/* ---- a sample -------------------------------------------------------------------------------- */

/* A case by its id, which must cost what the proof says. which: member of the proof and of a report
 * of its replay. */
static enum fwd_fail replay(const struct fwd_prove_subject *s,
    const struct fwd_torture_options *options, const json_t *cuts, const char *which,
    struct fwd_error *err)
{
    const json_t *worst = json_object_get(cuts, which);
    const char *id = json_string_value(json_object_get(worst, "id"));
    struct fwd_torture_report *report = calloc(1, sizeof *report);
    struct fwd_torture_options o = *options;
    if (report == NULL)
        return fwd_error_memory(err, "the proof");
    if (id == NULL || id[0] == 0) {
        free(report);
        return FWD_FAIL_NONE;
    }
    o.replay = id;
    enum fwd_fail fail = run(s, &o, report, err);
    json_t *again = fail == FWD_FAIL_NONE ? stable_json(report) : NULL;
    if (fail == FWD_FAIL_NONE && !json_equal(json_object_get(again, which), worst))
        fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: the recovery after %s does not cost what the proof says; see it with 'fwdelta "
            "torture --json --replay %s'",
            s->args->operands[0], id, id);
    json_decref(again);
    free(report);
    return fail;
}

/* How many different cases are repeated: those of the sample, and the two of the proof that cost
 * most, where they are not of it. */
static uint64_t count_of(const struct fwd_torture_report *sample, const json_t *cuts)
{
    const char *worst =
        json_string_value(json_object_get(json_object_get(cuts, "worst_recovery"), "id"));
    const char *repeated = json_string_value(
        json_object_get(json_object_get(cuts, "most_repeated_once_staged"), "id"));
    json_t *json = stable_json(sample);
    json_int_t count = json_integer_value(json_object_get(json, "cases"));
    json_int_t all = json_integer_value(json_object_get(cuts, "cases"));

    json_decref(json);
    if (worst != NULL && worst[0] != 0 && strcmp(worst, sample->tally.recovery.id) != 0)
        count++;
    if (repeated != NULL && repeated[0] != 0 && strcmp(repeated, sample->tally.repeated.id) != 0 &&
        (worst == NULL || strcmp(repeated, worst) != 0))
        count++;
    return (uint64_t)(count < all ? count : all);
}

enum fwd_fail fwd_prove_cuts_sample(const struct fwd_prove_subject *subject,
    const struct fwd_args *args, uint32_t count, const json_t *cuts, uint64_t *tried,
    struct fwd_error *err)
{
    struct fwd_torture_options o, some;
    struct fwd_torture_report *report = calloc(1, sizeof *report);
    *tried = 0;
    if (report == NULL)
        return fwd_error_memory(err, "the proof");
    enum fwd_fail fail = options_of(subject, args, &o, err);
    some = o;
    some.cuts = FWD_TORTURE_RANDOM;
    some.random = o.cuts == FWD_TORTURE_RANDOM && o.random < count ? o.random : count;
    some.faults = some.past_count = 0;
    some.start_faults = some.worn = false;
    if (fail == FWD_FAIL_NONE)
        fail = run(subject, &some, report, err);
    *tried = fail == FWD_FAIL_NONE ? count_of(report, cuts) : 0;
    free(report);
    if (fail == FWD_FAIL_NONE)
        fail = replay(subject, &o, cuts, "worst_recovery", err);
    if (fail == FWD_FAIL_NONE)
        fail = replay(subject, &o, cuts, "most_repeated_once_staged", err);
    return fail;
}
