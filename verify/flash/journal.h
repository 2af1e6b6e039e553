/* The journal: append-only records in two or more banks of erase blocks (SPEC.md section 8). Every
 * record is the whole state, so the newest valid one is all that counts.
 *
 * With three banks each record is complete in two of them before what it says is begun: a bank that
 * cannot be read at one start hides nothing. With two, one holds the newest record while the other
 * is erased. DESIGN.md section 6 says what each survives; three are recommended.
 *
 * A journal of which no record can be read is lost, blank or not: the factory writes the first
 * record. It may be readable at the next start, so nothing is written for it until a package was
 * admitted; then every bank is erased before the first record, so that no old one counts again. */
#ifndef FWD_VERIFY_FLASH_JOURNAL_H
#define FWD_VERIFY_FLASH_JOURNAL_H

#include "verify/flash/bank.h"

/* The fewest records that a bank holds. */
#define FWD_JOURNAL_SLOTS_MIN 4u

/* Bytes of a record in this area, padding to the program unit included. */
uint32_t fwd_journal_slot_size(const struct fwd_area *area);

/* Banks of the area as a journal; at least 2 are needed. sharing: NULL, or the version area is in
 * the same blocks. */
uint32_t fwd_journal_banks(const struct fwd_area *area, const struct fwd_sharing *sharing);

/* The part of a bank that records are in. index < fwd_journal_banks(). */
struct fwd_bank fwd_journal_bank_at(
    const struct fwd_area *area, const struct fwd_sharing *sharing, uint32_t index);

/* Reads every slot; writes nothing. An unreadable slot counts as written. page: a buffer of
 * page_size bytes, at least a program unit, used by each append. sharing: NULL, or the version area
 * is in the same blocks.
 * FWD_OK (look at lost), or FWD_E_AREA_LAYOUT when the area cannot be a journal. */
FWD_MUST_USE enum fwd_reason fwd_journal_scan(struct fwd_journal *journal,
    const struct fwd_ports *ports, const struct fwd_area *area, const struct fwd_sharing *sharing,
    uint8_t *page, uint32_t page_size);

/* What was found is not believed: the journal is lost. */
void fwd_journal_lose(struct fwd_journal *journal);

/* Appends the state and reads it back. What fails is left out as long as a bank takes the record.
 * journal->record is then *record with its sequence number. A lost journal is begun anew first.
 * FWD_OK; FWD_E_JOURNAL_IO when no bank takes it; FWD_E_INTERNAL when its state may not follow. */
FWD_MUST_USE enum fwd_reason fwd_journal_append(
    struct fwd_journal *journal, const struct fwd_record *record);

/* Before anything is done on the word of the record found at power-on: it may have been in flight
 * and unstable, so it is appended again. Nothing to do when a record was appended since. */
FWD_MUST_USE enum fwd_reason fwd_journal_settle(struct fwd_journal *journal);

/* Before the first write into firmware: two banks have taken a record since power came, or take one
 * now. FWD_OK or FWD_E_JOURNAL_IO. */
FWD_MUST_USE enum fwd_reason fwd_journal_prove(struct fwd_journal *journal);

#endif
