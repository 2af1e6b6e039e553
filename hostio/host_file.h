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
 * Missing, unreadable, a folder or a device, changed while it is read: FWD_FAIL_ENVIRONMENT. Empty
 * or larger than max: FWD_FAIL_REFUSED. On failure *out is {NULL, 0}. */
enum fwd_fail fwd_file_read(
    const char *path, uint64_t max, struct fwd_bytes *out, struct fwd_error *err);

/* As fwd_file_read(); the sentences about the size say what was expected: "a package",
 * or NULL. */
enum fwd_fail fwd_file_read_as(
    const char *what, const char *path, uint64_t max, struct fwd_bytes *out, struct fwd_error *err);

/* As fwd_file_read(), but an empty file is accepted: *out is then {pointer to a zero byte, 0}. */
enum fwd_fail fwd_file_read_or_empty(
    const char *path, uint64_t max, struct fwd_bytes *out, struct fwd_error *err);

/* Bytes of a UTF-8 byte order mark at the beginning, as some editors write one: 0 or 3. */
size_t fwd_bytes_mark(const struct fwd_bytes *bytes);

/* Would fwd_file_write_atomic() find a place for this name? For a refusal before long work, not a
 * promise. FWD_FAIL_USAGE: "-"; FWD_FAIL_REFUSED: it exists and force is false;
 * FWD_FAIL_ENVIRONMENT: the folder is missing or not writable, or the name is that of a folder or a
 * device. */
enum fwd_fail fwd_file_may_write(const char *path, bool force, struct fwd_error *err);

/* FWD_FAIL_USAGE when path, which is to be written, is the file input, by name or by a link. */
enum fwd_fail fwd_file_check_output(const char *path, const char *input, struct fwd_error *err);

/* In a mode: a file that is replaced passes on its own permissions. */
#define FWD_FILE_KEEP_MODE 0x10000u

/* Would both outputs be one file? By folder and name, with links followed; neither needs to exist.
 */
bool fwd_file_same_place(const char *path, const char *other);

/* Writes a file without a name (or with a temporary one) in the same folder, syncs it and moves it
 * into place: the name holds the old content or the whole new one. mode: permissions, less the
 * umask, and FWD_FILE_KEEP_MODE. force: an existing file may be replaced; without it
 * FWD_FAIL_REFUSED. A symbolic link is followed. On failure, and after SIGINT, SIGTERM or SIGHUP,
 * nothing is left behind. */
enum fwd_fail fwd_file_write_atomic(const char *path, const void *data, size_t size, unsigned mode,
    bool force, struct fwd_error *err);

#endif
