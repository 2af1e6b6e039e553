/* The version record: which image each place of the device holds, and which slot is active. Two or
 * more erase blocks take turns; the journal's `version_block` names the one in force, so the other
 * may be half written at any time (SPEC.md section 9). */
#ifndef FWD_VERIFY_FLASH_VERSION_H
#define FWD_VERIFY_FLASH_VERSION_H

#include "format/record/version_record.h"
#include "verify/verify.h"

struct fwd_version_table {
    struct fwd_version_record record; /* points into work->version; count 0 when not found */
    uint8_t block;                    /* where it was read */
    bool found;
};

/* Reads the record in force; when that is unreadable, or the journal names none, the valid one with
 * the highest sequence number. Writes nothing. */
void fwd_version_load(const struct fwd_update *update, struct fwd_version_table *table);

/* NULL when the table has no entry of that name. */
const struct fwd_version_entry *fwd_version_find(
    const struct fwd_version_table *table, const char *name);

/* Erases the block, writes the record and reads it back. The record may point into work->version;
 * work->page and work->io are overwritten. FWD_OK or FWD_E_VERSION_RECORD. */
FWD_MUST_USE enum fwd_reason fwd_version_store(
    const struct fwd_update *update, const struct fwd_version_record *record, uint8_t block);

#endif
