/* Carrying out one staged step: resolve it dry, save the old block when it reads itself, erase,
 * program, read back. */
#ifndef FWD_VERIFY_REHEARSE_STEP_RUN_H
#define FWD_VERIFY_REHEARSE_STEP_RUN_H

#include "format/record/step.h"
#include "verify/verify.h"

/* A block is saved by such parts of it, as many as the step reads; units of flash may be larger. */
#define FWD_STEP_PARTS 256u

/* One step and where its bytes come from. */
/* Reads bytes of an old block that was kept before any step ran. */
typedef enum fwd_reason fwd_step_run_old(
    const struct fwd_update *update, uint32_t at, void *buf, uint32_t size);

struct fwd_step_run {
    struct fwd_update *update;
    const struct fwd_area *slot;
    bool saved;            /* what it reads of the old block is in the backup place `scratch` */
    bool own;              /* found while resolving: the step reads its own block */
    fwd_step_run_old *old; /* set: it is not there but is read by this; NULL: no such place */
    uint32_t old_at;       /* of the block's first byte, for `old` */
    uint32_t ops_at;       /* of the operations, in the staging area */
    uint32_t end;          /* after the tail */
    struct fwd_step_head head;
    struct fwd_step_tail tail;
    uint32_t scratch;                   /* number of a backup place (verify/rehearse/backup.h) */
    uint32_t done;                      /* bytes of the block resolved in this walk */
    struct fwd_flash_writer out;        /* dry: this walk only hashes */
    uint8_t needed[FWD_STEP_PARTS / 8]; /* parts of its own block that the step reads */
};

/* Reads the step that begins at offset `at` of staging (ascending), or that ends there
 * (descending). Both find the whole step and check that it lies between begin and end.
 * FWD_OK, FWD_E_STAGING_IO, FWD_E_STAGING_CORRUPT. */
FWD_MUST_USE enum fwd_reason fwd_step_run_load(struct fwd_step_run *run, struct fwd_update *update,
    const struct fwd_task *task, const struct fwd_staged *staged, uint32_t at);

/* Resolves the step without writing and compares its digest; sets run->own and, from a block that
 * is not saved yet, run->needed. FWD_OK, FWD_E_STEP_RESULT, FWD_E_STAGING_CORRUPT,
 * FWD_E_STAGING_IO, FWD_E_SLOT_READ, FWD_E_SCRATCH_IO. */
FWD_MUST_USE enum fwd_reason fwd_step_run_resolve(struct fwd_step_run *run);

/* Copies what the step needs of its block, still old, into backup place run->scratch and compares.
 * FWD_OK, FWD_E_SCRATCH_IO, FWD_E_SLOT_READ. */
FWD_MUST_USE enum fwd_reason fwd_step_run_save(struct fwd_step_run *run);

/* Erases the block, programs it and reads it back. FWD_OK, FWD_E_ERASE_FAILED,
 * FWD_E_PROGRAM_FAILED, FWD_E_READ_BACK, or what resolving returns. */
FWD_MUST_USE enum fwd_reason fwd_step_run_write(struct fwd_step_run *run);

#endif
