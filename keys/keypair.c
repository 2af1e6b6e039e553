#include "keys/keypair.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <string.h>

/* One key, one id: a key that came with a compressed point or with explicit curve parameters gets
 * the id of its usual form, so that it cannot count as two signers. */
static bool make_canonical(EVP_PKEY *pkey)
{
    if (EVP_PKEY_is_a(pkey, "EC") != 1)
        return true;
    return EVP_PKEY_set_utf8_string_param(
               pkey, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "uncompressed") == 1 &&
           EVP_PKEY_set_utf8_string_param(pkey, OSSL_PKEY_PARAM_EC_ENCODING, "named_curve") == 1;
}

static bool is_sound(EVP_PKEY *pkey)
{
    if (EVP_PKEY_is_a(pkey, "ED25519") == 1)
        return true; /* any 32 bytes are a key; a wrong one verifies nothing */
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
    bool sound = ctx != NULL && EVP_PKEY_public_check_quick(ctx) == 1;
    EVP_PKEY_CTX_free(ctx);
    return sound;
}

enum fwd_fail fwd_keypair_adopt(
    const char *name, EVP_PKEY *pkey, struct fwd_keypair *out, struct fwd_error *err)
{
    enum fwd_fail fail = FWD_FAIL_NONE;
    *out = (struct fwd_keypair){.pkey = pkey, .algorithm = fwd_algorithm_of_key(pkey)};
    if (out->algorithm == NULL) {
        char what[128];
        fwd_algorithm_describe_key(pkey, what, sizeof what);
        fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: packages are not signed with a key of this type (%s); use one of: %s", name, what,
            fwd_algorithm_names());
    } else if (!make_canonical(pkey) || !is_sound(pkey) || !fwd_keyid_of(pkey, out->id)) {
        fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: holds a damaged %s key; get the file again from its source", name,
            out->algorithm->title);
    }
    if (fail != FWD_FAIL_NONE)
        fwd_keypair_free(out);
    ERR_clear_error();
    return fail;
}

static EVP_PKEY *generate(const struct fwd_algorithm *algorithm)
{
    EVP_PKEY *pkey = NULL;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, algorithm->key_type, NULL);
    if (ctx == NULL || EVP_PKEY_keygen_init(ctx) != 1)
        goto out;
    if (algorithm->group != NULL && EVP_PKEY_CTX_set_group_name(ctx, algorithm->group) != 1)
        goto out;
    if (algorithm->bits != 0 && EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, algorithm->bits) != 1)
        goto out;
    if (EVP_PKEY_generate(ctx, &pkey) != 1)
        pkey = NULL;
out:
    EVP_PKEY_CTX_free(ctx);
    return pkey;
}

enum fwd_fail fwd_keypair_generate(
    const struct fwd_algorithm *algorithm, struct fwd_keypair *out, struct fwd_error *err)
{
    *out = (struct fwd_keypair){0};
    EVP_PKEY *pkey = generate(algorithm);
    if (pkey == NULL) {
        ERR_clear_error();
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
            "cannot make a key for %s: OpenSSL reported an error", algorithm->title);
    }
    return fwd_keypair_adopt("the new key", pkey, out, err);
}

enum fwd_fail fwd_keypair_simulated(unsigned number, struct fwd_keypair *out, struct fwd_error *err)
{
    static const char phrase[] = "INSECURE fwdelta simulated device key ";
    uint8_t text[sizeof phrase], seed[32];

    *out = (struct fwd_keypair){0};
    memcpy(text, phrase, sizeof phrase);
    text[sizeof phrase - 1] = (uint8_t)number;
    if (EVP_Digest(text, sizeof text, seed, NULL, EVP_sha256(), NULL) != 1)
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "SHA-256 cannot be computed");
    EVP_PKEY *pkey = EVP_PKEY_new_raw_private_key_ex(NULL, "ED25519", NULL, seed, sizeof seed);
    if (pkey == NULL) {
        ERR_clear_error();
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
            "cannot make a key for a simulated device: OpenSSL reported an error");
    }
    return fwd_keypair_adopt("the key of the simulation", pkey, out, err);
}

void fwd_keypair_raw(
    const struct fwd_keypair *key, const struct fwd_bytes *der, struct fwd_bytes *raw)
{
    size_t size = key->algorithm->id == FWD_ALG_ED25519 ? 32
                  : key->algorithm->raw_size > 0        ? key->algorithm->raw_size + 1
                                                        : 0;
    *raw = (struct fwd_bytes){NULL, 0};
    if (size > 0 && size <= der->size)
        *raw = (struct fwd_bytes){der->data + der->size - size, size};
}

void fwd_keypair_free(struct fwd_keypair *key)
{
    if (key == NULL)
        return;
    EVP_PKEY_free(key->pkey);
    if (key->token != NULL)
        key->token->close(key->token);
    *key = (struct fwd_keypair){0};
}
