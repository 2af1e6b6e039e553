/* A chain of trust sets: a trust package holds the newest one, its payload the package of the one
 * before, and so on to one that is built in, or further. */
#ifndef FWD_VERIFY_KEYRING_KEYRING_CHAIN_H
#define FWD_VERIFY_KEYRING_KEYRING_CHAIN_H

#include "verify/keyring/keyring.h"

/* What a walk has found. */
struct fwd_chain {
    uint32_t size;                         /* of the input */
    uint32_t offsets[FWD_TRUST_CHAIN_MAX]; /* of each link; 0 is the newest */
    uint8_t count;
    uint8_t root;  /* the link that is the built-in set */
    bool contains; /* the set in force is one of the links */
};

/* Bytes of the package whose header begins the input, at most `most`. FWD_OK, FWD_E_TRUST_SET, or
 * what reading gives. */
FWD_MUST_USE enum fwd_reason fwd_chain_size(
    const struct fwd_input *input, uint32_t most, uint32_t *size);

/* Verifies the links from the built-in set up to link `target`, which is then keyring->other and
 * *trusted (unless it is the built-in one). FWD_OK; FWD_E_TRUST_SET: not a trust package, or a set
 * with a value outside its limits; FWD_E_TRUST_CHAIN: the built-in set is not in it, or `target`
 * is beyond it; FWD_E_PRODUCT, _HARDWARE, _NOT_AUTHORISED; what fwd_authenticate() or reading
 * gives. */
FWD_MUST_USE enum fwd_reason fwd_chain_walk(struct fwd_keyring *keyring,
    const struct fwd_input *input, uint8_t target, struct fwd_trusted *trusted,
    struct fwd_chain *chain);

/* Decodes a set and computes the ids of its keys. FWD_OK; FWD_E_TRUST_SET, also when two keys have
 * one id; FWD_E_INTERNAL. */
FWD_MUST_USE enum fwd_reason fwd_chain_decode(const struct fwd_keyring *keyring,
    const uint8_t *bytes, uint32_t size, struct fwd_keyring_set *set);

/* The built-in set. Overwrites *trusted. FWD_OK, FWD_E_TRUST_SET, FWD_E_INTERNAL. */
FWD_MUST_USE enum fwd_reason fwd_chain_built_in(
    const struct fwd_keyring *keyring, struct fwd_trusted *trusted, struct fwd_keyring_set *set);

/* A package in a bank of the keyring's area. */
struct fwd_chain_bank {
    struct fwd_flash_access flash;
    uint32_t offset;
};
struct fwd_input fwd_chain_bank_input(struct fwd_chain_bank *bank, uint32_t size);

/* Makes the keys of a set those that the port gives. */
void fwd_chain_use(struct fwd_keyring *keyring, const struct fwd_keyring_set *set);

/* fwd_authenticate() by the keys of a set; afterwards the port gives those of the newest again. */
FWD_MUST_USE enum fwd_reason fwd_chain_authenticate(struct fwd_keyring *keyring,
    const struct fwd_keyring_set *set, const struct fwd_unverified *package,
    struct fwd_trusted *trusted);

#endif
