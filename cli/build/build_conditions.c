#include "cli/build/build_conditions.h"

#include "format/text.h"
#include "hostio/host_time.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- --requires ------------------------------------------------------------------------------ */

static enum fwd_fail read_requirement(
    const char *text, struct fwd_dependency *out, struct fwd_error *err)
{
    const char *sign = strstr(text, ">=");
    size_t length = sign != NULL ? (size_t)(sign - text) : 0;
    uint64_t release = 0;

    out->name = (struct fwd_text){text, (uint8_t)(length <= FWD_NAME_MAX ? length : 0)};
    if (!fwd_text_is_name(out->name) || !fwd_args_number(sign + 2, 1, UINT32_MAX, &release))
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "--requires: expected NAME>=N, a component and its lowest release number from 1 to "
            "4294967295, found '%.100s'; the shell wants it in quotes",
            text);
    out->release = (uint32_t)release;
    return FWD_FAIL_NONE;
}

static enum fwd_fail read_requirements(
    const struct fwd_args *args, struct fwd_build_spec *spec, struct fwd_error *err)
{
    const char *text;
    size_t at = 0;

    if (fwd_args_count(args, "requires") > FWD_BUILD_DEPENDENCIES_MAX)
        return fwd_error_fail(
            err, FWD_FAIL_USAGE, "--requires: give at most %u", FWD_BUILD_DEPENDENCIES_MAX);
    while ((text = fwd_args_next(args, "requires", &at)) != NULL) {
        struct fwd_dependency *d = &spec->dependencies[spec->dependency_count];
        enum fwd_fail fail = read_requirement(text, d, err);
        if (fail != FWD_FAIL_NONE)
            return fail;
        for (size_t i = 0; i < spec->dependency_count; i++)
            if (fwd_text_equal(spec->dependencies[i].name, d->name))
                return fwd_error_fail(err, FWD_FAIL_USAGE,
                    "--requires: component %.*s is given twice; give it once, with the higher "
                    "number",
                    (int)d->name.size, d->name.bytes);
        spec->dependency_count++;
    }
    return FWD_FAIL_NONE;
}

/* ---- --not-after ----------------------------------------------------------------------------- */

static enum fwd_fail read_end(
    const struct fwd_args *args, struct fwd_build_spec *spec, struct fwd_error *err)
{
    const char *text = fwd_args_text(args, "not-after");
    char when[FWD_HOST_TIME_TEXT];

    spec->expires = text != NULL;
    if (text == NULL)
        return FWD_FAIL_NONE;
    if (!fwd_host_time_parse(text, FWD_HOST_TIME_LAST, &spec->not_after))
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "--not-after: expected " FWD_HOST_TIME_EXPECTED ", found '%.100s'", text);
    fwd_host_time_text(spec->not_after, when);
    if (fwd_host_time_now() > spec->not_after)
        fprintf(stderr,
            "fwdelta %s: note: --not-after: %s has passed; devices that know the time refuse the "
            "package\n",
            args->command->name, when);
    return FWD_FAIL_NONE;
}

enum fwd_fail fwd_build_conditions_read(
    const struct fwd_args *args, struct fwd_build_spec *spec, struct fwd_error *err)
{
    enum fwd_fail fail = read_requirements(args, spec, err);

    return fail == FWD_FAIL_NONE ? read_end(args, spec, err) : fail;
}

/* ---- --release ------------------------------------------------------------------------------- */

static struct fwd_build_part *find_part(struct fwd_build_spec *spec, struct fwd_text name)
{
    for (size_t i = 0; i < spec->part_count; i++) {
        if (fwd_text_equal(fwd_text_of(spec->parts[i].name), name))
            return &spec->parts[i];
    }
    return NULL;
}

static enum fwd_fail bad_release(const char *text, struct fwd_error *err)
{
    return fwd_error_fail(err, FWD_FAIL_USAGE,
        "--release: expected a number from 1 to 4294967295, or NAME=N for a component of the "
        "package, found '%.100s'",
        text);
}

static enum fwd_fail set_release(const struct fwd_args *args, struct fwd_build_spec *spec,
    const char *text, struct fwd_error *err)
{
    struct fwd_text name;
    const char *number;
    bool named = fwd_args_named(text, &name, &number);
    uint64_t release = 0;

    if (!fwd_args_number(named ? number : text, 1, UINT32_MAX, &release))
        return bad_release(text, err);
    if (fwd_args_named_before(args, "release", text))
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "--release: a number for %.*s is given twice; give each component one",
            named ? (int)name.size : 14, named ? name.bytes : "all components");
    if (!named) {
        for (size_t i = 0; i < spec->part_count; i++)
            spec->parts[i].release = (uint32_t)release;
        return FWD_FAIL_NONE;
    }
    struct fwd_build_part *part = find_part(spec, name);
    if (part == NULL)
        return bad_release(text, err);
    part->release = (uint32_t)release;
    return FWD_FAIL_NONE;
}

/* The number of all components first: those of some count in any order. */
static enum fwd_fail set_releases(
    const struct fwd_args *args, struct fwd_build_spec *spec, struct fwd_error *err)
{
    for (int named = 0; named <= 1; named++) {
        const char *text;
        size_t at = 0;
        while ((text = fwd_args_next(args, "release", &at)) != NULL) {
            if ((strchr(text, '=') != NULL) != (named == 1))
                continue;
            enum fwd_fail fail = set_release(args, spec, text, err);
            if (fail != FWD_FAIL_NONE)
                return fail;
        }
    }
    return FWD_FAIL_NONE;
}

/* ---- what can never be met ------------------------------------------------------------------- */

static uint32_t release_of(const struct fwd_build_spec *spec, const struct fwd_build_part *part)
{
    if (part->release > 0)
        return part->release;
    return spec->has_counter ? spec->counter : part->has_counter ? part->counter : 0;
}

static bool has_place(const struct fwd_device_description *device, struct fwd_text name)
{
    for (uint8_t i = 0; i < device->place_count; i++) {
        if (fwd_text_equal(fwd_text_of(device->place_names[i]), name))
            return true;
    }
    return false;
}

static enum fwd_fail check_requirement(
    struct fwd_build_spec *spec, const struct fwd_dependency *needed, struct fwd_error *err)
{
    const struct fwd_build_part *part = find_part(spec, needed->name);

    if (part != NULL && release_of(spec, part) < needed->release)
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "--requires %.*s>=%" PRIu32 ": the package itself brings %s of release number %" PRIu32
            " (--release), so no device would install it",
            (int)needed->name.size, needed->name.bytes, needed->release, part->name,
            release_of(spec, part));
    for (size_t i = 0; part == NULL && i < spec->device_count; i++) {
        if (!has_place(spec->devices[i], needed->name))
            return fwd_error_fail(err, FWD_FAIL_REFUSED,
                "--requires %.*s>=%" PRIu32 ": device %s has no component of that name, so it "
                "would never install the package",
                (int)needed->name.size, needed->name.bytes, needed->release,
                spec->devices[i]->name);
    }
    return FWD_FAIL_NONE;
}

enum fwd_fail fwd_build_conditions_check(
    const struct fwd_args *args, struct fwd_build_spec *spec, struct fwd_error *err)
{
    enum fwd_fail fail = set_releases(args, spec, err);

    for (size_t i = 0; fail == FWD_FAIL_NONE && i < spec->dependency_count; i++)
        fail = check_requirement(spec, &spec->dependencies[i], err);
    return fail;
}
