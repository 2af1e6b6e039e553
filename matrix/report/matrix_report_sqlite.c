/* results.sqlite: tables job, way. */
#include "matrix/report/matrix_report.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

static const char schema[] =
    "CREATE TABLE job(id TEXT, kind TEXT, product TEXT, from_version TEXT, to_version TEXT,"
    " device TEXT, state TEXT, message TEXT, seconds REAL, size INTEGER, sha256 TEXT,"
    " code INTEGER, device_ms INTEGER, staged_bytes INTEGER, erases INTEGER,"
    " operations INTEGER, lost INTEGER);"
    "CREATE TABLE way(product TEXT, from_version TEXT, device TEXT, way TEXT, over TEXT,"
    " works INTEGER, best INTEGER, bytes INTEGER, device_ms INTEGER, why TEXT);";

static void bind_text(sqlite3_stmt *row, int at, const char *text)
{
    (void)sqlite3_bind_text(row, at, text, -1, SQLITE_TRANSIENT);
}

static const char *version_of(
    const struct fwd_matrix_report *report, size_t product, size_t version)
{
    return version != FWD_MATRIX_NONE
               ? report->plan->release->products[product].versions[version].version
               : NULL;
}

static int put_job(const struct fwd_matrix_report *report, size_t number, sqlite3_stmt *row)
{
    static const char *const kinds[FWD_MATRIX_KINDS] = {"delta", "full", "verify", "torture"};
    const struct fwd_matrix_job *job = &report->plan->jobs[number];
    const struct fwd_matrix_result *result = &report->results[number];
    const struct fwd_release_file *release = report->plan->release;

    (void)sqlite3_reset(row);
    bind_text(row, 1, job->id);
    bind_text(row, 2, kinds[job->kind]);
    bind_text(row, 3, release->products[job->product].name);
    bind_text(row, 4, version_of(report, job->product, job->from));
    bind_text(row, 5, version_of(report, job->product, job->to));
    bind_text(row, 6, job->device != FWD_MATRIX_NONE ? release->devices[job->device].name : NULL);
    bind_text(row, 7, fwd_job_result_word(result->state));
    bind_text(row, 8, result->message);
    (void)sqlite3_bind_double(row, 9, result->seconds);
    (void)sqlite3_bind_int64(row, 10, result->size);
    bind_text(row, 11, result->digest);
    const uint32_t numbers[] = {result->code, result->device_ms, result->staged_bytes,
        result->erases, result->operations, result->lost};
    for (int i = 0; i < 6; i++)
        (void)sqlite3_bind_int64(row, 12 + i, numbers[i]);
    return sqlite3_step(row);
}

static int put_way(const struct fwd_matrix_report *report, const struct fwd_way_case *c, int kind,
    sqlite3_stmt *row)
{
    const struct fwd_release_file *release = report->plan->release;
    const struct fwd_way *way = &c->ways[kind];

    (void)sqlite3_reset(row);
    bind_text(row, 1, release->products[c->product].name);
    bind_text(row, 2, version_of(report, c->product, c->from));
    bind_text(row, 3, release->devices[c->device].name);
    bind_text(row, 4, fwd_way_word((enum fwd_way_kind)kind));
    bind_text(row, 5, kind == FWD_WAY_TWO ? version_of(report, c->product, way->over) : NULL);
    (void)sqlite3_bind_int(row, 6, way->works);
    (void)sqlite3_bind_int(row, 7, c->best == kind);
    (void)sqlite3_bind_int64(row, 8, way->bytes);
    (void)sqlite3_bind_int64(row, 9, way->device_ms);
    bind_text(row, 10, way->why);
    return sqlite3_step(row);
}

static bool put_rows(const struct fwd_matrix_report *report, sqlite3 *db)
{
    sqlite3_stmt *job = NULL, *way = NULL;
    bool ok = sqlite3_exec(db, schema, NULL, NULL, NULL) == SQLITE_OK &&
              sqlite3_exec(db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK &&
              sqlite3_prepare_v2(db, "INSERT INTO job VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                  -1, &job, NULL) == SQLITE_OK &&
              sqlite3_prepare_v2(
                  db, "INSERT INTO way VALUES(?,?,?,?,?,?,?,?,?,?)", -1, &way, NULL) == SQLITE_OK;

    for (size_t i = 0; i < report->plan->job_count && ok; i++)
        ok = put_job(report, i, job) == SQLITE_DONE;
    for (size_t i = 0; i < report->ways.count && ok; i++)
        for (int kind = 0; kind < FWD_WAY_KINDS && ok; kind++)
            if (report->ways.cases[i].ways[kind].planned)
                ok = put_way(report, &report->ways.cases[i], kind, way) == SQLITE_DONE;
    (void)sqlite3_finalize(job);
    (void)sqlite3_finalize(way);
    return ok && sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
}

enum fwd_fail fwd_matrix_report_sqlite(
    const struct fwd_matrix_report *report, const char *path, struct fwd_error *err)
{
    char temporary[PATH_MAX];
    sqlite3 *db = NULL;
    int length = snprintf(temporary, sizeof temporary, "%s.%ld", path, (long)getpid());

    if (length < 0 || (size_t)length >= sizeof temporary)
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s: the name is too long", path);
    (void)unlink(temporary);
    bool ok = sqlite3_open(temporary, &db) == SQLITE_OK && put_rows(report, db);
    char *cause = ok ? NULL : sqlite3_mprintf("%s", sqlite3_errmsg(db));
    ok = sqlite3_close(db) == SQLITE_OK && ok;
    enum fwd_fail fail = FWD_FAIL_NONE;
    if (!ok || rename(temporary, path) != 0)
        fail = fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s: cannot be written: %s", path,
            cause != NULL ? cause : "the file cannot be put into place");
    sqlite3_free(cause);
    if (fail != FWD_FAIL_NONE)
        (void)unlink(temporary);
    return fail;
}
