#include "matrix/report/matrix_report.h"

#include "hostio/host_file.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum fwd_fail fwd_matrix_report_begin(struct fwd_matrix_report *report, struct fwd_error *err)
{
    memset(report->states, 0, sizeof report->states);
    report->seconds = 0;
    for (size_t i = 0; i < report->plan->job_count; i++) {
        report->states[report->results[i].state]++;
        report->seconds += report->results[i].seconds;
    }
    return fwd_ways_find(report->plan, report->results, &report->ways, err);
}

void fwd_matrix_report_end(struct fwd_matrix_report *report)
{
    fwd_ways_free(&report->ways);
}

/* ---- packages by name ------------------------------------------------------------------------ */

/* What a file name may hold of a name. */
static void put_name(FILE *out, const char *name)
{
    for (; *name != '\0'; name++)
        fputc(fwd_release_file_character(*name), out);
}

void fwd_matrix_report_package(
    const struct fwd_matrix_report *report, size_t number, char *out, size_t size)
{
    const struct fwd_matrix_job *job = &report->plan->jobs[number];
    const struct fwd_matrix_product *product = &report->plan->release->products[job->product];
    FILE *text = fmemopen(out, size, "w");

    out[0] = '\0';
    if (text == NULL)
        return;
    put_name(text, product->name);
    fputc('_', text);
    if (job->from != FWD_MATRIX_NONE) {
        put_name(text, product->versions[job->from].version);
        fputc('_', text);
    }
    put_name(text, product->versions[job->to].version);
    if (job->device != FWD_MATRIX_NONE) {
        fputc('_', text);
        put_name(text, report->plan->release->devices[job->device].name);
    }
    fputs(".upd", text);
    (void)fclose(text);
    out[size - 1] = '\0';
}

/* A second name for the same bytes; where that cannot be, a copy. */
static enum fwd_fail name_package(
    const struct fwd_matrix_report *report, size_t number, struct fwd_error *err)
{
    char name[512], path[PATH_MAX], from[PATH_MAX];
    struct fwd_bytes bytes = {NULL, 0};

    fwd_matrix_report_package(report, number, name, sizeof name);
    int length = snprintf(path, sizeof path, "%s/packages/%s", report->dir, name);
    fwd_job_result_path(report->dir, &report->plan->jobs[number], "package.upd", from);
    if (length < 0 || (size_t)length >= sizeof path || from[0] == '\0')
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s: the name is too long", report->dir);
    (void)unlink(path);
    if (report->results[number].state != FWD_MATRIX_PASSED || link(from, path) == 0)
        return FWD_FAIL_NONE;
    enum fwd_fail fail = fwd_file_read(from, UINT32_MAX, &bytes, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_file_write_atomic(path, bytes.data, bytes.size, 0666, true, err);
    fwd_bytes_free(&bytes);
    return fail;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Removes packages of an earlier plan: what is there is what may be sent to devices. names: sorted.
 */
static void remove_others(const char *folder, char **names, size_t count)
{
    DIR *open_folder = opendir(folder);
    const struct dirent *entry;

    while (open_folder != NULL && (entry = readdir(open_folder)) != NULL) {
        const char *name = entry->d_name;
        size_t size = strlen(name);
        if (size > 4 && strcmp(name + size - 4, ".upd") == 0 &&
            bsearch(&name, names, count, sizeof *names, compare_names) == NULL)
            (void)unlinkat(dirfd(open_folder), name, 0);
    }
    if (open_folder != NULL)
        (void)closedir(open_folder);
}

/* Without memory they stay. */
static void tidy_packages(const struct fwd_matrix_report *report, const char *folder)
{
    size_t jobs = report->plan->job_count, count = 0;
    char **names = calloc(jobs + 1, sizeof *names), name[512];
    bool complete = names != NULL;

    for (size_t i = 0; i < jobs && complete; i++) {
        if (report->plan->jobs[i].package != FWD_MATRIX_NONE)
            continue;
        fwd_matrix_report_package(report, i, name, sizeof name);
        names[count] = strdup(name);
        complete = names[count] != NULL;
        count += complete ? 1 : 0;
    }
    if (complete) {
        qsort(names, count, sizeof *names, compare_names);
        remove_others(folder, names, count);
    }
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
}

static enum fwd_fail name_packages(const struct fwd_matrix_report *report, struct fwd_error *err)
{
    char path[PATH_MAX];
    enum fwd_fail fail = FWD_FAIL_NONE;

    (void)snprintf(path, sizeof path, "%s/packages", report->dir);
    if (mkdir(path, 0777) != 0 && errno != EEXIST)
        return fwd_error_fail(
            err, FWD_FAIL_ENVIRONMENT, "%s: cannot be made: %s", path, fwd_error_cause(errno));
    tidy_packages(report, path);
    for (size_t i = 0; i < report->plan->job_count && fail == FWD_FAIL_NONE; i++)
        if (report->plan->jobs[i].package == FWD_MATRIX_NONE)
            fail = name_package(report, i, err);
    return fail;
}

/* ---- files ----------------------------------------------------------------------------------- */

static enum fwd_fail write_text(const struct fwd_matrix_report *report, const char *name,
    bool (*put)(const struct fwd_matrix_report *, FILE *), struct fwd_error *err)
{
    char path[PATH_MAX];
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    (void)snprintf(path, sizeof path, "%s/%s", report->dir, name);
    bool ok = out != NULL && put(report, out);
    if (out != NULL && fclose(out) != 0)
        ok = false;
    enum fwd_fail fail =
        ok ? fwd_file_write_atomic(path, text, size, 0666, true, err) : fwd_error_memory(err, path);
    free(text);
    return fail;
}

static bool put_json(const struct fwd_matrix_report *report, FILE *out)
{
    json_t *json = fwd_matrix_report_json(report);
    bool ok = json != NULL && json_dumpf(json, out, JSON_INDENT(2) | JSON_REAL_PRECISION(6)) == 0;

    json_decref(json);
    return ok && fputc('\n', out) != EOF;
}

enum fwd_fail fwd_matrix_report_write(const struct fwd_matrix_report *report, struct fwd_error *err)
{
    char path[PATH_MAX];
    enum fwd_fail fail = name_packages(report, err);

    if (fail == FWD_FAIL_NONE)
        fail = write_text(report, "report.json", put_json, err);
    if (fail == FWD_FAIL_NONE)
        fail = write_text(report, "report.xml", fwd_matrix_report_junit, err);
    if (fail == FWD_FAIL_NONE)
        fail = write_text(report, "report.html", fwd_matrix_report_html, err);
    (void)snprintf(path, sizeof path, "%s/results.sqlite", report->dir);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_matrix_report_sqlite(report, path, err);
    return fail;
}
