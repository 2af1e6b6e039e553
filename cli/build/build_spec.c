#include "cli/build/build_spec.h"

#include "cli/build/build_conditions.h"
#include "cli/build/build_images.h"
#include "cli/build/output_name.h"
#include "cli/common/delta_option.h"
#include "cli/common/image_file.h"
#include "cli/common/option_check.h"
#include "cli/common/output_check.h"
#include "cli/sign/key_option.h"
#include "gen/jobs.h"
#include "hostio/host_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static enum fwd_fail read_keys(
    const struct fwd_args *args, struct fwd_build_spec *spec, struct fwd_error *err)
{
    const char *path;
    size_t at = 0;
    bool is_unsigned = fwd_args_has(args, "unsigned");
    if (is_unsigned == fwd_args_has(args, "key"))
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            is_unsigned ? "--key and --unsigned exclude each other"
                        : "--key FILE is missing: the private key to sign with, or --unsigned");
    if (fwd_args_count(args, "key") > FWD_SIGNATURES_MAX)
        return fwd_error_fail(err, FWD_FAIL_USAGE, "--key: a package holds at most %u signatures",
            FWD_SIGNATURES_MAX);
    while ((path = fwd_args_next(args, "key", &at)) != NULL) {
        enum fwd_fail fail = fwd_key_option_read(args, path, &spec->keys[spec->key_count], err);
        if (fail != FWD_FAIL_NONE)
            return fail;
        spec->key_files[spec->key_count++] = path;
    }
    return FWD_FAIL_NONE;
}

/* A --device before `path`, which is one too, is the same file. */
static bool given_before(const struct fwd_args *args, const char *path)
{
    const char *other;
    size_t at = 0;
    while ((other = fwd_args_next(args, "device", &at)) != NULL && other != path) {
        if (fwd_file_same_place(other, path))
            return true;
    }
    return false;
}

static enum fwd_fail read_devices(
    const struct fwd_args *args, struct fwd_build_spec *spec, struct fwd_error *err)
{
    const char *path;
    size_t at = 0;
    if (fwd_args_count(args, "device") > FWD_BUILD_DEVICES_MAX)
        return fwd_error_fail(
            err, FWD_FAIL_USAGE, "--device: give at most %u devices", FWD_BUILD_DEVICES_MAX);
    while ((path = fwd_args_next(args, "device", &at)) != NULL) {
        if (given_before(args, path))
            continue;
        enum fwd_fail fail = fwd_description_load(path, &spec->devices[spec->device_count], err);
        if (fail != FWD_FAIL_NONE)
            return fail;
        spec->device_count++;
    }
    return FWD_FAIL_NONE;
}

static enum fwd_fail read_hardware(
    const struct fwd_args *args, struct fwd_build_spec *spec, struct fwd_error *err)
{
    char low[16];
    uint64_t min = 0;
    uint64_t max = 0;
    const char *text = fwd_args_text(args, "hardware");
    if (text == NULL)
        return FWD_FAIL_NONE;
    const char *dash = strchr(text, '-');
    size_t length = dash != NULL ? (size_t)(dash - text) : strlen(text);
    snprintf(low, sizeof low, "%.*s", (int)(length < sizeof low ? length : sizeof low - 1), text);
    if (!fwd_args_number(low, 0, UINT32_MAX, &min) ||
        !fwd_args_number(dash != NULL ? dash + 1 : low, min, UINT32_MAX, &max))
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "--hardware: expected a range of revisions as 1-4, found '%s'", text);
    spec->has_hardware = true;
    spec->hardware_min = (uint32_t)min;
    spec->hardware_max = (uint32_t)max;
    return FWD_FAIL_NONE;
}

static enum fwd_fail read_timestamp(
    const struct fwd_args *args, struct fwd_build_spec *spec, struct fwd_error *err)
{
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    spec->has_timestamp = fwd_args_has(args, "timestamp");
    spec->timestamp = (uint64_t)time(NULL);
    if (!spec->has_timestamp || epoch == NULL ||
        fwd_args_number(epoch, 0, INT64_MAX, &spec->timestamp))
        return FWD_FAIL_NONE;
    return fwd_error_fail(err, FWD_FAIL_USAGE,
        "SOURCE_DATE_EPOCH: expected seconds since 1970-01-01 as a whole number, found '%s'",
        epoch);
}

static enum fwd_fail read_numbers(
    const struct fwd_args *args, struct fwd_build_spec *spec, struct fwd_error *err)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    spec->jobs = processors < 1 ? 1 : processors > 8 ? 8 : (uint32_t)processors;
    spec->has_counter = fwd_args_has(args, "counter");
    enum fwd_fail fail = fwd_args_u32(args, "counter", 0, UINT32_MAX, &spec->counter, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_args_bytes(args, "ram", 1, UINT32_MAX, &spec->ram, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_args_size(args, "memory", 1u << 20, INT64_MAX, &spec->memory, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_args_u32(args, "jobs", 1, FWD_JOBS_MAX, &spec->jobs, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_delta_options_read(args, &spec->effort, &spec->hints, err);
    if (fail == FWD_FAIL_NONE)
        fail = read_timestamp(args, spec, err);
    return fail == FWD_FAIL_NONE ? read_hardware(args, spec, err) : fail;
}

static enum fwd_fail read_products(
    const struct fwd_args *args, struct fwd_build_spec *spec, struct fwd_error *err)
{
    const char *product;
    size_t at = 0;
    if (fwd_args_count(args, "product") > FWD_PRODUCTS_MAX)
        return fwd_error_fail(err, FWD_FAIL_USAGE, "--product: a package names at most %u products",
            FWD_PRODUCTS_MAX);
    while ((product = fwd_args_next(args, "product", &at)) != NULL)
        spec->products[spec->product_count++] = product;
    return FWD_FAIL_NONE;
}

static enum fwd_fail check_options(const struct fwd_args *args, struct fwd_error *err)
{
    enum fwd_fail fail = fwd_option_check_needs(args, " no-certificate ", " device ", err);
    return fail == FWD_FAIL_NONE
               ? fwd_option_check_needs(args, FWD_KEY_PASSPHRASE_NAMES, " key ", err)
               : fail;
}

enum fwd_fail fwd_build_spec_read(
    const struct fwd_args *args, struct fwd_build_spec *spec, struct fwd_error *err)
{
    *spec = (struct fwd_build_spec){0};
    enum fwd_fail fail = check_options(args, err);
    if (fail == FWD_FAIL_NONE)
        fail = read_numbers(args, spec, err);
    if (fail == FWD_FAIL_NONE)
        fail = read_products(args, spec, err);
    if (fail == FWD_FAIL_NONE)
        fail = read_devices(args, spec, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_build_conditions_read(args, spec, err);
    return fail == FWD_FAIL_NONE ? read_keys(args, spec, err) : fail;
}

enum fwd_fail fwd_build_spec_check_output(
    const struct fwd_build_spec *spec, const char *output, struct fwd_error *err)
{
    enum fwd_fail fail = FWD_FAIL_NONE;
    for (size_t i = 0; i < spec->part_count && fail == FWD_FAIL_NONE; i++) {
        const struct fwd_build_part *part = &spec->parts[i];
        if (part->old_path != NULL)
            fail = fwd_file_check_output(output, part->old_path, err);
        if (fail == FWD_FAIL_NONE && part->new_path != NULL)
            fail = fwd_file_check_output(output, part->new_path, err);
    }
    return fail;
}

enum fwd_fail fwd_build_spec_images(
    const struct fwd_args *args, struct fwd_build_spec *spec, struct fwd_error *err)
{
    enum fwd_fail fail = FWD_FAIL_NONE;
    for (size_t i = 0; i < spec->part_count && fail == FWD_FAIL_NONE; i++)
        fail = fwd_build_images_read(args, spec, &spec->parts[i], err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_build_conditions_check(args, spec, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_output_name(args, spec, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_output_check(args, spec->output, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_build_spec_check_output(spec, spec->output, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_file_may_write(spec->output, fwd_args_has(args, "force"), err);
    return fail;
}

void fwd_build_spec_free(struct fwd_build_spec *spec)
{
    for (size_t i = 0; i < spec->part_count; i++) {
        fwd_bytes_free(&spec->parts[i].source);
        fwd_bytes_free(&spec->parts[i].target);
        free(spec->parts[i].paths);
    }
    for (size_t i = 0; i < spec->key_count; i++)
        fwd_keypair_free(&spec->keys[i]);
    for (size_t i = 0; i < spec->device_count; i++)
        fwd_description_free(spec->devices[i]);
    *spec = (struct fwd_build_spec){0};
}
