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
    {EINTR, "interrupted"},
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
    {EBADF, "it is not open"},
    {EBUSY, "it is in use"},
    {EADDRINUSE, "another program has it"},
    {EADDRNOTAVAIL, "this machine has no such address"},
};

/* A name may hold any byte, and a sentence is one line that leaves the terminal alone. */
static void escape(const char *from, char *to, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    size_t at = 0;
    for (; *from != 0; from++) {
        unsigned char c = (unsigned char)*from;
        char text[5] = {*from};
        if (c == '\n' || c == '\t' || c == '\r')
            memcpy(text, c == '\n' ? "\\n" : c == '\t' ? "\\t" : "\\r", 3);
        else if (c < 0x20 || c == 0x7f)
            memcpy(text, (const char[]){'\\', 'x', digits[c >> 4], digits[c & 15], 0}, 5);
        size_t length = strlen(text);
        if (at + length >= size)
            break;
        memcpy(to + at, text, length);
        at += length;
    }
    to[at] = 0;
}

__attribute__((format(printf, 2, 0))) static void set(
    struct fwd_error *err, const char *format, va_list arguments)
{
    char text[sizeof err->text];
    if (err == NULL)
        return;
    (void)vsnprintf(text, sizeof text, format, arguments);
    escape(text, err->text, sizeof err->text);
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
