/* The state of a campaign, in a SQLite file that survives a killed process: phase, records of who
 * agreed, what became of each device, strangers. One server writes it; commands move the phase on
 * and read the rest while it runs. */
#ifndef FWD_MANAGE_CAMPAIGN_STATE_CAMPAIGN_STATE_H
#define FWD_MANAGE_CAMPAIGN_STATE_CAMPAIGN_STATE_H

#include "manage/campaign/file/campaign.h"
#include "manage/campaign/state/campaign_phase.h"

/* What is going on with a device. */
enum fwd_campaign_step {
    FWD_CAMPAIGN_WAITING,    /* for its check-in */
    FWD_CAMPAIGN_WRITING,    /* the URI; from here on an attempt counts */
    FWD_CAMPAIGN_FETCHING,   /* the device downloads */
    FWD_CAMPAIGN_EXECUTING,  /* it has the package, and is told to install it */
    FWD_CAMPAIGN_INSTALLING, /* it does */
    FWD_CAMPAIGN_ENDED,
    FWD_CAMPAIGN_STEPS
};

enum fwd_campaign_outcome {
    FWD_CAMPAIGN_OPEN,
    FWD_CAMPAIGN_UPDATED,       /* runs the version of the campaign, by this campaign */
    FWD_CAMPAIGN_ALREADY,       /* ran it before */
    FWD_CAMPAIGN_WRONG_VERSION, /* runs one that the campaign has no package for */
    FWD_CAMPAIGN_FAILED,        /* after the last attempt; the Update Result says why */
    FWD_CAMPAIGN_NOT_REACHED,   /* did not check in, or not often enough, while the phase lasted */
    FWD_CAMPAIGN_STOPPED,       /* it was withdrawn, or the campaign cancelled, before it ended */
    FWD_CAMPAIGN_OUTCOMES
};

/* A device in the state. Times: seconds of the campaign's clock; 0: not yet. */
struct fwd_campaign_unit {
    enum fwd_campaign_step step;
    enum fwd_campaign_outcome outcome;
    uint32_t attempts;     /* of all hops */
    uint32_t hop_attempts; /* of this one */
    uint32_t hops;         /* that are done */
    uint32_t result;       /* Update Result of the last attempt */
    uint64_t bytes;        /* of the packages that it has fetched completely */
    char before[2 * FWD_CAMPAIGN_VERSION], after[2 * FWD_CAMPAIGN_VERSION]; /* "": never told */
    int64_t seen, begun, ended;
    bool leaving; /* when the state was opened: to be stopped, and no server has done it yet */
};

struct fwd_campaign_state;

/* Opens the state of a campaign; create: makes it when it is not there, in phase REQUESTED.
 * FWD_FAIL_ENVIRONMENT: not there, or not readable; FWD_FAIL_REFUSED: of another campaign. */
enum fwd_fail fwd_campaign_state_open(const char *path, const struct fwd_campaign *campaign,
    bool create, struct fwd_campaign_state **out, struct fwd_error *err);
void fwd_campaign_state_close(struct fwd_campaign_state *state); /* NULL-safe */
/* For a server, until the state is closed or the process ends: there must be one only. FWD_FAIL_
 * REFUSED: another one has it. */
enum fwd_fail fwd_campaign_state_lock(struct fwd_campaign_state *state, struct fwd_error *err);

enum fwd_campaign_phase fwd_campaign_state_phase(const struct fwd_campaign_state *state);
/* When the phase began. */
int64_t fwd_campaign_state_since(const struct fwd_campaign_state *state);
/* Has another process changed the file? Then the phase is read anew; devices may have been
 * withdrawn. */
bool fwd_campaign_state_refresh(struct fwd_campaign_state *state);
/* Moves on; who, note: for the record. FWD_FAIL_REFUSED: not from this phase. */
enum fwd_fail fwd_campaign_state_move(struct fwd_campaign_state *state, enum fwd_campaign_move move,
    const char *who, int64_t now, struct fwd_error *err);

/* A device is to be left as it is; the server ends it. *already: it was withdrawn before, and the
 * record stays as it is. FWD_FAIL_REFUSED: it has ended, or the campaign has. */
enum fwd_fail fwd_campaign_state_withdraw(struct fwd_campaign_state *state, size_t index,
    const char *who, int64_t now, bool *already, struct fwd_error *err);

/* Units by index of the campaign's devices; change one, then save it. */
struct fwd_campaign_unit *fwd_campaign_state_unit(struct fwd_campaign_state *state, size_t index);
void fwd_campaign_state_save(struct fwd_campaign_state *state, size_t index, int64_t now);
/* Everything that was saved is in the file; a killed process loses nothing of it. FWD_FAIL_
 * ENVIRONMENT: it cannot be written. */
enum fwd_fail fwd_campaign_state_commit(struct fwd_campaign_state *state, struct fwd_error *err);

/* Where a device is registered, for a server that is started again. address: "127.0.0.1:40000", ""
 * when nobody can reach it there; location: of the registration, "" when there is none. */
#define FWD_CAMPAIGN_ADDRESS  64u
#define FWD_CAMPAIGN_LOCATION 48u
void fwd_campaign_state_contact(
    struct fwd_campaign_state *state, size_t index, const char *address, const char *location);

/* Somebody came who has no place here. True: for the first time. Of many names some are kept. */
bool fwd_campaign_state_stranger(struct fwd_campaign_state *state, const char *who,
    const char *address, const char *why, int64_t now);

/* The clock of the campaign: seconds since 1970, scale times as fast as real ones from the first
 * call on, also after a restart. first: where it begins, 0: at the real time. */
int64_t fwd_campaign_state_now(struct fwd_campaign_state *state, uint32_t scale, int64_t first);

/* What the clock says, as it began; before that, the real time. */
int64_t fwd_campaign_state_clock(const struct fwd_campaign_state *state);

/* Rows for reports: calls row for each, in order. kind "record": {phase, who, imei, t}, of a device
 * that was withdrawn {"withdrawn", who, imei, t}; "stranger": {who, address, why, count}; "event":
 * {imei, step, t}; "contact": {imei, address, location}; "withdrawn": {imei}. */
void fwd_campaign_state_rows(struct fwd_campaign_state *state, const char *kind,
    void (*row)(void *ctx, const char *a, const char *b, const char *c, int64_t n), void *ctx);

const char *fwd_campaign_step_name(enum fwd_campaign_step step);
const char *fwd_campaign_outcome_name(enum fwd_campaign_outcome outcome);
/* Does it count as good? */
bool fwd_campaign_outcome_good(enum fwd_campaign_outcome outcome);

#endif
