#include "matrix/run/job_call.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- words ----------------------------------------------------------------------------------- */

static char *word_text(
    const char *dir, const struct fwd_matrix_plan *plan, const struct fwd_matrix_word *word)
{
    char path[PATH_MAX];
    char *text = NULL;

    switch (word->kind) {
    case FWD_MATRIX_INPUT:
        if (asprintf(&text, "%s%s", word->text, plan->inputs.list[word->index].path) < 0)
            return NULL;
        return text;
    case FWD_MATRIX_PACKAGE:
        fwd_job_result_path(dir, &plan->jobs[word->index], "package.upd", path);
        return strdup(path);
    default:
        return strdup(word->text);
    }
}

static void free_words(char **words)
{
    for (size_t i = 0; words != NULL && words[i] != NULL; i++)
        free(words[i]);
    free(words);
}

/* With the program first and NULL last. */
static char **make_words(
    const char *dir, struct fwd_matrix_plan *plan, const struct fwd_matrix_command *command)
{
    char **words = command->complete ? calloc(command->count + 2, sizeof *words) : NULL;

    if (words == NULL)
        return NULL;
    words[0] = strdup(plan->program);
    for (size_t i = 0; i < command->count && words[i] != NULL; i++)
        words[i + 1] = word_text(dir, plan, &command->words[i]);
    if (words[command->count] != NULL)
        return words;
    free_words(words);
    return NULL;
}

void fwd_job_call_quote(FILE *out, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-_./=:,+@%";

    if (word[0] != '\0' && word[strspn(word, plain)] == '\0') {
        fputs(word, out);
        return;
    }
    fputc('\'', out);
    for (const char *p = word; *p != '\0'; p++)
        fputs(*p == '\'' ? "'\\''" : (const char[]){*p, '\0'}, out);
    fputc('\'', out);
}

/* The command as a line for a shell; freed by the caller. NULL: no memory. */
static char *line_of(const char *dir, struct fwd_matrix_plan *plan, size_t job)
{
    struct fwd_matrix_command command = fwd_matrix_plan_command(plan, job);
    char **words = make_words(dir, plan, &command);
    char *line = NULL;
    size_t size = 0;
    FILE *out = words != NULL ? open_memstream(&line, &size) : NULL;

    for (size_t i = 0; out != NULL && words[i] != NULL; i++) {
        if (i > 0)
            fputc(' ', out);
        fwd_job_call_quote(out, words[i]);
    }
    if (out != NULL && fclose(out) != 0) {
        free(line);
        line = NULL;
    }
    free_words(words);
    fwd_matrix_command_free(&command);
    return line;
}

/* ---- its folder ------------------------------------------------------------------------------ */

static enum fwd_fail make_folder(
    const char *dir, const struct fwd_matrix_job *job, struct fwd_error *err)
{
    static const char *const stale[] = {"output.json", "message.txt", "result.json"};
    char path[PATH_MAX];
    int length = snprintf(path, sizeof path, "%s/jobs/%.2s", dir, job->id);

    if (length < 0 || (size_t)length >= sizeof path)
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s: the name is too long", dir);
    for (unsigned i = 0; i < 2; i++) {
        if (mkdir(path, 0777) != 0 && errno != EEXIST)
            return fwd_error_fail(
                err, FWD_FAIL_ENVIRONMENT, "%s: cannot be made: %s", path, fwd_error_cause(errno));
        fwd_job_result_path(dir, job, NULL, path);
    }
    for (size_t i = 0; i < sizeof stale / sizeof *stale; i++) {
        fwd_job_result_path(dir, job, stale[i], path);
        (void)unlink(path);
    }
    return FWD_FAIL_NONE;
}

static enum fwd_fail check_inputs(const struct fwd_matrix_plan *plan,
    const struct fwd_matrix_command *command, struct fwd_error *err)
{
    for (size_t i = 0; i < command->count; i++) {
        const struct fwd_matrix_input *input = &plan->inputs.list[command->words[i].index];
        char digest[FWD_MATRIX_DIGEST];

        if (command->words[i].kind != FWD_MATRIX_INPUT)
            continue;
        if (!fwd_matrix_inputs_digest(input->path, digest, err))
            return FWD_FAIL_ENVIRONMENT;
        if (strcmp(digest, input->digest) != 0)
            return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
                "%s: has changed since the plan was made; run fwdelta matrix run again",
                input->path);
    }
    return FWD_FAIL_NONE;
}

/* ---- the process ----------------------------------------------------------------------------- */

static int open_output(const char *dir, const struct fwd_matrix_job *job, const char *name)
{
    char path[PATH_MAX];

    fwd_job_result_path(dir, job, name, path);
    return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
}

static _Noreturn void become(char **words, const int outputs[2], pid_t parent)
{
    int nothing = open("/dev/null", O_RDONLY);

    /* a run that is killed leaves nobody who writes */
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(FWD_FAIL_ENVIRONMENT);
    if (nothing >= 0 && dup2(nothing, 0) == 0 && dup2(outputs[0], 1) == 1 &&
        dup2(outputs[1], 2) == 2)
        (void)execv(words[0], words);
    _exit(FWD_FAIL_ENVIRONMENT);
}

static enum fwd_fail start(const char *dir, const struct fwd_matrix_job *job, char **words,
    struct fwd_job_call *call, struct fwd_error *err)
{
    int outputs[2] = {open_output(dir, job, "output.json"), open_output(dir, job, "message.txt")};
    pid_t parent = getpid();

    (void)clock_gettime(CLOCK_MONOTONIC, &call->begun);
    call->pid = outputs[0] >= 0 && outputs[1] >= 0 ? fork() : -1;
    if (call->pid == 0)
        become(words, outputs, parent);
    int cause = errno;
    for (unsigned i = 0; i < 2; i++)
        if (outputs[i] >= 0)
            (void)close(outputs[i]);
    if (call->pid > 0)
        return FWD_FAIL_NONE;
    call->pid = 0;
    return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s/jobs: a job cannot be started: %s", dir,
        fwd_error_cause(cause));
}

enum fwd_fail fwd_job_call_begin(const char *dir, struct fwd_matrix_plan *plan, size_t job,
    struct fwd_job_call *call, struct fwd_error *err)
{
    struct fwd_matrix_command command = fwd_matrix_plan_command(plan, job);
    char **words = make_words(dir, plan, &command);
    enum fwd_fail fail =
        words != NULL ? make_folder(dir, &plan->jobs[job], err) : fwd_error_memory(err, dir);

    *call = (struct fwd_job_call){.job = job};
    if (fail == FWD_FAIL_NONE)
        fail = check_inputs(plan, &command, err);
    if (fail == FWD_FAIL_NONE)
        fail = start(dir, &plan->jobs[job], words, call, err);
    free_words(words);
    fwd_matrix_command_free(&command);
    return fail;
}

void fwd_job_call_end(const char *dir, struct fwd_matrix_plan *plan, struct fwd_job_call *call,
    int wait_status, struct fwd_matrix_result *result)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    char *line = line_of(dir, plan, call->job);
    const struct fwd_job_end end = {
        .status = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status),
        .seconds = (double)(now.tv_sec - call->begun.tv_sec) +
                   (double)(now.tv_nsec - call->begun.tv_nsec) / 1e9,
        .line = line};

    call->pid = 0;
    fwd_job_result_write(dir, plan, call->job, &end, result);
    free(line);
}
