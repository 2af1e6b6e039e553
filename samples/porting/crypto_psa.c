/* The crypto port by PSA Crypto (mbed TLS and others): SHA-256, and ECDSA P-256 signatures. A key's
 * handle is the public key as a point of 65 bytes. psa_crypto_init() is the product's to call,
 * once, before the library is used. */
#include "verify/ports.h"

#include <psa/crypto.h>
#include <string.h>

enum { HALF = 32, POINT = 1 + 2 * HALF };

static psa_hash_operation_t hashes[FWD_HASH_SLOTS];

static bool hash_begin(void *ctx, enum fwd_hash_slot slot)
{
    (void)ctx;
    return psa_hash_abort(&hashes[slot]) == PSA_SUCCESS &&
           psa_hash_setup(&hashes[slot], PSA_ALG_SHA_256) == PSA_SUCCESS;
}

static bool hash_update(void *ctx, enum fwd_hash_slot slot, const void *bytes, size_t size)
{
    (void)ctx;
    return psa_hash_update(&hashes[slot], bytes, size) == PSA_SUCCESS;
}

static bool hash_end(void *ctx, enum fwd_hash_slot slot, uint8_t digest[FWD_DIGEST_SIZE])
{
    size_t size = 0;

    (void)ctx;
    return psa_hash_finish(&hashes[slot], digest, FWD_DIGEST_SIZE, &size) == PSA_SUCCESS &&
           size == FWD_DIGEST_SIZE;
}

/* ---- signatures: DER in packages, two numbers of 32 bytes in PSA ----------------------------- */

/* One positive INTEGER in its only encoding, at most HALF bytes. The bytes after it; NULL: it is
 * none. */
static const uint8_t *take_integer(const uint8_t *at, const uint8_t *end, uint8_t number[HALF])
{
    if (end - at < 3 || at[0] != 0x02 || at[1] == 0 || at[1] > HALF + 1 || at[1] > end - at - 2)
        return NULL;
    const uint8_t *first = at + 2;
    size_t size = at[1];
    bool padded = first[0] == 0;
    if ((first[0] & 0x80) != 0 || (padded && (size == 1 || (first[1] & 0x80) == 0)))
        return NULL;
    size_t digits = padded ? size - 1 : size;
    if (digits > HALF)
        return NULL;
    memset(number, 0, HALF - digits);
    memcpy(number + HALF - digits, first + size - digits, digits);
    return first + size;
}

/* Two numbers of 32 bytes need no more than the short form of a length. */
static bool read_signature(const uint8_t *der, size_t size, uint8_t numbers[2 * HALF])
{
    const uint8_t *end = der + size;

    if (size < 2 || der[0] != 0x30 || der[1] != size - 2)
        return false;
    const uint8_t *at = take_integer(der + 2, end, numbers);
    if (at != NULL)
        at = take_integer(at, end, numbers + HALF);
    return at == end;
}

static bool import_key(const struct fwd_key *key, psa_key_id_t *id)
{
    psa_key_attributes_t attributes = psa_key_attributes_init();

    if (key->algorithm != FWD_ALG_ECDSA_P256)
        return false;
    psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_VERIFY_MESSAGE);
    psa_set_key_algorithm(&attributes, PSA_ALG_ECDSA(PSA_ALG_SHA_256));
    psa_set_key_type(&attributes, PSA_KEY_TYPE_ECC_PUBLIC_KEY(PSA_ECC_FAMILY_SECP_R1));
    psa_set_key_bits(&attributes, 8 * HALF);
    return psa_import_key(&attributes, key->handle, POINT, id) == PSA_SUCCESS;
}

static enum fwd_verdict verify(void *ctx, const struct fwd_key *key, const uint8_t *message,
    size_t message_size, const uint8_t *signature, size_t signature_size)
{
    uint8_t numbers[2 * HALF];
    psa_key_id_t id;

    (void)ctx;
    if (!import_key(key, &id))
        return FWD_SIGNATURE_KEY_UNUSABLE;
    bool valid = read_signature(signature, signature_size, numbers) &&
                 psa_verify_message(id, PSA_ALG_ECDSA(PSA_ALG_SHA_256), message, message_size,
                     numbers, sizeof numbers) == PSA_SUCCESS;
    (void)psa_destroy_key(id);
    return valid ? FWD_SIGNATURE_VALID : FWD_SIGNATURE_INVALID;
}

extern const struct fwd_crypto_port product_crypto;
const struct fwd_crypto_port product_crypto = {
    .hash_begin = hash_begin, .hash_update = hash_update, .hash_end = hash_end, .verify = verify};
