/* First step of the pipeline: what may be read of a package before it is trusted. */
#ifndef FWD_VERIFY_TRUST_PARSE_H
#define FWD_VERIFY_TRUST_PARSE_H

#include "format/header.h"
#include "format/sigblock.h"
#include "verify/verify.h"

/* A package whose sizes are consistent and of which nothing else is known. */
struct fwd_unverified {
    struct fwd_header header;
    struct fwd_sigblock sigblock;
    const uint8_t *signed_bytes; /* header | manifest, in the caller's buffer */
    uint32_t signed_size;
    uint32_t payload_offset; /* in the package */
};

/* Reads header, manifest and signature block once, into buf, and makes the checks that need no
 * trust: V1 (too short, magic, kind for the command), V2 (format version), V3 (sizes).
 * package: its size is the stored length; padding: bytes that the transport may have appended;
 * buf: FWD_CONFIG_SIGNED + sigblock_max bytes, referred to by *out.
 * FWD_OK; FWD_E_TOO_SHORT, _BAD_MAGIC, _UNKNOWN_KIND, _FULL_NOT_DELTA, _FORMAT_VERSION,
 * _MANIFEST_SIZE, _SIGBLOCK_SIZE, _STORED_LENGTH, or what reading returns. */
FWD_MUST_USE enum fwd_reason fwd_parse(const struct fwd_input *package, uint32_t padding,
    enum fwd_command command, uint8_t *buf, uint32_t sigblock_max, struct fwd_unverified *out);

/* The same without the last of these checks, that of the stored length: of a package whose payload
 * need not be there. */
FWD_MUST_USE enum fwd_reason fwd_parse_head(const struct fwd_input *package,
    enum fwd_command command, uint8_t *buf, uint32_t sigblock_max, struct fwd_unverified *out);

/* The same for header, manifest and signature block that the device has stored for itself, one
 * after the other in memory, without their payload. FWD_OK or what decoding them returns. */
FWD_MUST_USE enum fwd_reason fwd_parse_stored(
    const uint8_t *bytes, uint32_t signed_size, uint32_t sigblock_size, struct fwd_unverified *out);

#endif
