/* A device with three signed releases and an image that nobody signed: for tests of what it starts
 * when its flash fails or was written by somebody else. */
#ifndef FWD_TESTS_SIM_TRUST_RIG_H
#define FWD_TESTS_SIM_TRUST_RIG_H

#include "format/record/journal_record.h"
#include "tests/sim/torture_rig.h"

#define TRUST_SIGNED 3 /* images 0 (the factory's), 1 and 2 are releases, image 3 is not signed */
#define TRUST_EVIL   3
#define TRUST_IMAGES 4

/* What starts settle on: the number of an image, or one of these. */
enum trust_end {
    TRUST_BROKEN = -1,  /* RUN with bytes that are none of the images */
    TRUST_WAITS = -2,   /* RECOVERY, twice in a row */
    TRUST_ENDLESS = -3, /* neither, after all the starts */
    TRUST_DEAD = -4     /* it refuses to start */
};

struct trust_rig {
    struct fwd_keypair key, limited; /* limited: may sign for role data and product "other" only */
    char description[512], trusted[2][512];
    const char *trust[2];
    struct fwd_bytes images[TRUST_IMAGES];
    struct fwd_machine_image factory;
    struct fwd_machine_recipe recipe;
    struct fwd_machine *machine;
    struct fwd_nor_snapshot *base;
    uint32_t base_counter;
    struct fwd_update update;
    struct fwd_boot_choice choice; /* of the last start */
    const struct fwd_bytes *next;  /* what trust_rig_cycle() installs */
    enum fwd_reason reason;        /* of the last installation or resumption */
};

/* A device of that geometry with image 0; images of about `size` bytes. */
void trust_rig_new(struct trust_rig *rig, const struct torture_shape *shape, size_t size);
void trust_rig_free(struct trust_rig *rig);
/* From now on trust_rig_reset() leads here; before, to the factory. */
void trust_rig_remember(struct trust_rig *rig);
void trust_rig_reset(struct trust_rig *rig);

struct trust_package {
    int from, to; /* images; from -1: a full package */
    uint32_t counter;
    const char *product;           /* NULL: any */
    const struct fwd_keypair *key; /* NULL: rig->key */
    uint16_t codec;                /* of a delta; 0: the smallest */
};
struct fwd_bytes trust_rig_package(struct trust_rig *rig, const struct trust_package *wanted);

/* ---- power cycles ---------------------------------------------------------------------------- */

/* Power on; what a boot loader does, whatever comes out of it, then download and installation. */
enum fwd_reason trust_rig_install(struct trust_rig *rig, const struct fwd_bytes *package);
/* The same at so many starts, until it is accepted; then those of trust_rig_settle(). */
int trust_rig_insist(struct trust_rig *rig, const struct fwd_bytes *package, int starts);
/* Power on; what boot loader and application do, and rig->next is installed as soon as something
 * runs. For fwd_nor_run(): power may fail in it. */
void trust_rig_cycle(void *rig);
/* trust_rig_cycle() with a cut. False: it ended before. */
bool trust_rig_cut(struct trust_rig *rig, const struct fwd_nor_cut *cut);
/* Starts until two in a row are RUN, or RECOVERY: the image that runs, or enum trust_end. Each RUN
 * is looked at: one of bytes that are no image ends it at once. */
int trust_rig_settle(struct trust_rig *rig, int starts);
/* The image in the slots that the last start chose, to its last byte; TRUST_BROKEN: none. */
int trust_rig_running(const struct trust_rig *rig);

/* ---- forgery --------------------------------------------------------------------------------- */

/* Erases the journal and writes the record three times into its first block. */
void trust_rig_put_journal(struct trust_rig *rig, const struct fwd_record *record);
/* A version record in each block of the area: the image, in that slot. */
void trust_rig_put_version(struct trust_rig *rig, int image, uint8_t slot, uint32_t sequence);
void trust_rig_put_package(struct trust_rig *rig, const struct fwd_bytes *package);
/* Staging: the package's signed bytes, then steps that write the image. Sets staging_end, digest,
 * session and stored of the record. */
void trust_rig_put_staging(
    struct trust_rig *rig, const struct fwd_bytes *package, int image, struct fwd_record *record);
/* The session of a package. */
void trust_rig_session(const struct fwd_bytes *package, uint8_t session[FWD_SESSION_SIZE]);

#endif
