#include "verify/flash/states.h"

bool fwd_states_allowed(uint8_t from, uint8_t to)
{
    return from <= FWD_STATE_LAST && to <= FWD_STATE_LAST &&
           (fwd_states_table[from].followers >> to & 1) != 0;
}

enum fwd_resume fwd_states_resume(uint8_t state)
{
    return state <= FWD_STATE_LAST ? (enum fwd_resume)fwd_states_table[state].kind
                                   : FWD_RESUME_NOTHING;
}

bool fwd_states_in_progress(uint8_t state)
{
    return fwd_states_resume(state) != FWD_RESUME_NOTHING;
}

bool fwd_states_destructive(uint8_t state, uint8_t flags)
{
    return state == FWD_STATE_ACTING ||
           (fwd_states_resume(state) == FWD_RESUME_COMMIT && (flags & FWD_RECORD_DESTRUCTIVE) != 0);
}
