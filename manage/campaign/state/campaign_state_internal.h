/* Shared by campaign_state*.c only. */
#ifndef FWD_MANAGE_CAMPAIGN_STATE_CAMPAIGN_STATE_INTERNAL_H
#define FWD_MANAGE_CAMPAIGN_STATE_CAMPAIGN_STATE_INTERNAL_H

#include "manage/campaign/state/campaign_state.h"

#include <sqlite3.h>

struct fwd_campaign_state {
    const struct fwd_campaign *campaign;
    char path[FWD_CAMPAIGN_PATH + 8];
    sqlite3 *db;
    int lock; /* descriptor of the locked file; -1: not locked */
    sqlite3_stmt *unit, *event, *record, *stranger, *contact, *set;
    bool open;   /* a transaction */
    bool broken; /* something could not be written; cause says why */
    char cause[160];
    struct fwd_campaign_unit *units; /* owned; by index of the campaign's devices */
    uint8_t *steps;                  /* owned; what the file has for each */
    enum fwd_campaign_phase phase;
    int64_t since, data_version, clock_real, clock_first, clock_scale;
};

/* ---- campaign_state_db.c: the tables --------------------------------------------------------- */

/* A transaction begins, unless one is open. */
void fwd_campaign_state_begin(struct fwd_campaign_state *state);
/* Carries a statement out, and makes it ready for the next time; a failure is kept for
 * fwd_campaign_state_commit(). */
void fwd_campaign_state_step(struct fwd_campaign_state *state, sqlite3_stmt *statement);
/* A single number; 0: none. */
int64_t fwd_campaign_state_number(struct fwd_campaign_state *state, const char *sql);
void fwd_campaign_state_set(struct fwd_campaign_state *state, const char *name, int64_t value);
void fwd_campaign_state_read_phase(struct fwd_campaign_state *state);
void fwd_campaign_state_write_unit(
    struct fwd_campaign_state *state, const char *imei, const struct fwd_campaign_unit *unit);

#endif
