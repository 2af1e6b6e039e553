#include "cli/build/build_part.h"

#include "cli/common/print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int role_by_name(const char *name)
{
    for (uint8_t i = 0; i < FWD_ROLE_COUNT; i++) {
        if (strcmp(fwd_description_role_name(i), name) == 0)
            return i;
    }
    return -1;
}

static enum fwd_fail set_role(
    struct fwd_build_part *part, const char *option, const char *name, struct fwd_error *err)
{
    part->role = role_by_name(name);
    if (part->role >= 0)
        return FWD_FAIL_NONE;
    return fwd_error_fail(err, FWD_FAIL_USAGE,
        "%s: expected firmware, carrier-profile, boot, rot or data, found '%s'", option, name);
}

static enum fwd_fail set_codec(struct fwd_build_part *part, const char *name, struct fwd_error *err)
{
    if (fwd_decoder_codec_parse(name, &part->codec))
        return FWD_FAIL_NONE;
    return fwd_error_fail(err, FWD_FAIL_USAGE,
        "--component: codec: expected fwd, lite, bsdiff-xz, xz or stored, found '%s'", name);
}

static enum fwd_fail set_text(
    char *out, size_t room, const char *what, const char *text, struct fwd_error *err)
{
    if (strlen(text) < room) {
        memcpy(out, text, strlen(text) + 1);
        return FWD_FAIL_NONE;
    }
    return fwd_error_fail(err, FWD_FAIL_USAGE, "%s '%.100s' is too long: at most %zu characters",
        what, text, room - 1);
}

/* A role that was not given: that of the name, else that of the first device that has such a
 * component, else firmware. */
static void guess_role(const struct fwd_build_spec *spec, struct fwd_build_part *part)
{
    part->role = role_by_name(part->name);
    for (size_t i = 0; i < spec->device_count && part->role < 0; i++) {
        const struct fwd_device_description *device = spec->devices[i];
        for (uint8_t j = 0; j < device->place_count; j++) {
            if (strcmp(device->places[j].name, part->name) == 0)
                part->role = device->places[j].role;
        }
    }
    if (part->role < 0)
        part->role = FWD_ROLE_FIRMWARE;
}

static struct fwd_build_part *add_part(struct fwd_build_spec *spec, struct fwd_error *err)
{
    if (spec->part_count == FWD_COMPONENTS_MAX) {
        fwd_error_set(err, "a package holds at most %u components", FWD_COMPONENTS_MAX);
        return NULL;
    }
    struct fwd_build_part *part = &spec->parts[spec->part_count++];
    *part = (struct fwd_build_part){.role = -1, .codec = FWD_BUILD_AUTO};
    return part;
}

struct fwd_build_part *fwd_build_part_main(const struct fwd_args *args, struct fwd_build_spec *spec,
    const char *old_path, const char *new_path, struct fwd_error *err)
{
    const char *name = fwd_args_text(args, "name");
    const char *from = fwd_args_text(args, "from-version");
    const char *to = fwd_args_text(args, "to-version");
    const char *role = fwd_args_text(args, "role");
    struct fwd_build_part *part = add_part(spec, err);
    if (part == NULL)
        return NULL;
    part->old_path = old_path;
    part->new_path = new_path;
    enum fwd_fail fail =
        set_text(part->name, sizeof part->name, "--name", name != NULL ? name : "firmware", err);
    if (fail == FWD_FAIL_NONE && from != NULL)
        fail = set_text(part->from, sizeof part->from, "--from-version", from, err);
    if (fail == FWD_FAIL_NONE && to != NULL)
        fail = set_text(part->to, sizeof part->to, "--to-version", to, err);
    if (fail == FWD_FAIL_NONE && role != NULL)
        fail = set_role(part, "--role", role, err);
    if (fail != FWD_FAIL_NONE)
        return NULL;
    if (part->role < 0)
        guess_role(spec, part);
    return part;
}

/* One of ",key=value"; ends are replaced by zeros. */
static enum fwd_fail set_property(
    struct fwd_build_part *part, const char *key, const char *value, struct fwd_error *err)
{
    if (value[0] == 0)
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "--component: %.60s= has an empty value; is a variable of the script not set?", key);
    if (strcmp(key, "role") == 0)
        return set_role(part, "--component: role", value, err);
    if (strcmp(key, "codec") == 0)
        return set_codec(part, value, err);
    if (strcmp(key, "from") == 0)
        return set_text(part->from, sizeof part->from, "--component: from", value, err);
    if (strcmp(key, "to") == 0)
        return set_text(part->to, sizeof part->to, "--component: to", value, err);
    return fwd_error_fail(err, FWD_FAIL_USAGE,
        "--component: expected role=, from=, to= or codec=, found '%.60s='", key);
}

static enum fwd_fail bad_component(const char *text, struct fwd_error *err)
{
    return fwd_error_fail(err, FWD_FAIL_USAGE,
        "--component: expected NAME[,role=R][,from=V][,to=V][,codec=C]=OLD:NEW, found '%.200s'",
        text);
}

/* Takes `at` apart: NAME{,key=value}=OLD:NEW. */
static enum fwd_fail take_apart(
    struct fwd_build_part *part, const char *text, char *at, struct fwd_error *err)
{
    char *end = at + strcspn(at, ",=");
    char separator = *end;
    *end = 0;
    enum fwd_fail fail = set_text(part->name, sizeof part->name, "--component: name", at, err);
    while (fail == FWD_FAIL_NONE && separator == ',') {
        char *key = end + 1;
        char *value = key + strcspn(key, "=");
        if (*value == 0)
            return bad_component(text, err);
        *value++ = 0;
        end = value + strcspn(value, ",=");
        separator = *end;
        *end = 0;
        fail = set_property(part, key, value, err);
    }
    if (fail != FWD_FAIL_NONE)
        return fail;
    char *colon = separator == '=' ? strchr(end + 1, ':') : NULL;
    if (colon == NULL || colon[1] == 0)
        return bad_component(text, err);
    *colon = 0;
    part->old_path = end[1] != 0 ? end + 1 : NULL;
    part->new_path = colon + 1;
    return FWD_FAIL_NONE;
}

enum fwd_fail fwd_build_part_add(
    struct fwd_build_spec *spec, const char *text, struct fwd_error *err)
{
    struct fwd_build_part *part = add_part(spec, err);
    if (part == NULL)
        return FWD_FAIL_USAGE;
    part->paths = strdup(text);
    if (part->paths == NULL)
        return fwd_error_memory(err, "--component");
    enum fwd_fail fail = take_apart(part, text, part->paths, err);
    if (fail == FWD_FAIL_NONE && part->role < 0)
        guess_role(spec, part);
    return fail;
}
