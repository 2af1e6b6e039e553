/* The operations of one step, as they are found while the target goes by: runs that equal the
 * source become COPY, the rest LITERAL. */
#ifndef FWD_VERIFY_REHEARSE_STEP_ENCODE_H
#define FWD_VERIFY_REHEARSE_STEP_ENCODE_H

#include "format/record/step.h"
#include "verify/flash/flash_writer.h"

#define FWD_OPS_LITERAL_MAX 256u
#define FWD_OPS_RUN_MAX     16u

struct fwd_step_encode {
    struct fwd_flash_writer *stream;
    uint32_t own_begin, own_end; /* the step's own block, in the source */
    bool own;                    /* a COPY reads it */
    uint32_t source_at;          /* the source pointer after what was written */
    uint32_t begin;              /* of the operations in the stream */
    uint32_t literals;           /* waiting, in literal[] */
    uint32_t run;                /* length of the copy run after them */
    uint32_t run_source;         /* where it begins in the source */
    uint8_t literal[FWD_OPS_LITERAL_MAX];
    uint8_t held[FWD_OPS_RUN_MAX]; /* the first bytes of the run: it may yet become literal */
};

void fwd_step_encode_begin(struct fwd_step_encode *ops, struct fwd_flash_writer *stream,
    uint32_t block_offset, uint32_t block_size);

/* A byte that equals the source at `source`. */
FWD_MUST_USE enum fwd_reason fwd_step_encode_copy(
    struct fwd_step_encode *ops, uint8_t byte, uint32_t source);
/* A byte that must be stored. */
FWD_MUST_USE enum fwd_reason fwd_step_encode_literal(struct fwd_step_encode *ops, uint8_t byte);
/* Writes what waits. */
FWD_MUST_USE enum fwd_reason fwd_step_encode_end(struct fwd_step_encode *ops);

#endif
