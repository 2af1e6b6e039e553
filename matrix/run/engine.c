#include "matrix/run/engine.h"

#include "matrix/run/job_call.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* A run: who works, and what is still to be looked at. */
struct pool {
    struct fwd_engine *engine;
    struct fwd_job_call *calls; /* engine->jobs of them */
    bool *wanted;               /* by job */
    size_t first;               /* jobs before it are started or need not be */
    size_t running, done, failed, all;
};

void fwd_engine_begin(struct fwd_engine *engine)
{
    for (size_t i = 0; i < engine->plan->job_count; i++)
        fwd_job_result_read(engine->dir, engine->plan, i, &engine->results[i]);
}

void fwd_engine_end(struct fwd_engine *engine)
{
    for (size_t i = 0; i < engine->plan->job_count; i++)
        fwd_job_result_free(&engine->results[i]);
}

static bool is_done(const struct fwd_matrix_result *result)
{
    return result->state == FWD_MATRIX_PASSED || result->state == FWD_MATRIX_REFUSED ||
           result->state == FWD_MATRIX_UNREADABLE;
}

/* Two jobs of one id are one piece of work. */
static bool is_running(const struct pool *pool, const char *id)
{
    for (unsigned i = 0; i < pool->engine->jobs; i++)
        if (pool->calls[i].pid != 0 &&
            strcmp(pool->engine->plan->jobs[pool->calls[i].job].id, id) == 0)
            return true;
    return false;
}

static void tell(struct pool *pool)
{
    if (pool->engine->progress != NULL)
        pool->engine->progress(pool->engine->ctx, pool->done, pool->failed, pool->all);
}

static void settle(struct pool *pool, size_t job)
{
    enum fwd_matrix_state state = pool->engine->results[job].state;

    pool->wanted[job] = false;
    pool->done++;
    pool->failed += state != FWD_MATRIX_PASSED ? 1 : 0;
    tell(pool);
}

/* Sets a job aside that cannot run. */
static void block(struct pool *pool, size_t job, const char *why)
{
    struct fwd_matrix_result *result = &pool->engine->results[job];

    fwd_job_result_free(result);
    result->state = FWD_MATRIX_BLOCKED;
    result->message = strdup(why);
    settle(pool, job);
}

/* May it run? False: not yet, or never, and then it is no longer wanted. */
static bool is_ready(struct pool *pool, size_t number)
{
    const struct fwd_matrix_job *job = &pool->engine->plan->jobs[number];

    if (is_running(pool, job->id))
        return false;
    if (job->package == FWD_MATRIX_NONE)
        return true;
    if (pool->wanted[job->package])
        return false;
    for (unsigned i = 0; i < pool->engine->jobs; i++)
        if (pool->calls[i].pid != 0 && pool->calls[i].job == job->package)
            return false;
    if (pool->engine->results[job->package].state == FWD_MATRIX_PASSED)
        return true;
    block(pool, number, "the package was not made");
    return false;
}

/* FWD_MATRIX_NONE: nothing can be started now. */
static size_t next_job(struct pool *pool)
{
    size_t count = pool->engine->plan->job_count;

    while (pool->first < count && !pool->wanted[pool->first])
        pool->first++;
    for (size_t i = pool->first; i < count; i++)
        if (pool->wanted[i] && is_ready(pool, i))
            return i;
    return FWD_MATRIX_NONE;
}

static void start(struct pool *pool, size_t job)
{
    struct fwd_engine *engine = pool->engine;
    struct fwd_matrix_result *result = &engine->results[job];
    struct fwd_error err = {""};
    unsigned free_one = 0;

    while (pool->calls[free_one].pid != 0)
        free_one++;
    fwd_job_result_free(result);
    /* a job of the same id may have done it meanwhile */
    fwd_job_result_read(engine->dir, engine->plan, job, result);
    if (is_done(result)) {
        settle(pool, job);
        return;
    }
    fwd_job_result_free(result);
    if (fwd_job_call_begin(engine->dir, engine->plan, job, &pool->calls[free_one], &err) ==
        FWD_FAIL_NONE) {
        pool->wanted[job] = false;
        pool->running++;
        return;
    }
    result->state = FWD_MATRIX_FAILED;
    result->message = strdup(err.text);
    settle(pool, job);
}

/* Waits until one call has ended. */
static void reap(struct pool *pool)
{
    struct fwd_engine *engine = pool->engine;
    int status;
    pid_t pid;

    do
        pid = waitpid(-1, &status, 0);
    while (pid < 0 && errno == EINTR);
    for (unsigned i = 0; i < engine->jobs; i++) {
        struct fwd_job_call *call = &pool->calls[i];
        if (call->pid == 0 || (pid > 0 && call->pid != pid))
            continue;
        size_t job = call->job;
        fwd_job_result_free(&engine->results[job]);
        fwd_job_call_end(engine->dir, engine->plan, call, status, &engine->results[job]);
        pool->running--;
        settle(pool, job);
        return;
    }
}

static void work(struct pool *pool)
{
    tell(pool);
    for (;;) {
        size_t job = pool->running < pool->engine->jobs ? next_job(pool) : FWD_MATRIX_NONE;

        if (job != FWD_MATRIX_NONE)
            start(pool, job);
        else if (pool->running > 0)
            reap(pool);
        else if (next_job(pool) == FWD_MATRIX_NONE)
            return;
    }
}

/* ---- which of them --------------------------------------------------------------------------- */

struct choice {
    unsigned wave, part, parts; /* wave 0: all */
};

static enum fwd_fail run(
    struct fwd_engine *engine, const struct choice *choice, struct fwd_error *err)
{
    struct pool pool = {.engine = engine, .calls = calloc(engine->jobs, sizeof *pool.calls)};
    size_t in_wave = 0;

    pool.wanted = calloc(engine->plan->job_count + 1, sizeof *pool.wanted);
    if (pool.calls == NULL || pool.wanted == NULL) {
        free(pool.calls);
        free(pool.wanted);
        return fwd_error_memory(err, engine->dir);
    }
    for (size_t i = 0; i < engine->plan->job_count; i++) {
        bool chosen =
            choice->wave == 0 || (fwd_matrix_plan_wave(&engine->plan->jobs[i]) == choice->wave &&
                                     in_wave++ % choice->parts == choice->part);
        bool done = is_done(&engine->results[i]);

        pool.wanted[i] = chosen && !done;
        pool.all += chosen ? 1 : 0;
        pool.done += chosen && done ? 1 : 0;
        pool.failed += chosen && done && engine->results[i].state != FWD_MATRIX_PASSED ? 1 : 0;
    }
    work(&pool);
    free(pool.calls);
    free(pool.wanted);
    return FWD_FAIL_NONE;
}

enum fwd_fail fwd_engine_run(struct fwd_engine *engine, struct fwd_error *err)
{
    return run(engine, &(struct choice){0, 0, 1}, err);
}

enum fwd_fail fwd_engine_run_part(
    struct fwd_engine *engine, unsigned wave, unsigned part, unsigned parts, struct fwd_error *err)
{
    return run(engine, &(struct choice){wave, part, parts}, err);
}

enum fwd_fail fwd_engine_run_one(struct fwd_engine *engine, size_t job, struct fwd_error *err)
{
    struct fwd_job_call call;
    struct fwd_matrix_result *result = &engine->results[job];
    int status = 0;

    if (is_done(result))
        return FWD_FAIL_NONE;
    fwd_job_result_free(result);
    enum fwd_fail fail = fwd_job_call_begin(engine->dir, engine->plan, job, &call, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    while (waitpid(call.pid, &status, 0) < 0 && errno == EINTR)
        ;
    fwd_job_call_end(engine->dir, engine->plan, &call, status, result);
    return FWD_FAIL_NONE;
}
