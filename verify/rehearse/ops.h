/* The operations of one step, as they are found while the target goes by: runs that equal the
 * source become COPY, the rest LITERAL. */
#ifndef FWD_VERIFY_OPS_H
#define FWD_VERIFY_OPS_H

#include "format/record/step.h"
#include "verify/flash/stream.h"

#define FWD_OPS_LITERAL_MAX 256u
#define FWD_OPS_RUN_MAX     16u

struct fwd_ops {
    struct fwd_stream *stream;
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

void fwd_ops_begin(
    struct fwd_ops *ops, struct fwd_stream *stream, uint32_t block_offset, uint32_t block_size);

/* A byte that equals the source at `source`. */
FWD_MUST_USE enum fwd_reason fwd_ops_copy(struct fwd_ops *ops, uint8_t byte, uint32_t source);
/* A byte that must be stored. */
FWD_MUST_USE enum fwd_reason fwd_ops_literal(struct fwd_ops *ops, uint8_t byte);
/* Writes what waits. */
FWD_MUST_USE enum fwd_reason fwd_ops_end(struct fwd_ops *ops);

#endif
