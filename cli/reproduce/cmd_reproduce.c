/* fwdelta reproduce: makes a package again from its images, and compares what was signed. */
#include "cli/common/image_file.h"
#include "cli/common/json_out.h"
#include "cli/common/package_file.h"
#include "cli/reproduce/reproduce_args.h"
#include "cli/reproduce/reproduce_compare.h"
#include "cli/reproduce/reproduce_folder.h"
#include "format/header.h"
#include "hostio/host_signal.h"
#include "keys/algorithm.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct fwd_option options[] = {
    {"component", 'c', "NAME=OLD:NEW", true,
        "images of one of several components (full: NAME=NEW)"},
    {"provenance", 'p', "FILE", false, "what 'fwdelta gen --provenance' wrote: the options below"},
    {"device", 'd', "FILE", true, "as for gen: needed when the package has certificates"},
    {"no-certificate", 0, NULL, false, "as for gen"},
    {"codec", 0, "NAME", false, "as for gen"},
    {"effort", 0, "LEVEL", false, "as for gen"},
    {"isa", 0, "NAME", false, "as for gen"},
    {"base", 0, "ADDR[,ADDR]", false, "as for gen"},
    {"elf", 0, "OLD[,NEW]", false, "as for gen"},
    {"ram", 0, "BYTES", false, "as for gen"},
    {"memory", 0, "SIZE", false, "as for gen"},
    {"force-delta", 0, NULL, false, "as for gen"},
    FWD_IMAGE_FILE_OPTIONS,
    {"json", 'j', NULL, false, "report as JSON"},
    {0},
};

/* Throw-away keys of the same kinds: the certificates state how many bytes signatures take. */
static enum fwd_fail add_keys(struct fwd_reproduce_folder *folder,
    const struct fwd_signed_package *package, struct fwd_reproduce_args *out, struct fwd_error *err)
{
    enum fwd_fail fail = FWD_FAIL_NONE;
    if (package->block.count == 0)
        fwd_reproduce_add(out, "--unsigned");
    for (uint8_t i = 0; i < package->block.count && fail == FWD_FAIL_NONE; i++) {
        const struct fwd_algorithm *algorithm =
            fwd_algorithm_by_id(package->block.signatures[i].algorithm);
        char path[FWD_REPRODUCE_PATH];
        fail = fwd_reproduce_folder_key(
            folder, algorithm != NULL ? algorithm : fwd_algorithm_at(0), i, path, err);
        fwd_reproduce_add(out, "--key=%s", path);
    }
    return fail;
}

static enum fwd_fail make_words(const struct fwd_args *args, struct fwd_reproduce_folder *folder,
    const struct fwd_signed_package *package, struct fwd_manifest *manifest,
    struct fwd_reproduce_args *out, struct fwd_error *err)
{
    enum fwd_reason reason = fwd_manifest_decode(package->signed_bytes + FWD_HEADER_SIZE,
        package->signed_size - FWD_HEADER_SIZE, package->header.payload_size, manifest);
    if (reason != FWD_OK)
        return fwd_error_fail(err, FWD_FAIL_REFUSED, "%s: %s (%s)", package->name,
            fwd_reason_info(reason)->meaning, fwd_reason_info(reason)->name);
    fwd_reproduce_add(out, "fwdelta");
    fwd_reproduce_add(out, "gen");
    fwd_reproduce_add(out, "--output=%s/package", folder->path);
    enum fwd_fail fail = add_keys(folder, package, out, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_reproduce_options(args, out, err);
    if (fail == FWD_FAIL_NONE)
        fail =
            fwd_reproduce_manifest(args, package->header.kind == FWD_KIND_FULL, manifest, out, err);
    if (fail == FWD_FAIL_NONE && out->full)
        fail = fwd_error_memory(err, package->name);
    return fail;
}

static json_t *difference_json(const struct fwd_reproduce_difference *d)
{
    return json_pack("{s:s, s:I, s:s, s:o, s:o}", "part", d->part, "offset", (json_int_t)d->offset,
        "field", d->field, "is", fwd_json_out_string(d->is), "made", fwd_json_out_string(d->made));
}

/* The header's digest of the payload follows from the payload, which has a line of its own. */
static bool follows(const struct fwd_reproduce_result *result, size_t part)
{
    return part + 1 < FWD_REPRODUCE_PARTS && result->parts[FWD_REPRODUCE_PARTS - 1].found &&
           strcmp(result->parts[part].field, "payload digest") == 0;
}

static void print_difference(const struct fwd_reproduce_difference *d)
{
    printf("differs      %s, from byte %zu on: %s%s%s, made was %s\n", d->part, d->offset, d->field,
        d->field[0] != 0 ? " is " : "", d->is, d->made);
}

static enum fwd_fail report(
    const struct fwd_args *args, const struct fwd_reproduce_result *result, struct fwd_error *err)
{
    json_t *list = json_array();
    for (size_t i = 0; i < FWD_REPRODUCE_PARTS; i++) {
        const struct fwd_reproduce_difference *d = &result->parts[i];
        if (!d->found)
            continue;
        json_array_append_new(list, difference_json(d));
        if (!fwd_args_has(args, "json") && !follows(result, i))
            print_difference(d);
    }
    if (fwd_args_has(args, "json"))
        return fwd_json_out("reproduce",
            json_pack("{s:o, s:b, s:I, s:o}", "package", fwd_json_out_string(args->operands[0]),
                "reproduced", result->same, "unsigned_bytes", (json_int_t)result->unsigned_bytes,
                "differences", list),
            err);
    json_decref(list);
    if (result->same)
        printf("reproduced   %s: the same %zu bytes of header, manifest and payload\n",
            args->operands[0], result->unsigned_bytes);
    return FWD_FAIL_NONE;
}

static uint8_t kind_of(const struct fwd_bytes *package)
{
    struct fwd_header header;
    return fwd_header_decode(package->data, package->size, &header) == FWD_OK ? header.kind : 0;
}

/* gen makes a delta of two images where that is smaller; that a package is full was asked for. */
static bool was_asked_to_be_full(
    const struct fwd_args *args, const struct fwd_bytes *package, const struct fwd_bytes *made)
{
    return args->operand_count == 3 && kind_of(package) == FWD_KIND_FULL &&
           kind_of(made) == FWD_KIND_DELTA;
}

static enum fwd_fail judge(const struct fwd_args *args, const struct fwd_bytes *package,
    const struct fwd_bytes *made, struct fwd_error *err)
{
    struct fwd_reproduce_result result;
    enum fwd_fail fail = fwd_reproduce_compare(args->operands[0], package, made, &result, err);
    if (fail == FWD_FAIL_NONE)
        fail = report(args, &result, err);
    if (fail != FWD_FAIL_NONE || result.same)
        return fail;
    if (was_asked_to_be_full(args, package, made))
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: is a full package, but of these images gen makes a delta; give the new one alone, "
            "or the options that gen was given, or --provenance",
            args->operands[0]);
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "%s: what these images make is another package; give the options that gen was given, or "
        "--provenance, and the same release of fwdelta",
        args->operands[0]);
}

static int run(const struct fwd_args *args, struct fwd_error *err)
{
    struct fwd_bytes package = {NULL, 0}, made = {NULL, 0};
    struct fwd_signed_package divided;
    struct fwd_manifest manifest = {0};
    struct fwd_reproduce_args words = {.count = 0};
    struct fwd_reproduce_folder folder = {""};
    enum fwd_fail fail = fwd_package_file_open(args->operands[0], &package, &divided, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_package_file_has_firmware(args->operands[0], &package, err);
    fwd_signal_hold(); /* the folder does not outlive a signal */
    if (fail == FWD_FAIL_NONE)
        fail = fwd_reproduce_folder_make(&folder, err);
    if (fail == FWD_FAIL_NONE)
        fail = make_words(args, &folder, &divided, &manifest, &words, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_reproduce_folder_run(
            &folder, words.words, manifest.has_timestamp, manifest.timestamp, &made, err);
    if (fail == FWD_FAIL_NONE)
        fail = judge(args, &package, &made, err);
    fwd_reproduce_folder_remove(&folder);
    fwd_signal_release();
    fwd_reproduce_free(&words);
    fwd_bytes_free(&made);
    fwd_bytes_free(&package);
    return (int)fail;
}

const struct fwd_subcommand fwd_command_reproduce = {
    .name = "reproduce",
    .operands = "PKG OLD NEW",
    .operands_min = 1,
    .operands_max = 3,
    .summary = "make a package again, and compare what was signed",
    .about =
        "Makes the package again from its images, with what the package states (versions, "
        "product,\n"
        "...) and throw-away keys, and compares header, manifest and payload byte for byte. A\n"
        "package made with default options needs nothing else. Says of each part the first byte\n"
        "that differs and what it belongs to. No signature is verified.",
    .options = options,
    .run = run,
};
