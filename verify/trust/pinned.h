/* Images that the factory put into a place and the key store pins: they start without a signature.
 * Only a device whose description names `fwd_pinned` links it. */
#ifndef FWD_VERIFY_TRUST_PINNED_H
#define FWD_VERIFY_TRUST_PINNED_H

#include "verify/trust/start_test.h"

struct fwd_pinned {
    /* entry: what the version record says of it; NULL: any image may be pinned. blind: it may start
     * with a counter that cannot be read. Counters below start->floor are refused. Sets
     * start->proof of the place. FWD_OK, FWD_E_VERSION_RECORD, FWD_E_COUNTER, FWD_E_ROLLBACK,
     * FWD_E_TARGET_CORRUPT, FWD_E_SLOT_READ, FWD_E_INTERNAL. */
    enum fwd_reason (*check)(const struct fwd_update *update, uint8_t place, uint8_t slot,
        const struct fwd_version_entry *entry, bool blind, enum fwd_start_depth depth,
        struct fwd_start *start);
};

#endif
