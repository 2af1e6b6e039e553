/* .xz streams as the device's decoder takes them (SPEC.md section 6): one block, LZMA2 only, no
 * check, the smallest of several settings of the LZMA model. */
#ifndef FWD_GEN_PACKAGE_XZ_ENCODE_H
#define FWD_GEN_PACKAGE_XZ_ENCODE_H

#include "gen/job_progress.h"
#include "gen/size_limit.h"
#include "hostio/host_file.h"

#include <stdbool.h>

/* What the bytes are like; decides which settings are tried. */
enum fwd_xz_content { FWD_XZ_CONTROL, FWD_XZ_DIFFERENCE, FWD_XZ_CODE };

struct fwd_xz_task {
    const uint8_t *bytes;
    uint32_t size; /* at least 1 */
    enum fwd_xz_content content;
    uint8_t code;         /* of the dictionary, 0..40 */
    struct fwd_bytes out; /* the result; owned by the caller, also after a failure */
};

#define FWD_XZ_TASKS_MAX 3u

/* The smallest dictionary code whose dictionary covers size bytes. */
uint8_t fwd_xz_code_for(uint32_t size);

/* Lowers codes until the decoder's memory for all tasks together is at most arena_max. False: not
 * even the smallest dictionaries fit. */
bool fwd_xz_fit(struct fwd_xz_task *tasks, size_t count, uint32_t arena_max);

struct fwd_xz_options {
    unsigned jobs;                            /* threads; the result does not depend on it */
    const struct fwd_progress_sink *progress; /* NULL: nobody watches */
    const struct fwd_size_limit *limit;       /* of all results together; NULL: none */
};

/* Encodes up to FWD_XZ_TASKS_MAX tasks. *stopped: there are no results, they would be larger than
 * the limit. FWD_FAIL_ENVIRONMENT: no memory. */
enum fwd_fail fwd_xz_encode(struct fwd_xz_task *tasks, size_t count,
    const struct fwd_xz_options *options, bool *stopped, struct fwd_error *err);

#endif
