/* Signing in a token. The message is hashed here: every token can sign a digest, few can hash. */
#include "keys/ecdsa_der.h"
#include "keys/signature.h"
#include "keys/token/pkcs11_internal.h"

#include <string.h>

#define PSS_SALT_SIZE 32

static CK_RV sign(const struct fwd_pkcs11_key *token, CK_MECHANISM *mechanism, const uint8_t *bytes,
    size_t size, uint8_t *signature, CK_ULONG *signature_size)
{
    CK_FUNCTION_LIST *module = token->module;
    CK_RV rv = module->C_SignInit(token->session, mechanism, token->object);

    if (rv == CKR_OK && token->asks_each_time)
        rv = module->C_Login(token->session, CKU_CONTEXT_SPECIFIC,
            token->pin.size > 0 ? (CK_UTF8CHAR_PTR)(uintptr_t)token->pin.text : NULL,
            (CK_ULONG)token->pin.size);
    if (rv == CKR_OK)
        rv = module->C_Sign(token->session, (CK_BYTE_PTR)(uintptr_t)bytes, (CK_ULONG)size,
            signature, signature_size);
    return rv;
}

/* What is handed to the token: the message for Ed25519, else its digest. */
static bool prepare(const struct fwd_algorithm *algorithm, const uint8_t *message, size_t size,
    uint8_t digest[EVP_MAX_MD_SIZE], const uint8_t **bytes, size_t *bytes_size)
{
    unsigned digest_size = 0;

    *bytes = message;
    *bytes_size = size;
    if (algorithm->digest == NULL)
        return true;
    if (EVP_Digest(message, size, digest, &digest_size, EVP_get_digestbyname(algorithm->digest),
            NULL) != 1)
        return false;
    *bytes = digest;
    *bytes_size = digest_size;
    return true;
}

/* Tokens give r || s. */
static bool encode(const struct fwd_algorithm *algorithm, uint8_t *signature, size_t *size)
{
    uint8_t der[FWD_SIGNATURE_ROOM];

    if (algorithm->raw_size == 0)
        return true;
    if (*size != algorithm->raw_size)
        return false;
    *size = fwd_ecdsa_der_from_raw(signature, *size, der, sizeof der);
    memcpy(signature, der, *size);
    return *size > 0;
}

enum fwd_fail fwd_pkcs11_sign(const struct fwd_keypair *key, const uint8_t *message, size_t size,
    uint8_t *signature, size_t *signature_size, struct fwd_error *err)
{
    const struct fwd_pkcs11_key *token = (const void *)key->token; /* its first member */
    CK_RSA_PKCS_PSS_PARAMS pss = {CKM_SHA256, CKG_MGF1_SHA256, PSS_SALT_SIZE};
    CK_MECHANISM mechanism = {CKM_ECDSA, NULL, 0};
    CK_ULONG written = FWD_SIGNATURE_ROOM;
    uint8_t digest[EVP_MAX_MD_SIZE];
    const uint8_t *bytes;
    size_t bytes_size;

    if (key->algorithm->id == FWD_ALG_ED25519)
        mechanism.mechanism = CKM_EDDSA;
    if (key->algorithm->id == FWD_ALG_RSA3072_PSS)
        mechanism = (CK_MECHANISM){CKM_RSA_PKCS_PSS, &pss, sizeof pss};
    *signature_size = 0;
    if (!prepare(key->algorithm, message, size, digest, &bytes, &bytes_size))
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "OpenSSL cannot compute a digest");
    CK_RV rv = sign(token, &mechanism, bytes, bytes_size, signature, &written);
    if (rv != CKR_OK)
        return fwd_error_fail(err, FWD_FAIL_REFUSED, "%s: the token does not sign (%s): %s",
            token->name, key->algorithm->title, p11_kit_strerror(rv));
    *signature_size = (size_t)written;
    if (encode(key->algorithm, signature, signature_size))
        return FWD_FAIL_NONE;
    *signature_size = 0;
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "%s: the token gave a signature of %lu bytes, which is none of %s", token->name, written,
        key->algorithm->title);
}
