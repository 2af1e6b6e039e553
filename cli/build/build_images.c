#include "cli/build/build_images.h"

#include "cli/common/image_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static enum fwd_fail read_source(const struct fwd_args *args,
    const struct fwd_image_options *options, struct fwd_build_part *part, struct fwd_error *err)
{
    struct fwd_image_load load;
    if (part->old_path == NULL)
        return FWD_FAIL_NONE;
    enum fwd_fail fail =
        fwd_image_file_load(args, part->old_path, FWD_IMAGE_DELTA, options, &load, err);
    part->source = load.bytes;
    part->source_segments = load.segments;
    if (fail == FWD_FAIL_NONE && part->from[0] == 0)
        memcpy(part->from, load.version, sizeof part->from);
    return fail;
}

static enum fwd_fail read_target(const struct fwd_args *args,
    const struct fwd_image_options *options, struct fwd_build_part *part, struct fwd_error *err)
{
    struct fwd_image_load load;
    if (part->new_path == NULL)
        return FWD_FAIL_NONE;
    enum fwd_fail fail =
        fwd_image_file_load(args, part->new_path, FWD_IMAGE_DELTA, options, &load, err);
    part->target = load.bytes;
    part->target_segments = load.segments;
    if (fail == FWD_FAIL_NONE && part->to[0] == 0)
        memcpy(part->to, load.version, sizeof part->to);
    part->has_counter = load.has_counter && !fwd_args_has(args, "counter");
    part->counter = load.counter;
    return fail;
}

static void note_defaults(
    const struct fwd_args *args, const struct fwd_build_part *part, bool had_from, bool had_to)
{
    bool from = !had_from && part->from[0] != 0;
    bool to = !had_to && part->to[0] != 0;
    if (from || to)
        fprintf(stderr, "fwdelta %s: note: %s: %s%s%s%s%s of the image%s taken\n",
            args->command->name, part->name, from ? "version " : "", from ? part->from : "",
            from && to ? " and " : "", to ? "version " : "", to ? part->to : "",
            from && to ? "s are" : " is");
    if (part->has_counter)
        fprintf(stderr,
            "fwdelta %s: note: %s: security counter %" PRIu32 " of the image is taken\n",
            args->command->name, part->name, part->counter);
}

/* The version record of a device says what the package says: nothing, if that is all. */
static enum fwd_fail check_version(
    const struct fwd_args *args, const struct fwd_build_part *part, struct fwd_error *err)
{
    if (part->to[0] != 0 || part->from[0] == 0 || fwd_args_has(args, "force"))
        return FWD_FAIL_NONE;
    return fwd_error_fail(err, FWD_FAIL_USAGE,
        "%s: the version of the old image is given, but not that of the new one: a device that "
        "installs this forgets its version; give --to-version (to= in --component), or insist with "
        "--force",
        part->name);
}

enum fwd_fail fwd_build_images_read(const struct fwd_args *args, const struct fwd_build_spec *spec,
    struct fwd_build_part *part, struct fwd_error *err)
{
    struct fwd_image_options options;
    bool had_from = part->from[0] != 0;
    bool had_to = part->to[0] != 0;
    enum fwd_fail fail = fwd_image_file_options(args, &options, err);
    for (size_t i = 0; i < spec->device_count; i++)
        fwd_image_file_erased(args, spec->devices[i], part->name, i == 0, &options);
    if (fail == FWD_FAIL_NONE)
        fail = read_source(args, &options, part, err);
    if (fail == FWD_FAIL_NONE)
        fail = read_target(args, &options, part, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    note_defaults(args, part, had_from, had_to);
    return check_version(args, part, err);
}
