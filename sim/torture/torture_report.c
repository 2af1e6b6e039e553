/* What was proven: for a person, and as JSON. */
#include "hostio/host_file.h"
#include "hostio/host_terminal.h"
#include "sim/torture/torture.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static uint64_t sum_phase(uint64_t counts[FWD_NOR_TEARS])
{
    uint64_t sum = 0;

    for (int tear = 0; tear < FWD_NOR_TEARS; tear++)
        sum += counts[tear];
    return sum;
}

static uint64_t sum_all(const struct fwd_torture_tally *tally)
{
    struct fwd_torture_tally copy = *tally;
    uint64_t sum = 0;

    for (int phase = 0; phase < FWD_TORTURE_PHASES; phase++)
        sum += sum_phase(copy.cuts[phase]);
    return sum;
}

static uint64_t sum_tear(const struct fwd_torture_tally *tally, int tear)
{
    uint64_t sum = 0;

    for (int phase = 0; phase < FWD_TORTURE_PHASES; phase++)
        sum += tally->cuts[phase][tear];
    return sum;
}

/* ---- for a person ---------------------------------------------------------------------------- */

static void print_failures(FILE *out, const struct fwd_torture_tally *tally)
{
    for (uint64_t i = 0; i < tally->described; i++) {
        const struct fwd_torture_failure *failure = &tally->failures[i];
        fprintf(out, "  FAILED  %s\n          %s\n", failure->id, failure->what);
    }
    if (tally->failure_count > tally->described)
        fprintf(out, "  and %" PRIu64 " more\n", tally->failure_count - tally->described);
}

/* What else was wrong with the device. */
static void print_variants(FILE *out, const struct fwd_torture_report *report)
{
    const struct fwd_torture_tally *tally = &report->tally;

    if (tally->counter_cuts > 0)
        fprintf(out,
            "counters    %" PRIu64 " cuts before and after a security counter was raised\n",
            tally->counter_cuts);
    if (tally->generations > 0)
        fprintf(out,
            "past        %" PRIu64 " cuts on a device with %" PRIu32 " updates in its past\n",
            tally->generations, report->past_count);
    if (tally->start_faults > 0)
        fprintf(out,
            "starts      %" PRIu64
            " at which one area was unreadable or blank, cut and left alone\n",
            tally->start_faults);
    if (tally->worn_blocks > 0)
        fprintf(out,
            "worn        %" PRIu64 " moments at which a block wore out: %" PRIu64
            " ends %s, %" PRIu64 " wait for a full package\n",
            tally->worn_blocks, tally->refused,
            report->changes_keys ? "stay with the old set of keys" : "refuse the update",
            tally->waiting);
    if (tally->rescued > 0)
        fprintf(out, "rescued     %" PRIu64 " full packages were taken\n", tally->rescued);
    if (tally->resets > 0)
        fprintf(out, "watchdog    %" PRIu64 " resets\n", tally->resets);
}

static void print_counts(FILE *out, const struct fwd_torture_report *report)
{
    const struct fwd_torture_tally *tally = &report->tally;

    fprintf(out, "%-11s %" PRIu64 " flash operations (", report->changes_keys ? "keys" : "update",
        report->update.operations);
    for (int phase = 0; phase < FWD_TORTURE_PHASES; phase++)
        fprintf(out, "%s%s %" PRIu64, phase > 0 ? ", " : "",
            fwd_torture_phase_name((enum fwd_torture_phase)phase), report->operations[phase]);
    fprintf(out, "), %" PRIu64 " erases, %" PRIu64 " bytes programmed\n", report->update.erases,
        report->update.bytes);
    fprintf(out, "cuts        %" PRIu64 " at these operations:", sum_all(tally));
    for (int tear = 0; tear < FWD_NOR_TEARS; tear++) {
        if (sum_tear(tally, tear) > 0)
            fprintf(out, " %s %" PRIu64, fwd_nor_tear_name((enum fwd_nor_tear)tear),
                sum_tear(tally, tear));
    }
    fprintf(out, "\n");
    if (tally->seconds > 0)
        fprintf(out, "second cuts %" PRIu64 " in recoveries%s", tally->seconds,
            report->second_every > 1 ? "" : ": all of them\n");
    if (tally->seconds > 0 && report->second_every > 1)
        fprintf(out, ": one in %" PRIu32 "\n", report->second_every);
    if (tally->repeated_cuts > 0)
        fprintf(out, "storms      %" PRIu64 ": power failed at %u starts in a row\n",
            tally->repeated_cuts, FWD_TORTURE_REPEATED);
    if (tally->faults > 0)
        fprintf(out, "faults      %" PRIu64 ": one flash operation failed after the cut\n",
            tally->faults);
    print_variants(out, report);
    fprintf(out, "fired       %" PRIu64 " of %" PRIu64 " power cuts really happened\n",
        tally->fired, tally->due);
    fprintf(out,
        "recoveries  %" PRIu64 " ran to the end, %" PRIu64 " reached a state from which one had, "
        "%" PRIu64 " began in one\n",
        tally->run, tally->merged, tally->known);
}

void fwd_torture_print(FILE *out, const struct fwd_torture_report *report)
{
    const struct fwd_torture_tally *tally = &report->tally;
    const struct fwd_torture_worst *slowest = &tally->recovery, *twice = &tally->repeated;

    print_counts(out, report);
    fprintf(out, "            %" PRIu64 " found the old %s and installed again from the start\n",
        tally->old_kept, report->changes_keys ? "set of keys in force" : "firmware whole");
    if (slowest->operation > 0)
        fprintf(out,
            "worst       %" PRIu64 " operations, %" PRIu64 " erases, %" PRIu64
            " bytes, %.3f s on the device to recover, after %s\n",
            slowest->cost.operations, slowest->cost.erases, slowest->cost.bytes,
            (double)slowest->cost.nanoseconds / 1e9, slowest->id);
    if (twice->operation > 0)
        fprintf(out,
            "repeated    at most %" PRIu64 " bytes and %" PRIu64 " erases (firmware %" PRIu64
            ") once staged, after %s\n",
            twice->cost.bytes, twice->cost.erases, twice->cost.slot_erases, twice->id);
    if (report->decode_again_ms > 0)
        fprintf(out,
            "decoding    again after a cut: at most %" PRIu32 ".%03" PRIu32 " s on the device\n",
            report->decode_again_ms / 1000, report->decode_again_ms % 1000);
    print_failures(out, tally);
    fprintf(out, "time        %.1f s\n", report->seconds);
    bool good = tally->failure_count == 0;
    fprintf(out, "result      %s%s%s\n",
        fwd_terminal_begin(out, good ? FWD_COLOUR_GOOD : FWD_COLOUR_BAD),
        good ? "no device was lost" : "DEVICES WERE LOST", fwd_terminal_end(out));
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static json_t *cost_json(const struct fwd_torture_cost *cost)
{
    return json_pack("{s:I, s:I, s:I, s:I, s:f}", "operations", (json_int_t)cost->operations,
        "erases", (json_int_t)cost->erases, "bytes_programmed", (json_int_t)cost->bytes,
        "firmware_erases", (json_int_t)cost->slot_erases, "seconds_on_device",
        (double)cost->nanoseconds / 1e9);
}

static json_t *worst_json(const struct fwd_torture_worst *worst)
{
    json_t *json = cost_json(&worst->cost);

    json_object_set_new(json, "id", json_string(worst->id));
    return json;
}

static json_t *phases_json(const struct fwd_torture_report *report)
{
    json_t *phases = json_object();

    for (int phase = 0; phase < FWD_TORTURE_PHASES; phase++) {
        json_t *cuts = json_object();
        for (int tear = 0; tear < FWD_NOR_TEARS; tear++)
            json_object_set_new(cuts, fwd_nor_tear_name((enum fwd_nor_tear)tear),
                json_integer((json_int_t)report->tally.cuts[phase][tear]));
        json_object_set_new(phases, fwd_torture_phase_name((enum fwd_torture_phase)phase),
            json_pack(
                "{s:I, s:o}", "operations", (json_int_t)report->operations[phase], "cuts", cuts));
    }
    return phases;
}

static json_t *failures_json(const struct fwd_torture_tally *tally)
{
    json_t *failures = json_array();

    for (uint64_t i = 0; i < tally->described; i++) {
        const struct fwd_torture_failure *failure = &tally->failures[i];
        json_array_append_new(
            failures, json_pack("{s:s, s:s, s:s}", "id", failure->id, "what", failure->what,
                          "phase", fwd_torture_phase_name(failure->phase)));
    }
    return failures;
}

static json_t *tally_json(const struct fwd_torture_report *report)
{
    const struct fwd_torture_tally *tally = &report->tally;

    return json_pack("{s:I, s:I, s:o, s:I, s:i, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, "
                     "s:I, s:I, s:I}",
        "cuts", (json_int_t)sum_all(tally), "second_cuts", (json_int_t)tally->seconds,
        "second_cut_in",
        tally->seconds > 0 ? json_integer((json_int_t)report->second_every) : json_null(), "storms",
        (json_int_t)tally->repeated_cuts, "starts_of_a_storm", (int)FWD_TORTURE_REPEATED, "faults",
        (json_int_t)tally->faults, "power_cuts_due", (json_int_t)tally->due, "power_cuts_fired",
        (json_int_t)tally->fired, "recoveries_run_to_the_end", (json_int_t)tally->run,
        "recoveries_joined", (json_int_t)(tally->merged + tally->known), "old_firmware_kept",
        (json_int_t)tally->old_kept, "counter_cuts", (json_int_t)tally->counter_cuts,
        "start_faults", (json_int_t)tally->start_faults, "worn_blocks",
        (json_int_t)tally->worn_blocks, "generations", (json_int_t)tally->generations,
        "updates_refused", (json_int_t)tally->refused, "waiting_for_a_full_package",
        (json_int_t)tally->waiting, "full_packages_taken", (json_int_t)tally->rescued);
}

char *fwd_torture_json(const char *name, const struct fwd_torture_report *report)
{
    const struct fwd_torture_tally *tally = &report->tally;
    json_t *json = json_pack("{s:s, s:s, s:s, s:b, s:I, s:o, s:o, s:o, s:o, s:o, s:I, s:f, s:o}",
        "schema", "fwdelta-torture-1", "package", name, "changes",
        report->changes_keys ? "keys" : "firmware", "lost_nothing", tally->failure_count == 0,
        "failures", (json_int_t)tally->failure_count, "update", cost_json(&report->update),
        "phases", phases_json(report), "tried", tally_json(report), "worst_recovery",
        worst_json(&tally->recovery), "most_repeated_once_staged", worst_json(&tally->repeated),
        "decode_again_milliseconds", (json_int_t)report->decode_again_ms, "seconds",
        report->seconds, "failed", failures_json(tally));
    char *text = json != NULL ? json_dumps(json, JSON_INDENT(2)) : NULL;

    json_decref(json);
    return text;
}

enum fwd_fail fwd_torture_write_json(const char *path, const char *name,
    const struct fwd_torture_report *report, bool force, struct fwd_error *err)
{
    char *text = fwd_torture_json(name, report);
    enum fwd_fail fail = text != NULL
                             ? fwd_file_write_atomic(path, text, strlen(text), 0666, force, err)
                             : fwd_error_memory(err, path);

    free(text);
    return fail;
}
