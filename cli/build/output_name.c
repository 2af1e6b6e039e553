#include "cli/build/output_name.h"

#include "cli/common/utf8.h"

#include <stdio.h>
#include <string.h>

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.';
}

/* Letters of any script, digits and '.' stay; each run of others becomes one '-', and none stands
 * at the beginning: such a name would be hidden, or an option to the next command. The underscore
 * separates source and destination. */
static void clean(const char *text, char *out, size_t room)
{
    size_t at = 0;
    while (*text != 0 && at + 5 < room) {
        size_t letter = fwd_utf8_size(text);
        if (letter > 1 || (is_plain(*text) && (at > 0 || *text != '.'))) {
            memcpy(out + at, text, letter);
            at += letter;
        } else if (at > 0 && out[at - 1] != '-' && text[1] != 0) {
            out[at++] = '-';
        }
        text += letter > 0 ? letter : 1;
    }
    out[at] = 0;
}

static void version_or_file(const char *version, const char *path, char *out, size_t room)
{
    out[0] = 0;
    if (version[0] != 0)
        clean(version, out, room);
    if (version[0] != 0 || path == NULL)
        return;
    clean(base_name(path), out, room);
    char *dot = strrchr(out, '.');
    if (dot != NULL && dot != out)
        *dot = 0;
}

/* Is the destination in a name SRC_DST.upd this version? */
static bool names_version(const char *path, const char *version)
{
    char wanted[FWD_VERSION_MAX + 1];
    const char *name = base_name(path);
    const char *dot = strrchr(name, '.');
    const char *underscore = strrchr(name, '_');
    if (dot == NULL || strcmp(dot, ".upd") != 0 || underscore == NULL || underscore > dot)
        return true; /* not of that form */
    size_t length = (size_t)(dot - name);
    clean(version, wanted, sizeof wanted);
    size_t tail = strlen(version);
    /* a version may have underscores itself */
    if (length > tail && name[length - tail - 1] == '_' &&
        strncmp(name + length - tail, version, tail) == 0)
        return true;
    return strlen(wanted) == (size_t)(dot - underscore - 1) &&
           strncmp(underscore + 1, wanted, strlen(wanted)) == 0;
}

enum fwd_fail fwd_output_name(
    const struct fwd_args *args, struct fwd_build_spec *spec, struct fwd_error *err)
{
    char from[128];
    char to[128];
    struct fwd_error warning;
    const char *output = fwd_args_text(args, "output");
    const struct fwd_build_part *first = &spec->parts[0];
    if (output == NULL) {
        version_or_file(first->from, first->old_path, from, sizeof from);
        version_or_file(first->to, first->new_path, to, sizeof to);
        const char *between = from[0] != 0 ? "_" : ""; /* a full package has no source */
        snprintf(spec->output, sizeof spec->output, "%s%s%s.upd", from, between,
            to[0] != 0 ? to : "package");
        return FWD_FAIL_NONE;
    }
    if (strlen(output) >= sizeof spec->output)
        return fwd_error_fail(err, FWD_FAIL_USAGE, "--output: the name is too long");
    memcpy(spec->output, output, strlen(output) + 1);
    if (first->to[0] != 0 && !names_version(output, first->to)) {
        fwd_error_set(&warning,
            "%s: a name of the form SRC_DST.upd should end with the version of the new image, "
            "which is %s",
            output, first->to);
        fprintf(stderr, "fwdelta %s: warning: %s\n", args->command->name, warning.text);
    }
    return FWD_FAIL_NONE;
}
