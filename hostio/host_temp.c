#include "hostio/host_temp.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define ATTEMPTS 100u

/* How an open file is named for linkat(); without /proc it cannot be. */
#define OPEN_FILES "/proc/self/fd"

#ifdef O_TMPFILE
#define UNNAMED O_TMPFILE
#else
#define UNNAMED 0
#endif

/* Calls make() with one free name after the other. */
static int with_name(struct fwd_temp *temp, const char *folder,
    int (*make)(struct fwd_temp *temp, unsigned mode), unsigned mode)
{
    for (unsigned attempt = 0; attempt < ATTEMPTS; attempt++) {
        int length = snprintf(temp->path, sizeof temp->path, "%s/.fwdelta-%ld-%u.tmp", folder,
            (long)getpid(), attempt);
        if (length < 0 || (size_t)length >= sizeof temp->path) {
            errno = ENAMETOOLONG;
            break;
        }
        int made = make(temp, mode);
        if (made >= 0 || errno != EEXIST)
            return made;
    }
    return -1;
}

static int open_named(struct fwd_temp *temp, unsigned mode)
{
    return open(temp->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, (mode_t)mode);
}

static int link_open(const struct fwd_temp *temp, const char *path)
{
    char open_file[sizeof OPEN_FILES + 16];
    (void)snprintf(open_file, sizeof open_file, OPEN_FILES "/%d", temp->fd);
    return linkat(AT_FDCWD, open_file, AT_FDCWD, path, AT_SYMLINK_FOLLOW);
}

static int link_temp(struct fwd_temp *temp, unsigned mode)
{
    (void)mode;
    return link_open(temp, temp->path);
}

bool fwd_temp_open(struct fwd_temp *temp, const char *folder, unsigned mode, bool named)
{
    temp->path[0] = 0;
    temp->fd = -1;
    if (!named && UNNAMED != 0 && access(OPEN_FILES, X_OK) == 0)
        temp->fd = open(folder, UNNAMED | O_WRONLY | O_CLOEXEC, (mode_t)mode);
    if (temp->fd < 0)
        temp->fd = with_name(temp, folder, open_named, mode);
    if (temp->fd < 0)
        temp->path[0] = 0;
    return temp->fd >= 0;
}

/* link() is the only move that never replaces; some file systems have no links. */
static bool move_without_replacing(struct fwd_temp *temp, const char *path)
{
    if (link(temp->path, path) == 0) {
        (void)unlink(temp->path);
        return true;
    }
    if (errno == EEXIST || access(path, F_OK) == 0) {
        errno = EEXIST;
        return false;
    }
    return rename(temp->path, path) == 0;
}

static bool close_file(struct fwd_temp *temp)
{
    int fd = temp->fd;
    temp->fd = -1;
    return close(fd) == 0;
}

bool fwd_temp_move(struct fwd_temp *temp, const char *folder, const char *path, bool replace)
{
    if (temp->path[0] == 0 && !replace)
        return link_open(temp, path) == 0 && close_file(temp);
    if (temp->path[0] == 0 && with_name(temp, folder, link_temp, 0) < 0) {
        temp->path[0] = 0;
        return false;
    }
    if (!close_file(temp))
        return false;
    if (replace ? rename(temp->path, path) != 0 : !move_without_replacing(temp, path))
        return false;
    temp->path[0] = 0;
    return true;
}

void fwd_temp_drop(struct fwd_temp *temp)
{
    int number = errno;
    if (temp->fd >= 0)
        (void)close_file(temp);
    if (temp->path[0] != 0)
        (void)unlink(temp->path);
    temp->path[0] = 0;
    errno = number;
}
