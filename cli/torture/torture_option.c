#include "cli/torture/torture_option.h"

#include "cli/common/option_check.h"
#include "cli/common/progress_bar.h"
#include "cli/torture/torture_full.h"
#include "gen/package/decode_cache.h"
#include "keys/trust_package.h"
#include "sim/history/history.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
    return fail;
}

/* What has no effect is refused. */
static enum fwd_fail check_double(const struct fwd_args *args, struct fwd_error *err)
{
    const char *cuts = fwd_args_text(args, "cuts");
    if (cuts != NULL && strcmp(cuts, "double") == 0)
        return FWD_FAIL_NONE;
    return fwd_option_check_without(args, " second-every ", "single cuts; add --cuts double", err);
}

enum fwd_fail fwd_torture_option_read(
    const struct fwd_args *args, struct fwd_torture_options *options, struct fwd_error *err)
{
    enum fwd_fail fail = check_double(args, err);
    if (fail == FWD_FAIL_NONE)
        fail = read_cuts(args, options, err);
    if (fail == FWD_FAIL_NONE)
        fail = read_tears(args, options, err);
    return fail == FWD_FAIL_NONE ? read_numbers(args, options, err) : fail;
}

/* ---- the run --------------------------------------------------------------------------------- */

static void show(void *ctx, unsigned percent)
{
    const struct fwd_progress_bar *bar = ctx;
    fwd_progress_report(&bar->sink, FWD_GEN_CHECK, percent);
}

static enum fwd_fail torture(const struct fwd_torture_options *wanted,
    struct fwd_torture_report *report, struct fwd_error *err)
{
    struct fwd_torture_options o = *wanted;
    struct fwd_progress_bar bar;
    struct fwd_decode_cache codecs;
    fwd_progress_bar_begin(&bar);
    o.progress = show;
    o.progress_ctx = &bar;
    fwd_decode_cache_init(&codecs, o.codecs, o.codec_count);
    if (o.faults == 0 && o.replay == NULL) /* a failing read is one of the decoder's own */
        o.codecs = codecs.list;
    enum fwd_fail fail = fwd_torture_run(&o, report, err);
    fwd_decode_cache_free(&codecs);
    fwd_progress_bar_end(&bar);
    return fail;
}

/* With a past, and a full package where a device may ask for one. */
static enum fwd_fail torture_with_history(const struct fwd_torture_options *wanted,
    const char *name, struct fwd_torture_report *report, struct fwd_error *err)
{
    struct fwd_torture_options o = *wanted;
    struct fwd_history *history = calloc(1, sizeof *history);
    const struct fwd_history_options asked = {.recipe = o.recipe,
        .codecs = o.codecs,
        .codec_count = o.codec_count,
        .package = {(uint8_t *)(uintptr_t)o.package, o.package_size},
        .past = o.past_count};
    if (history == NULL)
        return fwd_error_memory(err, name);
    enum fwd_fail fail = fwd_history_make(&asked, history, err);
    o.recipe = &history->recipe;
    o.past = history->past;
    o.full = history->full.data != NULL ? &history->full : NULL;
    if (fail == FWD_FAIL_NONE)
        fail = torture(&o, report, err);
    fwd_history_free(history);
    free(history);
    return fail;
}

static bool trusts_package(const struct fwd_machine_recipe *recipe)
{
    for (size_t i = 0; i < recipe->trust_count; i++) {
        if (fwd_trust_package_is_file(recipe->trust[i]))
            return true;
    }
    return false;
}

enum fwd_fail fwd_torture_option_run(const struct fwd_torture_options *wanted, const char *name,
    struct fwd_torture_report *report, struct fwd_error *err)
{
    struct fwd_torture_options o = *wanted;
    bool more = o.start_faults || o.worn || o.past_count > 0;
    o.name = name;
    if (o.unconfirmed && fwd_trust_package_is(o.package, o.package_size))
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "--unconfirmed: %s is a trust package, and a change of keys is never on trial", name);
    if (more && fwd_trust_package_is(o.package, o.package_size)) {
        if (o.past_count > 0)
            return fwd_error_fail(err, FWD_FAIL_USAGE,
                "--generations: %s is a trust package, which has no updates in its past", name);
        return torture(&o, report, err);
    }
    if (o.full != NULL) {
        const struct fwd_bytes update = {(uint8_t *)(uintptr_t)o.package, o.package_size};
        enum fwd_fail fail = o.start_faults && !trusts_package(o.recipe)
                                 ? fwd_torture_full_check_keys(name, &update, o.full, err)
                                 : FWD_FAIL_NONE;
        return fail == FWD_FAIL_NONE ? torture(&o, report, err) : fail;
    }
    if (more && trusts_package(o.recipe))
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "--start-faults, --worn and --generations need packages signed with keys of the "
            "simulation, which a device that trusts a trust package does not take; for the first "
            "two 'fwdelta torture' takes the new firmware as a full package (--full PKG)");
    return more ? torture_with_history(&o, name, report, err) : torture(&o, report, err);
}
