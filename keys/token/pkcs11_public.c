/* Public keys as tokens describe them (PKCS#11 2.40 and 3.0, sections on RSA, EC and EdDSA). */
#include "keys/token/pkcs11_internal.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

/* Builds a key of a type out of parameters; takes over build. */
static EVP_PKEY *from_params(const char *type, OSSL_PARAM_BLD *build)
{
    EVP_PKEY *pkey = NULL;
    OSSL_PARAM *params = build != NULL ? OSSL_PARAM_BLD_to_param(build) : NULL;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);

    if (params == NULL || ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
        EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1)
        pkey = NULL;
    EVP_PKEY_CTX_free(ctx);
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(build);
    return pkey;
}

static void make_rsa(const CK_ATTRIBUTE *modulus, const CK_ATTRIBUTE *exponent, EVP_PKEY **pkey)
{
    BIGNUM *n = BN_bin2bn(modulus->pValue, (int)modulus->ulValueLen, NULL);
    BIGNUM *e = BN_bin2bn(exponent->pValue, (int)exponent->ulValueLen, NULL);
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    bool filled = n != NULL && e != NULL && build != NULL &&
                  OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
                  OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) == 1;

    if (!filled) {
        OSSL_PARAM_BLD_free(build);
        build = NULL;
    }
    *pkey = from_params("RSA", build);
    BN_free(n);
    BN_free(e);
}

/* Points are wrapped in an OCTET STRING, but not by every token. */
static const uint8_t *unwrap(const CK_ATTRIBUTE *point, size_t *size)
{
    const uint8_t *bytes = point->pValue;

    *size = point->ulValueLen;
    if (*size > 2 && bytes[0] == 0x04 && bytes[1] < 0x80 && bytes[1] + 2u == *size) {
        *size -= 2;
        return bytes + 2;
    }
    if (*size > 3 && bytes[0] == 0x04 && bytes[1] == 0x81 && bytes[2] + 3u == *size) {
        *size -= 3;
        return bytes + 3;
    }
    return bytes;
}

static void make_ec(const CK_ATTRIBUTE *curve, const CK_ATTRIBUTE *point, EVP_PKEY **pkey)
{
    const unsigned char *at = curve->pValue;
    ASN1_OBJECT *name = d2i_ASN1_OBJECT(NULL, &at, (long)curve->ulValueLen);
    const char *group = name != NULL ? OBJ_nid2sn(OBJ_obj2nid(name)) : NULL;
    OSSL_PARAM_BLD *build = group != NULL ? OSSL_PARAM_BLD_new() : NULL;
    size_t size;
    const uint8_t *bytes = unwrap(point, &size);

    if (build != NULL &&
        (OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, group, 0) != 1 ||
            OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, bytes, size) != 1)) {
        OSSL_PARAM_BLD_free(build);
        build = NULL;
    }
    *pkey = from_params("EC", build);
    ASN1_OBJECT_free(name);
}

static EVP_PKEY *make_edwards(const CK_ATTRIBUTE *point)
{
    size_t size;
    const uint8_t *bytes = unwrap(point, &size);
    return size == 32 ? EVP_PKEY_new_raw_public_key_ex(NULL, "ED25519", NULL, bytes, size) : NULL;
}

/* With two attributes of an object. */
static EVP_PKEY *with_two(const struct fwd_pkcs11_key *token, CK_OBJECT_HANDLE object,
    CK_ATTRIBUTE_TYPE first, CK_ATTRIBUTE_TYPE second,
    void (*make)(const CK_ATTRIBUTE *first, const CK_ATTRIBUTE *second, EVP_PKEY **pkey))
{
    CK_ATTRIBUTE one, two;
    EVP_PKEY *pkey = NULL;

    if (!fwd_pkcs11_attribute(token, object, first, &one))
        return NULL;
    if (fwd_pkcs11_attribute(token, object, second, &two))
        make(&one, &two, &pkey);
    free(two.pValue);
    free(one.pValue);
    return pkey;
}

static EVP_PKEY *with_info(const struct fwd_pkcs11_key *token, CK_OBJECT_HANDLE object)
{
    CK_ATTRIBUTE info;
    EVP_PKEY *pkey = NULL;

    if (fwd_pkcs11_attribute(token, object, CKA_PUBLIC_KEY_INFO, &info)) {
        const unsigned char *at = info.pValue;
        pkey = d2i_PUBKEY(NULL, &at, (long)info.ulValueLen);
    }
    free(info.pValue);
    return pkey;
}

static EVP_PKEY *read_object(const struct fwd_pkcs11_key *token, CK_OBJECT_HANDLE object)
{
    CK_KEY_TYPE type = CK_UNAVAILABLE_INFORMATION;
    CK_ATTRIBUTE wanted = {CKA_KEY_TYPE, &type, sizeof type};
    CK_ATTRIBUTE point;
    EVP_PKEY *pkey = with_info(token, object);

    if (pkey != NULL ||
        token->module->C_GetAttributeValue(token->session, object, &wanted, 1) != CKR_OK)
        return pkey;
    if (type == CKK_RSA)
        return with_two(token, object, CKA_MODULUS, CKA_PUBLIC_EXPONENT, make_rsa);
    if (type == CKK_EC)
        return with_two(token, object, CKA_EC_PARAMS, CKA_EC_POINT, make_ec);
    if (type == CKK_EC_EDWARDS && fwd_pkcs11_attribute(token, object, CKA_EC_POINT, &point)) {
        pkey = make_edwards(&point);
        free(point.pValue);
    }
    return pkey;
}

/* The public key with the same id, or else the same label. */
static EVP_PKEY *read_beside(const struct fwd_pkcs11_key *token, CK_ATTRIBUTE_TYPE by)
{
    CK_OBJECT_CLASS class = CKO_PUBLIC_KEY;
    CK_OBJECT_HANDLE object;
    CK_ATTRIBUTE wanted[2] = {{CKA_CLASS, &class, sizeof class}};
    EVP_PKEY *pkey = NULL;

    if (fwd_pkcs11_attribute(token, token->object, by, &wanted[1]) &&
        fwd_pkcs11_find(token, wanted, 2, &object, 1) == 1)
        pkey = read_object(token, object);
    free(wanted[1].pValue);
    return pkey;
}

EVP_PKEY *fwd_pkcs11_public(const struct fwd_pkcs11_key *token)
{
    EVP_PKEY *pkey = read_object(token, token->object);

    if (pkey == NULL)
        pkey = read_beside(token, CKA_ID);
    if (pkey == NULL)
        pkey = read_beside(token, CKA_LABEL);
    ERR_clear_error();
    return pkey;
}
