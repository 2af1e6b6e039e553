#include "manage/campaign/state/campaign_state_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

const char *fwd_campaign_step_name(enum fwd_campaign_step step)
{
    static const char *const names[FWD_CAMPAIGN_STEPS] = {
        "waiting", "writing", "fetching", "executing", "installing", "ended"};

    return names[step];
}

const char *fwd_campaign_outcome_name(enum fwd_campaign_outcome outcome)
{
    static const char *const names[FWD_CAMPAIGN_OUTCOMES] = {
        "open", "updated", "already", "wrong_version", "failed", "not_reached", "stopped"};

    return names[outcome];
}

bool fwd_campaign_outcome_good(enum fwd_campaign_outcome outcome)
{
    return outcome == FWD_CAMPAIGN_UPDATED || outcome == FWD_CAMPAIGN_ALREADY;
}

/* ---- phase ----------------------------------------------------------------------------------- */

enum fwd_campaign_phase fwd_campaign_state_phase(const struct fwd_campaign_state *s)
{
    return s->phase;
}

int64_t fwd_campaign_state_since(const struct fwd_campaign_state *s)
{
    return s->since;
}

bool fwd_campaign_state_refresh(struct fwd_campaign_state *s)
{
    int64_t version = fwd_campaign_state_number(s, "PRAGMA data_version");

    if (version == s->data_version)
        return false;
    s->data_version = version;
    fwd_campaign_state_read_phase(s);
    return true;
}

static void put_record(
    struct fwd_campaign_state *s, const char *what, const char *who, const char *imei, int64_t now)
{
    sqlite3_bind_text(s->record, 1, what, -1, SQLITE_STATIC);
    sqlite3_bind_text(s->record, 2, who, -1, SQLITE_TRANSIENT);
    sqlite3_bind_text(s->record, 3, imei, -1, SQLITE_STATIC);
    sqlite3_bind_int64(s->record, 4, now);
    fwd_campaign_state_step(s, s->record);
}

static enum fwd_fail moved(struct fwd_campaign_state *s, enum fwd_campaign_phase next,
    const char *who, int64_t now, struct fwd_error *err)
{
    put_record(s, fwd_campaign_phase_name(next), who, "", now);
    fwd_campaign_state_set(s, "phase", next);
    fwd_campaign_state_set(s, "since", now);
    enum fwd_fail fail = fwd_campaign_state_commit(s, err);
    if (fail == FWD_FAIL_NONE) {
        s->phase = next;
        s->since = now;
    }
    return fail;
}

enum fwd_fail fwd_campaign_state_move(struct fwd_campaign_state *s, enum fwd_campaign_move move,
    const char *who, int64_t now, struct fwd_error *err)
{
    enum fwd_campaign_phase next;

    fwd_campaign_state_begin(s);
    fwd_campaign_state_read_phase(s); /* nobody else moves it now */
    if (fwd_campaign_phase_next(s->phase, move, &next))
        return moved(s, next, who, now, err);
    (void)fwd_campaign_state_commit(s, err);
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "the campaign is %s; '%s' does not lead on from there", fwd_campaign_phase_name(s->phase),
        fwd_campaign_move_name(move));
}

struct search {
    const char *imei;
    bool found;
};

static void compare_row(void *ctx, const char *imei, const char *b, const char *c, int64_t n)
{
    struct search *search = ctx;

    (void)b;
    (void)c;
    (void)n;
    if (imei != NULL && strcmp(imei, search->imei) == 0)
        search->found = true;
}

enum fwd_fail fwd_campaign_state_withdraw(struct fwd_campaign_state *s, size_t index,
    const char *who, int64_t now, bool *already, struct fwd_error *err)
{
    const struct fwd_campaign_unit *u = &s->units[index];
    const char *imei = s->campaign->devices[index].imei;
    struct search search = {imei, false};

    *already = false;
    if (s->phase == FWD_CAMPAIGN_FINAL_REPORTED || s->phase == FWD_CAMPAIGN_CANCELLED)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "the campaign is %s; no device can be withdrawn any more",
            fwd_campaign_phase_name(s->phase));
    if (u->step == FWD_CAMPAIGN_ENDED)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s has ended as %s; it cannot be withdrawn any more", imei,
            fwd_campaign_outcome_name(u->outcome));
    fwd_campaign_state_begin(s);
    fwd_campaign_state_rows(s, "withdrawn", compare_row, &search);
    *already = search.found;
    if (!search.found)
        put_record(s, "withdrawn", who, imei, now);
    return fwd_campaign_state_commit(s, err);
}

/* ---- devices --------------------------------------------------------------------------------- */

struct fwd_campaign_unit *fwd_campaign_state_unit(struct fwd_campaign_state *s, size_t index)
{
    return &s->units[index];
}

void fwd_campaign_state_save(struct fwd_campaign_state *s, size_t index, int64_t now)
{
    const struct fwd_campaign_unit *u = &s->units[index];
    const char *imei = s->campaign->devices[index].imei;

    fwd_campaign_state_begin(s);
    fwd_campaign_state_write_unit(s, imei, u);
    if (s->steps[index] == (uint8_t)u->step)
        return;
    s->steps[index] = (uint8_t)u->step;
    sqlite3_bind_text(s->event, 1, imei, -1, SQLITE_STATIC);
    sqlite3_bind_text(s->event, 2, fwd_campaign_step_name(u->step), -1, SQLITE_STATIC);
    sqlite3_bind_int64(s->event, 3, now);
    fwd_campaign_state_step(s, s->event);
}

void fwd_campaign_state_contact(
    struct fwd_campaign_state *s, size_t index, const char *address, const char *location)
{
    fwd_campaign_state_begin(s);
    sqlite3_bind_text(s->contact, 1, s->campaign->devices[index].imei, -1, SQLITE_STATIC);
    sqlite3_bind_text(s->contact, 2, address, -1, SQLITE_TRANSIENT);
    sqlite3_bind_text(s->contact, 3, location, -1, SQLITE_TRANSIENT);
    fwd_campaign_state_step(s, s->contact);
}

bool fwd_campaign_state_stranger(struct fwd_campaign_state *s, const char *who, const char *address,
    const char *why, int64_t now)
{
    fwd_campaign_state_begin(s);
    sqlite3_bind_text(s->stranger, 1, who, -1, SQLITE_TRANSIENT);
    sqlite3_bind_text(s->stranger, 2, address, -1, SQLITE_TRANSIENT);
    sqlite3_bind_text(s->stranger, 3, why, -1, SQLITE_TRANSIENT);
    sqlite3_bind_int64(s->stranger, 4, now);
    bool first =
        sqlite3_step(s->stranger) == SQLITE_ROW && sqlite3_column_int64(s->stranger, 0) == 1;
    fwd_campaign_state_step(s, s->stranger);
    return first;
}

void fwd_campaign_state_rows(struct fwd_campaign_state *s, const char *kind,
    void (*row)(void *ctx, const char *a, const char *b, const char *c, int64_t n), void *ctx)
{
    static const struct {
        const char *kind, *sql;
    } queries[] = {
        {"record", "SELECT phase, who, imei, t FROM record ORDER BY rowid"},
        {"stranger", "SELECT who, address, why, count FROM stranger ORDER BY who, why"},
        {"event", "SELECT imei, step, '', t FROM event ORDER BY imei, rowid"},
        {"contact", "SELECT imei, address, location, 0 FROM contact"},
        {"withdrawn", "SELECT imei, '', '', 0 FROM record WHERE imei <> ''"},
    };
    size_t i = 0;
    sqlite3_stmt *query = NULL;

    while (i + 1 < sizeof queries / sizeof *queries && strcmp(queries[i].kind, kind) != 0)
        i++;
    if (sqlite3_prepare_v2(s->db, queries[i].sql, -1, &query, NULL) == SQLITE_OK) {
        while (sqlite3_step(query) == SQLITE_ROW)
            row(ctx, (const char *)sqlite3_column_text(query, 0),
                (const char *)sqlite3_column_text(query, 1),
                (const char *)sqlite3_column_text(query, 2), sqlite3_column_int64(query, 3));
    }
    sqlite3_finalize(query);
}

/* ---- time ------------------------------------------------------------------------------------ */

static int64_t real_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t fwd_campaign_state_clock(const struct fwd_campaign_state *s)
{
    return s->clock_real != 0 ? s->clock_first + (real_ms() - s->clock_real) * s->clock_scale / 1000
                              : real_ms() / 1000;
}

int64_t fwd_campaign_state_now(struct fwd_campaign_state *s, uint32_t scale, int64_t first)
{
    struct fwd_error err;

    if (s->clock_real == 0) {
        s->clock_real = real_ms();
        s->clock_first = first != 0 ? first : s->clock_real / 1000;
        s->clock_scale = scale;
        fwd_campaign_state_begin(s);
        fwd_campaign_state_set(s, "clock_real", s->clock_real);
        fwd_campaign_state_set(s, "clock_first", s->clock_first);
        fwd_campaign_state_set(s, "clock_scale", scale);
        (void)fwd_campaign_state_commit(s, &err);
    }
    return fwd_campaign_state_clock(s);
}
