#include "hostio/host_error.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static const struct {
    int number;
    const char *cause;
} causes[] = {
    {ENOENT, "there is no such file or folder"},
    {EACCES, "permission denied"},
    {EPERM, "the system does not permit it"},
    {EEXIST, "it exists already"},
    {EISDIR, "it is a folder"},
    {ENOTDIR, "a part of the path is not a folder"},
    {ENOSPC, "the disk is full"},
    {EDQUOT, "the disk quota is used up"},
    {EFBIG, "the file would be larger than this system allows"},
    {EROFS, "the file system is read-only"},
    {EIO, "the disk reported an error"},
    {ENAMETOOLONG, "the name is too long"},
    {ELOOP, "the symbolic links form a loop"},
    {EMFILE, "too many files are open"},
    {ENFILE, "too many files are open on this system"},
    {ENOMEM, "not enough memory"},
};

__attribute__((format(printf, 2, 0))) static void set(
    struct fwd_error *err, const char *format, va_list arguments)
{
    if (err != NULL)
        (void)vsnprintf(err->text, sizeof err->text, format, arguments);
}

void fwd_error_set(struct fwd_error *err, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    set(err, format, arguments);
    va_end(arguments);
}

enum fwd_fail fwd_error_fail(struct fwd_error *err, enum fwd_fail fail, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    set(err, format, arguments);
    va_end(arguments);
    return fail;
}

enum fwd_fail fwd_error_memory(struct fwd_error *err, const char *what)
{
    return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s: not enough memory", what);
}

const char *fwd_error_cause(int number)
{
    for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++) {
        if (causes[i].number == number)
            return causes[i].cause;
    }
    return strerror(number);
}
