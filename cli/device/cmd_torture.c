/* fwdelta torture: the proof that no power cut loses a device. */
#include "cli/common/image_file.h"
#include "cli/common/option_check.h"
#include "cli/common/progress_bar.h"
#include "cli/common/recipe_option.h"
#include "cli/device/factory_files.h"
#include "cli/device/session.h"
#include "cli/device/torture_files.h"
#include "gen/package/decode_cache.h"
#include "hostio/host_file.h"
#include "sim/history/history.h"
#include "sim/torture/torture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct fwd_option options[] = {
    {"device", 'd', "FILE", false, "what the device is (JSON)"},
    {"image", 'i', "NAME=FILE", true, "what is in a component before the update"},
    {"version", 'v', "VERSION", true, "of the image; NAME=VERSION for one of several"},
    {"trust", 't', "PUB", true, "public key (PEM), or a folder of them"},
    {"factory", 0, "DIR", false, "made by 'device factory': the device starts from its bytes"},
    {"cuts", 'c', "KIND", false, "single (default), double, or random:N"},
    {"tears", 0, "LIST", false, "classes (default), all, or names: before,half,unstable,..."},
    {"second-every", 0, "N", false, "with double: try one second cut in N"},
    {"faults", 0, "N", false, "and in N recoveries one flash operation fails, too"},
    {"start-faults", 0, NULL, false, "and each area is unreadable or blank for one start"},
    {"worn", 0, NULL, false, "and each block that the update writes wears out"},
    {"unconfirmed", 0, NULL, false, "nobody confirms the update: the device must go back"},
    {"generations", 0, "N", false, "and on a device with N updates in its past"},
    {"jobs", 'J', "N", false, "processes (default: processors)"},
    {"every-state", 0, NULL, false, "run equal states again instead of once"},
    {"replay", 0, "ID", false, "only the case of this id"},
    {"json", 'j', NULL, false, "report as JSON"},
    {"report", 'o', "FILE", false, "write the JSON report to a file, too"},
    {"junit", 0, "FILE", false, "write a JUnit XML report, too"},
    {"sarif", 0, "FILE", false, "write a SARIF report, too: a result for each lost device"},
    {"force", 'f', NULL, false, "replace existing reports"},
    FWD_IMAGE_FILE_OPTIONS,
    {0},
};

static enum fwd_fail read_cuts(
    const struct fwd_args *args, struct fwd_torture_options *o, struct fwd_error *err)
{
    const char *text = fwd_args_text(args, "cuts");
    uint64_t number = 0;
    o->cuts = FWD_TORTURE_SINGLE;
    if (text == NULL || strcmp(text, "single") == 0)
        return FWD_FAIL_NONE;
    o->cuts = FWD_TORTURE_DOUBLE;
    if (strcmp(text, "double") == 0)
        return FWD_FAIL_NONE;
    o->cuts = FWD_TORTURE_RANDOM;
    if (strncmp(text, "random:", 7) != 0 || !fwd_args_number(text + 7, 1, 10000000, &number))
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "--cuts: expected single, double or random:N with N from 1 to 10000000, found '%s'",
            text);
    o->random = (uint32_t)number;
    return FWD_FAIL_NONE;
}

static bool add_tear(const char *name, size_t size, uint32_t *tears)
{
    for (int i = 0; i < FWD_NOR_TEARS; i++) {
        const char *known = fwd_nor_tear_name((enum fwd_nor_tear)i);
        if (strlen(known) == size && strncmp(known, name, size) == 0) {
            *tears |= 1u << i;
            return true;
        }
    }
    return false;
}

static enum fwd_fail read_tears(
    const struct fwd_args *args, struct fwd_torture_options *o, struct fwd_error *err)
{
    const char *text = fwd_args_text(args, "tears");
    o->tears = FWD_TORTURE_CLASSES;
    if (text == NULL || strcmp(text, "classes") == 0)
        return FWD_FAIL_NONE;
    o->tears = FWD_TORTURE_ALL;
    if (strcmp(text, "all") == 0)
        return FWD_FAIL_NONE;
    o->tears = 0;
    for (const char *at = text;; at++) {
        size_t size = strcspn(at, ",");
        if (!add_tear(at, size, &o->tears))
            return fwd_error_fail(err, FWD_FAIL_USAGE,
                "--tears: expected classes, all, or a list of before, after, one, half, "
                "all-but-one, prefix, bits, unstable, drop, reorder, garbage, uncorrectable and "
                "scatter, "
                "found '%s'",
                text);
        at += size;
        if (*at == 0)
            return FWD_FAIL_NONE;
    }
}

static enum fwd_fail read_numbers(
    const struct fwd_args *args, struct fwd_torture_options *o, struct fwd_error *err)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    uint32_t jobs = processors < 1 ? 1 : (uint32_t)processors;
    if (jobs > FWD_TORTURE_JOBS_MAX)
        jobs = FWD_TORTURE_JOBS_MAX;
    enum fwd_fail fail = fwd_args_u32(args, "jobs", 1, FWD_TORTURE_JOBS_MAX, &jobs, err);
    o->jobs = jobs;
    if (fail == FWD_FAIL_NONE)
        fail = fwd_args_u32(args, "second-every", 1, 1000000, &o->second_every, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_args_u32(args, "faults", 1, 1000000, &o->faults, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_args_u32(args, "generations", 1, FWD_HISTORY_PAST_MAX, &o->past_count, err);
    o->start_faults = fwd_args_has(args, "start-faults");
    o->worn = fwd_args_has(args, "worn");
    o->unconfirmed = fwd_args_has(args, "unconfirmed");
    o->every_state = fwd_args_has(args, "every-state");
    o->replay = fwd_args_text(args, "replay");
    return fail;
}

static void show(void *ctx, unsigned percent)
{
    const struct fwd_progress_bar *bar = ctx;
    fwd_progress_report(&bar->sink, FWD_GEN_CHECK, percent);
}

static int torture(
    const struct fwd_args *args, const struct fwd_torture_options *wanted, struct fwd_error *err)
{
    struct fwd_torture_options o = *wanted;
    struct fwd_torture_report report;
    struct fwd_progress_bar bar;
    struct fwd_decode_cache codecs;
    fwd_progress_bar_begin(&bar);
    o.progress = show;
    o.progress_ctx = &bar;
    fwd_decode_cache_init(&codecs, o.codecs, o.codec_count);
    if (o.faults == 0 && o.replay == NULL) /* a failing read is one of the decoder's own */
        o.codecs = codecs.list;
    enum fwd_fail fail = fwd_torture_run(&o, &report, err);
    fwd_decode_cache_free(&codecs);
    fwd_progress_bar_end(&bar);
    if (fail != FWD_FAIL_NONE)
        return (int)fail;
    fail = fwd_torture_reports(args, &o, &report, err);
    if (fail != FWD_FAIL_NONE)
        return (int)fail;
    if (report.tally.failure_count == 0)
        return FWD_EXIT_DONE;
    return (int)fwd_error_fail(err, FWD_FAIL_REFUSED,
        "%s: %llu of the power cuts lost the device; see one again with --replay '%s'",
        args->operands[0], (unsigned long long)report.tally.failure_count,
        report.tally.failures[0].id);
}

static enum fwd_fail check_options(const struct fwd_args *args, struct fwd_error *err)
{
    const char *cuts = fwd_args_text(args, "cuts");
    enum fwd_fail fail = fwd_option_check_needs(args, FWD_IMAGE_FILE_NAMES, " image ", err);
    if (fail == FWD_FAIL_NONE && (cuts == NULL || strcmp(cuts, "double") != 0))
        fail =
            fwd_option_check_without(args, " second-every ", "single cuts; add --cuts double", err);
    return fail;
}

/* With a past, and a full package where a device may ask for one. */
static int torture_with_history(
    const struct fwd_args *args, const struct fwd_torture_options *wanted, struct fwd_error *err)
{
    struct fwd_torture_options o = *wanted;
    struct fwd_history *history = calloc(1, sizeof *history);
    const struct fwd_history_options asked = {.recipe = o.recipe,
        .codecs = o.codecs,
        .codec_count = o.codec_count,
        .package = {(uint8_t *)(uintptr_t)o.package, o.package_size},
        .past = o.past_count};
    if (history == NULL)
        return (int)fwd_error_memory(err, args->operands[0]);
    int status = (int)fwd_history_make(&asked, history, err);
    o.recipe = &history->recipe;
    o.past = history->past;
    o.full = history->full.data != NULL ? &history->full : NULL;
    if (status == FWD_EXIT_DONE)
        status = torture(args, &o, err);
    fwd_history_free(history);
    free(history);
    return status;
}

static int run(const struct fwd_args *args, struct fwd_error *err)
{
    struct fwd_recipe_option recipe;
    struct fwd_bytes package = {NULL, 0};
    struct fwd_torture_options o = {.codecs = fwd_decoders, .codec_count = fwd_decoders_count};
    const char *description = fwd_args_text(args, "device");
    if (description == NULL)
        return (int)fwd_error_fail(err, FWD_FAIL_USAGE,
            "--device FILE is missing: what the device is, as samples/devices/*.json");
    enum fwd_fail fail = fwd_recipe_option_read(args, description, &recipe, err);
    if (fail == FWD_FAIL_NONE)
        fail = check_options(args, err);
    if (fwd_args_has(args, "factory"))
        recipe.recipe.fill = fwd_factory_files_load;
    recipe.recipe.fill_ctx = fwd_args_text(args, "factory");
    if (fail == FWD_FAIL_NONE && recipe.recipe.fill != NULL && fwd_args_has(args, "generations"))
        fail = fwd_error_fail(
            err, FWD_FAIL_USAGE, "--generations: a device that --factory made has no past");
    o.recipe = &recipe.recipe;
    if (fail == FWD_FAIL_NONE)
        fail = read_cuts(args, &o, err);
    if (fail == FWD_FAIL_NONE)
        fail = read_tears(args, &o, err);
    if (fail == FWD_FAIL_NONE)
        fail = read_numbers(args, &o, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_torture_reports_check(args, err);
    if (fail == FWD_FAIL_NONE)
        fail =
            fwd_file_read_as("a package", args->operands[0], FWD_DEVICE_FLASH_MAX, &package, err);
    o.package = package.data;
    o.package_size = (uint32_t)package.size;
    bool more = o.start_faults || o.worn || o.past_count > 0;
    int status = (int)fail;
    if (fail == FWD_FAIL_NONE)
        status = more ? torture_with_history(args, &o, err) : torture(args, &o, err);
    fwd_bytes_free(&package);
    fwd_recipe_option_free(&recipe);
    return status;
}

const struct fwd_subcommand fwd_command_torture = {
    .name = "torture",
    .operands = "PKG --device FILE --image NAME=OLD --trust PUB",
    .operands_min = 1,
    .operands_max = 1,
    .summary = "cut power at every flash operation of an update",
    .about =
        "Proves what a power failure does to this update: installs PKG on a simulated device and\n"
        "cuts power at every flash operation, in every way that a flash can be left behind. After\n"
        "each cut the device starts and resumes; it must end with exactly the new firmware.\n"
        "--start-faults, --worn and --generations let more be wrong with the device: it must then\n"
        "end with a firmware that was signed. On a device with a trial (policy.trial_starts) what\n"
        "runs is confirmed; with --unconfirmed it is not, and the old firmware must come back.\n"
        "Exit status 1: at least one device was lost; the report names the cut.",
    .options = options,
    .run = run,
};
