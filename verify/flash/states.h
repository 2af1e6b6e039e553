/* The states of the journal: which may follow, and what a start in it means. */
#ifndef FWD_VERIFY_FLASH_STATES_H
#define FWD_VERIFY_FLASH_STATES_H

#include "format/record/journal_record.h"

/* What precedes the first record that is appended to a journal whose records cannot be read. */
#define FWD_STATE_LOST 0u

/* What kind of work fwd_update_resume() goes on with. */
enum fwd_resume {
    FWD_RESUME_NOTHING,
    FWD_RESUME_REHEARSAL, /* from its beginning; what is recorded of inactive slots is skipped */
    FWD_RESUME_STAGED,    /* everything is checked again, then the steps run */
    FWD_RESUME_ACTION,    /* the steps go on; only what a start checks is checked again */
    FWD_RESUME_COMMIT     /* slots are hashed again, then the version records are written */
};

struct fwd_update;

struct fwd_state_row {
    uint16_t followers;                                   /* bit n: state n may follow */
    uint8_t kind;                                         /* enum fwd_resume */
    enum fwd_reason (*resume)(struct fwd_update *update); /* NULL iff FWD_RESUME_NOTHING */
};

/* A row for each state. It is in install/states_table.c, beside the functions that it names. */
extern const struct fwd_state_row fwd_states_table[FWD_STATE_LAST + 1];

/* Whether a record of state `to` may be appended after one of state `from`. Every state may follow
 * itself: a record is repeated after power-on and with each step. */
bool fwd_states_allowed(uint8_t from, uint8_t to);

enum fwd_resume fwd_states_resume(uint8_t state);

/* The one question "is an update in progress?": an interrupted one can be resumed. */
bool fwd_states_in_progress(uint8_t state);

/* Firmware in place may be part old, part new: only an admitted full package ends the session. */
bool fwd_states_destructive(uint8_t state, uint8_t flags);

#endif
