/* An update in memory on flash that fails or forgets, tried again at each start until it ends. */
#ifndef FWD_TESTS_SIM_FAULTS_RIG_H
#define FWD_TESTS_SIM_FAULTS_RIG_H

#include "gen/package/decode_cache.h"
#include "tests/sim/torture_rig.h"

/* What the device runs when nothing is pending any more. */
enum faults_end {
    FAULTS_NEW,
    FAULTS_OLD,
    FAULTS_RECOVERY, /* it waits for a full package */
    FAULTS_WRONG     /* it runs what is neither old nor new, or never ends */
};

struct faults_rig {
    struct torture_rig base;
    struct fwd_bytes full; /* the new image as a full package */
    struct fwd_machine *machine;
    struct fwd_decode_cache codecs; /* of faults_rig_remember() */
    struct fwd_nor_snapshot *fresh;
    struct fwd_update update;
    uint64_t programs, erases, reads;   /* of the undisturbed update, download included */
    uint64_t before_action, operations; /* flash operations: until the first step; all */
    uint16_t code;                      /* the last result */
    int resumed;                        /* starts that went on with something, of the last end */
    uint8_t *old;                       /* what counts as the old firmware now */
};

void faults_rig_new(struct faults_rig *rig, const char *shape);
void faults_rig_free(struct faults_rig *rig);
/* From now on decodes the same bytes only once; not where reads fail. */
void faults_rig_remember(struct faults_rig *rig);

/* As it left the factory, without faults. */
void faults_rig_reset(struct faults_rig *rig);
/* Download and install; then starts, until it has ended. */
enum faults_end faults_rig_install(struct faults_rig *rig);
/* The same, but power fails before that flash operation, and it stays off. False: it had ended. */
bool faults_rig_install_until(struct faults_rig *rig, uint64_t operation);
enum faults_end faults_rig_boot(struct faults_rig *rig);
/* The way out: without faults a full package always installs. */
bool faults_rig_rescue(struct faults_rig *rig);

const char *faults_end_name(enum faults_end end);

#endif
