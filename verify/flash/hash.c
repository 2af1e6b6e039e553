#include "verify/flash/hash.h"

#include <string.h>

enum fwd_reason fwd_hash_begin(const struct fwd_ports *ports, enum fwd_hash_slot slot)
{
    const struct fwd_crypto_port *crypto = ports->crypto;

    return crypto->hash_begin(crypto->ctx, slot) ? FWD_OK : FWD_E_INTERNAL;
}

enum fwd_reason fwd_hash_add(
    const struct fwd_ports *ports, enum fwd_hash_slot slot, const void *bytes, size_t size)
{
    const struct fwd_crypto_port *crypto = ports->crypto;

    return crypto->hash_update(crypto->ctx, slot, bytes, size) ? FWD_OK : FWD_E_INTERNAL;
}

enum fwd_reason fwd_hash_end(
    const struct fwd_ports *ports, enum fwd_hash_slot slot, uint8_t digest[FWD_DIGEST_SIZE])
{
    const struct fwd_crypto_port *crypto = ports->crypto;

    return crypto->hash_end(crypto->ctx, slot, digest) ? FWD_OK : FWD_E_INTERNAL;
}

enum fwd_reason fwd_hash_bytes(const struct fwd_ports *ports, enum fwd_hash_slot slot,
    const void *bytes, size_t size, uint8_t *out, size_t wanted)
{
    uint8_t digest[FWD_DIGEST_SIZE];
    enum fwd_reason reason = fwd_hash_begin(ports, slot);

    if (reason == FWD_OK)
        reason = fwd_hash_add(ports, slot, bytes, size);
    if (reason == FWD_OK)
        reason = fwd_hash_end(ports, slot, digest);
    if (reason == FWD_OK)
        memcpy(out, digest, wanted);
    return reason;
}
