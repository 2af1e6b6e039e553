/* SHA-256 by the crypto port, whose answers are turned into reasons: FWD_OK, or FWD_E_INTERNAL when
 * the hardware failed. */
#ifndef FWD_VERIFY_FLASH_HASH_H
#define FWD_VERIFY_FLASH_HASH_H

#include "verify/ports.h"

FWD_MUST_USE enum fwd_reason fwd_hash_begin(const struct fwd_ports *ports, enum fwd_hash_slot slot);
FWD_MUST_USE enum fwd_reason fwd_hash_add(
    const struct fwd_ports *ports, enum fwd_hash_slot slot, const void *bytes, size_t size);
FWD_MUST_USE enum fwd_reason fwd_hash_end(
    const struct fwd_ports *ports, enum fwd_hash_slot slot, uint8_t digest[FWD_DIGEST_SIZE]);

/* The first `wanted` bytes, at most FWD_DIGEST_SIZE, of the digest of these bytes. */
FWD_MUST_USE enum fwd_reason fwd_hash_bytes(const struct fwd_ports *ports, enum fwd_hash_slot slot,
    const void *bytes, size_t size, uint8_t *out, size_t wanted);

#endif
