/* The staging area (SPEC.md section 7): a head with a copy of what was signed, then the steps, then
 * a table of where each component's steps stand. The device writes and reads it; it never leaves
 * the device. */
#ifndef FWD_FORMAT_RECORD_STEP_H
#define FWD_FORMAT_RECORD_STEP_H

#include "format/cursor.h"
#include "format/limits.h"
#include "format/reason.h"

#define FWD_STAGING_VERSION   1u
#define FWD_STAGING_HEAD_SIZE 36u
#define FWD_STEP_HEAD_SIZE    16u
#define FWD_STEP_TAIL_SIZE    40u
#define FWD_STAGED_SIZE       16u
#define FWD_OP_SIZE_MAX       5u /* bytes of one operation, without those of a LITERAL */

/* What stands at offset 0 of the staging area. Copies of header, manifest and signature block
 * follow it, then the first step. */
struct fwd_staging_head {
    uint32_t signed_size;   /* header + manifest */
    uint32_t sigblock_size; /* the whole signature block */
    uint8_t session[FWD_SESSION_SIZE];
};

/* Writes FWD_STAGING_HEAD_SIZE bytes, CRC included. */
void fwd_staging_head_encode(const struct fwd_staging_head *head, uint8_t *out);

/* Reads FWD_STAGING_HEAD_SIZE bytes. False when magic, version, reserved bytes, sizes or CRC are
 * not those of a staging head. */
bool fwd_staging_head_decode(const uint8_t *bytes, struct fwd_staging_head *head);

/* Offset of the first step: after head and copies. */
uint32_t fwd_staging_steps_at(const struct fwd_staging_head *head);

#define FWD_STEP_READS_OWN_BLOCK 0x01u /* what it reads there is saved before the erase */
#define FWD_STEP_FLAGS           0x01u

/* One erase block that changes: head, operations, tail. What is known before the operations stands
 * in the head, the rest in the tail: the device writes a step in one pass without holding a block,
 * and walks the steps forwards over heads or backwards over tails. */
struct fwd_step_head {
    uint32_t block_offset; /* in the slot */
    uint32_t block_size;   /* bytes of the erase block */
    uint32_t data_size;    /* target bytes in it, 1..block_size; the rest is written erased */
    uint8_t component;     /* index in the manifest */
};

struct fwd_step_tail {
    uint32_t ops_size;               /* bytes of operations before the tail, at least 1 */
    uint8_t flags;                   /* FWD_STEP_* */
    uint8_t digest[FWD_DIGEST_SIZE]; /* SHA-256 of the whole block as it will be */
};

/* Write FWD_STEP_HEAD_SIZE and FWD_STEP_TAIL_SIZE bytes. */
void fwd_step_head_encode(const struct fwd_step_head *head, uint8_t *out);
void fwd_step_tail_encode(const struct fwd_step_tail *tail, uint8_t *out);

/* Read FWD_STEP_HEAD_SIZE and FWD_STEP_TAIL_SIZE bytes. False when a value is outside its limits;
 * that the block exists in the slot is the caller's check. */
bool fwd_step_head_decode(const uint8_t *bytes, struct fwd_step_head *head);
bool fwd_step_tail_decode(const uint8_t *bytes, struct fwd_step_tail *tail);

#define FWD_STAGED_DESCENDING 0x01u
#define FWD_STAGED_FLAGS      0x01u

/* The table after the last step: where each component's steps stand. */
struct fwd_staged {
    uint8_t component; /* index in the manifest */
    uint8_t flags;     /* FWD_STAGED_* */
    uint32_t steps;
    uint32_t begin, end; /* offsets in the staging area */
};

/* Writes FWD_STAGED_SIZE bytes. */
void fwd_staged_encode(const struct fwd_staged *staged, uint8_t *out);
/* Reads FWD_STAGED_SIZE bytes. False when a value is outside its limits. */
bool fwd_staged_decode(const uint8_t *bytes, struct fwd_staged *staged);

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
