/* Several outputs that belong together: all of them appear, or none. */
#ifndef FWD_HOSTIO_HOST_FILE_SET_H
#define FWD_HOSTIO_HOST_FILE_SET_H

#include "hostio/host_error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct fwd_file_set {
    struct fwd_file_set_entry *list; /* owned */
    bool holds;                      /* signals, from the first file on: host_signal.h */
};

/* Writes a file as fwd_file_write_atomic() does, with the same failures, but without its name yet.
 * set: starts with {0}; itself NULL: a file of its own, which gets its name at once. */
enum fwd_fail fwd_file_set_add(struct fwd_file_set *set, const char *path, const void *data,
    size_t size, unsigned mode, bool force, struct fwd_error *err);

/* The same with what `put` writes, which returns false when it has no memory. */
enum fwd_fail fwd_file_set_put(struct fwd_file_set *set, const char *path,
    bool (*put)(FILE *out, const void *ctx), const void *ctx, bool force, struct fwd_error *err);

/* Gives all files their names, the one that was added first last: who finds it finds the others.
 * When one cannot get its name, those of the set that were not there before go again. */
enum fwd_fail fwd_file_set_keep(struct fwd_file_set *set, struct fwd_error *err);

/* Drops what has no name, and frees. Safe in every state. */
void fwd_file_set_free(struct fwd_file_set *set);

#endif
