/* One job as a process: the program, its words, and where what it prints goes. */
#ifndef FWD_MATRIX_RUN_JOB_CALL_H
#define FWD_MATRIX_RUN_JOB_CALL_H

#include "matrix/run/job_result.h"

#include <sys/types.h>
#include <time.h>

struct fwd_job_call {
    pid_t pid; /* 0: none */
    size_t job;
    struct timespec begun;
};

/* Makes the job's folder and starts the program, which ends with this process. Before that each
 * input is looked at again: one that has changed since the plan is a failure. */
enum fwd_fail fwd_job_call_begin(const char *dir, struct fwd_matrix_plan *plan, size_t job,
    struct fwd_job_call *call, struct fwd_error *err);

/* It has ended, as wait() says. */
void fwd_job_call_end(const char *dir, struct fwd_matrix_plan *plan, struct fwd_job_call *call,
    int wait_status, struct fwd_matrix_result *result);

/* A word for a shell, in quotes where it needs them. */
void fwd_job_call_quote(FILE *out, const char *word);

#endif
