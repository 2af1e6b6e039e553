/* A key in a token, for the files that look at it. */
#ifndef FWD_KEYS_TOKEN_PKCS11_INTERNAL_H
#define FWD_KEYS_TOKEN_PKCS11_INTERNAL_H

#include "keys/token/pkcs11.h"

#include <p11-kit/p11-kit.h>
#include <p11-kit/pkcs11.h>

#define FWD_PKCS11_NAME 200u

struct fwd_pkcs11_key {
    struct fwd_keypair_token base;
    char name[FWD_PKCS11_NAME]; /* for sentences */
    CK_FUNCTION_LIST **modules; /* of p11-kit's configuration; NULL: one that was named */
    CK_FUNCTION_LIST *loaded;   /* the one that was named; NULL: modules */
    CK_FUNCTION_LIST *module;   /* the one that has the key */
    CK_SESSION_HANDLE session;  /* 0: none */
    CK_OBJECT_HANDLE object;
    bool logged_in;
    bool asks_each_time; /* the PIN is wanted again for every signature */
    struct fwd_passphrase pin;
};

/* The value of an attribute, freed by free(). False: the object has none, or no memory. */
bool fwd_pkcs11_attribute(const struct fwd_pkcs11_key *token, CK_OBJECT_HANDLE object,
    CK_ATTRIBUTE_TYPE type, CK_ATTRIBUTE *value);

/* Up to room objects that have all these attributes; returns how many. */
size_t fwd_pkcs11_find(const struct fwd_pkcs11_key *token, CK_ATTRIBUTE *wanted, size_t count,
    CK_OBJECT_HANDLE *objects, size_t room);

/* Of struct fwd_keypair_token. */
enum fwd_fail fwd_pkcs11_sign(const struct fwd_keypair *key, const uint8_t *message, size_t size,
    uint8_t *signature, size_t *signature_size, struct fwd_error *err);

/* The public key that belongs to the private one. NULL: neither it nor an object beside it says
 * what it is, or its type is none that is known. */
EVP_PKEY *fwd_pkcs11_public(const struct fwd_pkcs11_key *token);

#endif
