/* fwdelta inspect: every byte of a package explained; nothing is trusted. */
#include "cli/common/args.h"
#include "cli/common/certificate_out.h"
#include "cli/common/image_file.h"
#include "cli/common/json_out.h"
#include "cli/common/option_check.h"
#include "cli/common/package_file.h"
#include "cli/common/print.h"
#include "cli/inspect/conditions_page.h"
#include "cli/inspect/delta_page.h"
#include "cli/inspect/inspect_json.h"
#include "cli/inspect/inspect_page.h"
#include "cli/report/report_file.h"
#include "keys/algorithm.h"
#include "keys/keyid.h"

#include <stdio.h>
#include <stdlib.h>

#define ROW 16u

static const struct fwd_option options[] = {
    {"source", 's', "OLD", true,
        "the image a delta (codec fwd only) starts from: where its bytes went; or NAME=OLD"},
    {"bytes", 'b', NULL, false, "annotated hex dump of the whole file"},
    {"json", 'j', NULL, false, "report as JSON"},
    {"html", 0, "FILE", false, "write it as a page for a browser, too"},
    {"force", 'f', NULL, false, "replace an existing page"},
    FWD_IMAGE_FILE_OPTIONS,
    {0},
};

static void print_row(const uint8_t *bytes, size_t offset, size_t size)
{
    printf("  %08zx ", offset);
    for (size_t i = 0; i < ROW; i++)
        i < size ? printf(" %02x", bytes[offset + i]) : printf("   ");
    printf("  |");
    for (size_t i = 0; i < size; i++) {
        uint8_t byte = bytes[offset + i];
        putchar(byte >= 0x20 && byte <= 0x7E ? byte : '.');
    }
    printf("|\n");
}

static void print_bytes(const struct fwd_byte_map *map)
{
    for (size_t i = 0; i < map->count; i++) {
        const struct fwd_field *field = &map->fields[i];
        printf("%08zx-%08zx %s: %s%s%s (%s)\n", field->offset, field->offset + field->size - 1,
            field->part, field->name, field->value[0] != 0 ? " = " : "", field->value,
            field->meaning);
        for (size_t at = 0; at < field->size; at += ROW)
            print_row(
                map->bytes, field->offset + at, field->size - at < ROW ? field->size - at : ROW);
    }
}

static void print_fields(const struct fwd_byte_map *map)
{
    const char *part = "";
    for (size_t i = 0; i < map->count; i++) {
        const struct fwd_field *field = &map->fields[i];
        if (field->part != part)
            printf("\n%s\n  %8s %8s  %-28s value\n", field->part, "offset", "size", "field");
        part = field->part;
        printf("  %8zu %8zu  %-28s %s", field->offset, field->size, field->name, field->value);
        printf("  (%s)\n", field->meaning);
    }
}

static void print_signers(const struct fwd_signed_package *package)
{
    char id[FWD_KEYID_TEXT_SIZE];
    if (package->block.count == 0)
        printf("not signed: devices refuse it\n");
    for (uint8_t i = 0; i < package->block.count; i++) {
        const struct fwd_signature *signature = &package->block.signatures[i];
        const struct fwd_algorithm *algorithm = fwd_algorithm_by_id(signature->algorithm);
        fwd_keyid_text(signature->key_id, id);
        printf("signed by key %s (%s)\n", id,
            algorithm != NULL ? algorithm->title : "unknown algorithm");
    }
    printf("(nothing was verified: 'fwdelta verify' does that)\n");
}

static void print_certificates(const struct fwd_package_map *map)
{
    struct fwd_certificate certificate;
    char text[FWD_CERTIFICATE_TEXT], id[2 * FWD_GEOMETRY_SIZE + 1];
    if (map->manifest_reason != FWD_OK)
        return;
    for (size_t at = 0; fwd_certificate_next(
             map->map.bytes + FWD_HEADER_SIZE, map->header.manifest_size, &at, &certificate);) {
        fwd_certificate_out_text(&certificate, text);
        fwd_print_hex(certificate.geometry, FWD_GEOMETRY_SIZE, id);
        printf("costs geometry %.16s: %s\n", id, text);
        fwd_certificate_out_start(&certificate, text);
        printf("starts geometry %.16s: %s\n", id, text);
    }
}

/* What a device needs to decode each component. */
static void print_memory(const struct fwd_package_map *map)
{
    for (uint8_t i = 0; map->manifest_reason == FWD_OK && i < map->manifest.component_count; i++) {
        const struct fwd_component *c = &map->manifest.components[i];
        if (c->arena_size > 0)
            printf("decodes %.*s in %lu bytes of memory (%s)\n", (int)c->name.size, c->name.bytes,
                (unsigned long)c->arena_size, fwd_print_codec(c->codec));
    }
}

static void print_report(
    const char *path, const struct fwd_package_map *map, const struct fwd_inspect_costs *costs)
{
    struct fwd_signed_package package;
    printf("%s: %zu bytes", path, map->map.size);
    if (map->has_header)
        printf(", %s package, format %u.%u", fwd_print_kind(map->header.kind), map->header.major,
            map->header.minor);
    putchar('\n');
    if (fwd_signed_package_divide(path, map->map.bytes, map->map.size, &package) == FWD_OK)
        print_signers(&package);
    if (map->manifest_reason == FWD_OK)
        fwd_conditions_page_print(&map->manifest);
    print_memory(map);
    print_certificates(map);
    print_fields(&map->map);
    fwd_delta_page_print(map, costs);
}

static enum fwd_fail check_options(const struct fwd_args *args, struct fwd_error *err)
{
    static const char *const others[] = {"json", "source"}, *const files[] = {"html", NULL};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (fwd_args_has(args, "bytes") && fwd_args_has(args, others[i]))
            return fwd_error_fail(
                err, FWD_FAIL_USAGE, "--bytes and --%s exclude each other", others[i]);
    enum fwd_fail fail = fwd_option_check_needs(args, " force ", " html ", err);
    return fail == FWD_FAIL_NONE ? fwd_report_file_check(args, files, err) : fail;
}

static enum fwd_fail problem(
    const char *path, const struct fwd_byte_map *map, struct fwd_error *err)
{
    if (map->problem[0] == 0)
        return FWD_FAIL_NONE;
    return fwd_error_fail(
        err, FWD_FAIL_REFUSED, "%s: at byte %zu: %s", path, map->problem_at, map->problem);
}

static bool put_page(FILE *out, const void *ctx)
{
    fwd_inspect_page_put(out, ctx);
    return true;
}

static enum fwd_fail write_page(const struct fwd_args *args, const char *path,
    const struct fwd_package_map *map, const struct fwd_inspect_costs *costs, struct fwd_error *err)
{
    if (!fwd_args_has(args, "html"))
        return FWD_FAIL_NONE;
    json_t *report = fwd_inspect_json(path, map, costs);
    if (report == NULL)
        return fwd_error_memory(err, path);
    enum fwd_fail fail = fwd_report_file_write(NULL, args, "html", put_page, report, err);
    json_decref(report);
    return fail;
}

/* Costs are shown of a package that is whole. */
static enum fwd_fail show(const struct fwd_args *args, const char *path,
    const struct fwd_package_map *map, struct fwd_inspect_costs *costs, struct fwd_error *err)
{
    enum fwd_fail fail = FWD_FAIL_NONE;
    bool whole = map->map.problem[0] == 0;
    if (whole)
        fail = fwd_inspect_costs_make(args, path, map, costs, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    if (fwd_args_has(args, "json"))
        fail = fwd_json_out("inspect", fwd_inspect_json(path, map, costs), err);
    else if (fwd_args_has(args, "bytes"))
        print_bytes(&map->map);
    else
        print_report(path, map, costs);
    if (fail == FWD_FAIL_NONE)
        fail = write_page(args, path, map, costs, err);
    return fail == FWD_FAIL_NONE ? problem(path, &map->map, err) : fail;
}

static int run(const struct fwd_args *args, struct fwd_error *err)
{
    struct fwd_bytes bytes = {NULL, 0};
    struct fwd_package_map map = {0};
    const char *path = args->operands[0];
    struct fwd_inspect_costs *costs = calloc(1, sizeof *costs);
    enum fwd_fail fail = check_options(args, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_option_check_needs(args, FWD_IMAGE_FILE_NAMES, " source ", err);
    if (fail == FWD_FAIL_NONE && costs == NULL)
        fail = fwd_error_memory(err, path);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_package_file_read(path, &bytes, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_package_map_make(&map, bytes.data, bytes.size, err);
    if (fail == FWD_FAIL_NONE)
        fail = show(args, path, &map, costs, err);
    if (costs != NULL)
        fwd_inspect_costs_free(costs);
    free(costs);
    fwd_package_map_free(&map);
    fwd_bytes_free(&bytes);
    return (int)fail;
}

const struct fwd_subcommand fwd_command_inspect = {
    .name = "inspect",
    .operands = "PKG",
    .operands_min = 1,
    .operands_max = 1,
    .summary = "explain every byte of a package",
    .about = "Shows every field of a package with its offset, size and meaning, and who signed.\n"
             "Nothing is verified. A damaged package is read as far as possible; exit status 1.\n"
             "With --source it shows what the bytes of a delta say, and what would save some.",
    .options = options,
    .run = run,
};
