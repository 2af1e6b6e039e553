#include "keys/signature.h"

#include <openssl/err.h>
#include <openssl/rsa.h>
#include <string.h>

#define PSS_SALT_SIZE 32

static bool is_pss(const struct fwd_algorithm *algorithm)
{
    return algorithm->id == FWD_ALG_RSA3072_PSS;
}

static bool set_pss(EVP_PKEY_CTX *ctx, const struct fwd_algorithm *algorithm)
{
    return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md_name(ctx, algorithm->digest, NULL) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, PSS_SALT_SIZE) == 1;
}

static bool begin_make(EVP_MD_CTX *ctx, const struct fwd_keypair *key)
{
    EVP_PKEY_CTX *parameters = NULL; /* owned by ctx */
    return EVP_DigestSignInit_ex(
               ctx, &parameters, key->algorithm->digest, NULL, NULL, key->pkey, NULL) == 1 &&
           (!is_pss(key->algorithm) || set_pss(parameters, key->algorithm));
}

static bool begin_check(EVP_MD_CTX *ctx, const struct fwd_keypair *key)
{
    EVP_PKEY_CTX *parameters = NULL; /* owned by ctx */
    return EVP_DigestVerifyInit_ex(
               ctx, &parameters, key->algorithm->digest, NULL, NULL, key->pkey, NULL) == 1 &&
           (!is_pss(key->algorithm) || set_pss(parameters, key->algorithm));
}

enum fwd_fail fwd_signature_make(const struct fwd_keypair *key, const uint8_t *message, size_t size,
    uint8_t *signature, size_t *signature_size, struct fwd_error *err)
{
    if (key->token != NULL)
        return key->token->sign(key, message, size, signature, signature_size, err);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    *signature_size = FWD_SIGNATURE_ROOM;
    bool made = ctx != NULL && begin_make(ctx, key) &&
                EVP_DigestSign(ctx, signature, signature_size, message, size) == 1;
    EVP_MD_CTX_free(ctx);
    ERR_clear_error();
    if (made)
        return FWD_FAIL_NONE;
    *signature_size = 0;
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "cannot sign with this %s key: OpenSSL refuses it; is it a complete private key?",
        key->algorithm->title);
}

enum fwd_verdict fwd_signature_check(const struct fwd_keypair *key, uint16_t algorithm,
    const uint8_t *message, size_t size, const uint8_t *signature, size_t signature_size)
{
    if (key->pkey == NULL || key->algorithm == NULL || key->algorithm->id != algorithm)
        return FWD_SIGNATURE_KEY_UNUSABLE;
    if (signature_size > key->algorithm->signature_max)
        return FWD_SIGNATURE_INVALID;
    enum fwd_verdict verdict = FWD_SIGNATURE_KEY_UNUSABLE;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    if (ctx != NULL && begin_check(ctx, key)) {
        bool valid = EVP_DigestVerify(ctx, signature, signature_size, message, size) == 1;
        verdict = valid ? FWD_SIGNATURE_VALID : FWD_SIGNATURE_INVALID;
    }
    EVP_MD_CTX_free(ctx);
    ERR_clear_error();
    return verdict;
}
