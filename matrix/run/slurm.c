#include "matrix/run/slurm.h"

#include "matrix/run/job_call.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORD_MAX 4096u

/* How many jobs of a wave are neither done nor waiting for a package that will not come. */
static size_t count_open(const struct fwd_engine *engine, unsigned wave)
{
    size_t count = 0;

    for (size_t i = 0; i < engine->plan->job_count; i++) {
        const struct fwd_matrix_job *job = &engine->plan->jobs[i];
        enum fwd_matrix_state state = engine->results[i].state;
        bool refused = job->package != FWD_MATRIX_NONE &&
                       (engine->results[job->package].state == FWD_MATRIX_REFUSED ||
                           engine->results[job->package].state == FWD_MATRIX_UNREADABLE);

        count += fwd_matrix_plan_wave(job) == wave && !refused &&
                         (state == FWD_MATRIX_NOT_DONE || state == FWD_MATRIX_FAILED)
                     ? 1
                     : 0;
    }
    return count;
}

/* Runs a program with its standard output into text. FWD_FAIL_ENVIRONMENT: it cannot be run, or
 * its status is not 0. */
static enum fwd_fail call(const char *const *words, char *text, size_t size, struct fwd_error *err)
{
    int ends[2], status = 0;
    size_t have = 0;
    ssize_t got;

    if (pipe(ends) != 0)
        return fwd_error_fail(
            err, FWD_FAIL_ENVIRONMENT, "%s: %s", words[0], fwd_error_cause(errno));
    pid_t pid = fork();
    if (pid == 0) {
        (void)dup2(ends[1], 1);
        (void)close(ends[0]);
        (void)close(ends[1]);
        (void)execvp(words[0], (char *const *)(uintptr_t)words);
        _exit(127);
    }
    (void)close(ends[1]);
    while (pid > 0 && have < size - 1 && (got = read(ends[0], text + have, size - 1 - have)) > 0)
        have += (size_t)got;
    text[have] = '\0';
    (void)close(ends[0]);
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return FWD_FAIL_NONE;
    return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
        pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 127
            ? "%s cannot be run; is Slurm installed on this machine?"
            : "%s has failed; what it said is above",
        words[0]);
}

/* The script of an array job's task, for sbatch --wrap. False: no memory, or too long. */
static bool write_task(
    const struct fwd_engine *engine, unsigned wave, size_t tasks, char task[WORD_MAX])
{
    FILE *out = fmemopen(task, WORD_MAX, "w");

    if (out == NULL)
        return false;
    fwd_job_call_quote(out, engine->plan->program);
    fputs(" matrix job ", out);
    fwd_job_call_quote(out, engine->dir);
    fprintf(out, " --wave %u --part \"$SLURM_ARRAY_TASK_ID/%zu\"", wave, tasks);
    bool ok = fflush(out) == 0 && ftell(out) < (long)WORD_MAX - 1;
    (void)fclose(out);
    return ok;
}

/* One array job. after: the id of the one before it, or ""; wait: until it has ended. */
static enum fwd_fail submit(const struct fwd_engine *engine, unsigned wave, size_t tasks,
    const char *after, bool wait, char id[64], struct fwd_error *err)
{
    char array[64], at_once[32] = "", output[WORD_MAX], depends[96], task[WORD_MAX];
    const char *words[16];
    size_t count = 0;

    if (engine->jobs > 0)
        (void)snprintf(at_once, sizeof at_once, "%%%u", engine->jobs);
    (void)snprintf(array, sizeof array, "--array=0-%zu%s", tasks - 1, at_once);
    (void)snprintf(depends, sizeof depends, "--dependency=afterany:%.63s", after);
    int length = snprintf(output, sizeof output, "--output=%s/slurm/%%A_%%a.out", engine->dir);
    if (length < 0 || (size_t)length >= sizeof output || !write_task(engine, wave, tasks, task))
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s: the name is too long", engine->dir);
    words[count++] = "sbatch";
    words[count++] = "--parsable";
    words[count++] = "--requeue";
    words[count++] = "--job-name=fwdelta";
    words[count++] = array;
    words[count++] = output;
    if (after[0] != '\0')
        words[count++] = depends;
    if (wait)
        words[count++] = "--wait";
    words[count++] = "--wrap";
    words[count++] = task;
    words[count] = NULL;
    enum fwd_fail fail = call(words, id, 64, err);
    id[strcspn(id, ";\n")] = '\0';
    /* the status of --wait is that of the tasks, which look at their jobs by themselves */
    if (wait && fail != FWD_FAIL_NONE && id[0] != '\0') {
        err->text[0] = '\0';
        return FWD_FAIL_NONE;
    }
    return fail;
}

/* A scheduler starts a task about every second: each gets some jobs where there are many. */
static size_t tasks_for(size_t jobs)
{
    size_t tasks = jobs / FWD_SLURM_SLICE > FWD_SLURM_FEW ? jobs / FWD_SLURM_SLICE : FWD_SLURM_FEW;

    if (tasks > FWD_SLURM_TASKS)
        tasks = FWD_SLURM_TASKS;
    return jobs < tasks ? jobs : tasks;
}

/* Both waves, the second after the first. */
static enum fwd_fail submit_round(struct fwd_engine *engine, struct fwd_error *err)
{
    size_t first = tasks_for(count_open(engine, 1)), second = tasks_for(count_open(engine, 2));
    char id[64] = "";
    enum fwd_fail fail = FWD_FAIL_NONE;

    if (first > 0)
        fail = submit(engine, 1, first, "", second == 0, id, err);
    if (fail == FWD_FAIL_NONE && second > 0) {
        char before[64];
        strcpy(before, id);
        fail = submit(engine, 2, second, before, true, id, err);
    }
    return fail;
}

enum fwd_fail fwd_slurm_run(struct fwd_engine *engine, struct fwd_error *err)
{
    char path[PATH_MAX];

    (void)snprintf(path, sizeof path, "%s/slurm", engine->dir);
    if (mkdir(path, 0777) != 0 && errno != EEXIST)
        return fwd_error_fail(
            err, FWD_FAIL_ENVIRONMENT, "%s: cannot be made: %s", path, fwd_error_cause(errno));
    for (unsigned round = 0; round < FWD_SLURM_ROUNDS; round++) {
        if (count_open(engine, 1) + count_open(engine, 2) == 0)
            return FWD_FAIL_NONE;
        enum fwd_fail fail = submit_round(engine, err);
        if (fail != FWD_FAIL_NONE)
            return fail;
        fwd_engine_end(engine);
        fwd_engine_begin(engine);
        if (engine->progress != NULL)
            engine->progress(engine->ctx,
                engine->plan->job_count - count_open(engine, 1) - count_open(engine, 2), 0,
                engine->plan->job_count);
    }
    return FWD_FAIL_NONE;
}
