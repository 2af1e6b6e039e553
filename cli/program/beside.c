#include "cli/program/beside.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool is_there(const char *folder, const char *name, char path[PATH_MAX])
{
    int length = snprintf(path, PATH_MAX, "%s/%s", folder, name);

    return length > 0 && length < PATH_MAX && access(path, X_OK) == 0;
}

static enum fwd_fail find(const char *name, char path[PATH_MAX], struct fwd_error *err)
{
    char folder[PATH_MAX], other[PATH_MAX];
    ssize_t size = readlink("/proc/self/exe", folder, sizeof folder - 32);

    folder[size > 0 ? size : 0] = '\0';
    char *slash = strrchr(folder, '/');
    if (slash != NULL)
        *slash = '\0';
    if (is_there(folder, name, path))
        return FWD_FAIL_NONE;
    (void)snprintf(other, sizeof other, "%.*s/../libexec/fwdelta", PATH_MAX - 32, folder);
    if (is_there(other, name, path))
        return FWD_FAIL_NONE;
    return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
        "the program %s is neither in %s nor in ../libexec/fwdelta of it; install the package of "
        "that name",
        name, folder);
}

enum fwd_fail fwd_beside_run(const char *name, char **argv, struct fwd_error *err)
{
    char path[PATH_MAX];
    enum fwd_fail fail = find(name, path, err);

    if (fail != FWD_FAIL_NONE)
        return fail;
    argv[0] = path;
    (void)execv(path, argv);
    return fwd_error_fail(
        err, FWD_FAIL_ENVIRONMENT, "%s cannot be run: %s", path, fwd_error_cause(errno));
}
