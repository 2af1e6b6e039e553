/* The tables of a campaign's state. */
#include "manage/campaign/state/campaign_state_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define BUSY_MS 10000
#define LAYOUT  2 /* of the tables: PRAGMA user_version */

/* A commit is in the file, and a killed process loses nothing of it; only when the machine itself
 * loses power may the last moment be missing, which the devices tell again. */
static const char tables[] =
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = NORMAL;"
    "BEGIN IMMEDIATE;"
    "CREATE TABLE IF NOT EXISTS number (name TEXT PRIMARY KEY, value INTEGER);"
    "CREATE TABLE IF NOT EXISTS text (name TEXT PRIMARY KEY, value TEXT);"
    "CREATE TABLE IF NOT EXISTS record (phase TEXT, who TEXT, imei TEXT, t INTEGER);"
    "CREATE TABLE IF NOT EXISTS device (imei TEXT PRIMARY KEY, step INTEGER, outcome INTEGER,"
    " attempts INTEGER, hop_attempts INTEGER, hops INTEGER, result INTEGER, bytes INTEGER,"
    " version_before TEXT, version_after TEXT, seen INTEGER, begun INTEGER, ended INTEGER)"
    " WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS contact (imei TEXT PRIMARY KEY, address TEXT, location TEXT)"
    " WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS event (imei TEXT, step TEXT, t INTEGER);"
    "CREATE TABLE IF NOT EXISTS stranger (who TEXT, address TEXT, why TEXT, t INTEGER,"
    " count INTEGER, PRIMARY KEY (who, why));"
    "PRAGMA user_version = 2;"
    "COMMIT;";

static const struct {
    size_t offset; /* of the statement in struct fwd_campaign_state */
    const char *sql;
} statements[] = {
    {offsetof(struct fwd_campaign_state, unit),
        "INSERT OR REPLACE INTO device VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
    {offsetof(struct fwd_campaign_state, event), "INSERT INTO event VALUES (?, ?, ?)"},
    {offsetof(struct fwd_campaign_state, record), "INSERT INTO record VALUES (?, ?, ?, ?)"},
    {offsetof(struct fwd_campaign_state, stranger),
        "INSERT INTO stranger VALUES "
        "(iif((SELECT count(*) FROM stranger) < 1000 OR EXISTS "
        "(SELECT 1 FROM stranger WHERE who = ?1 AND why = ?3), ?1, 'others'), ?2, ?3, ?4, 1) "
        "ON CONFLICT DO UPDATE SET count = count + 1, t = excluded.t, address = excluded.address "
        "RETURNING count"},
    {offsetof(struct fwd_campaign_state, contact),
        "INSERT OR REPLACE INTO contact VALUES (?, ?, ?)"},
    {offsetof(struct fwd_campaign_state, set), "INSERT OR REPLACE INTO number VALUES (?, ?)"},
};

static sqlite3_stmt **statement(struct fwd_campaign_state *s, size_t index)
{
    return (sqlite3_stmt **)(void *)((char *)s + statements[index].offset);
}

/* ---- carrying out ---------------------------------------------------------------------------- */

/* In the system's words where it is the system's cause. */
static const char *cause_of(sqlite3 *db)
{
    int code = sqlite3_errcode(db), number = sqlite3_system_errno(db);

    if (code == SQLITE_FULL)
        return fwd_error_cause(ENOSPC);
    return (code == SQLITE_IOERR || code == SQLITE_CANTOPEN) && number != 0
               ? fwd_error_cause(number)
               : sqlite3_errmsg(db);
}

static void note_failure(struct fwd_campaign_state *s)
{
    if (!s->broken)
        (void)snprintf(s->cause, sizeof s->cause, "%s", cause_of(s->db));
    s->broken = true;
}

void fwd_campaign_state_begin(struct fwd_campaign_state *s)
{
    if (s->open)
        return;
    s->open = sqlite3_exec(s->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK;
    if (!s->open)
        note_failure(s);
}

void fwd_campaign_state_step(struct fwd_campaign_state *s, sqlite3_stmt *st)
{
    if (sqlite3_step(st) != SQLITE_DONE)
        note_failure(s);
    (void)sqlite3_reset(st);
    (void)sqlite3_clear_bindings(st);
}

enum fwd_fail fwd_campaign_state_commit(struct fwd_campaign_state *s, struct fwd_error *err)
{
    if (s->open && !s->broken && sqlite3_exec(s->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
        note_failure(s);
    s->open = false;
    if (!s->broken)
        return FWD_FAIL_NONE;
    (void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
    return fwd_error_fail(
        err, FWD_FAIL_ENVIRONMENT, "%s: cannot be written: %s", s->path, s->cause);
}

int64_t fwd_campaign_state_number(struct fwd_campaign_state *s, const char *sql)
{
    sqlite3_stmt *query = NULL;
    int64_t value = 0;

    if (sqlite3_prepare_v2(s->db, sql, -1, &query, NULL) == SQLITE_OK &&
        sqlite3_step(query) == SQLITE_ROW)
        value = sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    return value;
}

void fwd_campaign_state_set(struct fwd_campaign_state *s, const char *name, int64_t value)
{
    sqlite3_bind_text(s->set, 1, name, -1, SQLITE_STATIC);
    sqlite3_bind_int64(s->set, 2, value);
    fwd_campaign_state_step(s, s->set);
}

void fwd_campaign_state_read_phase(struct fwd_campaign_state *s)
{
    int64_t phase = fwd_campaign_state_number(s, "SELECT value FROM number WHERE name = 'phase'");

    if (phase >= 0 && phase < FWD_CAMPAIGN_PHASES)
        s->phase = (enum fwd_campaign_phase)phase;
    s->since = fwd_campaign_state_number(s, "SELECT value FROM number WHERE name = 'since'");
}

void fwd_campaign_state_write_unit(
    struct fwd_campaign_state *s, const char *imei, const struct fwd_campaign_unit *u)
{
    const int64_t numbers[] = {
        u->step, u->outcome, u->attempts, u->hop_attempts, u->hops, u->result, (int64_t)u->bytes};
    const int64_t times[] = {u->seen, u->begun, u->ended};

    sqlite3_bind_text(s->unit, 1, imei, -1, SQLITE_STATIC);
    for (int i = 0; i < 7; i++)
        sqlite3_bind_int64(s->unit, 2 + i, numbers[i]);
    sqlite3_bind_text(s->unit, 9, u->before, -1, SQLITE_TRANSIENT);
    sqlite3_bind_text(s->unit, 10, u->after, -1, SQLITE_TRANSIENT);
    for (int i = 0; i < 3; i++)
        sqlite3_bind_int64(s->unit, 11 + i, times[i]);
    fwd_campaign_state_step(s, s->unit);
}

/* ---- opening --------------------------------------------------------------------------------- */

static void take_row(struct fwd_campaign_state *s, sqlite3_stmt *row)
{
    const char *imei = (const char *)sqlite3_column_text(row, 0);
    size_t index = imei != NULL ? fwd_campaign_find(s->campaign, imei) : s->campaign->device_count;

    if (index == s->campaign->device_count)
        return;
    struct fwd_campaign_unit *u = &s->units[index];
    int64_t step = sqlite3_column_int64(row, 1), outcome = sqlite3_column_int64(row, 2);
    const char *before = (const char *)sqlite3_column_text(row, 8),
               *after = (const char *)sqlite3_column_text(row, 9);
    u->step = step >= 0 && step < FWD_CAMPAIGN_STEPS ? (enum fwd_campaign_step)step : 0;
    u->outcome =
        outcome >= 0 && outcome < FWD_CAMPAIGN_OUTCOMES ? (enum fwd_campaign_outcome)outcome : 0;
    u->attempts = (uint32_t)sqlite3_column_int64(row, 3);
    u->hop_attempts = (uint32_t)sqlite3_column_int64(row, 4);
    u->hops = (uint32_t)sqlite3_column_int64(row, 5);
    u->result = (uint32_t)sqlite3_column_int64(row, 6);
    u->bytes = (uint64_t)sqlite3_column_int64(row, 7);
    (void)snprintf(u->before, sizeof u->before, "%s", before != NULL ? before : "");
    (void)snprintf(u->after, sizeof u->after, "%s", after != NULL ? after : "");
    u->seen = sqlite3_column_int64(row, 10);
    u->begun = sqlite3_column_int64(row, 11);
    u->ended = sqlite3_column_int64(row, 12);
    s->steps[index] = (uint8_t)u->step;
}

static bool read_units(struct fwd_campaign_state *s)
{
    size_t count = s->campaign->device_count;
    sqlite3_stmt *query = NULL;

    s->units = calloc(count > 0 ? count : 1, sizeof *s->units);
    s->steps = calloc(count > 0 ? count : 1, 1);
    if (s->units == NULL || s->steps == NULL ||
        sqlite3_prepare_v2(s->db, "SELECT * FROM device", -1, &query, NULL) != SQLITE_OK)
        return false;
    while (sqlite3_step(query) == SQLITE_ROW)
        take_row(s, query);
    sqlite3_finalize(query);
    return true;
}

static void note_withdrawn(void *ctx, const char *imei, const char *b, const char *c, int64_t n)
{
    struct fwd_campaign_state *s = ctx;
    size_t index = imei != NULL ? fwd_campaign_find(s->campaign, imei) : s->campaign->device_count;

    (void)b, (void)c, (void)n;
    if (index < s->campaign->device_count)
        s->units[index].leaving = s->units[index].step != FWD_CAMPAIGN_ENDED;
}

/* Withdrawn, or the campaign was cancelled. */
static void note_leaving(struct fwd_campaign_state *s)
{
    for (size_t i = 0; i < s->campaign->device_count && s->phase == FWD_CAMPAIGN_CANCELLED; i++)
        s->units[i].leaving = s->units[i].step != FWD_CAMPAIGN_ENDED;
    fwd_campaign_state_rows(s, "withdrawn", note_withdrawn, s);
}

/* Whose state is it? One that was made just now is of this campaign. */
static enum fwd_fail check_name(struct fwd_campaign_state *s, struct fwd_error *err)
{
    sqlite3_stmt *query = NULL;
    enum fwd_fail fail = FWD_FAIL_NONE;

    if (sqlite3_prepare_v2(s->db,
            "INSERT OR IGNORE INTO text VALUES ('campaign', ?1) RETURNING value", -1, &query,
            NULL) != SQLITE_OK)
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s: %s", s->path, sqlite3_errmsg(s->db));
    sqlite3_bind_text(query, 1, s->campaign->name, -1, SQLITE_STATIC);
    (void)sqlite3_step(query);
    sqlite3_finalize(query);
    if (sqlite3_prepare_v2(s->db, "SELECT value FROM text WHERE name = 'campaign'", -1, &query,
            NULL) == SQLITE_OK &&
        sqlite3_step(query) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(query, 0);
        if (name == NULL || strcmp(name, s->campaign->name) != 0)
            fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
                "%s: is the state of the campaign '%s', not of '%s'; give another one with --state",
                s->path, name != NULL ? name : "", s->campaign->name);
    }
    sqlite3_finalize(query);
    return fail;
}

static enum fwd_fail fail_open(struct fwd_campaign_state *s, struct fwd_error *err)
{
    int code = sqlite3_errcode(s->db);

    if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: is not the state of a campaign (%s); name it with --state", s->path,
            sqlite3_errmsg(s->db));
    return fwd_error_fail(
        err, FWD_FAIL_ENVIRONMENT, "%s: cannot be written: %s", s->path, cause_of(s->db));
}

/* Nothing is written into a database of somebody else. *made: it has our tables. */
static enum fwd_fail check_layout(struct fwd_campaign_state *s, bool *made, struct fwd_error *err)
{
    int64_t layout = fwd_campaign_state_number(s, "PRAGMA user_version");
    int64_t tables_there = fwd_campaign_state_number(s, "SELECT count(*) FROM sqlite_master");

    *made = layout == LAYOUT;
    if (layout == 0 && tables_there > 0)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: is a database, but not the state of a campaign; name it with --state", s->path);
    if (layout == 0 || *made)
        return FWD_FAIL_NONE;
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "%s: is the state of a campaign of another version of fwdelta; go on with that one",
        s->path);
}

static enum fwd_fail open_db(struct fwd_campaign_state *s, bool create, struct fwd_error *err)
{
    int flags = SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0);
    bool made = false;

    if (!create && access(s->path, F_OK) != 0)
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
            "%s: there is no such state; 'fwdelta campaign serve' makes it, or name it with "
            "--state",
            s->path);
    if (sqlite3_open_v2(s->path, &s->db, flags, NULL) != SQLITE_OK)
        return fwd_error_fail(
            err, FWD_FAIL_ENVIRONMENT, "%s: cannot be opened: %s", s->path, cause_of(s->db));
    (void)sqlite3_busy_timeout(s->db, BUSY_MS);
    enum fwd_fail fail = check_layout(s, &made, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    const char *sql = made ? "PRAGMA synchronous = NORMAL" : tables;
    return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK ? FWD_FAIL_NONE
                                                                   : fail_open(s, err);
}

enum fwd_fail fwd_campaign_state_open(const char *path, const struct fwd_campaign *campaign,
    bool create, struct fwd_campaign_state **out, struct fwd_error *err)
{
    struct fwd_campaign_state *s = calloc(1, sizeof *s);

    *out = NULL;
    if (s == NULL)
        return fwd_error_memory(err, path);
    s->campaign = campaign;
    s->lock = -1;
    enum fwd_fail fail = FWD_FAIL_NONE;
    if (snprintf(s->path, sizeof s->path, "%s", path) >= (int)sizeof s->path)
        fail = fwd_error_fail(err, FWD_FAIL_USAGE, "%.60s...: the name is too long", path);
    if (fail == FWD_FAIL_NONE)
        fail = open_db(s, create, err);
    if (fail == FWD_FAIL_NONE)
        fail = check_name(s, err);
    for (size_t i = 0; fail == FWD_FAIL_NONE && i < sizeof statements / sizeof *statements; i++) {
        if (sqlite3_prepare_v2(s->db, statements[i].sql, -1, statement(s, i), NULL) != SQLITE_OK)
            fail =
                fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s: %s", s->path, sqlite3_errmsg(s->db));
    }
    if (fail == FWD_FAIL_NONE && !read_units(s))
        fail = fwd_error_memory(err, path);
    if (fail != FWD_FAIL_NONE) {
        fwd_campaign_state_close(s);
        return fail;
    }
    fwd_campaign_state_read_phase(s);
    note_leaving(s);
    s->clock_real =
        fwd_campaign_state_number(s, "SELECT value FROM number WHERE name = 'clock_real'");
    s->clock_first =
        fwd_campaign_state_number(s, "SELECT value FROM number WHERE name = 'clock_first'");
    s->clock_scale =
        fwd_campaign_state_number(s, "SELECT value FROM number WHERE name = 'clock_scale'");
    s->data_version = fwd_campaign_state_number(s, "PRAGMA data_version");
    *out = s;
    return FWD_FAIL_NONE;
}

/* SQLite's own locks are of another kind, and unharmed as long as this descriptor is closed last.
 */
enum fwd_fail fwd_campaign_state_lock(struct fwd_campaign_state *s, struct fwd_error *err)
{
    s->lock = open(s->path, O_RDONLY | O_CLOEXEC);
    if (s->lock >= 0 && flock(s->lock, LOCK_EX | LOCK_NB) == 0)
        return FWD_FAIL_NONE;
    if (s->lock >= 0 && errno == EWOULDBLOCK)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: another server works with this state; stop it, or give this one another state "
            "with --state",
            s->path);
    return fwd_error_fail(
        err, FWD_FAIL_ENVIRONMENT, "%s: cannot be locked: %s", s->path, fwd_error_cause(errno));
}

void fwd_campaign_state_close(struct fwd_campaign_state *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
        sqlite3_finalize(*statement(s, i));
    (void)sqlite3_close(s->db);
    if (s->lock >= 0)
        (void)close(s->lock);
    free(s->units);
    free(s->steps);
    free(s);
}
