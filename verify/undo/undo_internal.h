/* The kept blocks as one sequence of bytes: after the staged bytes, then in the package area. */
#ifndef FWD_VERIFY_UNDO_UNDO_INTERNAL_H
#define FWD_VERIFY_UNDO_UNDO_INTERNAL_H

#include "verify/undo/undo.h"

/* A component in place whose steps overwrite blocks. */
struct fwd_undo_part {
    uint8_t component; /* in the manifest of the session */
    uint8_t place;
    uint32_t old_size;     /* of the image before: blocks after it are not kept */
    const uint8_t *digest; /* of it; only where it is to be proven */
};

struct fwd_undo_parts {
    struct fwd_undo_part part[FWD_CONFIG_COMPONENTS];
    uint8_t count; /* as many as entries in the staged table */
};

/* All steps in the order in which their old blocks are kept: as the table has the components, from
 * its end, and ascending in each. */
struct fwd_undo_walk {
    struct fwd_update *update;
    const struct fwd_undo_parts *parts;
    const struct fwd_undo_part *part; /* of the step */
    uint8_t entry;                    /* of the table, from its end */
    uint32_t step;                    /* number of the kept block in the component */
    uint32_t at;                      /* of the kept block, in the sequence */
    bool stop;                        /* set by the visitor */
    struct fwd_step_run run;          /* loaded, not resolved */
    enum fwd_reason (*visit)(struct fwd_undo_walk *walk, void *ctx);
    void *ctx;
};

/* Visits each block that is kept. FWD_OK, what the visitor gives, FWD_E_STAGING_IO,
 * FWD_E_STAGING_CORRUPT. */
FWD_MUST_USE enum fwd_reason fwd_undo_walk(struct fwd_undo_walk *walk);

/* The area and the offset in it of byte `at`, when the sequence begins with staging block `first`;
 * *left: bytes of that area from there on, 0: beyond the end. */
const struct fwd_area *fwd_undo_place(
    const struct fwd_update *update, uint32_t first, uint32_t at, uint32_t *offset, uint32_t *left);

/* Reads from the sequence that begins with staging block `first`. FWD_OK, FWD_E_STAGING_IO,
 * FWD_E_STAGING_CORRUPT: beyond its end. */
FWD_MUST_USE enum fwd_reason fwd_undo_read(
    const struct fwd_update *update, uint32_t first, uint32_t at, void *buf, uint32_t size);

/* The same from the sequence that the journal's record names. */
FWD_MUST_USE enum fwd_reason fwd_undo_read_kept(
    const struct fwd_update *update, uint32_t at, void *buf, uint32_t size);

/* The parts of update->plan. False: with them no trial begins. */
bool fwd_undo_parts_planned(const struct fwd_update *update, struct fwd_undo_parts *parts);

/* What struct fwd_undo says of `keep`. */
enum fwd_reason fwd_undo_keep(struct fwd_update *update);

#endif
