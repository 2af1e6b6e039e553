/* A folder for what reproduce makes: keys and a package, which go with it. */
#ifndef FWD_CLI_REPRODUCE_REPRODUCE_FOLDER_H
#define FWD_CLI_REPRODUCE_REPRODUCE_FOLDER_H

#include "hostio/host_file.h"
#include "keys/algorithm.h"

#include <stdbool.h>

#define FWD_REPRODUCE_PATH 512u

struct fwd_reproduce_folder {
    char path[FWD_REPRODUCE_PATH]; /* "": not made */
};

/* In TMPDIR, or /tmp. */
enum fwd_fail fwd_reproduce_folder_make(struct fwd_reproduce_folder *folder, struct fwd_error *err);

/* Writes a new private key; path: where it is. */
enum fwd_fail fwd_reproduce_folder_key(struct fwd_reproduce_folder *folder,
    const struct fwd_algorithm *algorithm, unsigned number, char path[FWD_REPRODUCE_PATH],
    struct fwd_error *err);

/* Runs this program with these words, which write the file `package` in the folder, and reads it.
 * What it says on standard error is shown. timestamp: for a package that has one. */
enum fwd_fail fwd_reproduce_folder_run(struct fwd_reproduce_folder *folder, char *const *words,
    bool has_timestamp, uint64_t timestamp, struct fwd_bytes *package, struct fwd_error *err);

void fwd_reproduce_folder_remove(struct fwd_reproduce_folder *folder);

#endif
