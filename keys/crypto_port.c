#include "keys/crypto_port.h"

#include "format/trust_set.h"
#include "keys/signature.h"

#include <openssl/err.h>
#include <openssl/x509.h>

static bool hash_begin(void *ctx, enum fwd_hash_slot slot)
{
    struct fwd_host_crypto *crypto = ctx;
    return EVP_DigestInit_ex2(crypto->slots[slot], crypto->sha256, NULL) == 1;
}

static bool hash_update(void *ctx, enum fwd_hash_slot slot, const void *bytes, size_t size)
{
    struct fwd_host_crypto *crypto = ctx;
    crypto->hashed += size;
    return EVP_DigestUpdate(crypto->slots[slot], bytes, size) == 1;
}

static bool hash_end(void *ctx, enum fwd_hash_slot slot, uint8_t digest[FWD_DIGEST_SIZE])
{
    struct fwd_host_crypto *crypto = ctx;
    return EVP_DigestFinal_ex(crypto->slots[slot], digest, NULL) == 1;
}

static enum fwd_verdict verify(void *ctx, const struct fwd_key *key, const uint8_t *message,
    size_t message_size, const uint8_t *signature, size_t signature_size)
{
    (void)ctx;
    if (key->handle == NULL)
        return FWD_SIGNATURE_KEY_UNUSABLE;
    return fwd_signature_check(
        key->handle, key->algorithm, message, message_size, signature, signature_size);
}

/* A key of a trust set, which is read each time: it is somewhere in the device's memory. */
static enum fwd_verdict verify_der(void *ctx, const struct fwd_key *key, const uint8_t *message,
    size_t message_size, const uint8_t *signature, size_t signature_size)
{
    const struct fwd_trust_key *bytes = key->handle;
    struct fwd_keypair pair = {0};
    enum fwd_verdict verdict = FWD_SIGNATURE_KEY_UNUSABLE;
    const uint8_t *der = bytes->der;
    EVP_PKEY *pkey = d2i_PUBKEY(NULL, &der, bytes->der_size);

    (void)ctx;
    if (pkey != NULL &&
        fwd_keypair_adopt("a key of a trust set", pkey, &pair, NULL) == FWD_FAIL_NONE)
        verdict = fwd_signature_check(
            &pair, key->algorithm, message, message_size, signature, signature_size);
    fwd_keypair_free(&pair);
    ERR_clear_error();
    return verdict;
}

void fwd_crypto_port_trust_keys(struct fwd_host_crypto *crypto)
{
    crypto->port.verify = verify_der;
}

enum fwd_fail fwd_crypto_port_init(struct fwd_host_crypto *crypto, struct fwd_error *err)
{
    *crypto = (struct fwd_host_crypto){
        .sha256 = EVP_MD_fetch(NULL, "SHA256", NULL),
        .port = {crypto, hash_begin, hash_update, hash_end, verify},
    };
    bool complete = crypto->sha256 != NULL;
    for (size_t i = 0; i < FWD_HASH_SLOTS; i++) {
        crypto->slots[i] = EVP_MD_CTX_new();
        complete = complete && crypto->slots[i] != NULL &&
                   EVP_DigestInit_ex2(crypto->slots[i], crypto->sha256, NULL) == 1;
    }
    if (complete)
        return FWD_FAIL_NONE;
    fwd_crypto_port_free(crypto);
    ERR_clear_error();
    return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "OpenSSL offers no SHA-256");
}

void fwd_crypto_port_free(struct fwd_host_crypto *crypto)
{
    if (crypto == NULL)
        return;
    for (size_t i = 0; i < FWD_HASH_SLOTS; i++)
        EVP_MD_CTX_free(crypto->slots[i]);
    EVP_MD_free(crypto->sha256);
    *crypto = (struct fwd_host_crypto){0};
}

bool fwd_crypto_port_sha256(const void *bytes, size_t size, uint8_t digest[FWD_DIGEST_SIZE])
{
    return EVP_Digest(bytes, size, digest, NULL, EVP_sha256(), NULL) == 1;
}

size_t fwd_crypto_port_digest(
    const char *name, const void *bytes, size_t size, uint8_t digest[FWD_DIGEST_LARGEST])
{
    unsigned written = 0;
    const EVP_MD *md = EVP_get_digestbyname(name);

    if (md == NULL || EVP_Digest(bytes, size, digest, &written, md, NULL) != 1)
        return 0;
    return written;
}
