/* A trust set: the public keys that may sign for a device from now on, what each may do, and how
 * many must (SPEC.md section 5.3). It is the one entry of a trust package, and signed as that. */
#ifndef FWD_FORMAT_TRUST_SET_H
#define FWD_FORMAT_TRUST_SET_H

#include "format/manifest.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FWD_TRUST_KEYS_MAX     8u
#define FWD_TRUST_PRODUCTS_MAX 8u   /* of all keys of a set together */
#define FWD_TRUST_DER_MAX      512u /* bytes of a key */
#define FWD_TRUST_CHAIN_MAX    16u  /* sets in one package: the newest and those that led to it */

struct fwd_trust_key {
    uint8_t algorithm; /* FWD_ALG_* */
    bool may_raise_counter;
    uint8_t product_first, product_count; /* of the set's products; count 0: any product */
    uint16_t der_size;
    const uint8_t *der; /* SubjectPublicKeyInfo */
    uint32_t roles;     /* bit n: may sign components of role n; FWD_ROLE_TRUST: trust sets */
};

/* What follows means: a counter that cannot be read. */
#define FWD_TRUST_VERSION_MAX 0xFFFFFFFEu

struct fwd_trust_set {
    uint32_t version;  /* 1..FWD_TRUST_VERSION_MAX; of two sets the higher one counts */
    uint8_t threshold; /* distinct valid signatures needed, 1..FWD_SIGNATURES_MAX */
    uint8_t key_count;
    uint8_t product_count;
    struct fwd_trust_key keys[FWD_TRUST_KEYS_MAX];
    struct fwd_text products[FWD_TRUST_PRODUCTS_MAX];
};

/* Returns the bytes written; 0 when they do not fit or the set is none that decode accepts. */
size_t fwd_trust_set_encode(const struct fwd_trust_set *set, uint8_t *out, size_t size);

/* *set points into bytes. False: not well formed, a value outside its limits, or fewer keys than
 * the threshold that may sign the next set, or components of any one role: from such a set no way
 * would lead on. */
bool fwd_trust_set_decode(const uint8_t *bytes, size_t size, struct fwd_trust_set *set);

#ifdef __cplusplus
}
#endif

#endif
