/* The head of the staging area (SPEC.md section 7). */
#ifndef FWD_FORMAT_RECORD_STAGING_HEAD_H
#define FWD_FORMAT_RECORD_STAGING_HEAD_H

#include "format/config.h"
#include "format/cursor.h"
#include "format/reason.h"

#define FWD_STAGING_VERSION   1u
#define FWD_STAGING_HEAD_SIZE 36u

/* What is stored at offset 0 of the staging area. Copies of header, manifest and signature block
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

#endif
