/* fwdelta export-bsdiff40: a package's delta as a patch that bspatch applies. */
#include "cli/common/image_file.h"
#include "cli/common/json_out.h"
#include "cli/common/package_file.h"
#include "cli/device/decode_image.h"
#include "cli/device/session.h"
#include "format/cursor.h"
#include "gen/bsdiff/bsdiff40.h"
#include "keys/crypto_port.h"
#include "verify/trust/plan.h"

#include <stdio.h>
#include <stdlib.h>

static const struct fwd_option options[] = {
    {"output", 'o', "FILE", false, "where the patch goes"},
    {"name", 'n', "COMPONENT", false, "which component, when there are several"},
    {"force", 'f', NULL, false, "replace an existing file"},
    {"json", 'j', NULL, false, "report as JSON"},
    FWD_IMAGE_FILE_OPTIONS,
    {0},
};

/* The decoder says of each piece where it comes from: that is the delta again. */
static bool collect(void *ctx, const struct fwd_chunk *chunk)
{
    struct fwd_weaver *weaver = ctx;
    if (chunk->has_source)
        fwd_weaver_diff(weaver, chunk->source_offset, chunk->size);
    else
        fwd_weaver_extra(weaver, chunk->size);
    return !weaver->failed;
}

static const struct fwd_component *find_component(
    const struct fwd_args *args, const struct fwd_manifest *manifest, struct fwd_error *err)
{
    const char *name = fwd_args_text(args, "name");
    for (uint8_t i = 0; i < manifest->component_count; i++) {
        const struct fwd_component *c = &manifest->components[i];
        if (name == NULL ? manifest->component_count == 1
                         : fwd_text_equal(c->name, fwd_text_of(name)))
            return c;
    }
    if (name == NULL)
        fwd_error_set(err, "%s: has several components: say which with --name", args->operands[0]);
    else
        fwd_error_set(err, "%s: has no component '%s'", args->operands[0], name);
    return NULL;
}

/* Nobody is trusted here, and nothing is installed: what is decoded is compared with the digest. */
static enum fwd_fail read_manifest(
    const struct fwd_signed_package *package, struct fwd_trusted *manifest, struct fwd_error *err)
{
    *manifest = (struct fwd_trusted){
        .kind = package->header.kind, .payload_size = package->header.payload_size};
    enum fwd_reason reason = fwd_manifest_decode(package->signed_bytes + FWD_HEADER_SIZE,
        package->signed_size - FWD_HEADER_SIZE, package->header.payload_size, &manifest->manifest);
    if (reason == FWD_OK)
        reason = fwd_plan_structure(manifest, fwd_decoders, fwd_decoders_count);
    if (reason == FWD_OK)
        return FWD_FAIL_NONE;
    return fwd_error_fail(err, FWD_FAIL_REFUSED, "%s: %s (%s)", package->name,
        fwd_reason_info(reason)->meaning, fwd_reason_info(reason)->name);
}

static bool is_image(const struct fwd_image *image, const struct fwd_bytes *bytes)
{
    uint8_t digest[FWD_DIGEST_SIZE];
    return image->size == bytes->size && fwd_crypto_port_sha256(bytes->data, bytes->size, digest) &&
           fwd_image_digest_equal(image, digest);
}

static enum fwd_fail decode(const struct fwd_signed_package *package,
    const struct fwd_component *component, const struct fwd_bytes *source,
    struct fwd_weaver *weaver, struct fwd_bytes *target, struct fwd_error *err)
{
    const struct fwd_decode_image job = {.component = component,
        .section = package->payload + component->section_offset,
        .source = component->flags & FWD_COMPONENT_HAS_SOURCE ? *source : (struct fwd_bytes){0},
        .piece = collect,
        .ctx = weaver};
    target->data = malloc(component->target.size);
    if (target->data == NULL)
        return fwd_error_memory(err, package->name);
    target->size = component->target.size;
    enum fwd_reason reason = fwd_decode_image(&job, target->data);
    if (reason == FWD_OK && !is_image(&component->target, target))
        reason = FWD_E_TARGET_DIGEST;
    if (reason == FWD_OK && !fwd_weaver_end(weaver))
        reason = FWD_E_INTERNAL;
    if (reason == FWD_OK)
        return FWD_FAIL_NONE;
    return fwd_error_fail(err, FWD_FAIL_REFUSED, "%s: %s (%s)", package->name,
        fwd_reason_info(reason)->meaning, fwd_reason_info(reason)->name);
}

static enum fwd_fail make_patch(const struct fwd_args *args,
    const struct fwd_signed_package *package, const struct fwd_bytes *source,
    struct fwd_bytes *patch, struct fwd_error *err)
{
    struct fwd_trusted manifest;
    struct fwd_tuples tuples = {0};
    struct fwd_weaver weaver = {.tuples = &tuples};
    struct fwd_bytes target = {NULL, 0};
    enum fwd_fail fail = read_manifest(package, &manifest, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    const struct fwd_component *c = find_component(args, &manifest.manifest, err);
    if (c == NULL)
        return FWD_FAIL_REFUSED;
    if ((c->flags & FWD_COMPONENT_HAS_SOURCE) != 0 && !is_image(&c->source, source))
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: is not the image that the package was made from; give that one",
            args->operands[1]);
    fail = decode(package, c, source, &weaver, &target, err);
    if (fail == FWD_FAIL_NONE) {
        const struct fwd_pair pair = {
            source->data, target.data, (uint32_t)source->size, (uint32_t)target.size};
        fail = fwd_bsdiff40_export(&pair, &tuples, patch, err);
    }
    fwd_tuples_free(&tuples);
    fwd_bytes_free(&target);
    return fail;
}

static enum fwd_fail report(
    const struct fwd_args *args, const struct fwd_bytes *patch, struct fwd_error *err)
{
    const char *output = fwd_args_text(args, "output");
    if (fwd_args_has(args, "json"))
        return fwd_json_out_file("patch", output, patch, err);
    printf("patch        %s (%zu bytes); apply it with: bspatch %s NEW %s\n", output, patch->size,
        args->operands[1], output);
    return FWD_FAIL_NONE;
}

static int run(const struct fwd_args *args, struct fwd_error *err)
{
    struct fwd_signed_package package;
    struct fwd_bytes bytes = {NULL, 0};
    struct fwd_bytes source = {NULL, 0};
    struct fwd_bytes patch = {NULL, 0};
    const char *output = fwd_args_text(args, "output");
    bool force = fwd_args_has(args, "force");
    if (output == NULL)
        return (int)fwd_error_fail(
            err, FWD_FAIL_USAGE, "-o FILE is missing: say where the patch goes");
    enum fwd_fail fail = fwd_file_may_write(output, force, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_package_file_open(args->operands[0], &bytes, &package, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_image_file_read(args, args->operands[1], FWD_IMAGE_READ, &source, err);
    if (fail == FWD_FAIL_NONE)
        fail = make_patch(args, &package, &source, &patch, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_file_write_atomic(output, patch.data, patch.size, 0666, force, err);
    if (fail == FWD_FAIL_NONE)
        fail = report(args, &patch, err);
    fwd_bytes_free(&patch);
    fwd_bytes_free(&source);
    fwd_bytes_free(&bytes);
    return (int)fail;
}

const struct fwd_subcommand fwd_command_export = {
    .name = "export-bsdiff40",
    .operands = "PKG OLD -o FILE",
    .operands_min = 2,
    .operands_max = 2,
    .summary = "write a package's delta as a patch for bspatch",
    .about = "Writes the delta of a package as a patch in the BSDIFF40 format, which bspatch\n"
             "applies to OLD. No signature is checked; the result is compared with the digest.",
    .options = options,
    .run = run,
};
