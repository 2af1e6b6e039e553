/* The crypto port by libsodium: SHA-256, and Ed25519 signatures. A key's handle is the 32 bytes of
 * the public key. Needs no heap; about 4 KB of stack. */
#include "verify/ports.h"

#include <sodium/crypto_hash_sha256.h>
#include <sodium/crypto_sign_ed25519.h>

static crypto_hash_sha256_state hashes[FWD_HASH_SLOTS];

static bool hash_begin(void *ctx, enum fwd_hash_slot slot)
{
    (void)ctx;
    return crypto_hash_sha256_init(&hashes[slot]) == 0;
}

static bool hash_update(void *ctx, enum fwd_hash_slot slot, const void *bytes, size_t size)
{
    (void)ctx;
    return crypto_hash_sha256_update(&hashes[slot], bytes, size) == 0;
}

static bool hash_end(void *ctx, enum fwd_hash_slot slot, uint8_t digest[FWD_DIGEST_SIZE])
{
    (void)ctx;
    return crypto_hash_sha256_final(&hashes[slot], digest) == 0;
}

static enum fwd_verdict verify(void *ctx, const struct fwd_key *key, const uint8_t *message,
    size_t message_size, const uint8_t *signature, size_t signature_size)
{
    (void)ctx;
    if (key->algorithm != FWD_ALG_ED25519)
        return FWD_SIGNATURE_KEY_UNUSABLE;
    if (signature_size != crypto_sign_ed25519_BYTES)
        return FWD_SIGNATURE_INVALID;
    return crypto_sign_ed25519_verify_detached(signature, message, message_size, key->handle) == 0
               ? FWD_SIGNATURE_VALID
               : FWD_SIGNATURE_INVALID;
}

extern const struct fwd_crypto_port product_crypto;
const struct fwd_crypto_port product_crypto = {
    .hash_begin = hash_begin, .hash_update = hash_update, .hash_end = hash_end, .verify = verify};
