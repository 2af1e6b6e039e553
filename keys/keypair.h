/* A key in memory: public, or private with its public part. */
#ifndef FWD_KEYS_KEYPAIR_H
#define FWD_KEYS_KEYPAIR_H

#include "hostio/host_error.h"
#include "keys/algorithm.h"
#include "keys/keyid.h"

struct fwd_keypair {
    EVP_PKEY *pkey; /* owned; NULL: empty */
    const struct fwd_algorithm *algorithm;
    uint8_t id[FWD_KEYID_FULL_SIZE]; /* full id; the first FWD_KEY_ID_SIZE bytes are the key id */
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

/* Frees and clears; NULL-safe. */
void fwd_keypair_free(struct fwd_keypair *key);

#endif
