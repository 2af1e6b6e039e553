/* The files that a plan starts from, each once, with what was in them. */
#ifndef FWD_MATRIX_PLAN_INPUTS_H
#define FWD_MATRIX_PLAN_INPUTS_H

#include "hostio/host_error.h"

#include <stdbool.h>
#include <stddef.h>

#define FWD_MATRIX_DIGEST 65u /* 64 hexadecimal digits and a zero */

struct fwd_matrix_input {
    char *path;                     /* owned */
    char digest[FWD_MATRIX_DIGEST]; /* SHA-256; "": it cannot be read */
    char *why;                      /* owned; then the sentence */
};

struct fwd_input_cache;

struct fwd_matrix_inputs {
    const struct fwd_input_cache *cache; /* NULL: every file is read */
    struct fwd_matrix_input *list;       /* owned */
    size_t count, room;
    size_t *slots; /* owned: hash table of indices + 1 */
    size_t slot_count;
};

/* The index of a file, which is read when it is new; a folder counts with all files in it.
 * SIZE_MAX: no memory. */
size_t fwd_matrix_inputs_add(struct fwd_matrix_inputs *inputs, const char *path);

/* The digest of a file or folder as it is now. False: it cannot be read; err says why. */
bool fwd_matrix_inputs_digest(
    const char *path, char digest[FWD_MATRIX_DIGEST], struct fwd_error *err);

/* SHA-256 as hexadecimal digits. False: OpenSSL failed. */
bool fwd_matrix_digest(const void *bytes, size_t size, char digest[FWD_MATRIX_DIGEST]);

void fwd_matrix_inputs_free(struct fwd_matrix_inputs *inputs);

#endif
