/* The staging area (SPEC.md section 7): a head with a copy of what was signed, then the steps, then
 * a table of where each component's steps stand. The device writes and reads it; it never leaves
 * the device. */
#ifndef FWD_FORMAT_RECORD_STEP_H
#define FWD_FORMAT_RECORD_STEP_H

#include "format/record/op.h"
#include "format/record/staging_head.h"

#define FWD_STEP_HEAD_SIZE 16u
#define FWD_STEP_TAIL_SIZE 40u
#define FWD_STAGED_SIZE    16u

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

#endif
