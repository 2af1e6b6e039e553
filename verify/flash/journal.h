/* The journal: append-only records in two or more erase blocks (SPEC.md section 8). Every record is
 * the whole state, so the newest valid one is all that counts, and a block may be erased as soon as
 * the newest stands in another. */
#ifndef FWD_VERIFY_FLASH_JOURNAL_H
#define FWD_VERIFY_FLASH_JOURNAL_H

#include "verify/flash/area.h"

/* The fewest records that a journal block must hold. */
#define FWD_JOURNAL_SLOTS_MIN 4u

/* Reads every slot; writes nothing. An unreadable slot counts as written.
 * FWD_OK (look at blank and lost), or FWD_E_AREA_LAYOUT when the area cannot be a journal. */
FWD_MUST_USE enum fwd_reason fwd_journal_scan(struct fwd_journal *journal,
    const struct fwd_ports *ports, const struct fwd_area *area, uint8_t *page);

/* Appends the state and reads it back. A slot that fails is skipped, a full block is left for the
 * next one, which is erased first. journal->record is then *record with its sequence number.
 * FWD_OK; FWD_E_JOURNAL_IO when no block takes it; FWD_E_INTERNAL when its state may not follow. */
FWD_MUST_USE enum fwd_reason fwd_journal_append(
    struct fwd_journal *journal, const struct fwd_record *record);

/* Before anything destructive: the record found at power-on may have been in flight and unstable,
 * so it is appended again. Nothing to do when a record was appended since, or there is none. */
FWD_MUST_USE enum fwd_reason fwd_journal_settle(struct fwd_journal *journal);

#endif
