/* The proof as a whole: the undisturbed update first, then the same with cuts in several processes,
 * which share nothing but the page on which they write down their results. */
#include "format/header.h"
#include "sim/cost/certify.h"
#include "sim/torture/torture_internal.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* About as many second cuts are tried when nobody says how many. */
#define SECONDS_WANTED 400000u
#define STORMS_WANTED  400u

/* The work is divided in the same way whatever the number of processes, and none of its parts
 * knows what another has seen: so every count is the same for any number of processes. */
#define SHARES 16u

/* What a share of the work leaves to the parent. */
struct share_page {
    struct fwd_torture_tally tally;
    volatile uint64_t at; /* operation of power cycle 0 */
    volatile unsigned variants;
    volatile bool done;
};

static const char *const phase_names[FWD_TORTURE_PHASES] = {
    "download", "rehearsal", "action", "finish"};

const char *fwd_torture_phase_name(enum fwd_torture_phase phase)
{
    return phase_names[phase];
}

/* ---- workers --------------------------------------------------------------------------------- */

/* Power cycle 0 with all its cuts. */
static void explore(struct fwd_torture *torture, const struct fwd_torture_variant *variant)
{
    struct fwd_torture_power_cycle *cycle = torture->cycles[0];

    torture->variant = *variant;
    fwd_torture_variant_begin(torture);
    cycle->cuts_left = variant->cuts;
    cycle->point = (struct fwd_torture_point){.counter = 0};
    cycle->full_sent = false;
    fwd_torture_variant_afflict(cycle);
    cycle->limit = (20 * torture->update.operations + 1000) * fwd_torture_generation_max(torture);
    fwd_torture_power_cycle_run(cycle);
    if (cycle->end == FWD_END_BADLY)
        fwd_torture_tally_failure(cycle, FWD_NOR_BEFORE, NULL);
}

static void explore_all(struct fwd_torture *torture, struct share_page *page)
{
    for (unsigned i = 0; i < torture->variant_count; i++) {
        struct fwd_torture_variant variant = fwd_torture_variant_at(torture, i);
        torture->variant_number = i;
        if (variant.kind == FWD_TORTURE_PLAIN && torture->options->cuts == FWD_TORTURE_DOUBLE)
            variant.cuts = 2;
        if (i > 0 && i % torture->shares != torture->share)
            continue;
        explore(torture, &variant);
        page->variants++;
    }
}

static void do_share(struct fwd_torture *torture, unsigned share, struct share_page *page)
{
    torture->share = share;
    torture->tally = &page->tally;
    torture->at = &page->at;
    for (unsigned i = 0; i < FWD_TORTURE_POWER_CYCLES; i++)
        fwd_torture_memo_free(&torture->memo[i]);
    if (torture->options->replay == NULL) {
        explore_all(torture, page);
    } else {
        torture->replay.variant.cuts = torture->replay.point_count;
        explore(torture, &torture->replay.variant);
    }
    page->done = true;
}

/* A worker never outlives its parent, however that ends: the kernel kills it, or it finds here that
 * its parent was gone before. */
static void end_with(pid_t parent)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
}

static _Noreturn void work(struct fwd_torture *torture, unsigned worker, struct share_page *pages)
{
    torture->exploring = true;
    for (unsigned share = worker; share < torture->shares; share += torture->workers)
        do_share(torture, share, &pages[share]);
    _exit(0);
}

/* In thousandths. Each share has power cycle 0 of the plain variant and some of the others. */
static uint64_t progress_of(const struct fwd_torture *torture, const struct share_page *page)
{
    uint64_t all = 1 + (torture->variant_count - 1) / torture->shares;
    uint64_t part = 1000 * page->at / torture->update.operations;
    uint64_t done = (1000 * page->variants + (part < 1000 ? part : 1000)) / all;

    return page->done || done > 1000 ? 1000 : done;
}

static void show(const struct fwd_torture *torture, const struct share_page *pages)
{
    const struct fwd_torture_options *options = torture->options;
    uint64_t sum = 0;

    if (options->progress == NULL || torture->update.operations == 0)
        return;
    for (unsigned i = 0; i < torture->shares; i++)
        sum += progress_of(torture, &pages[i]);
    options->progress(options->progress_ctx, (unsigned)(sum / torture->shares / 10));
}

/* Ends when all processes have. */
static void wait_for(
    const struct fwd_torture *torture, const struct share_page *pages, const pid_t *pids)
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
    struct fwd_torture *torture, struct share_page *pages, pid_t *pids, struct fwd_error *err)
{
    pid_t self = getpid();

    fflush(NULL);
    for (unsigned i = 0; i < torture->workers; i++) {
        pids[i] = fork();
        if (pids[i] == 0) {
            end_with(self);
            work(torture, i, pages);
        }
        if (pids[i] < 0)
            return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
                "another process cannot be started: %s", fwd_error_cause(errno));
    }
    return FWD_FAIL_NONE;
}

/* A process that broke off proves nothing: that is a failure at the operation where it was. */
static void collect(
    const struct fwd_torture *torture, struct share_page *pages, struct fwd_torture_tally *sum)
{
    for (unsigned i = 0; i < torture->shares; i++) {
        struct fwd_torture_tally *tally = &pages[i].tally;
        if (!pages[i].done) {
            uint32_t at = tally->described < FWD_TORTURE_FAILURES ? tally->described++
                                                                  : FWD_TORTURE_FAILURES - 1;
            struct fwd_torture_failure *failure = &tally->failures[at];
            tally->failure_count++;
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
    size_t size = torture->shares * sizeof(struct share_page);
    pid_t pids[FWD_TORTURE_JOBS_MAX] = {0};
    struct share_page *pages =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (pages == MAP_FAILED)
        return fwd_error_memory(err, "the results");
    enum fwd_fail fail = start(torture, pages, pids, err);
    wait_for(torture, pages, pids);
    if (fail == FWD_FAIL_NONE)
        collect(torture, pages, &report->tally);
    munmap(pages, size);
    return fail;
}

/* ---- preparation ----------------------------------------------------------------------------- */

/* Firmware, or keys? */
static enum fwd_fail look_at_package(struct fwd_torture *torture, struct fwd_error *err)
{
    const struct fwd_torture_options *options = torture->options;
    struct fwd_header header;

    torture->changes_keys =
        fwd_header_decode(options->package, options->package_size, &header) == FWD_OK &&
        header.kind == FWD_KIND_TRUST;
    if (!torture->changes_keys || torture->machine->has_keyring)
        return FWD_FAIL_NONE;
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "%s: the keys of this device never change: a trust package is only for one that has an "
        "area \"trust\" and trusts another trust package (--trust FILE)",
        options->recipe->description);
}

static enum fwd_fail make_lives(struct fwd_torture *torture, struct fwd_error *err)
{
    const struct fwd_torture_options *options = torture->options;
    enum fwd_fail fail = fwd_machine_new(
        options->recipe, options->codecs, options->codec_count, &torture->machine, err);

    for (unsigned i = 0; i < FWD_TORTURE_POWER_CYCLES && fail == FWD_FAIL_NONE; i++)
        fail = fwd_torture_power_cycle_new(torture, i, &torture->cycles[i], err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    torture->variant.from = options->past_count;
    fail = look_at_package(torture, err);
    return fail == FWD_FAIL_NONE ? fwd_torture_generation_make_all(torture, err) : fail;
}

static void note_update(const struct fwd_torture *torture, struct fwd_torture_report *report)
{
    const struct fwd_update *update = &torture->cycles[0]->update;

    report->changes_keys = torture->changes_keys;
    report->update = torture->update;
    memcpy(report->operations, torture->operations, sizeof report->operations);
    report->steps = update->cost.steps;
    report->scratch_uses = update->cost.scratch_uses;
    report->staged_bytes = update->cost.staged_bytes;
    report->decode_again_ms =
        fwd_certify_decode_again(torture->machine->description, &update->plan);
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

    torture->variant_count = fwd_torture_variant_count(torture);
    torture->shares = options->replay != NULL ? 1 : SHARES;
    torture->workers = options->jobs < 1 ? 1 : options->jobs;
    if (torture->workers > torture->shares)
        torture->workers = torture->shares;
    torture->storm_every = at_least_one(operations / STORMS_WANTED);
    torture->second_every =
        options->second_every > 0 ? options->second_every : at_least_one(pairs / SECONDS_WANTED);
    if (options->replay != NULL)
        torture->second_every = 1;
    if (options->cuts == FWD_TORTURE_RANDOM && !fwd_torture_sample_draw(torture, operations))
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
    fwd_torture_generation_free_all(torture);
    fwd_machine_close(torture->machine);
    free(torture->random);
    free(torture->writes);
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
    fail = make_lives(torture, err);
    if (fail == FWD_FAIL_NONE)
        note_update(torture, report);
    if (fail == FWD_FAIL_NONE && options->replay != NULL &&
        !fwd_torture_case_parse(torture, options->replay, &torture->replay))
        fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
            "'%s' is not the id of a cut; expected one of a report, such as "
            "op=12,tear=half,seed=0",
            options->replay);
    if (fail == FWD_FAIL_NONE)
        fail = choose_samples(torture, err);
    if (fail == FWD_FAIL_NONE)
        fail = run_cuts(torture, report, err);
    report->second_every = torture->second_every;
    report->past_count = options->past_count;
    if (fail == FWD_FAIL_NONE && options->replay != NULL &&
        report->tally.due < torture->replay.point_count)
        fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
            "'%s' names an operation or a tear that this update does not have", options->replay);
    free_all(torture);
    report->seconds = now() - begin;
    return fail;
}
