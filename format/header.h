/* The fixed header of a package (SPEC.md section 3). Before the signature is checked it serves only
 * to refuse; `minor` is interpreted afterwards. */
#ifndef FWD_FORMAT_HEADER_H
#define FWD_FORMAT_HEADER_H

#include "format/config.h"
#include "format/reason.h"

struct fwd_header {
    uint8_t kind;           /* FWD_KIND_* */
    uint8_t major, minor;   /* 0..15 each */
    uint16_t manifest_size; /* header + manifest <= FWD_CONFIG_SIGNED */
    uint32_t payload_size;
    const uint8_t *payload_digest; /* SHA-256 of the payload, FWD_DIGEST_SIZE bytes */
};

/* Writes FWD_HEADER_SIZE bytes. */
void fwd_header_encode(const struct fwd_header *header, uint8_t *out);

/* Decodes and checks magic, kind, major version and manifest size, in this order.
 * bytes: at least min(size, FWD_HEADER_SIZE) readable; size: bytes at hand. *header points into
 * bytes.
 * FWD_OK, or FWD_E_TOO_SHORT, FWD_E_BAD_MAGIC, FWD_E_UNKNOWN_KIND, FWD_E_FORMAT_VERSION,
 * FWD_E_MANIFEST_SIZE: *header then holds what was read so far, for a message only. */
FWD_MUST_USE enum fwd_reason fwd_header_decode(
    const uint8_t *bytes, size_t size, struct fwd_header *header);

#endif
