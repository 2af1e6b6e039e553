/* Digests of files as they were last time, so that a plan of many jobs need not read each file
 * again: one that has the size, time and number of then counts as unchanged. (A job reads its own
 * inputs again before it uses them.) */
#ifndef FWD_MATRIX_PLAN_INPUT_CACHE_H
#define FWD_MATRIX_PLAN_INPUT_CACHE_H

#include "matrix/plan/inputs.h"

#include <stdint.h>

struct fwd_input_cache_entry {
    char digest[FWD_MATRIX_DIGEST];
    int64_t size, seconds, nanoseconds;
    uint64_t number; /* inode */
    char *path;      /* owned */
};

struct fwd_input_cache {
    struct fwd_input_cache_entry *list; /* owned; in the order of paths */
    size_t count, room;
};

/* What a file kept; a file that is missing or damaged keeps nothing. */
void fwd_input_cache_load(struct fwd_input_cache *cache, const char *path);
void fwd_input_cache_free(struct fwd_input_cache *cache);

/* False: nothing is known of that file as it is now. */
bool fwd_input_cache_find(
    const struct fwd_input_cache *cache, const char *path, char digest[FWD_MATRIX_DIGEST]);

/* Keeps the digests of all inputs that are files. */
enum fwd_fail fwd_input_cache_save(
    const struct fwd_matrix_inputs *inputs, const char *path, struct fwd_error *err);

#endif
