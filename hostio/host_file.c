#include "hostio/host_file.h"

#include "hostio/host_signal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIPE_CHUNK 65536u

void fwd_bytes_free(struct fwd_bytes *bytes)
{
    if (bytes == NULL)
        return;
    free(bytes->data);
    bytes->data = NULL;
    bytes->size = 0;
}

void fwd_bytes_wipe(struct fwd_bytes *bytes)
{
    if (bytes == NULL)
        return;
    /* volatile: the compiler must not drop stores to memory that is freed next */
    volatile uint8_t *data = bytes->data;
    for (size_t i = 0; i < bytes->size; i++)
        data[i] = 0;
    fwd_bytes_free(bytes);
}

size_t fwd_bytes_mark(const struct fwd_bytes *bytes)
{
    static const uint8_t mark[] = {0xEF, 0xBB, 0xBF};
    return bytes->size >= sizeof mark && memcmp(bytes->data, mark, sizeof mark) == 0 ? sizeof mark
                                                                                     : 0;
}

static enum fwd_fail fail_number(const char *path, int number, struct fwd_error *err)
{
    return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s: cannot be read: %s%s", path,
        fwd_error_cause(number), number == ENOENT ? "; check the path" : "");
}

/* What is read: where from, how much at most, and what sentences call it. */
struct input {
    const char *what; /* "a package"; NULL: not known */
    const char *path;
    uint64_t max;
    struct stat info; /* when it was opened */
};

/* A build that still writes the file would yield one that never was. */
static enum fwd_fail check_unchanged(
    const struct input *in, int fd, size_t size, struct fwd_error *err)
{
    const struct stat *was = &in->info;
    struct stat is;
    if (!S_ISREG(was->st_mode))
        return FWD_FAIL_NONE;
    if (fstat(fd, &is) != 0)
        return fail_number(in->path, errno, err);
    if (is.st_size == was->st_size && (uint64_t)is.st_size == size &&
        is.st_mtim.tv_sec == was->st_mtim.tv_sec && is.st_mtim.tv_nsec == was->st_mtim.tv_nsec)
        return FWD_FAIL_NONE;
    return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
        "%s: changed while it was read; wait until whatever writes it is done, and try again",
        in->path);
}

/* size: 0 when the input is a pipe, of which nobody knows it. */
static enum fwd_fail fail_size(const struct input *in, uint64_t size, struct fwd_error *err)
{
    const char *what = in->what != NULL ? in->what : "this file";
    if (size == 0)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s has more than %" PRIu64 " bytes, which is the limit for %s", in->path, in->max,
            what);
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "%s has %" PRIu64 " bytes; the limit for %s is %" PRIu64 " bytes", in->path, size, what,
        in->max);
}

/* Room for `room` bytes and the final zero byte. */
static bool grow(struct fwd_bytes *out, size_t room)
{
    uint8_t *data = room == SIZE_MAX ? NULL : realloc(out->data, room + 1);
    if (data == NULL)
        return false;
    out->data = data;
    return true;
}

/* A file may grow, shrink or be a pipe: the size seen first is only where to begin. */
static enum fwd_fail read_all(
    int fd, const struct input *in, uint64_t expected, struct fwd_bytes *out, struct fwd_error *err)
{
    size_t room = (size_t)expected;
    if (!grow(out, room))
        return fwd_error_memory(err, in->path);
    for (;;) {
        /* one byte beyond: the end of the file is seen without growing */
        ssize_t got = read(fd, out->data + out->size, room - out->size + 1);
        if (got < 0 && errno == EINTR && !fwd_signal_seen())
            continue;
        if (got < 0)
            return fail_number(in->path, errno, err);
        if (got == 0)
            break;
        out->size += (size_t)got;
        if (out->size > in->max)
            return fail_size(in, 0, err);
        if (out->size > room) {
            room = out->size + room / 2 + PIPE_CHUNK;
            if (room < out->size || !grow(out, room))
                return fwd_error_memory(err, in->path);
        }
    }
    out->data[out->size] = 0;
    return FWD_FAIL_NONE;
}

/* Opens a file or pipe; a pipe without a writer reads as empty instead of waiting for one. */
static enum fwd_fail open_input(struct input *in, int *fd, uint64_t *size, struct fwd_error *err)
{
    const char *path = in->path;
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (*fd < 0 || fstat(*fd, &in->info) != 0)
        return fail_number(path, errno, err);
    mode_t mode = in->info.st_mode;
    *size = 0;
    if (S_ISDIR(mode))
        return fwd_error_fail(
            err, FWD_FAIL_ENVIRONMENT, "%s: is a folder; give the name of a file", path);
    if (S_ISCHR(mode) || S_ISBLK(mode))
        return fwd_error_fail(
            err, FWD_FAIL_ENVIRONMENT, "%s: is a device; give the name of a file", path);
    if (S_ISREG(mode))
        *size = (uint64_t)in->info.st_size;
    if (*size > in->max)
        return fail_size(in, *size, err);
    int flags = fcntl(*fd, F_GETFL);
    if (flags < 0 || fcntl(*fd, F_SETFL, flags & ~O_NONBLOCK) < 0)
        return fail_number(path, errno, err);
    return FWD_FAIL_NONE;
}

static enum fwd_fail read_input(struct input in, struct fwd_bytes *out, struct fwd_error *err)
{
    int fd = -1;
    uint64_t size = 0;
    *out = (struct fwd_bytes){NULL, 0};
    if (in.max >= SIZE_MAX / 2)
        in.max = SIZE_MAX / 2;
    enum fwd_fail fail = open_input(&in, &fd, &size, err);
    if (fail == FWD_FAIL_NONE)
        fail = read_all(fd, &in, size, out, err);
    if (fail == FWD_FAIL_NONE)
        fail = check_unchanged(&in, fd, out->size, err);
    if (fail != FWD_FAIL_NONE)
        fwd_bytes_free(out);
    if (fd >= 0)
        (void)close(fd);
    return fail;
}

enum fwd_fail fwd_file_read_or_empty(
    const char *path, uint64_t max, struct fwd_bytes *out, struct fwd_error *err)
{
    return read_input((struct input){.path = path, .max = max}, out, err);
}

enum fwd_fail fwd_file_read_as(
    const char *what, const char *path, uint64_t max, struct fwd_bytes *out, struct fwd_error *err)
{
    enum fwd_fail fail =
        read_input((struct input){.what = what, .path = path, .max = max}, out, err);
    if (fail != FWD_FAIL_NONE || out->size > 0)
        return fail;
    fwd_bytes_free(out);
    return fwd_error_fail(err, FWD_FAIL_REFUSED, "%s is empty; expected %s", path,
        what != NULL ? what : "a file with content");
}

enum fwd_fail fwd_file_read(
    const char *path, uint64_t max, struct fwd_bytes *out, struct fwd_error *err)
{
    return fwd_file_read_as(NULL, path, max, out, err);
}
