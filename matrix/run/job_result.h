/* What came of a job, kept in a folder of its own under its id: DIR/jobs/ab/ab12.../ with
 * result.json (written last: a job without it is not done), package.upd, and what the call printed.
 */
#ifndef FWD_MATRIX_RUN_JOB_RESULT_H
#define FWD_MATRIX_RUN_JOB_RESULT_H

#include "matrix/plan/matrix_plan.h"

#include <jansson.h>
#include <limits.h>

enum fwd_matrix_state {
    FWD_MATRIX_NOT_DONE,
    FWD_MATRIX_PASSED,
    FWD_MATRIX_REFUSED,    /* looked at, and not good: the same call will say the same again */
    FWD_MATRIX_FAILED,     /* for want of memory, room, a file: the next run tries again */
    FWD_MATRIX_BLOCKED,    /* the package that it looks at is not there */
    FWD_MATRIX_UNREADABLE, /* an input cannot be read */
    FWD_MATRIX_STATES
};

struct fwd_matrix_result {
    enum fwd_matrix_state state;
    char *message;                  /* owned; why not; NULL: nothing to say */
    double seconds;                 /* the call took */
    uint32_t size;                  /* of the package that it made */
    char digest[FWD_MATRIX_DIGEST]; /* of that package */
    uint32_t code;                  /* of a device: 128..247; 0: none was given */
    uint32_t device_ms;             /* the update takes on the device */
    uint32_t staged_bytes, erases;
    uint32_t operations; /* at which torture cut the power */
    uint32_t lost;       /* devices, by torture */
};

/* DIR/jobs/ab/ID, with a name in it when there is one. */
void fwd_job_result_path(
    const char *dir, const struct fwd_matrix_job *job, const char *name, char path[PATH_MAX]);

/* What is known of a job now; a package that is missing or changed makes it not done. The caller
 * frees by fwd_job_result_free(). */
void fwd_job_result_read(const char *dir, const struct fwd_matrix_plan *plan, size_t job,
    struct fwd_matrix_result *result);
void fwd_job_result_free(struct fwd_matrix_result *result);

/* How a call ended by itself. */
struct fwd_job_end {
    int status;
    double seconds;
    const char *line; /* the call, for people; NULL: it is not known */
};

/* Keeps what a call did. A status that another run may change is not kept as a result, only
 * told. */
void fwd_job_result_write(const char *dir, const struct fwd_matrix_plan *plan, size_t job,
    const struct fwd_job_end *end, struct fwd_matrix_result *result);

/* "passed", "refused", ... */
const char *fwd_job_result_word(enum fwd_matrix_state state);

#endif
