/* The states of the journal, a row each: what may follow, the kind of resume, and who resumes it.
 * The table in DESIGN.md is this one; a test compares them. */
#include "verify/flash/states.h"
#include "verify/install/resume.h"

#define BIT(state) (1u << FWD_STATE_##state)

const struct fwd_state_row fwd_states_table[FWD_STATE_LAST + 1] = {
    /* Only an admitted package, or provisioning, begins a new journal. */
    [FWD_STATE_LOST] = {BIT(IDLE) | BIT(DOWNLOADING), FWD_RESUME_NOTHING, NULL},
    [FWD_STATE_IDLE] = {BIT(IDLE) | BIT(DOWNLOADING), FWD_RESUME_NOTHING, NULL},
    [FWD_STATE_DOWNLOADING] = {BIT(DOWNLOADING) | BIT(REHEARSING), FWD_RESUME_NOTHING, NULL},
    [FWD_STATE_REHEARSING] = {BIT(REHEARSING) | BIT(STAGED) | BIT(FAILED), FWD_RESUME_REHEARSAL,
        fwd_resume_rehearsal},
    [FWD_STATE_STAGED] = {BIT(STAGED) | BIT(REHEARSING) | BIT(ACTING) | BIT(VERIFIED) | BIT(FAILED),
        FWD_RESUME_STAGED, fwd_resume_staged},
    /* From here on no failure is recorded; an admitted full package ends the session. */
    [FWD_STATE_ACTING] = {BIT(ACTING) | BIT(VERIFIED) | BIT(DOWNLOADING), FWD_RESUME_ACTION,
        fwd_resume_action},
    /* With two slots nothing was destroyed: that session may fail. */
    [FWD_STATE_VERIFIED] = {BIT(VERIFIED) | BIT(SWITCHED) | BIT(DOWNLOADING) | BIT(FAILED),
        FWD_RESUME_COMMIT, fwd_resume_action},
    [FWD_STATE_SWITCHED] = {BIT(SWITCHED) | BIT(DONE) | BIT(TRIAL) | BIT(DOWNLOADING),
        FWD_RESUME_COMMIT, fwd_resume_commit},
    [FWD_STATE_DONE] = {BIT(DONE) | BIT(REPORTED) | BIT(DOWNLOADING) | BIT(REHEARSING),
        FWD_RESUME_NOTHING, NULL},
    [FWD_STATE_FAILED] = {BIT(FAILED) | BIT(REPORTED) | BIT(DOWNLOADING) | BIT(REHEARSING),
        FWD_RESUME_NOTHING, NULL},
    [FWD_STATE_REPORTED] = {BIT(REPORTED) | BIT(DOWNLOADING) | BIT(REHEARSING), FWD_RESUME_NOTHING,
        NULL},
    /* A device that knows no trial goes on downloading. */
    [FWD_STATE_TRIAL] = {BIT(TRIAL) | BIT(DONE) | BIT(REPORTED) | BIT(REVERTING) | BIT(DOWNLOADING),
        FWD_RESUME_NOTHING, NULL},
    [FWD_STATE_REVERTING] = {BIT(REVERTING) | BIT(SWITCHED) | BIT(DOWNLOADING), FWD_RESUME_COMMIT,
        fwd_resume_commit},
};
