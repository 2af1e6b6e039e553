/* The version record that an update makes: what the package brings, with its signed bytes, and what
 * it leaves alone, with the sets that are its proof. */
#ifndef FWD_VERIFY_TRUST_NEXT_RECORD_H
#define FWD_VERIFY_TRUST_NEXT_RECORD_H

#include "verify/flash/version.h"

/* Makes the record after `current` for update->trusted and update->plan, whose bytes are in
 * work->signed_bytes, and encodes it into work->version_new. When only inactive slots are written
 * it also says what was before, if there is room. Uses the decoder's arena for a moment. FWD_OK;
 * FWD_E_VERSION_ROOM: larger than fwd_version_room(). */
FWD_MUST_USE enum fwd_reason fwd_next_record_make(
    struct fwd_update *update, const struct fwd_version_table *current, uint32_t *size);

#endif
