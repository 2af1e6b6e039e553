/* The proof as a whole: the undisturbed update first, then the same with cuts in several processes,
 * which share nothing but the page on which they write down their results. */
#include "sim/device/certify.h"
#include "sim/torture/torture_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* About as many second cuts are tried when nobody says how many. */
#define SECONDS_WANTED 400000u
#define STORMS_WANTED  400u

/* What a worker leaves to the parent. */
struct worker_page {
    struct fwd_torture_tally tally;
    volatile uint64_t at; /* operation of life 0 */
    volatile bool done;
};

static const char *const phase_names[FWD_TORTURE_PHASES] = {
    "download", "rehearsal", "action", "finish"};

const char *fwd_torture_phase_name(enum fwd_torture_phase phase)
{
    return phase_names[phase];
}

static void to_factory(struct fwd_torture *torture)
{
    fwd_nor_restore(torture->machine->nor, torture->fresh);
    memcpy(torture->machine->nvm.counters, torture->fresh_counters, sizeof torture->fresh_counters);
}

/* ---- the undisturbed update ------------------------------------------------------------------ */

static enum fwd_fail look_at_old(struct fwd_torture *torture, struct fwd_error *err)
{
    struct fwd_torture_power_cycle *cycle = torture->cycles[0];
    struct fwd_boot_choice choice;

    fwd_machine_power_cycle(torture->machine);
    enum fwd_reason reason = fwd_update_init(&cycle->update, &cycle->device);
    if (reason == FWD_OK)
        reason = fwd_boot_decide(&cycle->update, &choice);
    if (reason != FWD_OK) {
        return fwd_error_fail(err, FWD_FAIL_REFUSED, "the device of %s does not start: %s",
            torture->options->recipe->description, fwd_reason_info(reason)->meaning);
    }
    if (!fwd_torture_image_take(torture, cycle, choice.slot, torture->old))
        return fwd_error_memory(err, "the old images");
    return FWD_FAIL_NONE;
}

static enum fwd_fail run_undisturbed(
    struct fwd_torture *torture, struct fwd_torture_report *report, struct fwd_error *err)
{
    struct fwd_torture_power_cycle *cycle = torture->cycles[0];
    enum fwd_fail fail = look_at_old(torture, err);

    if (fail != FWD_FAIL_NONE)
        return fail;
    fwd_torture_power_cycle_run(cycle);
    if (cycle->end != FWD_END_WELL || !torture->new_known) {
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "the package does not install on this device even without a power cut: %s",
            cycle->what[0] != '\0' ? cycle->what : "not enough memory");
    }
    torture->update = report->update = cycle->cost;
    memcpy(report->operations, torture->operations, sizeof report->operations);
    report->steps = cycle->update.cost.steps;
    report->scratch_uses = cycle->update.cost.scratch_uses;
    report->staged_bytes = cycle->update.cost.staged_bytes;
    report->decode_again_ms =
        fwd_certify_decode_again(torture->machine->description, &cycle->update.plan);
    return FWD_FAIL_NONE;
}

/* ---- workers --------------------------------------------------------------------------------- */

static _Noreturn void work(struct fwd_torture *torture, unsigned worker, struct worker_page *page)
{
    struct fwd_torture_power_cycle *cycle = torture->cycles[0];

    torture->worker = worker;
    torture->tally = &page->tally;
    torture->exploring = true;
    cycle->cuts_left = torture->options->cuts == FWD_TORTURE_DOUBLE ? 2 : 1;
    if (torture->options->replay != NULL)
        cycle->cuts_left = torture->replay.cut_count;
    torture->at = &page->at;
    fwd_torture_power_cycle_run(cycle);
    page->done = cycle->end == FWD_END_WELL;
    _exit(0);
}

static void show(const struct fwd_torture *torture, const struct worker_page *pages)
{
    const struct fwd_torture_options *options = torture->options;
    uint64_t slowest = torture->update.operations;

    if (options->progress == NULL || slowest == 0)
        return;
    for (unsigned i = 0; i < torture->workers; i++)
        slowest = pages[i].at < slowest ? pages[i].at : slowest;
    options->progress(
        options->progress_ctx, (unsigned)(100 * slowest / torture->update.operations));
}

/* Ends when all processes have. */
static void wait_for(
    const struct fwd_torture *torture, const struct worker_page *pages, const pid_t *pids)
{
    const struct timespec pause = {0, 20000000};

    for (unsigned i = 0; i < torture->workers; i++) {
        while (pids[i] > 0 && waitpid(pids[i], NULL, WNOHANG) == 0) {
            show(torture, pages);
            nanosleep(&pause, NULL);
        }
    }
}

static enum fwd_fail start(
    struct fwd_torture *torture, struct worker_page *pages, pid_t *pids, struct fwd_error *err)
{
    fflush(NULL);
    for (unsigned i = 0; i < torture->workers; i++) {
        pids[i] = fork();
        if (pids[i] == 0)
            work(torture, i, &pages[i]);
        if (pids[i] < 0)
            return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
                "another process cannot be started: %s", fwd_error_cause(errno));
    }
    return FWD_FAIL_NONE;
}

/* A process that broke off proves nothing: that is a failure at the operation where it was. */
static void collect(
    const struct fwd_torture *torture, struct worker_page *pages, struct fwd_torture_tally *sum)
{
    for (unsigned i = 0; i < torture->workers; i++) {
        struct fwd_torture_tally *tally = &pages[i].tally;
        if (!pages[i].done) {
            uint64_t at = tally->failure_count++;
            struct fwd_torture_failure *failure =
                &tally->failures[at < FWD_TORTURE_FAILURES ? at : FWD_TORTURE_FAILURES - 1];
            *failure = (struct fwd_torture_failure){.operation = pages[i].at};
            snprintf(failure->id, sizeof failure->id, "op=%llu", (unsigned long long)pages[i].at);
            snprintf(failure->what, sizeof failure->what,
                "the program broke off while it tried cuts at this operation");
        }
        fwd_torture_tally_add(sum, tally);
    }
    fwd_torture_tally_sort(sum);
}

static enum fwd_fail run_cuts(
    struct fwd_torture *torture, struct fwd_torture_report *report, struct fwd_error *err)
{
    size_t size = torture->workers * sizeof(struct worker_page);
    pid_t pids[FWD_TORTURE_JOBS_MAX] = {0};
    struct worker_page *pages =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (pages == MAP_FAILED)
        return fwd_error_memory(err, "the results");
    to_factory(torture);
    enum fwd_fail fail = start(torture, pages, pids, err);
    wait_for(torture, pages, pids);
    if (fail == FWD_FAIL_NONE)
        collect(torture, pages, &report->tally);
    munmap(pages, size);
    return fail;
}

/* ---- preparation ----------------------------------------------------------------------------- */

static enum fwd_fail make_lives(struct fwd_torture *torture, struct fwd_error *err)
{
    const struct fwd_torture_options *options = torture->options;
    enum fwd_fail fail = fwd_machine_new(
        options->recipe, options->codecs, options->codec_count, &torture->machine, err);

    for (unsigned i = 0; i < FWD_TORTURE_POWER_CYCLES && fail == FWD_FAIL_NONE; i++)
        fail = fwd_torture_power_cycle_new(torture, i, &torture->cycles[i], err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    torture->fresh = fwd_nor_snapshot_new(torture->machine->nor);
    memcpy(torture->fresh_counters, torture->machine->nvm.counters, sizeof torture->fresh_counters);
    return torture->fresh != NULL ? FWD_FAIL_NONE : fwd_error_memory(err, "the device");
}

static uint32_t at_least_one(uint64_t value)
{
    return value < 1 ? 1 : value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
}

/* A second cut meets a recovery of fifty operations or of two steps, each operation in about a
 * dozen different ways. */
static enum fwd_fail choose_samples(struct fwd_torture *torture, struct fwd_error *err)
{
    const struct fwd_torture_options *options = torture->options;
    uint64_t operations = torture->update.operations;
    uint64_t steps = torture->cycles[0]->update.cost.steps;
    uint64_t recovery = 2 * operations / (steps + 1) > 50 ? 2 * operations / (steps + 1) : 50;
    uint64_t pairs = operations * 12 * recovery * 12;

    torture->workers = options->jobs < 1 ? 1 : options->jobs;
    if (torture->workers > FWD_TORTURE_JOBS_MAX)
        torture->workers = FWD_TORTURE_JOBS_MAX;
    if (options->replay != NULL)
        torture->workers = 1;
    torture->storm_every = at_least_one(operations / STORMS_WANTED);
    torture->second_every =
        options->second_every > 0 ? options->second_every : at_least_one(pairs / SECONDS_WANTED);
    if (options->replay != NULL)
        torture->second_every = 1;
    if (options->cuts == FWD_TORTURE_RANDOM && !fwd_torture_case_draw(torture, operations))
        return fwd_error_memory(err, "the cuts");
    return FWD_FAIL_NONE;
}

static void free_all(struct fwd_torture *torture)
{
    for (unsigned i = 0; i < FWD_TORTURE_POWER_CYCLES; i++) {
        fwd_torture_power_cycle_free(torture->cycles[i]);
        fwd_torture_memo_free(&torture->memo[i]);
    }
    fwd_torture_memo_free(&torture->signatures);
    fwd_torture_image_free(torture->old);
    fwd_torture_image_free(torture->new);
    fwd_nor_snapshot_free(torture->fresh);
    fwd_machine_close(torture->machine);
    free(torture->random);
    free(torture);
}

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

enum fwd_fail fwd_torture_run(const struct fwd_torture_options *options,
    struct fwd_torture_report *report, struct fwd_error *err)
{
    struct fwd_torture *torture = calloc(1, sizeof *torture);
    double begin = now();
    enum fwd_fail fail;

    *report = (struct fwd_torture_report){.seconds = 0};
    if (torture == NULL)
        return fwd_error_memory(err, "the proof");
    torture->options = options;
    if (options->replay != NULL && !fwd_torture_case_parse(options->replay, &torture->replay)) {
        fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
            "'%s' is not the id of a cut; expected one of a report, such as "
            "op=12,tear=half,seed=0",
            options->replay);
        goto out;
    }
    fail = make_lives(torture, err);
    if (fail == FWD_FAIL_NONE)
        fail = run_undisturbed(torture, report, err);
    if (fail == FWD_FAIL_NONE)
        fail = choose_samples(torture, err);
    if (fail == FWD_FAIL_NONE)
        fail = run_cuts(torture, report, err);
    report->second_every = torture->second_every;
    if (fail == FWD_FAIL_NONE && options->replay != NULL && report->tally.due == 0)
        fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
            "'%s' names an operation or a tear that this update does not have", options->replay);
out:
    free_all(torture);
    report->seconds = now() - begin;
    return fail;
}
