/* The signature algorithms of SPEC.md section 5: their names and parameters. */
#ifndef FWD_KEYS_ALGORITHM_H
#define FWD_KEYS_ALGORITHM_H

#include "format/limits.h"

#include <openssl/evp.h>
#include <stddef.h>
#include <stdint.h>

struct fwd_algorithm {
    uint8_t id;           /* FWD_ALG_* */
    const char *name;     /* as given to `--alg` */
    const char *title;    /* for people */
    const char *key_type; /* OpenSSL's name of the key type */
    const char *group;    /* OpenSSL's name of the curve, or NULL */
    int bits;             /* exact key size, or 0 when the type fixes it */
    const char *digest;   /* OpenSSL's name, or NULL when the algorithm has its own */
    size_t signature_max; /* bytes */
    size_t raw_size;      /* ECDSA: bytes of r || s, the form that HSMs return; otherwise 0 */
};

/* The first is the default of keygen. NULL when index >= the number of algorithms. */
const struct fwd_algorithm *fwd_algorithm_at(size_t index);

/* NULL when it is not known. */
const struct fwd_algorithm *fwd_algorithm_by_id(uint16_t id);
const struct fwd_algorithm *fwd_algorithm_by_name(const char *name);

/* The algorithm that a key is used with. NULL: none, see fwd_algorithm_describe_key(). */
const struct fwd_algorithm *fwd_algorithm_of_key(EVP_PKEY *pkey);

/* What a key is, for a sentence: "RSA, 2048 bits", "EC on secp256k1". */
void fwd_algorithm_describe_key(EVP_PKEY *pkey, char *text, size_t size);

/* "ed25519, ecdsa-p256, ecdsa-p384, rsa3072-pss", for help and error texts. */
const char *fwd_algorithm_names(void);

#endif
