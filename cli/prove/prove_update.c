/* The undisturbed update. */
#include "cli/common/json_out.h"
#include "cli/prove/prove.h"
#include "cli/prove/prove_trial.h"
#include "sim/cost/decode_cost.h"
#include "sim/cost/flash_cost.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct course {
    struct fwd_prove_trial trial;
    struct fwd_flash_meter *meter;
    json_t *phases, *samples;
    uint64_t hashed; /* at the start */
    struct fwd_nor_counts counts;
};

/* ---- time ------------------------------------------------------------------------------------ */

static struct fwd_nor_counts spent(const struct course *c)
{
    return fwd_nor_counts_since(fwd_nor_counts(c->trial.machine->nor), c->counts);
}

/* On the device, by its description. */
static json_int_t microseconds(const struct course *c)
{
    const struct fwd_machine *machine = c->trial.machine;
    uint64_t ns =
        spent(c).nanoseconds +
        fwd_flash_cost_hash_ns(machine->description, machine->crypto.hashed - c->hashed) +
        fwd_decode_cost_ns(machine->description,
            fwd_flash_cost_decode_rate(c->meter, &c->trial.update), c->trial.update.decoded);
    return (json_int_t)(ns / 1000);
}

static void sample(const struct course *c, const char *phase, int percent)
{
    const struct fwd_nor_counts counts = spent(c);
    json_array_append_new(
        c->samples, json_pack("{s:I, s:s, s:i, s:I, s:I}", "microseconds", microseconds(c), "phase",
                        phase, "percent", percent, "bytes_programmed",
                        (json_int_t)counts.program_bytes, "erases", (json_int_t)counts.erases));
}

static void begin(struct course *c)
{
    c->hashed = c->trial.machine->crypto.hashed;
    c->counts = fwd_nor_counts(c->trial.machine->nor);
    c->meter = fwd_flash_cost_begin(c->trial.machine);
    sample(c, "download", 0);
}

static void moment(void *ctx, const char *what)
{
    struct course *c = ctx;
    if (strcmp(what, "start") == 0) {
        begin(c);
        return;
    }
    const struct fwd_nor_counts counts = spent(c);
    sample(c, what, 100);
    json_array_append_new(c->phases,
        json_pack("{s:s, s:I, s:I}", "phase", what, "until_microseconds", microseconds(c),
            "flash_operations", (json_int_t)(counts.programs + counts.erases)));
}

/* The rehearsal ends where the installation begins. */
static void progress(void *ctx, enum fwd_progress phase, uint32_t percent)
{
    struct course *c = ctx;
    bool first = json_array_size(c->phases) == 1 && phase == FWD_PROGRESS_INSTALLATION;
    if (first)
        moment(c, "rehearsal");
    sample(c, phase == FWD_PROGRESS_VALIDATION ? "rehearsal" : "installation", (int)percent);
}

static void reached(void *ctx, enum fwd_point point)
{
    struct course *c = ctx;
    if (point == FWD_POINT_INSTALLATION)
        fwd_flash_cost_mark(c->meter, FWD_FLASH_ACTS, c->trial.machine, &c->trial.update);
}

/* ---- wear ------------------------------------------------------------------------------------ */

static json_t *blocks_json(const struct course *c, uint16_t area)
{
    json_t *blocks = json_object();
    for (uint32_t i = 0; i < fwd_nor_block_count(c->trial.machine->nor, area); i++) {
        uint32_t erases = fwd_flash_cost_erases(c->meter, c->trial.machine, area, i);
        char number[16];
        (void)snprintf(number, sizeof number, "%" PRIu32, i);
        if (erases > 0)
            json_object_set_new(blocks, number, json_integer(erases));
    }
    return blocks;
}

static json_t *wear_json(const struct course *c, const struct fwd_flash_cost *cost)
{
    const struct fwd_machine *machine = c->trial.machine;
    json_t *list = json_array();
    for (uint16_t id = 0; id < FWD_AREA_COUNT; id++) {
        char name[FWD_NAME_MAX + 3];
        if (machine->description->areas[id].size == 0)
            continue;
        fwd_description_area_name(machine->description, id, name);
        json_array_append_new(
            list, json_pack("{s:s, s:I, s:I, s:I, s:o}", "area", name, "blocks",
                      (json_int_t)fwd_nor_block_count(machine->nor, id), "erases",
                      (json_int_t)cost->area_erases[id], "most_of_a_block",
                      (json_int_t)cost->area_erases_max[id], "by_block", blocks_json(c, id)));
    }
    return list;
}

/* ---- all of it ------------------------------------------------------------------------------- */

static json_t *report(const struct course *c)
{
    const struct fwd_prove_trial *t = &c->trial;
    struct fwd_flash_cost cost;
    fwd_flash_cost_end(c->meter, t->machine, &t->update, &cost);
    return json_pack("{s:i, s:s, s:I, s:I, s:I, s:I, s:{s:I, s:I, s:I, s:I, s:I, s:I}, s:I, s:I, "
                     "s:I, s:I, s:O, s:O, s:o}",
        "code", (int)t->code, "runs", fwd_prove_runs_text(t->subject, t->runs), "microseconds",
        microseconds(c), "erases", (json_int_t)cost.erases, "most_erases_of_a_block",
        (json_int_t)cost.erases_max, "bytes_programmed", (json_int_t)cost.programmed,
        "bytes_by_use", "firmware", (json_int_t)cost.slots, "package", (json_int_t)cost.package,
        "staging", (json_int_t)cost.staging, "scratch", (json_int_t)cost.scratch, "journal",
        (json_int_t)cost.journal, "version", (json_int_t)cost.version, "staged_bytes",
        (json_int_t)cost.staged_bytes, "staging_room", (json_int_t)cost.staging_room,
        "changed_blocks", (json_int_t)cost.changed_blocks, "changed_bytes",
        (json_int_t)cost.changed_bytes, "phases", c->phases, "samples", c->samples, "wear",
        wear_json(c, &cost));
}

static void add_sets(const struct course *c, json_t *report)
{
    const struct fwd_prove_subject *s = c->trial.subject;
    if (s->changes_keys)
        json_object_set_new(report, "sets",
            json_pack("{s:I, s:I}", "before", (json_int_t)c->trial.machine->keyring.built_in,
                "after", (json_int_t)s->set_version));
}

static enum fwd_fail judge(const struct course *c, struct fwd_error *err)
{
    const struct fwd_prove_trial *t = &c->trial;
    const struct fwd_reason_info *info = fwd_reason_info(t->reason);
    if (t->reason != FWD_OK)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: there is nothing to prove: the device answers code %u: %s (%s); what to do: %s",
            t->subject->args->operands[0], t->code, info->meaning, info->name, info->advice);
    if (t->subject->changes_keys && t->subject->set_version == t->machine->keyring.built_in)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: there is nothing to prove: the device has this set built in; give the one that "
            "follows",
            t->subject->args->operands[0]);
    if (t->runs != FWD_PROVE_NEW)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: is installed, but then %s runs; report this defect", t->subject->args->operands[0],
            fwd_prove_runs_text(t->subject, t->runs));
    if (!t->subject->changes_keys && t->update.decoded == 0)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: there is nothing to prove: the device has this firmware already; give the image "
            "before the update with --image",
            t->subject->args->operands[0]);
    return c->meter != NULL ? FWD_FAIL_NONE : fwd_error_memory(err, "the proof");
}

enum fwd_fail fwd_prove_update(
    const struct fwd_prove_subject *subject, json_t **out, struct fwd_error *err)
{
    struct course *c = calloc(1, sizeof *c);
    if (c == NULL)
        return fwd_error_memory(err, "the proof");
    enum fwd_fail fail = fwd_prove_trial_make(&c->trial, subject, &subject->recipe.recipe, err);
    c->phases = json_array();
    c->samples = json_array();
    if (fail == FWD_FAIL_NONE) {
        c->trial.moment = moment;
        c->trial.ctx = c;
        c->trial.machine->progress = progress;
        c->trial.machine->reached = reached;
        c->trial.machine->progress_ctx = c;
        fwd_prove_trial_run(&c->trial, &subject->package, FWD_COMMAND_ANY);
        fail = judge(c, err);
    }
    *out = fail == FWD_FAIL_NONE ? report(c) : NULL;
    if (fail == FWD_FAIL_NONE && *out == NULL)
        fail = fwd_error_memory(err, "the proof");
    if (fail == FWD_FAIL_NONE)
        add_sets(c, *out);
    json_decref(c->phases);
    json_decref(c->samples);
    fwd_flash_cost_free(c->meter);
    fwd_prove_trial_free(&c->trial);
    free(c);
    return fail;
}
