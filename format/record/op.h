/* The operations of a step (SPEC.md section 7). */
#ifndef FWD_FORMAT_RECORD_OP_H
#define FWD_FORMAT_RECORD_OP_H

#include "format/cursor.h"

#define FWD_OP_SIZE_MAX 5u /* bytes of one operation, without those of a LITERAL */

/* Numbers are in the staging area; 3 is reserved and refused. */
enum fwd_op_kind { FWD_OP_COPY = 0, FWD_OP_LITERAL = 1, FWD_OP_SEEK = 2 };

/* One operation. The source pointer S starts each step at the step's block_offset. */
struct fwd_op {
    enum fwd_op_kind kind;
    uint32_t length; /* COPY, LITERAL: bytes of output, at least 1; S moves on by as much */
    int64_t delta;   /* SEEK: added to S; not 0, within +-(2^32 - 1) */
};

/* Writes the operation; the bytes of a LITERAL are the caller's to write after it. A value outside
 * its limits sets w->failed. */
void fwd_op_encode(struct fwd_writer *w, const struct fwd_op *op);

enum fwd_op_result {
    FWD_OP_OK,   /* *op and *used are set */
    FWD_OP_MORE, /* the operation is longer than the bytes at hand (never with FWD_OP_SIZE_MAX) */
    FWD_OP_BAD   /* not minimal, too long, kind 3, length or delta 0 or too large */
};

/* Decodes one operation from a window. bytes: available bytes. *used: bytes consumed, 1 to
 * FWD_OP_SIZE_MAX; the bytes of a LITERAL begin there and are not counted. */
enum fwd_op_result fwd_op_decode(
    const uint8_t *bytes, size_t available, struct fwd_op *op, size_t *used);

/* Moves the source pointer over the operation. False, and *source_at unchanged, when it would
 * leave 0..2^32 - 1. */
bool fwd_op_advance(const struct fwd_op *op, uint32_t *source_at);

#endif
