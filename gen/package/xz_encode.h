/* .xz streams as the device's decoder takes them (SPEC.md section 6): one block, LZMA2 only, no
 * check, the smallest of several settings of the LZMA model. */
#ifndef FWD_GEN_PACKAGE_XZ_ENCODE_H
#define FWD_GEN_PACKAGE_XZ_ENCODE_H

#include "gen/job_progress.h"
#include "hostio/host_file.h"

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

/* Encodes up to FWD_XZ_TASKS_MAX tasks; the result does not depend on jobs.
 * FWD_FAIL_ENVIRONMENT: no memory. */
enum fwd_fail fwd_xz_encode(struct fwd_xz_task *tasks, size_t count, unsigned jobs,
    const struct fwd_progress_sink *progress, struct fwd_error *err);

#endif
