/* fwdelta torture: the proof that no power cut loses a device. */
#include "cli/common/image_file.h"
#include "cli/common/option_check.h"
#include "cli/common/recipe_option.h"
#include "cli/device/device_trust.h"
#include "cli/device/factory_files.h"
#include "cli/device/session.h"
#include "cli/torture/torture_files.h"
#include "cli/torture/torture_full.h"
#include "cli/torture/torture_option.h"
#include "hostio/host_file.h"
#include "keys/trust_package.h"

static const struct fwd_option options[] = {
    {"device", 'd', "FILE", false, "what the device is (JSON)"},
    {"image", 'i', "NAME=FILE", true, "what is in a component before the update"},
    {"version", 'v', "VERSION", true, "of the image; NAME=VERSION for one of several"},
    {"trust", 't', "PUB", true, "public key (PEM), a folder of them, or a trust package"},
    {"trust-set", 0, "FILE", false, "a trust package that the device has taken since"},
    {"factory", 0, "DIR", false,
        "made by 'device factory': the device starts from its bytes and keys"},
    FWD_TORTURE_OPTIONS,
    {"full", 0, "PKG", false,
        "with --start-faults or --worn: the new firmware as a full package, to send instead"},
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

static int torture(
    const struct fwd_args *args, const struct fwd_torture_options *o, struct fwd_error *err)
{
    struct fwd_torture_report report;
    enum fwd_fail fail = fwd_torture_option_run(o, args->operands[0], &report, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_torture_reports(args, o, &report, err);
    if (fail != FWD_FAIL_NONE || report.tally.failure_count == 0)
        return (int)fail;
    return (int)fwd_error_fail(err, FWD_FAIL_REFUSED,
        "%s: %llu of the power cuts lost the device; see one again with these options and --replay "
        "'%s'",
        args->operands[0], (unsigned long long)report.tally.failure_count,
        report.tally.failures[0].id);
}

/* From what 'device factory' wrote: keys that nobody gives are in its folder. path: room for their
 * name. */
static enum fwd_fail read_factory(const struct fwd_args *args, struct fwd_recipe_option *r,
    char path[FWD_FACTORY_PATH], struct fwd_error *err)
{
    const char *folder = fwd_args_text(args, "factory");
    if (folder == NULL)
        return FWD_FAIL_NONE;
    if (fwd_args_has(args, "generations"))
        return fwd_error_fail(
            err, FWD_FAIL_USAGE, "--generations: a device that --factory made has no past");
    r->recipe.fill = fwd_factory_files_load;
    r->recipe.fill_ctx = folder;
    enum fwd_fail fail = fwd_factory_files_keys(folder, path, err);
    if (fail != FWD_FAIL_NONE || r->recipe.trust_count > 0)
        return fail;
    r->trust[0] = path;
    r->recipe.trust_count = 1;
    return FWD_FAIL_NONE;
}

static int run(const struct fwd_args *args, struct fwd_error *err)
{
    char factory_keys[FWD_FACTORY_PATH];
    struct fwd_recipe_option recipe;
    struct fwd_bytes package = {NULL, 0}, keys = {NULL, 0}, full = {NULL, 0};
    size_t trusted;
    const char *trust_set = fwd_args_text(args, "trust-set");
    const char *full_path = fwd_args_text(args, "full");
    struct fwd_torture_options o = {.codecs = fwd_decoders, .codec_count = fwd_decoders_count};
    const char *description = fwd_args_text(args, "device");
    if (description == NULL)
        return (int)fwd_error_fail(err, FWD_FAIL_USAGE,
            "--device FILE is missing: what the device is, as samples/devices/*.json");
    enum fwd_fail fail = fwd_recipe_option_read(args, description, &recipe, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_option_check_needs(args, FWD_IMAGE_FILE_NAMES, " image ", err);
    if (fail == FWD_FAIL_NONE)
        fail = read_factory(args, &recipe, factory_keys, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_device_check_trust(&recipe.recipe, &trusted, err);
    o.recipe = &recipe.recipe;
    if (fail == FWD_FAIL_NONE)
        fail = fwd_torture_option_read(args, &o, err);
    o.every_state = fwd_args_has(args, "every-state");
    o.replay = fwd_args_text(args, "replay");
    if (fail == FWD_FAIL_NONE)
        fail = fwd_torture_reports_check(args, err);
    if (fail == FWD_FAIL_NONE)
        fail =
            fwd_file_read_as("a package", args->operands[0], FWD_DEVICE_FLASH_MAX, &package, err);
    if (fail == FWD_FAIL_NONE && trust_set != NULL)
        fail = fwd_file_read_as("a trust package", trust_set, FWD_TRUST_PACKAGE_MAX, &keys, err);
    if (fail == FWD_FAIL_NONE && full_path != NULL)
        fail = fwd_torture_full_read(args, full_path, &package, &full, err);
    o.full = full_path != NULL ? &full : NULL;
    o.keys = trust_set != NULL ? &keys : NULL;
    o.keys_name = trust_set;
    o.package = package.data;
    o.package_size = (uint32_t)package.size;
    int status = fail == FWD_FAIL_NONE ? torture(args, &o, err) : (int)fail;
    fwd_bytes_free(&full);
    fwd_bytes_free(&keys);
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
        "A trust package as PKG changes the keys of a device with a trust package as --trust: the\n"
        "old or the new set must be in force at each start, and the new one in the end.\n"
        "A device whose keys may change takes --start-faults and --worn with --full: the new\n"
        "firmware as a full package signed with its keys, which it is sent where it waits for\n"
        "one. On any other device a key that has not signed PKG must have signed it, because\n"
        "--start-faults takes away those that have.\n"
        "The N of --cuts random:N limits the cuts with nothing else wrong, not what --faults,\n"
        "--start-faults, --worn and --generations add.\n"
        "Exit status 1: at least one device was lost; the report names the cut.",
    .options = options,
    .run = run,
};
