#include "hostio/host_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEMP_ATTEMPTS 100u

/* Where the bytes go: the final name with links resolved, its folder, the temporary name. */
struct output {
    const char *shown; /* as the user wrote it, for sentences */
    char path[PATH_MAX];
    char folder[PATH_MAX];
    char temp[PATH_MAX];
};

static enum fwd_fail fail_write(const struct output *o, int number, struct fwd_error *err)
{
    return fwd_error_fail(
        err, FWD_FAIL_ENVIRONMENT, "%s: cannot be written: %s", o->shown, fwd_error_cause(number));
}

static enum fwd_fail fail_exists(const struct output *o, struct fwd_error *err)
{
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "%s: exists already; use --force to replace it, or give another name", o->shown);
}

/* A link is resolved, so that the file it points to is replaced and not the link itself. */
static enum fwd_fail resolve(const char *path, struct output *o, struct fwd_error *err)
{
    struct stat info;
    o->shown = path;
    if (strlen(path) >= sizeof o->path)
        return fail_write(o, ENAMETOOLONG, err);
    memcpy(o->path, path, strlen(path) + 1);
    if (lstat(path, &info) == 0 && S_ISLNK(info.st_mode) && realpath(path, o->path) == NULL)
        return fail_write(o, errno, err);
    const char *slash = strrchr(o->path, '/');
    size_t length = slash == NULL ? 0 : (size_t)(slash - o->path);
    memcpy(o->folder, o->path, length);
    o->folder[length] = 0;
    if (slash == NULL)
        memcpy(o->folder, ".", 2);
    else if (length == 0)
        memcpy(o->folder, "/", 2);
    return FWD_FAIL_NONE;
}

static enum fwd_fail check_existing(const struct output *o, bool force, struct fwd_error *err)
{
    struct stat info;
    if (stat(o->path, &info) != 0)
        return errno == ENOENT ? FWD_FAIL_NONE : fail_write(o, errno, err);
    if (S_ISDIR(info.st_mode))
        return fwd_error_fail(
            err, FWD_FAIL_ENVIRONMENT, "%s: is a folder; give the name of a file", o->shown);
    if (!S_ISREG(info.st_mode)) /* replacing /dev/null by a file would be no favour */
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
            "%s: is a device or a pipe; give the name of a file", o->shown);
    return force ? FWD_FAIL_NONE : fail_exists(o, err);
}

enum fwd_fail fwd_file_may_write(const char *path, bool force, struct fwd_error *err)
{
    struct output o;
    enum fwd_fail fail = resolve(path, &o, err);
    if (fail == FWD_FAIL_NONE)
        fail = check_existing(&o, force, err);
    if (fail == FWD_FAIL_NONE && access(o.folder, W_OK | X_OK) != 0)
        fail = fail_write(&o, errno, err);
    return fail;
}

static int open_temp(struct output *o, unsigned mode)
{
    for (unsigned attempt = 0; attempt < TEMP_ATTEMPTS; attempt++) {
        int length = snprintf(
            o->temp, sizeof o->temp, "%s/.fwdelta-%ld-%u.tmp", o->folder, (long)getpid(), attempt);
        if (length < 0 || (size_t)length >= sizeof o->temp) {
            errno = ENAMETOOLONG;
            break;
        }
        int fd = open(o->temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, (mode_t)mode);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

static bool write_all(int fd, const uint8_t *data, size_t size)
{
    while (size > 0) {
        ssize_t put = write(fd, data, size);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        data += put;
        size -= (size_t)put;
    }
    return true;
}

/* link() is the only move that never replaces; some file systems have no links. */
static bool move_without_replacing(const struct output *o)
{
    if (link(o->temp, o->path) == 0) {
        (void)unlink(o->temp);
        return true;
    }
    if (errno == EEXIST || access(o->path, F_OK) == 0) {
        errno = EEXIST;
        return false;
    }
    return rename(o->temp, o->path) == 0;
}

/* The new name survives a crash of the host only when its folder is synced too; some file systems
 * cannot, and the file itself is complete by then: no error. */
static void sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd);
        (void)close(fd);
    }
}

static enum fwd_fail write_temp(
    struct output *o, const void *data, size_t size, unsigned mode, struct fwd_error *err)
{
    int fd = open_temp(o, mode);
    if (fd < 0)
        return fail_write(o, errno, err);
    int number = write_all(fd, data, size) && fsync(fd) == 0 ? 0 : errno;
    if (close(fd) != 0 && number == 0)
        number = errno;
    if (number == 0)
        return FWD_FAIL_NONE;
    (void)unlink(o->temp);
    return fail_write(o, number, err);
}

enum fwd_fail fwd_file_write_atomic(const char *path, const void *data, size_t size, unsigned mode,
    bool force, struct fwd_error *err)
{
    struct output o;
    enum fwd_fail fail = resolve(path, &o, err);
    if (fail == FWD_FAIL_NONE)
        fail = check_existing(&o, force, err);
    if (fail == FWD_FAIL_NONE)
        fail = write_temp(&o, data, size, mode, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    bool moved = force ? rename(o.temp, o.path) == 0 : move_without_replacing(&o);
    if (!moved) {
        int number = errno;
        (void)unlink(o.temp);
        return number == EEXIST ? fail_exists(&o, err) : fail_write(&o, number, err);
    }
    sync_folder(o.folder);
    return FWD_FAIL_NONE;
}
