#include "verify/flash/states.h"

#define BIT(state) (1u << FWD_STATE_##state)

struct row {
    uint16_t followers;
    uint8_t resume; /* enum fwd_resume */
};

static const struct row rows[FWD_STATE_LAST + 1] = {
    /* Only an admitted package, or provisioning, begins a new journal. */
    [FWD_STATE_LOST] = {BIT(IDLE) | BIT(DOWNLOADING), FWD_RESUME_NOTHING},
    [FWD_STATE_IDLE] = {BIT(IDLE) | BIT(DOWNLOADING), FWD_RESUME_NOTHING},
    [FWD_STATE_DOWNLOADING] = {BIT(DOWNLOADING) | BIT(REHEARSING), FWD_RESUME_NOTHING},
    [FWD_STATE_REHEARSING] = {BIT(REHEARSING) | BIT(STAGED) | BIT(FAILED), FWD_RESUME_REHEARSAL},
    [FWD_STATE_STAGED] = {BIT(STAGED) | BIT(REHEARSING) | BIT(ACTING) | BIT(VERIFIED) | BIT(FAILED),
        FWD_RESUME_STAGED},
    /* From here on no failure is recorded; an admitted full package ends the session. */
    [FWD_STATE_ACTING] = {BIT(ACTING) | BIT(VERIFIED) | BIT(DOWNLOADING), FWD_RESUME_ACTION},
    /* With two slots nothing was destroyed: that session may fail. */
    [FWD_STATE_VERIFIED] = {BIT(VERIFIED) | BIT(SWITCHED) | BIT(DOWNLOADING) | BIT(FAILED),
        FWD_RESUME_COMMIT},
    [FWD_STATE_SWITCHED] = {BIT(SWITCHED) | BIT(DONE) | BIT(TRIAL) | BIT(DOWNLOADING),
        FWD_RESUME_COMMIT},
    [FWD_STATE_DONE] = {BIT(DONE) | BIT(REPORTED) | BIT(DOWNLOADING) | BIT(REHEARSING),
        FWD_RESUME_NOTHING},
    [FWD_STATE_FAILED] = {BIT(FAILED) | BIT(REPORTED) | BIT(DOWNLOADING) | BIT(REHEARSING),
        FWD_RESUME_NOTHING},
    [FWD_STATE_REPORTED] = {BIT(REPORTED) | BIT(DOWNLOADING) | BIT(REHEARSING), FWD_RESUME_NOTHING},
    /* A device that knows no trial goes on downloading. */
    [FWD_STATE_TRIAL] = {BIT(TRIAL) | BIT(DONE) | BIT(REPORTED) | BIT(REVERTING) | BIT(DOWNLOADING),
        FWD_RESUME_NOTHING},
    [FWD_STATE_REVERTING] = {BIT(REVERTING) | BIT(SWITCHED) | BIT(DOWNLOADING), FWD_RESUME_COMMIT},
};

bool fwd_states_allowed(uint8_t from, uint8_t to)
{
    return from <= FWD_STATE_LAST && to <= FWD_STATE_LAST && (rows[from].followers >> to & 1) != 0;
}

enum fwd_resume fwd_states_resume(uint8_t state)
{
    return state <= FWD_STATE_LAST ? (enum fwd_resume)rows[state].resume : FWD_RESUME_NOTHING;
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
