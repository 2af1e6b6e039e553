/* fwdelta gen: a signed package from images; written only when it installs. */
#include "cli/build/build_part.h"
#include "cli/build/build_run.h"
#include "cli/build/elf_option.h"
#include "cli/common/option_check.h"
#include "cli/common/print.h"

#include <string.h>

static const struct fwd_option options[] = {
    FWD_BUILD_SPEC_OPTIONS,
    {"component", 'c', "SPEC", true, "one more: NAME[,role=R][,from=V][,to=V][,codec=C]=OLD:NEW"},
    {"codec", 0, "NAME", false, "fwd, lite, bsdiff-xz, xz or stored; default: the smallest"},
    {"effort", 0, "LEVEL", false, "fast, default or best: time for a smaller delta"},
    {"memory", 0, "SIZE", false, "the most that this may take, as 2G; default: as much as helps"},
    {"isa", 0, "NAME", false, "thumb, rv32, xtensa, ... or none (see the manual); default: found"},
    {"base", 0, "ADDR[,ADDR]", false, "addresses of OLD and NEW; default: found in the images"},
    {"elf", 0, "OLD[,NEW]", false,
        "ELF files of OLD and NEW: isa and addresses, instead of --base"},
    {"full", 0, NULL, false, "a full package, which needs nothing of what is installed"},
    {0},
};

static enum fwd_fail check_operands(const struct fwd_args *args, struct fwd_error *err)
{
    if (args->operand_count == 0 && !fwd_args_has(args, "component"))
        return fwd_error_fail(
            err, FWD_FAIL_USAGE, "expects OLD NEW, or --component; see 'fwdelta gen --help'");
    if (args->operand_count == 1 && !fwd_args_has(args, "full"))
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "expects OLD NEW, but one image is given; a full package of it is made with --full");
    if (args->operand_count == 0)
        return fwd_option_check_without(args, " name role from-version to-version ",
            "--component alone, which has name, role=, from= and to= of its own", err);
    return FWD_FAIL_NONE;
}

static enum fwd_fail check_options(const struct fwd_args *args, struct fwd_error *err)
{
    const char *name = fwd_args_text(args, "codec");
    uint16_t codec = FWD_BUILD_AUTO;
    enum fwd_fail fail = FWD_FAIL_NONE;
    if (fwd_args_has(args, "full"))
        fail = fwd_option_check_without(args, " isa base elf effort force-delta ",
            "--full: a full package needs nothing of what is installed", err);
    if (fail == FWD_FAIL_NONE && name != NULL && fwd_decoder_codec_parse(name, &codec) &&
        !fwd_decoder_codec_has_isa(codec))
        fail = fwd_option_check_without(
            args, " isa base elf effort ", "another codec than fwd and lite", err);
    return fail;
}

static enum fwd_fail add_parts(
    const struct fwd_args *args, struct fwd_build_spec *spec, struct fwd_error *err)
{
    const char *text;
    size_t at = 0;
    if (args->operand_count > 0) {
        const char *old_path = args->operand_count == 2 ? args->operands[0] : NULL;
        if (fwd_build_part_main(
                args, spec, old_path, args->operands[args->operand_count - 1], err) == NULL)
            return FWD_FAIL_USAGE;
    }
    while ((text = fwd_args_next(args, "component", &at)) != NULL) {
        enum fwd_fail fail = fwd_build_part_add(spec, text, err);
        if (fail != FWD_FAIL_NONE)
            return fail;
    }
    return FWD_FAIL_NONE;
}

static enum fwd_fail set_codecs(
    const struct fwd_args *args, struct fwd_build_spec *spec, struct fwd_error *err)
{
    uint16_t codec = FWD_BUILD_AUTO;
    const char *name = fwd_args_text(args, "codec");
    if (name != NULL && !fwd_decoder_codec_parse(name, &codec))
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "--codec: expected fwd, lite, bsdiff-xz, xz or stored, found '%s'", name);
    for (size_t i = 0; i < spec->part_count; i++) {
        if (spec->parts[i].codec == FWD_BUILD_AUTO)
            spec->parts[i].codec = codec;
    }
    return FWD_FAIL_NONE;
}

static int run(const struct fwd_args *args, struct fwd_error *err)
{
    struct fwd_build_spec spec = {0};
    enum fwd_fail fail = check_operands(args, err);
    if (fail == FWD_FAIL_NONE)
        fail = check_options(args, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_build_spec_read(args, &spec, err);
    if (fail == FWD_FAIL_NONE)
        fail = add_parts(args, &spec, err);
    if (fail == FWD_FAIL_NONE)
        fail = set_codecs(args, &spec, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_build_spec_images(args, &spec, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_elf_option_read(args, &spec, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_build_run(args, &spec, err);
    fwd_build_spec_free(&spec);
    return (int)fail;
}

const struct fwd_subcommand fwd_command_gen = {
    .name = "gen",
    .operands = "OLD NEW --key FILE",
    .operands_max = 2,
    .summary = "build a signed package from images",
    .about = "Builds a package that turns OLD into NEW, signs it, and installs it on simulated\n"
             "devices: with two slots, in place with erase blocks of 4 KiB and 64 KiB, and on\n"
             "every --device. A package that does not install is not written.",
    .options = options,
    .run = run,
};
