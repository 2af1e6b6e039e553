#include "keys/signing/signature_form.h"

#include "keys/signature.h"

#include <openssl/err.h>
#include <openssl/rsa.h>
#include <string.h>

/* ---- what it is ------------------------------------------------------------------------------ */

static const struct {
    const char *begin;
    size_t size;
    const char *what;
} others[] = {
    {"-----BEGIN SSH SIGNATURE", 24, "a signature of ssh-keygen"},
    {"-----BEGIN PGP", 14, "a signature of PGP"},
    {"-----BEGIN PKCS7", 16, "a signature in a PKCS#7 or CMS container"},
    {"-----BEGIN CMS", 14, "a signature in a PKCS#7 or CMS container"},
    {"-----BEGIN CERTIFICATE", 22, "a certificate"},
    {"-----BEGIN", 10, "a PEM file, but no signature"},
    {"untrusted comment:", 18, "a signature of minisign or signify"},
    {"{", 1, "JSON"},
    {"\xC2\xC0", 2, "a signature of PGP"},
    {"\x89\x01", 2, "a signature of PGP"},
    {"\x89\x02", 2, "a signature of PGP"},
    {"\x88\x75", 2, "a signature of PGP"},
    {"\xC2\x75", 2, "a signature of PGP"},
};

/* The OID of signed data at the beginning of a PKCS#7 or CMS container in DER. */
static bool is_cms(const struct fwd_bytes *file)
{
    static const uint8_t oid[] = {0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02};
    for (size_t at = 2; at <= 6; at++) {
        if (file->size >= at + sizeof oid && memcmp(file->data + at, oid, sizeof oid) == 0)
            return file->data[0] == 0x30;
    }
    return false;
}

static enum fwd_fail refuse(const char *name, const char *what, struct fwd_error *err)
{
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "%s: is %s, where the signature itself is expected: binary, DER or base64, over exactly "
        "what 'fwdelta tbs' writes",
        name, what);
}

/* ---- base64 ---------------------------------------------------------------------------------- */

static bool is_space(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* -1: no digit. Both alphabets are taken: of RFC 4648 and its variant for URLs. */
static int digit(uint8_t c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+' || c == '-')
        return 62;
    return c == '/' || c == '_' ? 63 : -1;
}

/* The bytes of base64 text, written over its beginning; 0: it is none. */
static size_t decode(uint8_t *bytes, size_t size)
{
    size_t at = 0, out = 0;
    uint32_t bits = 0;
    unsigned count = 0, padding = 0;

    for (; at < size; at++) {
        if (is_space(bytes[at]))
            continue;
        if (bytes[at] == '=') {
            padding++;
            continue;
        }
        int value = digit(bytes[at]);
        if (value < 0 || padding > 0)
            return 0;
        bits = bits << 6 | (uint32_t)value;
        if (++count % 4 != 0)
            continue;
        bytes[out++] = (uint8_t)(bits >> 16);
        bytes[out++] = (uint8_t)(bits >> 8);
        bytes[out++] = (uint8_t)bits;
    }
    if (count % 4 == 1 || padding > 2)
        return 0;
    if (count % 4 == 2)
        bytes[out++] = (uint8_t)(bits >> 4);
    if (count % 4 == 3) {
        bytes[out++] = (uint8_t)(bits >> 10);
        bytes[out++] = (uint8_t)(bits >> 2);
    }
    return out;
}

static bool is_text_of(const struct fwd_bytes *file, bool hex)
{
    size_t digits = 0;

    for (size_t i = 0; i < file->size; i++) {
        uint8_t c = file->data[i];
        bool is_hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (hex ? is_hex || c == ':' : digit(c) >= 0 || c == '=')
            digits++;
        else if (!is_space(c))
            return false;
    }
    /* less is a signature of which every byte happens to be a letter */
    return digits >= 80;
}

enum fwd_fail fwd_signature_form_decode(
    const char *name, struct fwd_bytes *signature, struct fwd_error *err)
{
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (signature->size > others[i].size && signature->size != 64 && signature->size != 96 &&
            signature->size != 384 && memcmp(signature->data, others[i].begin, others[i].size) == 0)
            return refuse(name, others[i].what, err);
    }
    if (is_cms(signature))
        return refuse(name, "a signature in a PKCS#7 or CMS container", err);
    if (is_text_of(signature, true))
        return refuse(name, "text in hex digits (turn it back with xxd -r -p)", err);
    if (!is_text_of(signature, false))
        return FWD_FAIL_NONE;
    size_t size = decode(signature->data, signature->size);
    if (size == 0)
        return refuse(name, "damaged base64", err);
    signature->size = size;
    return FWD_FAIL_NONE;
}

/* ---- why it is not valid --------------------------------------------------------------------- */

static bool verifies(const struct fwd_keypair *key, int padding, int salt, const uint8_t *message,
    size_t size, const uint8_t *signature, size_t signature_size)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    EVP_PKEY_CTX *parameters = NULL; /* owned by ctx */
    bool valid = ctx != NULL &&
                 EVP_DigestVerifyInit_ex(
                     ctx, &parameters, key->algorithm->digest, NULL, NULL, key->pkey, NULL) == 1 &&
                 (padding == 0 || EVP_PKEY_CTX_set_rsa_padding(parameters, padding) == 1) &&
                 (padding != RSA_PKCS1_PSS_PADDING ||
                     EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, salt) == 1) &&
                 EVP_DigestVerify(ctx, signature, signature_size, message, size) == 1;

    EVP_MD_CTX_free(ctx);
    ERR_clear_error();
    return valid;
}

const char *fwd_signature_form_explain(const struct fwd_keypair *key, const uint8_t *message,
    size_t size, const uint8_t *signature, size_t signature_size)
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned digest_size = 0;
    const char *hash = key->algorithm->digest != NULL ? key->algorithm->digest : "SHA256";

    if (key->algorithm->id == FWD_ALG_RSA3072_PSS &&
        verifies(key, RSA_PKCS1_PADDING, 0, message, size, signature, signature_size))
        return "it is one of PKCS#1 v1.5, and packages are signed with PSS: sign with PSS padding";
    if (key->algorithm->id == FWD_ALG_RSA3072_PSS &&
        verifies(key, RSA_PKCS1_PSS_PADDING, RSA_PSS_SALTLEN_AUTO, message, size, signature,
            signature_size))
        return "its salt has another length than 32 bytes: sign with a salt of 32";
    if (EVP_Digest(message, size, digest, &digest_size, EVP_get_digestbyname(hash), NULL) == 1 &&
        fwd_signature_check(key, key->algorithm->id, digest, digest_size, signature,
            signature_size) == FWD_SIGNATURE_VALID)
        return "it is one of the digest, as if that were the message: it was hashed once too often";
    return NULL;
}
