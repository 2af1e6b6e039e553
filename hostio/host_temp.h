/* A file that has no name yet, or a temporary one, until its content is complete. */
#ifndef FWD_HOSTIO_HOST_TEMP_H
#define FWD_HOSTIO_HOST_TEMP_H

#include <limits.h>
#include <stdbool.h>

struct fwd_temp {
    int fd;              /* open for writing; -1: closed */
    char path[PATH_MAX]; /* "": the file has no name, so nothing can leave it behind */
};

/* Opens a new file in folder with these permissions, less the umask. named: false asks for one
 * without a name, which not every file system has. False: errno says why. */
bool fwd_temp_open(struct fwd_temp *temp, const char *folder, unsigned mode, bool named);

/* Gives the file its name and closes it. replace: a file of that name may go; without it EEXIST.
 * False: errno says why; the file is still there for fwd_temp_drop(). */
bool fwd_temp_move(struct fwd_temp *temp, const char *folder, const char *path, bool replace);

/* Closes and removes it, if it is still there. Keeps errno. */
void fwd_temp_drop(struct fwd_temp *temp);

#endif
