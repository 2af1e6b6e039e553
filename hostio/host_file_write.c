#include "hostio/host_file.h"
#include "hostio/host_file_internal.h"
#include "hostio/host_signal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WRITE_CHUNK 1048576u /* between two looks for a signal */

static enum fwd_fail fail_write(const struct fwd_file_output *o, int number, struct fwd_error *err)
{
    return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s: cannot be written: %s%s", o->shown,
        fwd_error_cause(number), number == ENOENT ? "; check the path" : "");
}

static enum fwd_fail fail_exists(const struct fwd_file_output *o, struct fwd_error *err)
{
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "%s: exists already; use --force to replace it, or give another name", o->shown);
}

/* A link is resolved, so that the file it points to is replaced and not the link itself. */
static enum fwd_fail resolve(const char *path, struct fwd_file_output *o, struct fwd_error *err)
{
    struct stat info;
    o->shown = path;
    /* a pipe was meant; a file named "-" surprises everybody */
    if (strcmp(path, "-") == 0)
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "-: this is not written to standard output; give the name of a file, or ./- for one of "
            "that name");
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

static enum fwd_fail check_existing(
    const struct fwd_file_output *o, bool force, struct fwd_error *err)
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

enum fwd_fail fwd_file_output_find(
    const char *path, bool force, struct fwd_file_output *o, struct fwd_error *err)
{
    enum fwd_fail fail = resolve(path, o, err);
    return fail == FWD_FAIL_NONE ? check_existing(o, force, err) : fail;
}

enum fwd_fail fwd_file_may_write(const char *path, bool force, struct fwd_error *err)
{
    struct fwd_file_output o;
    enum fwd_fail fail = fwd_file_output_find(path, force, &o, err);
    if (fail == FWD_FAIL_NONE && access(o.folder, W_OK | X_OK) != 0)
        fail = fail_write(&o, errno, err);
    return fail;
}

enum fwd_fail fwd_file_check_output(const char *path, const char *input, struct fwd_error *err)
{
    struct stat out, in;
    if (strcmp(path, input) == 0)
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "%s: is the output and also an input; give another name for the output", path);
    if (stat(path, &out) != 0 || stat(input, &in) != 0 || out.st_dev != in.st_dev ||
        out.st_ino != in.st_ino)
        return FWD_FAIL_NONE;
    return fwd_error_fail(err, FWD_FAIL_USAGE,
        "%s: is the output, but the same file as the input %s; give another name for the output",
        path, input);
}

bool fwd_file_same_place(const char *path, const char *other)
{
    struct fwd_file_output a, b;
    struct fwd_error err;
    struct stat in, beside;
    if (strcmp(path, other) == 0)
        return true;
    if (resolve(path, &a, &err) != FWD_FAIL_NONE || resolve(other, &b, &err) != FWD_FAIL_NONE)
        return false;
    const char *slash = strrchr(a.path, '/'), *slash_of_other = strrchr(b.path, '/');
    const char *name = slash != NULL ? slash + 1 : a.path;
    const char *name_of_other = slash_of_other != NULL ? slash_of_other + 1 : b.path;
    return strcmp(name, name_of_other) == 0 && stat(a.folder, &in) == 0 &&
           stat(b.folder, &beside) == 0 && in.st_dev == beside.st_dev && in.st_ino == beside.st_ino;
}

static bool write_all(int fd, const uint8_t *data, size_t size)
{
    while (size > 0) {
        ssize_t put = write(fd, data, size < WRITE_CHUNK ? size : WRITE_CHUNK);
        if (fwd_signal_seen()) {
            errno = EINTR;
            return false;
        }
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        data += put;
        size -= (size_t)put;
    }
    return true;
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

/* The file that is replaced lends its permissions, and its owner where the system permits it. */
static bool keep_mode(const struct fwd_file_output *o, int fd)
{
    struct stat info;
    if (stat(o->path, &info) != 0)
        return errno == ENOENT;
    bool owned = fchown(fd, info.st_uid, info.st_gid) == 0;
    mode_t mode = info.st_mode & (owned ? 07777 : 0777);
    return fchmod(fd, mode) == 0;
}

int fwd_file_output_write(const struct fwd_file_output *o, const void *data, size_t size,
    unsigned mode, bool named, struct fwd_temp *temp)
{
    if (!fwd_temp_open(temp, o->folder, mode & 07777u, named))
        return errno;
    bool done = ((mode & FWD_FILE_KEEP_MODE) == 0 || keep_mode(o, temp->fd)) &&
                write_all(temp->fd, data, size) && fsync(temp->fd) == 0;
    int number = done ? 0 : errno;
    if (!done)
        fwd_temp_drop(temp);
    return number;
}

int fwd_file_output_name(const struct fwd_file_output *o, bool replace, struct fwd_temp *temp)
{
    bool unnamed = temp->path[0] == 0;
    bool moved = fwd_temp_move(temp, o->folder, o->path, replace);
    int number = moved ? 0 : errno;
    fwd_temp_drop(temp);
    if (!moved && unnamed && number != EEXIST)
        return FWD_FILE_NO_NAME;
    if (moved)
        sync_folder(o->folder);
    return number;
}

enum fwd_fail fwd_file_output_fail(
    const struct fwd_file_output *o, int number, struct fwd_error *err)
{
    return number == EEXIST ? fail_exists(o, err) : fail_write(o, number, err);
}

/* 0, or an errno value or FWD_FILE_NO_NAME; then nothing is left behind. */
static int write_and_name(const struct fwd_file_output *o, const void *data, size_t size,
    unsigned mode, bool replace, bool named)
{
    struct fwd_temp temp;
    int number = fwd_file_output_write(o, data, size, mode, named, &temp);
    return number == 0 ? fwd_file_output_name(o, replace, &temp) : number;
}

enum fwd_fail fwd_file_write_atomic(const char *path, const void *data, size_t size, unsigned mode,
    bool force, struct fwd_error *err)
{
    struct fwd_file_output o;
    enum fwd_fail fail = fwd_file_output_find(path, force, &o, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    fwd_signal_hold();
    int number = write_and_name(&o, data, size, mode, force, false);
    /* a system that makes files without a name does not always let them get one */
    if (number == FWD_FILE_NO_NAME)
        number = write_and_name(&o, data, size, mode, force, true);
    if (number != 0)
        fail = fwd_file_output_fail(&o, number, err);
    fwd_signal_release();
    return fail;
}
