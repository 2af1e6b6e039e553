/* The steps of an output, for one file (host_file_write.c) and for several (host_file_set.c). */
#ifndef FWD_HOSTIO_HOST_FILE_INTERNAL_H
#define FWD_HOSTIO_HOST_FILE_INTERNAL_H

#include "hostio/host_error.h"
#include "hostio/host_temp.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#define FWD_FILE_NO_NAME (-1)

/* Where the bytes go: the final name with links resolved, and its folder. */
struct fwd_file_output {
    const char *shown; /* as the user wrote it, for sentences */
    char path[PATH_MAX];
    char folder[PATH_MAX];
};

/* The name of an output; what is in the way is refused as by fwd_file_write_atomic(). */
enum fwd_fail fwd_file_output_find(
    const char *path, bool force, struct fwd_file_output *output, struct fwd_error *err);

/* Writes and syncs a file that has not its name yet. mode: as of fwd_file_write_atomic(). 0, or an
 * errno value; then nothing is left behind. */
int fwd_file_output_write(const struct fwd_file_output *output, const void *data, size_t size,
    unsigned mode, bool named, struct fwd_temp *temp);

/* Gives it its name. 0, or an errno value, or FWD_FILE_NO_NAME: files without a name cannot get one
 * here, so write it again with `named`; then nothing is left behind. */
int fwd_file_output_name(const struct fwd_file_output *output, bool replace, struct fwd_temp *temp);

/* The sentence for an errno value of these. */
enum fwd_fail fwd_file_output_fail(
    const struct fwd_file_output *output, int number, struct fwd_error *err);

#endif
