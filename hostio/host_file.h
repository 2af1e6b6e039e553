/* Whole files in and out of memory. Nothing partial is ever left under the name of an output. */
#ifndef FWD_HOSTIO_HOST_FILE_H
#define FWD_HOSTIO_HOST_FILE_H

#include "hostio/host_error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes on the heap, owned by whoever holds the struct. Start with {NULL, 0}. */
struct fwd_bytes {
    uint8_t *data;
    size_t size;
};

/* Frees and clears; NULL-safe. */
void fwd_bytes_free(struct fwd_bytes *bytes);

/* As fwd_bytes_free(), but overwrites the bytes first: for keys and passphrases. */
void fwd_bytes_wipe(struct fwd_bytes *bytes);

/* Reads a whole file or pipe of 1..max bytes into *out, which the caller frees; a zero byte that
 * does not count in size follows the data. A file larger than max is refused before it is read.
 * Missing, unreadable, a folder or a device: FWD_FAIL_ENVIRONMENT. Empty or larger than max:
 * FWD_FAIL_REFUSED. On failure *out is {NULL, 0}. */
enum fwd_fail fwd_file_read(
    const char *path, uint64_t max, struct fwd_bytes *out, struct fwd_error *err);

/* As fwd_file_read(), but an empty file is accepted: *out is then {pointer to a zero byte, 0}. */
enum fwd_fail fwd_file_read_or_empty(
    const char *path, uint64_t max, struct fwd_bytes *out, struct fwd_error *err);

/* Would fwd_file_write_atomic() find a place for this name? For a refusal before long work, not a
 * promise. FWD_FAIL_REFUSED: it exists and force is false; FWD_FAIL_ENVIRONMENT: the folder is
 * missing or not writable, or the name is that of a folder or a device. */
enum fwd_fail fwd_file_may_write(const char *path, bool force, struct fwd_error *err);

/* Writes a file under a temporary name in the same folder, syncs it and moves it into place: the
 * name holds the old content or the whole new one. mode: permissions, less the umask. force: an
 * existing file may be replaced; without it FWD_FAIL_REFUSED. A symbolic link is followed. On
 * failure nothing is left behind. */
enum fwd_fail fwd_file_write_atomic(const char *path, const void *data, size_t size, unsigned mode,
    bool force, struct fwd_error *err);

#endif
