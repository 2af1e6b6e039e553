#include "cli/common/delta_option.h"

#include <stdio.h>
#include <string.h>

#define ADDRESS_ROOM 32u
#define NAMES_ROOM   160u

const char *fwd_delta_isa_name(uint8_t isa)
{
    const struct fwd_isa_host *host = fwd_isa_host_find(isa);

    return host != NULL ? host->name : "unknown";
}

static enum fwd_fail read_effort(
    const struct fwd_args *args, enum fwd_effort *effort, struct fwd_error *err)
{
    const char *text = fwd_args_text(args, "effort");

    *effort = FWD_EFFORT_DEFAULT;
    if (text == NULL || strcmp(text, "default") == 0)
        return FWD_FAIL_NONE;
    if (strcmp(text, "fast") == 0)
        *effort = FWD_EFFORT_FAST;
    else if (strcmp(text, "best") == 0)
        *effort = FWD_EFFORT_BEST;
    else
        return fwd_error_fail(
            err, FWD_FAIL_USAGE, "--effort: expected fast, default or best, found '%s'", text);
    return FWD_FAIL_NONE;
}

/* "none, thumb, ... or last". */
static void list_names(char names[NAMES_ROOM])
{
    const struct fwd_isa_host *host;
    size_t size = 0;

    for (unsigned i = 0; (host = fwd_isa_host_at(i)) != NULL; i++) {
        const char *between = i == 0 ? "" : fwd_isa_host_at(i + 1) != NULL ? ", " : " or ";
        int more = snprintf(names + size, NAMES_ROOM - size, "%s%s", between, host->name);
        if (more < 0 || (size_t)more >= NAMES_ROOM - size)
            return;
        size += (size_t)more;
    }
}

static enum fwd_fail read_isa(
    const struct fwd_args *args, struct fwd_hints *hints, struct fwd_error *err)
{
    const char *text = fwd_args_text(args, "isa");
    char names[NAMES_ROOM] = "";

    if (text == NULL)
        return FWD_FAIL_NONE;
    const struct fwd_isa_host *host = fwd_isa_host_by_name(text);
    if (host == NULL) {
        list_names(names);
        return fwd_error_fail(err, FWD_FAIL_USAGE, "--isa: expected %s, found '%s'", names, text);
    }
    hints->has_isa = true;
    hints->isa = host->isa->id;
    return FWD_FAIL_NONE;
}

/* ADDR or ADDR,ADDR; addresses are even. */
static bool parse_bases(const char *text, struct fwd_hints *hints)
{
    const char *comma = strchr(text, ',');
    char first[ADDRESS_ROOM];
    size_t size = comma != NULL ? (size_t)(comma - text) : strlen(text);

    if (size >= sizeof first)
        return false;
    memcpy(first, text, size);
    first[size] = 0;
    hints->has_base = true;
    return fwd_args_number(first, 0, UINT64_MAX - 1, &hints->source_base) &&
           fwd_args_number(
               comma != NULL ? comma + 1 : first, 0, UINT64_MAX - 1, &hints->target_base) &&
           ((hints->source_base | hints->target_base) & 1) == 0;
}

static enum fwd_fail read_bases(
    const struct fwd_args *args, struct fwd_hints *hints, struct fwd_error *err)
{
    const char *text = fwd_args_text(args, "base");

    if (text == NULL || parse_bases(text, hints))
        return FWD_FAIL_NONE;
    return fwd_error_fail(err, FWD_FAIL_USAGE,
        "--base: expected an even address, or two with a comma between them (0x8000000 or "
        "0x8004000,0x8008000), found '%s'",
        text);
}

enum fwd_fail fwd_delta_options_read(const struct fwd_args *args, enum fwd_effort *effort,
    struct fwd_hints *hints, struct fwd_error *err)
{
    *hints = (struct fwd_hints){0};
    enum fwd_fail fail = read_effort(args, effort, err);
    if (fail == FWD_FAIL_NONE)
        fail = read_isa(args, hints, err);
    return fail == FWD_FAIL_NONE ? read_bases(args, hints, err) : fail;
}
