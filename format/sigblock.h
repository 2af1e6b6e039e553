/* The signature block (SPEC.md section 5). Nothing in it is signed; every length is bounded before
 * it is used. Its CRC-32 tells a damaged entry from one of a foreign key, which does not count. */
#ifndef FWD_FORMAT_SIGBLOCK_H
#define FWD_FORMAT_SIGBLOCK_H

#include "format/config.h"
#include "format/reason.h"

struct fwd_signature {
    uint8_t algorithm;     /* FWD_ALG_*; unknown ones do not count */
    const uint8_t *key_id; /* FWD_KEY_ID_SIZE bytes */
    const uint8_t *bytes;
    uint32_t size;
};

struct fwd_sigblock {
    uint32_t block_size; /* with its own head */
    struct fwd_signature signatures[FWD_CONFIG_SIGNATURES];
    uint8_t count;
};

/* Bytes of a block with these signatures. */
uint32_t fwd_sigblock_size(const struct fwd_signature *signatures, uint8_t count);

/* Writes the block; false when it does not fit or a signature is outside the limits. */
bool fwd_sigblock_encode(
    const struct fwd_signature *signatures, uint8_t count, uint8_t *out, size_t size);

/* Reads the size in the head only. size: bytes at hand, 2 are enough.
 * FWD_OK, or FWD_E_SIGBLOCK_SIZE. */
FWD_MUST_USE enum fwd_reason fwd_sigblock_head(
    const uint8_t *bytes, size_t size, uint32_t *block_size);

/* Decodes a whole block of exactly size bytes. The result points into bytes.
 * FWD_OK, FWD_E_SIGBLOCK_SIZE, or FWD_E_BAD_SIGNATURE when the CRC-32 is wrong. */
FWD_MUST_USE enum fwd_reason fwd_sigblock_decode(
    const uint8_t *bytes, size_t size, struct fwd_sigblock *block);

#endif
