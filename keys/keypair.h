/* A key: public, or private with its public part, which is in memory or in a token. */
#ifndef FWD_KEYS_KEYPAIR_H
#define FWD_KEYS_KEYPAIR_H

#include "hostio/host_file.h"
#include "keys/algorithm.h"
#include "keys/keyid.h"

struct fwd_keypair;

/* A private key that is elsewhere and signs there. */
struct fwd_keypair_token {
    /* Signs size bytes in the form that packages store. signature: FWD_SIGNATURE_ROOM bytes. */
    enum fwd_fail (*sign)(const struct fwd_keypair *key, const uint8_t *message, size_t size,
        uint8_t *signature, size_t *signature_size, struct fwd_error *err);
    void (*close)(struct fwd_keypair_token *token);
};

struct fwd_keypair {
    EVP_PKEY *pkey; /* owned; NULL: empty */
    const struct fwd_algorithm *algorithm;
    uint8_t id[FWD_KEYID_FULL_SIZE]; /* full id; the first FWD_KEY_ID_SIZE bytes are the key id */
    struct fwd_keypair_token *token; /* owned; where the private part is, if not in pkey */
};

/* Makes a new private key. *out: freed by the caller. */
enum fwd_fail fwd_keypair_generate(
    const struct fwd_algorithm *algorithm, struct fwd_keypair *out, struct fwd_error *err);

/* The private Ed25519 key of that number that simulated devices may trust, so that a proof can sign
 * packages of its own. Everybody can make it: never for a device. *out: freed by the caller. */
enum fwd_fail fwd_keypair_simulated(
    unsigned number, struct fwd_keypair *out, struct fwd_error *err);

/* Takes over a key that was read: finds its algorithm, brings it into the one form that key ids are
 * computed from, checks it. name: of the file, for sentences. Frees pkey on failure.
 * FWD_FAIL_REFUSED: a type, size or curve that packages are not signed with. */
enum fwd_fail fwd_keypair_adopt(
    const char *name, EVP_PKEY *pkey, struct fwd_keypair *out, struct fwd_error *err);

/* The bare public key, which is the end of its DER: the 32 bytes of Ed25519, the uncompressed point
 * of EC. *raw points into der; empty for RSA, which has no such form. */
void fwd_keypair_raw(
    const struct fwd_keypair *key, const struct fwd_bytes *der, struct fwd_bytes *raw);

/* Frees and clears; NULL-safe. */
void fwd_keypair_free(struct fwd_keypair *key);

#endif
