/* The version record that an update makes: what the package brings, with its signed bytes, and what
 * it leaves alone, with the sets that are its proof. */
#ifndef FWD_VERIFY_TRUST_NEXT_RECORD_H
#define FWD_VERIFY_TRUST_NEXT_RECORD_H

#include "verify/flash/version.h"

/* Makes the record after `current` for update->trusted and update->plan, whose bytes are in
 * work->signed_bytes, and encodes it into work->version_new. before: it also
 * says what was before, if there is room: other slots hold it, or old blocks that were kept. Uses
 * the decoder's arena for a moment. FWD_OK; FWD_E_VERSION_ROOM: larger than fwd_version_room(). */
FWD_MUST_USE enum fwd_reason fwd_next_record_make(struct fwd_update *update,
    const struct fwd_version_table *current, bool before, uint32_t *size);

/* Makes the record after `current` that names what each place held before, without the sets that
 * are not needed any more. Overwrites update->trusted. FWD_OK; FWD_E_VERSION_RECORD: `current` does
 * not say it, or its sets do not decode; FWD_E_VERSION_ROOM. */
FWD_MUST_USE enum fwd_reason fwd_next_record_back(
    struct fwd_update *update, const struct fwd_version_table *current, uint32_t *size);

/* What was signed, or pinned, for a place of `current` before it. Overwrites update->trusted.
 * FWD_OK; FWD_E_VERSION_RECORD. */
FWD_MUST_USE enum fwd_reason fwd_next_record_before(struct fwd_update *update,
    const struct fwd_version_record *current, const struct fwd_version_before *was, uint8_t place,
    struct fwd_image *image);

/* ---- for both -------------------------------------------------------------------------------- */

/* The set of the current record in the new one; FWD_VERSION_NO_SET stays. */
uint8_t fwd_next_record_keep(
    struct fwd_version_record *record, const struct fwd_version_record *current, uint8_t set);
/* Above every number that the device has counted to. */
uint32_t fwd_next_record_number(
    const struct fwd_update *update, const struct fwd_version_table *current);
/* Into work->version_new. 0: larger than fwd_version_room(). */
uint32_t fwd_next_record_encode(struct fwd_update *update, const struct fwd_version_record *record);

#endif
