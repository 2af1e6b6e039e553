/* Runs what is not done of a plan. */
#ifndef FWD_MATRIX_RUN_ENGINE_H
#define FWD_MATRIX_RUN_ENGINE_H

#include "matrix/run/job_result.h"

struct fwd_engine {
    const char *dir;
    struct fwd_matrix_plan *plan;
    struct fwd_matrix_result *results; /* of each job; filled by fwd_engine_begin() */
    unsigned jobs;                     /* processes at once */
    void *ctx;
    void (*progress)(void *ctx, size_t done, size_t failed, size_t all); /* NULL: nobody looks */
};

/* Reads what is done. results: room for plan->job_count, freed by fwd_engine_end(). */
void fwd_engine_begin(struct fwd_engine *engine);
void fwd_engine_end(struct fwd_engine *engine);

/* Runs the jobs that are not done and can be, on this machine. A job that fails stops only what
 * looks at its package. FWD_FAIL_ENVIRONMENT: no memory. */
enum fwd_fail fwd_engine_run(struct fwd_engine *engine, struct fwd_error *err);

/* The same for those of a wave whose number is `part` of `parts`: for an engine of somebody else.
 */
enum fwd_fail fwd_engine_run_part(
    struct fwd_engine *engine, unsigned wave, unsigned part, unsigned parts, struct fwd_error *err);

/* Runs one job, whatever was. */
enum fwd_fail fwd_engine_run_one(struct fwd_engine *engine, size_t job, struct fwd_error *err);

#endif
