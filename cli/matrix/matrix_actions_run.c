/* fwdelta matrix run, job, report */
#include "cli/common/json_out.h"
#include "cli/matrix/matrix_actions.h"
#include "cli/matrix/matrix_folder.h"
#include "matrix/report/matrix_report.h"
#include "matrix/run/slurm.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define JOBS_MAX 1024u
#define BAR      30u

/* ---- a bar on a terminal --------------------------------------------------------------------- */

static void draw(void *ctx, size_t done, size_t failed, size_t all)
{
    size_t filled = all > 0 ? done * BAR / all : BAR;

    (void)ctx;
    fprintf(stderr, "\r[%.*s%.*s] %zu of %zu jobs", (int)filled, "##############################",
        (int)(BAR - filled), "..............................", done, all);
    if (failed > 0)
        fprintf(stderr, ", %zu not passed", failed);
}

static void wipe_bar(const struct fwd_engine *engine)
{
    if (engine->progress != NULL)
        fputs("\r\033[K", stderr);
}

/* ---- report ---------------------------------------------------------------------------------- */

#define LINES_MAX 20u

static void print_stuck(const struct fwd_matrix_report *report)
{
    const struct fwd_release_file *release = report->plan->release;
    static const char *const words[FWD_WAY_KINDS] = {"delta", "in two steps", "full package"};
    size_t printed = 0;

    for (size_t i = 0; i < report->ways.count && printed < LINES_MAX; i++) {
        const struct fwd_way_case *c = &report->ways.cases[i];
        if (c->best >= 0)
            continue;
        printf("stuck     %s %s on %s:", release->products[c->product].name,
            release->products[c->product].versions[c->from].version,
            release->devices[c->device].name);
        for (int kind = 0; kind < FWD_WAY_KINDS; kind++)
            if (c->ways[kind].planned)
                printf(" %s: %s.", words[kind], c->ways[kind].why != NULL ? c->ways[kind].why : "");
        printf("\n");
        printed++;
    }
    if (report->ways.stuck > printed)
        printf("          and %zu more\n", report->ways.stuck - printed);
}

static void print_report(const struct fwd_matrix_report *report, const char *folder)
{
    size_t best[FWD_WAY_KINDS] = {0};

    for (size_t i = 0; i < report->ways.count; i++)
        if (report->ways.cases[i].best >= 0)
            best[report->ways.cases[i].best]++;
    printf("jobs      %zu", report->plan->job_count);
    for (int state = 0; state < FWD_MATRIX_STATES; state++)
        if (report->states[state] > 0)
            printf(", %zu %s", report->states[state],
                fwd_job_result_word((enum fwd_matrix_state)state));
    printf("\nways      %zu of devices and versions: %zu by a delta, %zu in two steps, %zu by the "
           "full package, %zu stuck\n",
        report->ways.count, best[FWD_WAY_DELTA], best[FWD_WAY_TWO], best[FWD_WAY_FULL],
        report->ways.stuck);
    print_stuck(report);
    printf(
        "report    %s/report.html, .json, .xml, results.sqlite; packages in packages/\n", folder);
}

/* Jobs that another run may do have an exit status of their own. */
static enum fwd_fail judge(
    const struct fwd_matrix_report *report, const char *folder, struct fwd_error *err)
{
    size_t open = report->states[FWD_MATRIX_NOT_DONE] + report->states[FWD_MATRIX_FAILED] +
                  report->states[FWD_MATRIX_UNREADABLE];

    /* what waits for them has none either; what waits for a refused package is settled */
    for (size_t i = 0; i < report->plan->job_count; i++) {
        const struct fwd_matrix_job *job = &report->plan->jobs[i];
        open += report->results[i].state == FWD_MATRIX_BLOCKED &&
                        report->results[job->package].state == FWD_MATRIX_FAILED
                    ? 1
                    : 0;
    }

    if (open > 0)
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
            "%s: %zu jobs have no result; mend what %s/report.html says, and run again",
            report->plan->release->name, open, folder);
    if (report->ways.stuck > 0)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: %zu of %zu combinations of device and version cannot be updated",
            report->plan->release->name, report->ways.stuck, report->ways.count);
    return FWD_FAIL_NONE;
}

static enum fwd_fail tell(
    const struct fwd_args *args, struct fwd_engine *engine, struct fwd_error *err)
{
    struct fwd_matrix_report report = {
        .dir = engine->dir, .plan = engine->plan, .results = engine->results};
    enum fwd_fail fail = fwd_matrix_report_begin(&report, err);

    if (fail == FWD_FAIL_NONE)
        fail = fwd_matrix_report_write(&report, err);
    if (fail == FWD_FAIL_NONE && fwd_args_has(args, "json"))
        fail = fwd_json_out("matrix", fwd_matrix_report_json(&report), err);
    else if (fail == FWD_FAIL_NONE)
        print_report(&report, args->operands[1]);
    if (fail == FWD_FAIL_NONE)
        fail = judge(&report, args->operands[1], err);
    fwd_matrix_report_end(&report);
    return fail;
}

/* ---- engines --------------------------------------------------------------------------------- */

struct opened {
    struct fwd_matrix_plan plan;
    struct fwd_engine engine;
    char dir[PATH_MAX];
};

/* Followed by close_engine(), after a failure too. */
static enum fwd_fail open_engine(
    const struct fwd_args *args, struct opened *o, struct fwd_error *err)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    uint32_t jobs = processors > 0 ? (uint32_t)processors : 1;

    *o = (struct opened){.engine = {.dir = o->dir, .plan = &o->plan}};
    enum fwd_fail fail = fwd_args_u32(args, "jobs", 1, JOBS_MAX, &jobs, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_matrix_folder_open(args->operands[1], o->dir, &o->plan, err);
    o->engine.jobs = jobs;
    o->engine.progress = isatty(2) ? draw : NULL;
    if (fail != FWD_FAIL_NONE)
        return fail;
    o->engine.results = calloc(o->plan.job_count + 1, sizeof *o->engine.results);
    return o->engine.results != NULL ? FWD_FAIL_NONE : fwd_error_memory(err, o->dir);
}

static void close_engine(struct opened *o)
{
    if (o->engine.results != NULL)
        fwd_engine_end(&o->engine);
    free(o->engine.results);
    fwd_matrix_plan_free(&o->plan);
}

static enum fwd_fail run_engine(
    const struct fwd_args *args, struct fwd_engine *engine, struct fwd_error *err)
{
    const char *name = fwd_args_text(args, "engine");
    bool slurm = name != NULL && strcmp(name, "slurm") == 0;

    if (name != NULL && !slurm && strcmp(name, "local") != 0)
        return fwd_error_fail(
            err, FWD_FAIL_USAGE, "--engine: expected local or slurm, found '%s'", name);
    enum fwd_fail fail = fwd_matrix_folder_lock(engine->dir, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    if (slurm && !fwd_args_has(args, "jobs"))
        engine->jobs = 0;
    fwd_engine_begin(engine);
    fail = slurm ? fwd_slurm_run(engine, err) : fwd_engine_run(engine, err);
    wipe_bar(engine);
    return fail;
}

int fwd_matrix_actions_run(const struct fwd_args *args, struct fwd_error *err)
{
    struct opened o;
    enum fwd_fail fail = open_engine(args, &o, err);

    if (fail == FWD_FAIL_NONE)
        fail = run_engine(args, &o.engine, err);
    if (fail == FWD_FAIL_NONE)
        fail = tell(args, &o.engine, err);
    close_engine(&o);
    return (int)fail;
}

int fwd_matrix_actions_report(const struct fwd_args *args, struct fwd_error *err)
{
    struct opened o;
    enum fwd_fail fail = open_engine(args, &o, err);

    if (fail == FWD_FAIL_NONE) {
        fwd_engine_begin(&o.engine);
        fail = tell(args, &o.engine, err);
    }
    close_engine(&o);
    return (int)fail;
}

/* ---- job ------------------------------------------------------------------------------------- */

static enum fwd_fail run_one(struct opened *o, const char *id, struct fwd_error *err)
{
    size_t job = fwd_matrix_plan_find(&o->plan, id);

    if (job == FWD_MATRIX_NONE)
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "%s: the plan has no such job; its inputs may have changed since the list was made",
            id);
    struct fwd_matrix_result *result = &o->engine.results[job];
    fwd_job_result_read(o->dir, &o->plan, job, result);
    enum fwd_fail fail = fwd_engine_run_one(&o->engine, job, err);
    if (fail != FWD_FAIL_NONE || result->state == FWD_MATRIX_PASSED)
        return fail;
    return fwd_error_fail(err,
        result->state == FWD_MATRIX_REFUSED ? FWD_FAIL_REFUSED : FWD_FAIL_ENVIRONMENT, "%s",
        result->message != NULL ? result->message : fwd_job_result_word(result->state));
}

static enum fwd_fail run_part(const struct fwd_args *args, struct opened *o, struct fwd_error *err)
{
    const char *text = fwd_args_text(args, "part");
    unsigned part = 0, parts = 1;
    uint32_t wave = 0;
    char rest = 0;
    enum fwd_fail fail = fwd_args_u32(args, "wave", 1, 2, &wave, err);

    if (fail == FWD_FAIL_NONE && wave == 0)
        fail = fwd_error_fail(err, FWD_FAIL_USAGE, "an ID, or --wave N with --part K/N, is needed");
    if (fail == FWD_FAIL_NONE && text != NULL &&
        (sscanf(text, "%u/%u%c", &part, &parts, &rest) != 2 || part >= parts))
        fail = fwd_error_fail(err, FWD_FAIL_USAGE,
            "--part: expected K/N as in 0/4, with K below N, found '%s'", text);
    if (fail != FWD_FAIL_NONE)
        return fail;
    fwd_engine_begin(&o->engine);
    o->engine.jobs = fwd_args_has(args, "jobs") ? o->engine.jobs : 1;
    o->engine.progress = NULL;
    return fwd_engine_run_part(&o->engine, wave, part, parts, err);
}

int fwd_matrix_actions_job(const struct fwd_args *args, struct fwd_error *err)
{
    struct opened o;
    enum fwd_fail fail = open_engine(args, &o, err);

    if (fail == FWD_FAIL_NONE)
        fail =
            args->operand_count > 2 ? run_one(&o, args->operands[2], err) : run_part(args, &o, err);
    close_engine(&o);
    return (int)fail;
}
