/* Where two packages differ, signatures apart. */
#ifndef FWD_CLI_REPRODUCE_REPRODUCE_COMPARE_H
#define FWD_CLI_REPRODUCE_REPRODUCE_COMPARE_H

#include "hostio/host_file.h"

#include <stdbool.h>

#define FWD_REPRODUCE_PARTS 3u /* header, manifest, payload */
#define FWD_REPRODUCE_VALUE 224u

/* The first byte of a part that differs. */
struct fwd_reproduce_difference {
    bool found;
    size_t offset; /* in the package that is to be reproduced */
    char part[24];
    char field[48];
    /* In the package and in what was made: the field's value, or the bytes from offset on where the
     * value is long or says the same on both sides. */
    char is[FWD_REPRODUCE_VALUE], made[FWD_REPRODUCE_VALUE];
};

struct fwd_reproduce_result {
    size_t unsigned_bytes; /* header, manifest and payload of the package */
    struct fwd_reproduce_difference parts[FWD_REPRODUCE_PARTS];
    bool same;
};

/* FWD_FAIL_REFUSED: one of them is no package. name: of the first, for sentences. */
enum fwd_fail fwd_reproduce_compare(const char *name, const struct fwd_bytes *package,
    const struct fwd_bytes *made, struct fwd_reproduce_result *result, struct fwd_error *err);

#endif
