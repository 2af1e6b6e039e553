#include "cli/reproduce/reproduce_args.h"

#include "cli/common/option_check.h"
#include "format/dependency.h"
#include "hostio/host_file.h"
#include "hostio/host_time.h"
#include "sim/device/description.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROVENANCE_MAX 1048576u

void fwd_reproduce_add(struct fwd_reproduce_args *out, const char *format, ...)
{
    char text[8192];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    char *word = size >= 0 && (size_t)size < sizeof text && out->count < FWD_REPRODUCE_WORDS
                     ? strdup(text)
                     : NULL;
    if (word == NULL)
        out->full = true;
    else
        out->words[out->count++] = word;
}

static void add_text(struct fwd_reproduce_args *out, const char *option, struct fwd_text text)
{
    if (text.size > 0)
        fwd_reproduce_add(out, "--%s=%.*s", option, (int)text.size, text.bytes);
}

/* ---- what the package states ----------------------------------------------------------------- */

/* --component=NAME=OLD:NEW of the command line. */
static const char *images_of(const struct fwd_args *args, const struct fwd_component *c)
{
    const char *text;
    size_t at = 0;
    while ((text = fwd_args_next(args, "component", &at)) != NULL) {
        size_t length = strcspn(text, "=");
        if (length == c->name.size && memcmp(text, c->name.bytes, length) == 0 && text[length] != 0)
            return text + length + 1;
    }
    return NULL;
}

static void add_only(
    const struct fwd_args *args, const struct fwd_component *c, struct fwd_reproduce_args *out)
{
    add_text(out, "name", c->name);
    fwd_reproduce_add(out, "--role=%s", fwd_description_role_name(c->role));
    add_text(out, "from-version", c->source.version);
    add_text(out, "to-version", c->target.version);
    for (unsigned i = 1; i < args->operand_count; i++)
        fwd_reproduce_add(out, "%s", args->operands[i]);
}

static enum fwd_fail add_component(const struct fwd_args *args, const struct fwd_component *c,
    struct fwd_reproduce_args *out, struct fwd_error *err)
{
    const char *images = images_of(args, c);
    char from[FWD_VERSION_MAX + 8] = "", to[FWD_VERSION_MAX + 8] = "";
    if (images == NULL)
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "%s: has component %.*s; name its images, --component %.*s=OLD:NEW", args->operands[0],
            (int)c->name.size, c->name.bytes, (int)c->name.size, c->name.bytes);
    if (c->source.version.size > 0)
        (void)snprintf(
            from, sizeof from, ",from=%.*s", (int)c->source.version.size, c->source.version.bytes);
    if (c->target.version.size > 0)
        (void)snprintf(
            to, sizeof to, ",to=%.*s", (int)c->target.version.size, c->target.version.bytes);
    fwd_reproduce_add(out, "--component=%.*s,role=%s%s%s=%s", (int)c->name.size, c->name.bytes,
        fwd_description_role_name(c->role), from, to, images);
    return FWD_FAIL_NONE;
}

/* Counters that differ came from the images, as they will again. */
static void add_counter(const struct fwd_manifest *manifest, struct fwd_reproduce_args *out)
{
    const struct fwd_component *first = &manifest->components[0];
    bool same = true;
    for (uint8_t i = 1; i < manifest->component_count; i++) {
        const struct fwd_component *c = &manifest->components[i];
        same = same && c->has_counter == first->has_counter && c->counter == first->counter;
    }
    if (same && first->has_counter)
        fwd_reproduce_add(out, "--counter=%" PRIu32, first->counter);
}

/* What the package states of releases and of the time. */
static void add_conditions(const struct fwd_manifest *manifest, struct fwd_reproduce_args *out)
{
    struct fwd_dependency needed;
    char end[FWD_HOST_TIME_TEXT];
    uint16_t at = 0;
    for (uint8_t i = 0; i < manifest->component_count; i++) {
        const struct fwd_component *c = &manifest->components[i];
        if (c->release > 0)
            fwd_reproduce_add(
                out, "--release=%.*s=%" PRIu32, (int)c->name.size, c->name.bytes, c->release);
    }
    while (manifest->dependencies != NULL &&
           fwd_dependency_next(manifest->dependencies, manifest->dependencies_size, &at, &needed))
        fwd_reproduce_add(out, "--requires=%.*s>=%" PRIu32, (int)needed.name.size,
            needed.name.bytes, needed.release);
    fwd_host_time_text(manifest->not_after, end);
    if (manifest->expires)
        fwd_reproduce_add(out, "--not-after=%s", end);
}

/* Were no old images given? gen may make a full package of two images, too: where a delta would not
 * be smaller. */
static bool only_new(const struct fwd_args *args)
{
    const char *text;
    size_t at = 0;
    bool old = args->operand_count == 3;
    while ((text = fwd_args_next(args, "component", &at)) != NULL)
        old = old || strchr(text, ':') != NULL;
    return !old;
}

/* What gen would say of its own options says nothing to who has not given them. */
static enum fwd_fail check_images(const struct fwd_args *args, bool full, struct fwd_error *err)
{
    if (args->operand_count == 1 && !fwd_args_has(args, "component"))
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "expected PKG OLD NEW, or PKG NEW for a full package: the images that %s was made from",
            args->operands[0]);
    if (full && only_new(args))
        return fwd_option_check_without(args, " isa base elf effort force-delta ",
            "a full package, which needs nothing of an old image", err);
    if (!full && only_new(args))
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "%s: is a delta package; give OLD, too: the image that it starts from",
            args->operands[0]);
    return FWD_FAIL_NONE;
}

enum fwd_fail fwd_reproduce_manifest(const struct fwd_args *args, bool full,
    const struct fwd_manifest *manifest, struct fwd_reproduce_args *out, struct fwd_error *err)
{
    enum fwd_fail fail = check_images(args, full, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    add_counter(manifest, out);
    add_conditions(manifest, out);
    if (full && only_new(args))
        fwd_reproduce_add(out, "--full");
    for (uint8_t i = 0; i < manifest->product_count; i++)
        add_text(out, "product", manifest->products[i]);
    if (manifest->has_hardware)
        fwd_reproduce_add(
            out, "--hardware=%" PRIu32 "-%" PRIu32, manifest->hardware_min, manifest->hardware_max);
    add_text(out, "label", manifest->label);
    if (manifest->has_timestamp)
        fwd_reproduce_add(out, "--timestamp");
    if (manifest->component_count == 1 && !fwd_args_has(args, "component")) {
        add_only(args, &manifest->components[0], out);
        return fail;
    }
    for (uint8_t i = 0; i < manifest->component_count && fail == FWD_FAIL_NONE; i++)
        fail = add_component(args, &manifest->components[i], out, err);
    return fail;
}

/* ---- what it does not ------------------------------------------------------------------------ */

static bool is_passed(const char *name)
{
    char word[48];
    (void)snprintf(word, sizeof word, " %s ", name);
    return strstr(FWD_REPRODUCE_PASSED, word) != NULL;
}

static enum fwd_fail add_recorded(const struct fwd_args *args, const char *path,
    const json_t *record, struct fwd_reproduce_args *out, struct fwd_error *err)
{
    json_t *list = NULL;
    const char *command = "";
    size_t i;
    const json_t *option;
    if (json_unpack((json_t *)(uintptr_t)record, "{s:{s:{s:{s:o}}}}", "predicate",
            "buildDefinition", "externalParameters", "options", &list) != 0 ||
        !json_is_array(list))
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: is not a provenance that 'fwdelta gen --provenance' wrote: "
            "predicate.buildDefinition.externalParameters.options is missing",
            path);
    (void)json_unpack((json_t *)(uintptr_t)record, "{s:{s:{s:{s:s}}}}", "predicate",
        "buildDefinition", "externalParameters", "command", &command);
    if (strcmp(command, "gen") != 0)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: says that '%s' made the package; only what gen made can be made again", path,
            command);
    json_array_foreach (list, i, option) {
        const char *name = json_string_value(json_object_get(option, "name"));
        const char *value = json_string_value(json_object_get(option, "value"));
        if (name == NULL || !is_passed(name) || fwd_args_has(args, name))
            continue;
        if (value != NULL)
            fwd_reproduce_add(out, "--%s=%s", name, value);
        else
            fwd_reproduce_add(out, "--%s", name);
    }
    return FWD_FAIL_NONE;
}

static enum fwd_fail add_provenance(
    const struct fwd_args *args, struct fwd_reproduce_args *out, struct fwd_error *err)
{
    const char *path = fwd_args_text(args, "provenance");
    struct fwd_bytes bytes = {NULL, 0};
    json_error_t where;
    if (path == NULL)
        return FWD_FAIL_NONE;
    enum fwd_fail fail = fwd_file_read(path, PROVENANCE_MAX, &bytes, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    json_t *record =
        json_loadb((const char *)bytes.data, bytes.size, JSON_REJECT_DUPLICATES, &where);
    if (record == NULL)
        fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: line %d: JSON is expected, but: %s; give the file that 'fwdelta gen --provenance' "
            "wrote",
            path, where.line, where.text);
    else
        fail = add_recorded(args, path, record, out, err);
    json_decref(record);
    fwd_bytes_free(&bytes);
    return fail;
}

enum fwd_fail fwd_reproduce_options(
    const struct fwd_args *args, struct fwd_reproduce_args *out, struct fwd_error *err)
{
    for (size_t i = 0; i < args->given_count; i++) {
        const struct fwd_given *given = &args->given[i];
        if (!is_passed(given->name))
            continue;
        if (given->value != NULL)
            fwd_reproduce_add(out, "--%s=%s", given->name, given->value);
        else
            fwd_reproduce_add(out, "--%s", given->name);
    }
    return add_provenance(args, out, err);
}

void fwd_reproduce_free(struct fwd_reproduce_args *out)
{
    for (size_t i = 0; i < out->count; i++)
        free(out->words[i]);
    *out = (struct fwd_reproduce_args){.count = 0};
}
