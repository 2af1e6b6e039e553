#include "cli/build/build_supply.h"

#include "cli/common/json_out.h"
#include "cli/report/report_file.h"
#include "format/release.h"
#include "keys/crypto_port.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define READ_MAX 16777216u /* of a description or an ELF file */

static const char *const files[] = {"sbom", "provenance", NULL};

/* Options of gen that do not change the unsigned bytes, or must not be told. */
#define LEFT_OUT                                                                                   \
    " key passphrase-file passphrase-fd passphrase-env pkcs11-module unsigned output force json "  \
    "jobs sbom provenance "

struct source {
    const struct fwd_args *args;
    const struct fwd_build_report *report;
};

enum fwd_fail fwd_build_supply_check(
    const struct fwd_args *args, const struct fwd_build_spec *spec, struct fwd_error *err)
{
    enum fwd_fail fail = fwd_report_file_check(args, files, err);
    for (size_t i = 0; files[i] != NULL && fail == FWD_FAIL_NONE; i++) {
        const char *path = fwd_args_text(args, files[i]);
        if (path != NULL && fwd_file_same_place(path, spec->output))
            fail = fwd_error_fail(err, FWD_FAIL_USAGE,
                "%s: is the package and also the file of --%s; give another name", path, files[i]);
        if (path != NULL && fail == FWD_FAIL_NONE)
            fail = fwd_build_spec_check_output(spec, path, err);
    }
    return fail;
}

static json_t *sha256_of(const struct fwd_bytes *bytes)
{
    uint8_t digest[FWD_DIGEST_SIZE];
    return fwd_crypto_port_sha256(bytes->data, bytes->size, digest)
               ? fwd_json_out_hex(digest, sizeof digest)
               : NULL;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static bool put(FILE *out, json_t *json)
{
    char *text = json != NULL ? json_dumps(json, JSON_INDENT(2)) : NULL;
    bool made = text != NULL;
    if (made)
        fprintf(out, "%s\n", text);
    free(text);
    json_decref(json);
    return made;
}

/* ---- provenance ------------------------------------------------------------------------------ */

static json_t *options_json(const struct fwd_args *args)
{
    json_t *list = json_array();
    for (size_t i = 0; i < args->given_count; i++) {
        const struct fwd_given *given = &args->given[i];
        char word[48];
        (void)snprintf(word, sizeof word, " %s ", given->name);
        if (strstr(LEFT_OUT, word) != NULL)
            continue;
        json_array_append_new(list, json_pack("{s:s, s:o}", "name", given->name, "value",
                                        fwd_json_out_string(given->value)));
    }
    return list;
}

static void add_image(json_t *list, const struct fwd_build_part *part, const char *what,
    const char *path, const struct fwd_bytes *bytes)
{
    char name[FWD_NAME_MAX + 16];
    if (bytes->size == 0)
        return;
    (void)snprintf(name, sizeof name, "%s/%s", part->name, what);
    json_array_append_new(list, json_pack("{s:s, s:{s:o}, s:{s:o, s:I}}", "name", name, "digest",
                                    "sha256", sha256_of(bytes), "annotations", "file",
                                    fwd_json_out_string(path != NULL ? base_name(path) : NULL),
                                    "size", (json_int_t)bytes->size));
}

/* Another file that decides about the package. */
static void add_file(json_t *list, const char *name, const char *path)
{
    struct fwd_bytes bytes = {NULL, 0};
    if (fwd_file_read(path, READ_MAX, &bytes, NULL) != FWD_FAIL_NONE)
        return;
    json_array_append_new(
        list, json_pack("{s:s, s:{s:o}, s:{s:o}}", "name", name, "digest", "sha256",
                  sha256_of(&bytes), "annotations", "file", fwd_json_out_string(path)));
    fwd_bytes_free(&bytes);
}

static json_t *inputs_json(const struct source *s)
{
    const struct fwd_build_spec *spec = s->report->spec;
    json_t *list = json_array();
    for (size_t i = 0; i < spec->part_count; i++) {
        const struct fwd_build_part *part = &spec->parts[i];
        add_image(list, part, "source", part->old_path, &part->source);
        add_image(list, part, "target", part->new_path, &part->target);
    }
    const char *path;
    size_t at = 0;
    while ((path = fwd_args_next(s->args, "device", &at)) != NULL)
        add_file(list, "device", path);
    if (strcmp(s->args->command->name, "import-bsdiff40") == 0)
        add_file(list, "patch", s->args->operands[1]);
    return list;
}

static bool put_provenance(FILE *out, const void *ctx)
{
    const struct source *s = ctx;
    const struct fwd_build_spec *spec = s->report->spec;
    json_t *definition = json_pack("{s:s, s:{s:s, s:o}, s:o}", "buildType", "urn:fwdelta:gen:1",
        "externalParameters", "command", s->args->command->name, "options", options_json(s->args),
        "resolvedDependencies", inputs_json(s));
    return put(out,
        json_pack("{s:s, s:[{s:o, s:{s:o}}], s:s, s:{s:o, s:{s:{s:s, s:{s:s}}}}}", "_type",
            "https://in-toto.io/Statement/v1", "subject", "name",
            fwd_json_out_string(base_name(spec->output)), "digest", "sha256",
            sha256_of(&s->report->build.package), "predicateType", "https://slsa.dev/provenance/v1",
            "predicate", "buildDefinition", definition, "runDetails", "builder", "id",
            "urn:fwdelta:tool", "version", "fwdelta", FWD_VERSION_STRING));
}

/* ---- bill of materials ----------------------------------------------------------------------- */

static json_t *hashes(const struct fwd_bytes *bytes)
{
    return json_pack("[{s:s, s:o}]", "alg", "SHA-256", "content", sha256_of(bytes));
}

static json_t *firmware(const char *ref, const char *name, const char *version, const char *scope,
    const struct fwd_bytes *bytes)
{
    json_t *json = json_pack(
        "{s:s, s:s, s:o}", "type", "firmware", "bom-ref", ref, "name", fwd_json_out_string(name));
    if (version[0] != 0)
        json_object_set_new(json, "version", fwd_json_out_string(version));
    if (scope != NULL)
        json_object_set_new(json, "scope", json_string(scope));
    json_object_set_new(json, "hashes", hashes(bytes));
    return json;
}

/* The same for the same package: its digest, in the form of RFC 9562's version 8. */
static void serial_of(const struct fwd_bytes *package, char text[48])
{
    uint8_t d[FWD_DIGEST_SIZE] = {0};
    (void)fwd_crypto_port_sha256(package->data, package->size, d);
    d[6] = (uint8_t)(0x80 | (d[6] & 0x0F));
    d[8] = (uint8_t)(0x80 | (d[8] & 0x3F));
    (void)snprintf(text, 48,
        "urn:uuid:%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", d[0], d[1],
        d[2], d[3], d[4], d[5], d[6], d[7], d[8], d[9], d[10], d[11], d[12], d[13], d[14], d[15]);
}

static bool put_sbom(FILE *out, const void *ctx)
{
    const struct source *s = ctx;
    const struct fwd_build_spec *spec = s->report->spec;
    const char *label = fwd_args_text(s->args, "label");
    json_t *components = json_array(), *refs = json_array();
    char serial[48], ref[FWD_NAME_MAX + 16];
    serial_of(&s->report->build.package, serial);
    for (size_t i = 0; i < spec->part_count; i++) {
        const struct fwd_build_part *part = &spec->parts[i];
        (void)snprintf(ref, sizeof ref, "%s/target", part->name);
        json_array_append_new(components, firmware(ref, part->name, part->to, NULL, &part->target));
        json_array_append_new(refs, json_string(ref));
        if (part->source.size == 0)
            continue;
        (void)snprintf(ref, sizeof ref, "%s/source", part->name);
        json_array_append_new(
            components, firmware(ref, part->name, part->from, "excluded", &part->source));
    }
    json_t *package = firmware("package", base_name(spec->output),
        label != NULL           ? label
        : spec->part_count == 1 ? spec->parts[0].to
                                : "",
        NULL, &s->report->build.package);
    return put(
        out, json_pack("{s:s, s:s, s:s, s:i, s:{s:{s:[{s:s, s:s, s:s}]}, s:o}, s:o, "
                       "s:[{s:s, s:o}]}",
                 "bomFormat", "CycloneDX", "specVersion", "1.5", "serialNumber", serial, "version",
                 1, "metadata", "tools", "components", "type", "application", "name", "fwdelta",
                 "version", FWD_VERSION_STRING, "component", package, "components", components,
                 "dependencies", "ref", "package", "dependsOn", refs));
}

enum fwd_fail fwd_build_supply_write(const struct fwd_args *args,
    const struct fwd_build_report *report, struct fwd_file_set *set, struct fwd_error *err)
{
    const struct source s = {args, report};
    enum fwd_fail fail = fwd_report_file_write(set, args, "sbom", put_sbom, &s, err);
    return fail == FWD_FAIL_NONE
               ? fwd_report_file_write(set, args, "provenance", put_provenance, &s, err)
               : fail;
}
