/* The devices on which counterexamples are gone through: each is what one model is of. */
#ifndef FWD_TESTS_MODEL_REPLAY_DEVICE_H
#define FWD_TESTS_MODEL_REPLAY_DEVICE_H

#include "tests/verify/rig/install_rig.h"

struct replay_kind {
    const char *name; /* as in an id */
    const char *shape;
    const struct lab_pattern *step; /* how a release becomes the next one */
    bool counter, trial, undo;
};

/* The kind that an id begins with; NULL: none has this name. */
const struct replay_kind *replay_kind(const char *id);

struct replay_device;

/* A device that runs release 1. */
struct replay_device *replay_device_new(const struct replay_kind *kind);
void replay_device_free(struct replay_device *device);
struct lab *replay_device_lab(struct replay_device *device);

/* What happens at a start: send=Nf, send=Nd, give-up, confirm. Others do nothing. */
void replay_device_event(struct replay_device *device, const char *event);
/* The release that the last decision runs, as it reads at this start; 0: none. */
unsigned replay_device_runs(const struct replay_device *device);
/* How the device is lost, by that decision; NULL: it is not. */
const char *replay_device_lost(const struct replay_device *device);
/* The same of a device whose starts have no cuts and no faults any more. */
const char *replay_device_lost_for_good(const struct replay_device *device);

#endif
