#include "keys/algorithm.h"

#include <stdio.h>
#include <string.h>

/* An ECDSA signature in DER: SEQUENCE { INTEGER r, INTEGER s }, each with one sign byte at most. */
static const struct fwd_algorithm algorithms[] = {
    {FWD_ALG_ED25519, "ed25519", "Ed25519", "ED25519", NULL, 0, NULL, 64, 0},
    {FWD_ALG_ECDSA_P256, "ecdsa-p256", "ECDSA P-256 with SHA-256", "EC", "prime256v1", 0, "SHA256",
        72, 64},
    {FWD_ALG_ECDSA_P384, "ecdsa-p384", "ECDSA P-384 with SHA-384", "EC", "secp384r1", 0, "SHA384",
        104, 96},
    {FWD_ALG_RSA3072_PSS, "rsa3072-pss", "RSA-3072 PSS with SHA-256", "RSA", NULL, 3072, "SHA256",
        384, 0},
};

#define ALGORITHM_COUNT (sizeof algorithms / sizeof algorithms[0])

const struct fwd_algorithm *fwd_algorithm_at(size_t index)
{
    return index < ALGORITHM_COUNT ? &algorithms[index] : NULL;
}

const struct fwd_algorithm *fwd_algorithm_by_id(uint16_t id)
{
    for (size_t i = 0; i < ALGORITHM_COUNT; i++) {
        if (algorithms[i].id == id)
            return &algorithms[i];
    }
    return NULL;
}

const struct fwd_algorithm *fwd_algorithm_by_name(const char *name)
{
    for (size_t i = 0; i < ALGORITHM_COUNT; i++) {
        if (strcmp(algorithms[i].name, name) == 0)
            return &algorithms[i];
    }
    return NULL;
}

static void group_of(EVP_PKEY *pkey, char *group, size_t size)
{
    size_t length = 0;
    if (EVP_PKEY_get_group_name(pkey, group, size, &length) != 1)
        group[0] = 0;
}

const struct fwd_algorithm *fwd_algorithm_of_key(EVP_PKEY *pkey)
{
    char group[64];
    group_of(pkey, group, sizeof group);
    for (size_t i = 0; i < ALGORITHM_COUNT; i++) {
        const struct fwd_algorithm *a = &algorithms[i];
        if (EVP_PKEY_is_a(pkey, a->key_type) != 1)
            continue;
        if (a->group != NULL && strcmp(a->group, group) != 0)
            continue;
        if (a->bits == 0 || a->bits == EVP_PKEY_get_bits(pkey))
            return a;
    }
    return NULL;
}

void fwd_algorithm_describe_key(EVP_PKEY *pkey, char *text, size_t size)
{
    const char *type = EVP_PKEY_get0_type_name(pkey);
    char group[64];
    group_of(pkey, group, sizeof group);
    if (EVP_PKEY_is_a(pkey, "EC") == 1)
        (void)snprintf(text, size, "EC on %s", group[0] != 0 ? group : "a curve without a name");
    else
        (void)snprintf(
            text, size, "%s, %d bits", type != NULL ? type : "unknown", EVP_PKEY_get_bits(pkey));
}

const char *fwd_algorithm_names(void)
{
    return "ed25519, ecdsa-p256, ecdsa-p384, rsa3072-pss";
}
