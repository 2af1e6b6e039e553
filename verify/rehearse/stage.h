/* Staging: turns a decoded target into steps that can be carried out one erase block at a time
 * without a decoder, and stores them with a copy of what was signed (SPEC.md section 7). */
#ifndef FWD_VERIFY_REHEARSE_STAGE_H
#define FWD_VERIFY_REHEARSE_STAGE_H

#include "format/record/step.h"
#include "verify/flash/flash_writer.h"
#include "verify/verify.h"

struct fwd_stage {
    struct fwd_update *update;
    struct fwd_flash_writer stream;
    uint32_t begin;
    struct fwd_staged table[FWD_CONFIG_COMPONENTS];
    uint8_t count;
};

/* Begins the staged bytes at offset `begin`, an erase block, with their head and the signed bytes
 * and signatures of update->trusted. FWD_OK, FWD_E_STAGING_IO, FWD_E_STAGING_TOO_SMALL. */
FWD_MUST_USE enum fwd_reason fwd_stage_begin(
    struct fwd_stage *stage, struct fwd_update *update, uint32_t begin);

/* Adds the steps of an in-place delta component. work->changed must hold the blocks that change.
 * The preferred order of the manifest is used, the other one when only that fits.
 * FWD_OK, FWD_E_STAGING_IO, FWD_E_STAGING_TOO_SMALL, or what decoding returns. */
FWD_MUST_USE enum fwd_reason fwd_stage_component(
    struct fwd_stage *stage, const struct fwd_task *task);

/* Writes the table, reads everything back and gives the offset of its end and its digest.
 * FWD_OK, FWD_E_STAGING_IO, FWD_E_STAGING_TOO_SMALL, FWD_E_INTERNAL. */
FWD_MUST_USE enum fwd_reason fwd_stage_end(
    struct fwd_stage *stage, uint32_t *end, uint8_t digest[FWD_DIGEST_SIZE]);

/* Steps of one order would need this many bytes; nothing is written. */
FWD_MUST_USE enum fwd_reason fwd_stage_measure(
    struct fwd_update *update, const struct fwd_task *task, bool descending, uint32_t *bytes);

/* Where the steps of a component are: an entry of the table that ends at the journal's staging end,
 * among its last `entries`. FWD_OK, FWD_E_STAGING_IO, FWD_E_STAGING_CORRUPT: none is of it. */
FWD_MUST_USE enum fwd_reason fwd_stage_find(
    const struct fwd_update *update, uint8_t component, uint8_t entries, struct fwd_staged *staged);

/* The staged bytes are those that were recorded: nothing is written on the word of others. FWD_OK,
 * FWD_E_STAGING_IO, FWD_E_STAGING_CORRUPT. */
FWD_MUST_USE enum fwd_reason fwd_stage_check(const struct fwd_update *update);

#endif
