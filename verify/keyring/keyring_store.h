/* The two banks in which the keyring keeps its trust package. A bank ends with a mark, which says
 * that everything before it was complete: a bank is erased only when the other one has its mark,
 * and one without a mark counts only where there is none with one. */
#ifndef FWD_VERIFY_KEYRING_KEYRING_STORE_H
#define FWD_VERIFY_KEYRING_KEYRING_STORE_H

#include "verify/keyring/keyring_chain.h"

#define FWD_KEYRING_BANKS 2u

/* The version that the mark of a bank says; 0: it has none. Nothing of it is trusted. */
uint32_t fwd_keyring_store_mark(const struct fwd_keyring *keyring, uint8_t bank);

/* The package in a bank. *at: memory for the input. False: nothing there has the shape of one. */
bool fwd_keyring_store_open(const struct fwd_keyring *keyring, uint8_t bank,
    struct fwd_chain_bank *at, struct fwd_input *input);

/* fwd_chain_walk() over it. FWD_OK, FWD_E_TRUST_IO: nothing there has the shape of one; what that
 * gives. */
FWD_MUST_USE enum fwd_reason fwd_keyring_store_walk(struct fwd_keyring *keyring, uint8_t bank,
    uint8_t target, struct fwd_trusted *trusted, struct fwd_chain *chain);

/* Writes a package into a bank, verifies what is there and marks it. FWD_OK or FWD_E_TRUST_IO;
 * FWD_E_AREA_LAYOUT: a unit is larger than those of the device's areas; what
 * reading `package` gives. */
FWD_MUST_USE enum fwd_reason fwd_keyring_store_write(struct fwd_keyring *keyring,
    struct fwd_update *update, uint8_t bank, const struct fwd_input *package);

#endif
