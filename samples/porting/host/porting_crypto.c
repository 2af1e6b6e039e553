/* SHA-256, Ed25519 and one public key, by OpenSSL. */
#include "porting_host.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>

/* ---- SHA-256 --------------------------------------------------------------------------------- */

static EVP_MD_CTX *hashes[FWD_HASH_SLOTS];

static bool hash_begin(void *ctx, enum fwd_hash_slot slot)
{
    (void)ctx;
    if (hashes[slot] == NULL)
        hashes[slot] = EVP_MD_CTX_new();
    return hashes[slot] != NULL && EVP_DigestInit_ex(hashes[slot], EVP_sha256(), NULL) == 1;
}

static bool hash_update(void *ctx, enum fwd_hash_slot slot, const void *bytes, size_t size)
{
    (void)ctx;
    return EVP_DigestUpdate(hashes[slot], bytes, size) == 1;
}

static bool hash_end(void *ctx, enum fwd_hash_slot slot, uint8_t digest[FWD_DIGEST_SIZE])
{
    (void)ctx;
    return EVP_DigestFinal_ex(hashes[slot], digest, NULL) == 1;
}

bool product_hash(const void *bytes, size_t size, uint8_t digest[FWD_DIGEST_SIZE])
{
    return EVP_Digest(bytes, size, digest, NULL, EVP_sha256(), NULL) == 1;
}

/* ---- the key --------------------------------------------------------------------------------- */

static EVP_PKEY *the_key;
static uint8_t the_key_id[FWD_DIGEST_SIZE]; /* its first FWD_KEY_ID_SIZE bytes */

const char *product_load_key(const char *path)
{
    FILE *file = fopen(path, "r");
    uint8_t *der = NULL;
    int size = -1;

    if (file == NULL)
        return "cannot be read";
    the_key = PEM_read_PUBKEY(file, NULL, NULL, NULL);
    fclose(file);
    if (the_key != NULL && EVP_PKEY_get_id(the_key) == EVP_PKEY_ED25519)
        size = i2d_PUBKEY(the_key, &der);
    bool done = size > 0 && product_hash(der, (size_t)size, the_key_id);
    OPENSSL_free(der);
    return done ? NULL : "not a public Ed25519 key";
}

static uint32_t key_count(void *ctx)
{
    (void)ctx;
    return 1;
}

static enum fwd_reason key_find(
    void *ctx, const uint8_t key_id[FWD_KEY_ID_SIZE], struct fwd_key *key)
{
    (void)ctx;
    if (memcmp(key_id, the_key_id, FWD_KEY_ID_SIZE) != 0)
        return FWD_E_UNKNOWN_SIGNER;
    *key = (struct fwd_key){.algorithm = FWD_ALG_ED25519,
        .handle = the_key,
        .roles = 1u << FWD_ROLE_FIRMWARE,
        .may_raise_counter = true};
    return FWD_OK;
}

static enum fwd_verdict verify(void *ctx, const struct fwd_key *key, const uint8_t *message,
    size_t message_size, const uint8_t *signature, size_t signature_size)
{
    EVP_MD_CTX *check = EVP_MD_CTX_new();
    enum fwd_verdict verdict = FWD_SIGNATURE_KEY_UNUSABLE;

    (void)ctx;
    if (check != NULL &&
        EVP_DigestVerifyInit(check, NULL, NULL, NULL, (EVP_PKEY *)(uintptr_t)key->handle) == 1)
        verdict = EVP_DigestVerify(check, signature, signature_size, message, message_size) == 1
                      ? FWD_SIGNATURE_VALID
                      : FWD_SIGNATURE_INVALID;
    EVP_MD_CTX_free(check);
    return verdict;
}

const struct fwd_crypto_port product_crypto = {
    .hash_begin = hash_begin, .hash_update = hash_update, .hash_end = hash_end, .verify = verify};
/* ---- the factory image ----------------------------------------------------------------------- */

/* One-time programmable memory of the product: size and SHA-256 of the image that left the factory,
 * which has no package of its own. */
static struct {
    bool written;
    uint32_t size;
    uint8_t digest[FWD_DIGEST_SIZE];
} otp;

void product_pin(uint32_t size, const uint8_t digest[FWD_DIGEST_SIZE])
{
    otp.written = true;
    otp.size = size;
    memcpy(otp.digest, digest, sizeof otp.digest);
}

static bool pinned(void *ctx, uint8_t place, struct fwd_image *image, uint32_t *counter)
{
    (void)ctx;
    if (place != 0 || !otp.written)
        return false;
    *image =
        (struct fwd_image){.size = otp.size, .digest = otp.digest, .digest_size = FWD_DIGEST_SIZE};
    *counter = 0;
    return true;
}

const struct fwd_keys_port product_keys = {.count = key_count, .find = key_find, .pinned = pinned};
