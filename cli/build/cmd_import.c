/* fwdelta import-bsdiff40: a package of a patch that bsdiff made. */
#include "cli/build/build_part.h"
#include "cli/build/build_run.h"
#include "gen/bsdiff/bsdiff40.h"
#include "gen/bsdiff/suffix.h"

static const struct fwd_option options[] = {FWD_BUILD_SPEC_OPTIONS, {0}};

/* The patch yields the new image, and the delta to it. */
static enum fwd_fail apply(const struct fwd_args *args, struct fwd_build_part *part,
    struct fwd_tuples *tuples, struct fwd_error *err)
{
    struct fwd_bytes patch = {NULL, 0};
    const char *path = args->operands[1];
    enum fwd_fail fail =
        fwd_file_read_as("a patch in the BSDIFF40 format", path, FWD_SUFFIX_MAX, &patch, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_bsdiff40_import(path, &patch, &part->source, &part->target, tuples, err);
    fwd_bytes_free(&patch);
    part->tuples = tuples;
    return fail;
}

static int run(const struct fwd_args *args, struct fwd_error *err)
{
    struct fwd_build_spec spec;
    struct fwd_tuples tuples = {0};
    struct fwd_build_part *part = NULL;
    enum fwd_fail fail = fwd_build_spec_read(args, &spec, err);
    if (fail == FWD_FAIL_NONE) {
        part = fwd_build_part_main(args, &spec, args->operands[0], NULL, err);
        fail = part != NULL ? FWD_FAIL_NONE : FWD_FAIL_USAGE;
    }
    if (fail == FWD_FAIL_NONE)
        fail = fwd_build_spec_images(args, &spec, err);
    if (fail == FWD_FAIL_NONE)
        fail = apply(args, part, &tuples, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_build_run(args, &spec, err);
    fwd_tuples_free(&tuples);
    fwd_build_spec_free(&spec);
    return (int)fail;
}

const struct fwd_subcommand fwd_command_import = {
    .name = "import-bsdiff40",
    .operands = "OLD PATCH --key FILE",
    .operands_min = 2,
    .operands_max = 2,
    .summary = "build a signed package from a patch that bsdiff made",
    .about = "Applies a patch in the BSDIFF40 format to OLD and packages that very delta, signed\n"
             "and proven as 'fwdelta gen' does it.",
    .options = options,
    .run = run,
};
