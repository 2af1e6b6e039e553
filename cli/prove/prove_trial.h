/* One installation on a simulated device that is fresh from the factory. */
#ifndef FWD_CLI_PROVE_PROVE_TRIAL_H
#define FWD_CLI_PROVE_PROVE_TRIAL_H

#include "cli/prove/prove_subject.h"
#include "gen/package/decoders.h"
#include "sim/device/machine.h"

/* Of a trust package old and new are said of the set in force, beside the old firmware. */
enum fwd_prove_runs {
    FWD_PROVE_NOTHING,
    FWD_PROVE_OLD,
    FWD_PROVE_NEW,
    FWD_PROVE_NO_KEYS, /* no set is in force */
    FWD_PROVE_OTHER
};

/* Points into itself once it is made: must not move. */
struct fwd_prove_trial {
    const struct fwd_prove_subject *subject;
    const struct fwd_machine_recipe *recipe;
    struct fwd_machine *machine;
    struct fwd_update update;
    /* Called at the end of "start", "download", "installation" and "finish"; NULL: not wanted. */
    void (*moment)(void *ctx, const char *what);
    void *ctx;

    /* What came out. */
    enum fwd_reason reason;
    uint16_t code;            /* that the module reports */
    enum fwd_prove_runs runs; /* what the device starts afterwards */
};

/* Makes the device. recipe: the subject's, or one made from it. Freed by fwd_prove_trial_free(),
 * also after a failure. */
enum fwd_fail fwd_prove_trial_make(struct fwd_prove_trial *trial,
    const struct fwd_prove_subject *subject, const struct fwd_machine_recipe *recipe,
    struct fwd_error *err);

/* Power on; the bytes are sent and installed; what runs then; the result is told. */
void fwd_prove_trial_run(
    struct fwd_prove_trial *trial, const struct fwd_bytes *package, enum fwd_command command);

/* The application finds the new firmware well. */
void fwd_prove_trial_settle(struct fwd_prove_trial *trial);

void fwd_prove_trial_free(struct fwd_prove_trial *trial);

/* "the old firmware", ... */
const char *fwd_prove_runs_text(const struct fwd_prove_subject *subject, enum fwd_prove_runs runs);

#endif
