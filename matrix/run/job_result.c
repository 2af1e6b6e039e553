#include "matrix/run/job_result.h"

#include "hostio/host_file.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define TEXT_MAX    (16u << 20)
#define MESSAGE_MAX 4096u

const char *fwd_job_result_word(enum fwd_matrix_state state)
{
    static const char *const words[FWD_MATRIX_STATES] = {
        "not done", "passed", "refused", "failed", "blocked", "unreadable"};

    return words[state];
}

void fwd_job_result_path(
    const char *dir, const struct fwd_matrix_job *job, const char *name, char path[PATH_MAX])
{
    int length = snprintf(path, PATH_MAX, "%s/jobs/%.2s/%s%s%s", dir, job->id, job->id,
        name != NULL ? "/" : "", name != NULL ? name : "");

    if (length < 0 || length >= PATH_MAX)
        path[0] = '\0';
}

void fwd_job_result_free(struct fwd_matrix_result *result)
{
    free(result->message);
    *result = (struct fwd_matrix_result){0};
}

/* ---- what a call printed --------------------------------------------------------------------- */

static uint32_t number(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    double real = json_number_value(value);

    return real > 0 && real < UINT32_MAX ? (uint32_t)real : 0;
}

static void take_report(const json_t *report, struct fwd_matrix_result *result)
{
    const json_t *cost = json_object_get(report, "cost");
    const json_t *update = json_object_get(report, "update");
    double seconds = json_number_value(json_object_get(cost, "seconds_on_device"));

    result->code = number(report, "code");
    result->lost = number(report, "failures");
    result->operations = number(update, "operations");
    result->staged_bytes = number(cost, "staged_bytes");
    result->erases = number(cost, "erases");
    result->device_ms = seconds > 0 && seconds < 4e6 ? (uint32_t)(seconds * 1000) : 0;
}

static void take_package(const json_t *package, struct fwd_matrix_result *result)
{
    const char *digest = json_string_value(json_object_get(package, "sha256"));

    result->size = number(package, "size");
    if (digest != NULL && strlen(digest) < sizeof result->digest)
        strcpy(result->digest, digest);
}

/* The last line that the call wrote about what went wrong. */
static char *read_message(const char *dir, const struct fwd_matrix_job *job)
{
    struct fwd_bytes text = {NULL, 0};
    char path[PATH_MAX];

    fwd_job_result_path(dir, job, "message.txt", path);
    if (fwd_file_read_or_empty(path, TEXT_MAX, &text, NULL) != FWD_FAIL_NONE)
        return NULL;
    char *begin = (char *)text.data;
    begin[strcspn(begin, "\n")] = '\0';
    char *message = text.size > 0 ? strndup(begin, MESSAGE_MAX) : NULL;
    fwd_bytes_free(&text);
    return message;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* Is the package that the result speaks of still there? */
static bool package_is_there(
    const char *dir, const struct fwd_matrix_job *job, const struct fwd_matrix_result *result)
{
    char path[PATH_MAX], digest[FWD_MATRIX_DIGEST];

    fwd_job_result_path(dir, job, "package.upd", path);
    return fwd_matrix_inputs_digest(path, digest, NULL) && strcmp(digest, result->digest) == 0;
}

static bool makes_package(const struct fwd_matrix_job *job)
{
    return job->kind == FWD_MATRIX_DELTA || job->kind == FWD_MATRIX_FULL;
}

/* Was a key exchanged after the job was refused? Keys are no part of a job's id. */
static bool keys_are_newer(const struct fwd_matrix_plan *plan, const char *result)
{
    struct stat key, kept;

    if (stat(result, &kept) != 0)
        return true;
    for (size_t i = 0; i < plan->release->key_count; i++)
        if (stat(plan->release->keys[i], &key) == 0 &&
            (key.st_mtim.tv_sec > kept.st_mtim.tv_sec ||
                (key.st_mtim.tv_sec == kept.st_mtim.tv_sec &&
                    key.st_mtim.tv_nsec > kept.st_mtim.tv_nsec)))
            return true;
    return false;
}

static void read_kept(const char *dir, const struct fwd_matrix_plan *plan,
    const struct fwd_matrix_job *job, const json_t *kept, struct fwd_matrix_result *result)
{
    const char *id = json_string_value(json_object_get(kept, "id"));
    const char *message = json_string_value(json_object_get(kept, "message"));
    int status = (int)json_integer_value(json_object_get(kept, "exit"));
    char path[PATH_MAX];

    if (id == NULL || strcmp(id, job->id) != 0)
        return;
    take_report(json_object_get(kept, "report"), result);
    take_package(json_object_get(kept, "package"), result);
    result->seconds = json_number_value(json_object_get(kept, "seconds"));
    if (status == 0 && makes_package(job) && !package_is_there(dir, job, result))
        return;
    fwd_job_result_path(dir, job, "result.json", path);
    if (status != 0 && makes_package(job) && keys_are_newer(plan, path))
        return;
    result->state = status == 0 ? FWD_MATRIX_PASSED : FWD_MATRIX_REFUSED;
    result->message = message != NULL ? strdup(message) : NULL;
}

void fwd_job_result_read(const char *dir, const struct fwd_matrix_plan *plan, size_t number_of,
    struct fwd_matrix_result *result)
{
    const struct fwd_matrix_job *job = &plan->jobs[number_of];
    struct fwd_bytes text = {NULL, 0};
    char path[PATH_MAX];

    *result = (struct fwd_matrix_result){.state = FWD_MATRIX_NOT_DONE};
    if (job->unreadable != FWD_MATRIX_NONE) {
        const char *why = plan->inputs.list[job->unreadable].why;
        result->state = FWD_MATRIX_UNREADABLE;
        result->message = why != NULL ? strdup(why) : NULL;
        return;
    }
    fwd_job_result_path(dir, job, "result.json", path);
    if (fwd_file_read(path, TEXT_MAX, &text, NULL) != FWD_FAIL_NONE) {
        result->message = read_message(dir, job);
        result->state = result->message != NULL ? FWD_MATRIX_FAILED : FWD_MATRIX_NOT_DONE;
        return;
    }
    json_t *kept = json_loadb((const char *)text.data, text.size, 0, NULL);
    if (kept != NULL)
        read_kept(dir, plan, job, kept, result);
    json_decref(kept);
    fwd_bytes_free(&text);
}

/* ---- writing --------------------------------------------------------------------------------- */

static json_t *package_json(const char *dir, const struct fwd_matrix_job *job)
{
    struct fwd_bytes package = {NULL, 0};
    char path[PATH_MAX], digest[FWD_MATRIX_DIGEST];
    json_t *json = NULL;

    fwd_job_result_path(dir, job, "package.upd", path);
    if (fwd_file_read(path, UINT32_MAX, &package, NULL) == FWD_FAIL_NONE &&
        fwd_matrix_digest(package.data, package.size, digest))
        json = json_pack("{s:I, s:s}", "size", (json_int_t)package.size, "sha256", digest);
    fwd_bytes_free(&package);
    return json != NULL ? json : json_null();
}

/* NULL: the call printed nothing that is JSON. */
static json_t *report_json(const char *dir, const struct fwd_matrix_job *job)
{
    struct fwd_bytes text = {NULL, 0};
    char path[PATH_MAX];
    json_t *json = NULL;

    fwd_job_result_path(dir, job, "output.json", path);
    if (fwd_file_read(path, TEXT_MAX, &text, NULL) == FWD_FAIL_NONE)
        json = json_loadb((const char *)text.data, text.size, 0, NULL);
    fwd_bytes_free(&text);
    return json;
}

static enum fwd_fail keep(const char *dir, const struct fwd_matrix_plan *plan, size_t number_of,
    const struct fwd_job_end *end, const char *message, struct fwd_error *err)
{
    const struct fwd_matrix_job *job = &plan->jobs[number_of];
    json_t *report = report_json(dir, job);
    char name[512], path[PATH_MAX];

    fwd_matrix_plan_name(plan, number_of, name, sizeof name);
    json_t *kept = json_pack("{s:s, s:s, s:s, s:s?, s:i, s:s?, s:f, s:o, s:o}", "schema",
        "fwdelta-matrix-job-1", "id", job->id, "job", name, "command", end->line, "exit",
        end->status, "message", message, "seconds", end->seconds, "package",
        makes_package(job) ? package_json(dir, job) : json_null(), "report",
        report != NULL ? report : json_null());
    char *text = kept != NULL ? json_dumps(kept, JSON_INDENT(2)) : NULL;
    enum fwd_fail fail = FWD_FAIL_ENVIRONMENT;

    fwd_job_result_path(dir, job, "result.json", path);
    if (text == NULL)
        fail = fwd_error_memory(err, path);
    else
        fail = fwd_file_write_atomic(path, text, strlen(text), 0666, true, err);
    free(text);
    json_decref(kept);
    return fail;
}

void fwd_job_result_write(const char *dir, const struct fwd_matrix_plan *plan, size_t job,
    const struct fwd_job_end *end, struct fwd_matrix_result *result)
{
    char *message = read_message(dir, &plan->jobs[job]);
    bool final = end->status == FWD_FAIL_NONE || end->status == FWD_FAIL_REFUSED;
    struct fwd_error err = {""};

    *result = (struct fwd_matrix_result){.state = FWD_MATRIX_FAILED, .message = message};
    if (!final) {
        if (message == NULL &&
            asprintf(&result->message, "it ended with status %d", end->status) < 0)
            result->message = NULL;
        return;
    }
    if (keep(dir, plan, job, end, message, &err) != FWD_FAIL_NONE) {
        free(message);
        result->message = strdup(err.text);
        return;
    }
    free(message);
    fwd_job_result_read(dir, plan, job, result);
}
