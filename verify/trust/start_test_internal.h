/* What the start test of signed images and that of pinned ones have in common. */
#ifndef FWD_VERIFY_TRUST_START_TEST_INTERNAL_H
#define FWD_VERIFY_TRUST_START_TEST_INTERNAL_H

#include "verify/trust/start_test.h"

/* Does the slot hold the image; is it blank, where the image has no bytes? Asked twice: that
 * firmware is broken is not said because of one reading. FWD_OK, FWD_E_TARGET_CORRUPT,
 * FWD_E_SLOT_READ, FWD_E_INTERNAL. */
FWD_MUST_USE enum fwd_reason fwd_start_test_holds(const struct fwd_update *update, uint8_t place,
    uint8_t slot, const struct fwd_image *image, uint8_t digest[FWD_DIGEST_SIZE]);

/* What differs, without a branch: 0 when all is right. */
uint32_t fwd_start_test_differences(const uint8_t *digest, const struct fwd_image *image);

/* Is the slot of this place hashed? */
bool fwd_start_test_hashes(
    const struct fwd_update *update, uint8_t place, enum fwd_start_depth depth);

#endif
