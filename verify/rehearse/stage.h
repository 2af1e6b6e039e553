/* Staging: turns a decoded target into steps that can be carried out one erase block at a time
 * without a decoder, and stores them with a copy of what was signed (SPEC.md section 7). */
#ifndef FWD_VERIFY_REHEARSE_STAGE_H
#define FWD_VERIFY_REHEARSE_STAGE_H

#include "format/record/step.h"
#include "verify/rehearse/decode.h"
#include "verify/rehearse/step_encode.h"

struct fwd_stage {
    struct fwd_update *update;
    struct fwd_flash_writer stream;
    uint32_t begin;
    struct fwd_staged table[FWD_CONFIG_COMPONENTS];
    uint8_t count;
};

/* Steps of one component being staged. */
struct fwd_stager {
    struct fwd_update *update;
    const struct fwd_area *slot;
    struct fwd_flash_access source; /* the same slot, still whole */
    struct fwd_flash_writer *stream;
    struct fwd_step_encode ops;
    struct fwd_block block;
    uint32_t at, size; /* of the target */
    uint32_t steps;
    uint8_t component;
    bool descending;
};

/* Begins the staged bytes at offset `begin`, an erase block, with their head and the signed bytes
 * and signatures of update->trusted. FWD_OK, FWD_E_STAGING_IO, FWD_E_STAGING_TOO_SMALL. */
FWD_MUST_USE enum fwd_reason fwd_stage_begin(
    struct fwd_stage *stage, struct fwd_update *update, uint32_t begin);

/* Begins to decode an in-place delta component, once more, into steps that are written to `stream`:
 * that of the stage, or one that only counts. The order is stager->descending. work->changed must
 * hold the blocks that change. What decoding then gives, also: FWD_E_STAGING_IO,
 * FWD_E_STAGING_TOO_SMALL. */
FWD_MUST_USE enum fwd_reason fwd_stage_steps_begin(struct fwd_stager *stager,
    struct fwd_decode *decode, struct fwd_flash_writer *stream, struct fwd_update *update,
    const struct fwd_task *task);

/* The same into *dry, which counts from 0 how many bytes (dry->at) they need; nothing is written.
 */
FWD_MUST_USE enum fwd_reason fwd_stage_measure_begin(struct fwd_stager *stager,
    struct fwd_decode *decode, struct fwd_flash_writer *dry, struct fwd_update *update,
    const struct fwd_task *task);

/* Whatever the content, so much room is enough: every byte literal, one token in 256 bytes. */
bool fwd_stage_fits(const struct fwd_update *update, const struct fwd_task *task, uint32_t room);

/* Writes the table and what is left. *end: the offset after it. FWD_OK, FWD_E_STAGING_IO,
 * FWD_E_STAGING_TOO_SMALL, FWD_E_INTERNAL. */
FWD_MUST_USE enum fwd_reason fwd_stage_end(struct fwd_stage *stage, uint32_t *end);

/* Where the steps of a component are: an entry of the table that ends at the journal's staging end,
 * among its last `entries`. FWD_OK, FWD_E_STAGING_IO, FWD_E_STAGING_CORRUPT: none is of it. */
FWD_MUST_USE enum fwd_reason fwd_stage_find(
    const struct fwd_update *update, uint8_t component, uint8_t entries, struct fwd_staged *staged);

/* The staged bytes are those that were recorded: nothing is written on the word of others. FWD_OK,
 * FWD_E_STAGING_IO, FWD_E_STAGING_CORRUPT. */
FWD_MUST_USE enum fwd_reason fwd_stage_check(const struct fwd_update *update);

#endif
