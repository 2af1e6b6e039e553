/* What the files of the journal share. */
#ifndef FWD_VERIFY_FLASH_JOURNAL_INTERNAL_H
#define FWD_VERIFY_FLASH_JOURNAL_INTERNAL_H

#include "verify/flash/journal.h"
#include "verify/flash/sharing.h"

#define FWD_JOURNAL_NO_BANK 0xFFu
#define FWD_JOURNAL_NO_SLOT UINT32_MAX

/* A record that nothing may hide is written so often in a row: the first one after power-on, and
 * the first one of a bank. All of a row but the last are stable. */
#define FWD_JOURNAL_COPIES 3u

uint32_t fwd_journal_slots(const struct fwd_journal *journal, uint8_t bank);

/* Erases a bank, so that *next can be written into it: a shared one then holds the version record
 * that *next names. Marks it bad when that fails. */
FWD_MUST_USE enum fwd_reason fwd_journal_erase(
    struct fwd_journal *journal, uint8_t bank, const struct fwd_record *next);

/* Does the bank hold the version record that *next names, if it must? */
bool fwd_journal_holds(
    const struct fwd_journal *journal, uint8_t bank, const struct fwd_record *next);

/* Programs *next with the next sequence number into a slot and reads it back. Marks the bank bad
 * when that fails. */
FWD_MUST_USE enum fwd_reason fwd_journal_program(
    struct fwd_journal *journal, uint8_t bank, uint32_t slot, struct fwd_record *next);

/* Erases the bank and writes the record at its start, FWD_JOURNAL_COPIES times. */
FWD_MUST_USE enum fwd_reason fwd_journal_head(
    struct fwd_journal *journal, uint8_t bank, struct fwd_record *next);

/* Two banks. _begin: after a scan that found records, or after all were erased (fresh).  */
void fwd_journal_pair_begin(struct fwd_journal *journal, bool fresh);
FWD_MUST_USE enum fwd_reason fwd_journal_pair_append(
    struct fwd_journal *journal, struct fwd_record *next);
/* Puts the record into the bank that does not hold it. */
FWD_MUST_USE enum fwd_reason fwd_journal_pair_prove(
    struct fwd_journal *journal, struct fwd_record *next);

/* Three or more. */
FWD_MUST_USE enum fwd_reason fwd_journal_mirror_append(
    struct fwd_journal *journal, struct fwd_record *next);

#endif
