#include "cli/common/option_check.h"

#include <stdio.h>
#include <string.h>

static bool listed(const char *list, const char *name)
{
    char word[40];
    (void)snprintf(word, sizeof word, " %s ", name);
    return strstr(list, word) != NULL;
}

/* The first option on the command line that is in a list; NULL: none. */
static const char *given_of(const struct fwd_args *args, const char *list)
{
    for (size_t i = 0; i < args->given_count; i++) {
        if (listed(list, args->given[i].name))
            return args->given[i].name;
    }
    return NULL;
}

/* " source target " as "--source or --target". */
static void phrase(const char *list, char *text, size_t size)
{
    size_t used = 0;
    text[0] = 0;
    for (const char *at = list + 1; *at != 0 && used < size;) {
        size_t length = strcspn(at, " ");
        int more =
            snprintf(text + used, size - used, "%s--%.*s", used > 0 ? " or " : "", (int)length, at);
        used += more > 0 ? (size_t)more : size;
        at += length + (at[length] == ' ' ? 1 : 0);
    }
}

enum fwd_fail fwd_option_check_needs(
    const struct fwd_args *args, const char *options, const char *needs, struct fwd_error *err)
{
    char text[120];
    const char *name = given_of(args, options);
    if (name == NULL || given_of(args, needs) != NULL)
        return FWD_FAIL_NONE;
    phrase(needs, text, sizeof text);
    return fwd_error_fail(
        err, FWD_FAIL_USAGE, "--%s has no effect without %s; leave it out", name, text);
}

enum fwd_fail fwd_option_check_without(
    const struct fwd_args *args, const char *options, const char *other, struct fwd_error *err)
{
    const char *name = given_of(args, options);
    return name == NULL ? FWD_FAIL_NONE
                        : fwd_error_fail(err, FWD_FAIL_USAGE,
                              "--%s has no effect with %s; leave it out", name, other);
}
