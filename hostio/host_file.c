#include "hostio/host_file.h"

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

static enum fwd_fail fail_number(const char *path, int number, struct fwd_error *err)
{
    return fwd_error_fail(
        err, FWD_FAIL_ENVIRONMENT, "%s: cannot be read: %s", path, fwd_error_cause(number));
}

static enum fwd_fail fail_size(const char *path, uint64_t max, struct fwd_error *err)
{
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "%s: is larger than the %" PRIu64 " bytes that are allowed here", path, max);
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
static enum fwd_fail read_all(int fd, const char *path, uint64_t expected, uint64_t max,
    struct fwd_bytes *out, struct fwd_error *err)
{
    size_t room = (size_t)expected;
    if (!grow(out, room))
        return fwd_error_memory(err, path);
    for (;;) {
        /* one byte beyond: the end of the file is seen without growing */
        ssize_t got = read(fd, out->data + out->size, room - out->size + 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail_number(path, errno, err);
        if (got == 0)
            break;
        out->size += (size_t)got;
        if (out->size > max)
            return fail_size(path, max, err);
        if (out->size > room) {
            room = out->size + room / 2 + PIPE_CHUNK;
            if (room < out->size || !grow(out, room))
                return fwd_error_memory(err, path);
        }
    }
    out->data[out->size] = 0;
    return FWD_FAIL_NONE;
}

/* Opens a file or pipe; a pipe without a writer reads as empty instead of waiting for one. */
static enum fwd_fail open_input(
    const char *path, uint64_t max, int *fd, uint64_t *size, struct fwd_error *err)
{
    struct stat info;
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (*fd < 0 || fstat(*fd, &info) != 0)
        return fail_number(path, errno, err);
    *size = 0;
    if (S_ISDIR(info.st_mode))
        return fwd_error_fail(
            err, FWD_FAIL_ENVIRONMENT, "%s: is a folder; give the name of a file", path);
    if (S_ISCHR(info.st_mode) || S_ISBLK(info.st_mode))
        return fwd_error_fail(
            err, FWD_FAIL_ENVIRONMENT, "%s: is a device; give the name of a file", path);
    if (S_ISREG(info.st_mode))
        *size = (uint64_t)info.st_size;
    if (*size > max)
        return fail_size(path, max, err);
    int flags = fcntl(*fd, F_GETFL);
    if (flags < 0 || fcntl(*fd, F_SETFL, flags & ~O_NONBLOCK) < 0)
        return fail_number(path, errno, err);
    return FWD_FAIL_NONE;
}

enum fwd_fail fwd_file_read_or_empty(
    const char *path, uint64_t max, struct fwd_bytes *out, struct fwd_error *err)
{
    int fd = -1;
    uint64_t size = 0;
    *out = (struct fwd_bytes){NULL, 0};
    if (max >= SIZE_MAX / 2)
        max = SIZE_MAX / 2;
    enum fwd_fail fail = open_input(path, max, &fd, &size, err);
    if (fail == FWD_FAIL_NONE)
        fail = read_all(fd, path, size, max, out, err);
    if (fail != FWD_FAIL_NONE)
        fwd_bytes_free(out);
    if (fd >= 0)
        (void)close(fd);
    return fail;
}

enum fwd_fail fwd_file_read(
    const char *path, uint64_t max, struct fwd_bytes *out, struct fwd_error *err)
{
    enum fwd_fail fail = fwd_file_read_or_empty(path, max, out, err);
    if (fail != FWD_FAIL_NONE || out->size > 0)
        return fail;
    fwd_bytes_free(out);
    return fwd_error_fail(err, FWD_FAIL_REFUSED, "%s: is empty", path);
}
