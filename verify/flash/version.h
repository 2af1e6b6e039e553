/* The version area: two or more banks that hold the version record (SPEC.md section 9), each copy
 * in a bank of its own. Banks are written only as a record of the journal says: `verified` names
 * number and first bank, `switched` the second; a start touches only the one that is called begun,
 * so that the others stay as they were read. A bank may hold several records, each at a
 * quarter of it: a new one goes after the old one when no other bank takes it. */
#ifndef FWD_VERIFY_FLASH_VERSION_H
#define FWD_VERIFY_FLASH_VERSION_H

#include "format/record/version_record.h"
#include "verify/flash/bank.h"
#include "verify/verify.h"

#define FWD_VERSION_NO_BANK 0xFFu

/* Numbers go up by one: what is further ahead than that somebody else wrote. */
#define FWD_VERSION_AHEAD 64u

struct fwd_version_table {
    bool found;
    bool named;                                /* it is the one that the journal names */
    uint16_t banks;                            /* bit n: bank n holds a valid copy */
    uint32_t newest;                           /* the highest number in the area */
    uint8_t digest[FWD_RECORD_VERSION_DIGEST]; /* of its bytes */
    struct fwd_version_record record; /* points into work->version; count 0 when not found */
};

/* Banks of the area, at most 16; 0: the area cannot hold any. */
uint8_t fwd_version_banks(const struct fwd_device *device);

/* index < fwd_version_banks(device). */
struct fwd_bank fwd_version_bank_at(const struct fwd_device *device, uint8_t index);

/* Bytes of the largest record that this device takes: fits twice into each bank, and the buffers.
 */
uint32_t fwd_version_room(const struct fwd_device *device);

/* Reads the record of one of the numbers that the area holds: first the one that the journal names,
 * then those of which there are two copies, then the single ones, which may have been in flight;
 * each from the newest on. False: there are not as many. Writes nothing. */
bool fwd_version_candidate(
    const struct fwd_update *update, uint8_t index, struct fwd_version_table *table);

/* The record of the number that the journal names, without its digest: for a device that
 * authenticates both. False: no copy can be read. */
bool fwd_version_by_number(const struct fwd_update *update, struct fwd_version_table *table);

/* The area holds two copies of a newer record than the one that the journal names: the second is
 * written only when the journal names it, so this is an older journal, which was given up.
 * Overwrites work->version. */
bool fwd_version_outdates_journal(const struct fwd_update *update);

/* The current record: the first candidate. table->found false: none can be read. */
void fwd_version_load(const struct fwd_update *update, struct fwd_version_table *table);

/* NULL when the table has no entry of that name. */
const struct fwd_version_entry *fwd_version_find(
    const struct fwd_version_table *table, const char *name);

/* The highest number that the device has counted to, as far as journal and area tell. */
uint32_t fwd_version_last_number(
    const struct fwd_update *update, const struct fwd_version_table *current);

/* Bit n: the record names slot 1 of the device's place n, which has two. */
uint16_t fwd_version_active(const struct fwd_device *device, const struct fwd_version_table *table);

/* The bank to be written next: one without the record, else the one after `last`; never `last`
 * itself while there is another. */
uint8_t fwd_version_next_bank(
    const struct fwd_update *update, const struct fwd_version_table *table, uint8_t last);

/* Does a record of `size` bytes fit, even if a bank that is erased for it turns out to be worn?
 * FWD_OK or FWD_E_VERSION_ROOM. */
FWD_MUST_USE enum fwd_reason fwd_version_fits(
    const struct fwd_update *update, const struct fwd_version_table *current, uint32_t size);

/* Writes encoded bytes: erases the bank, programs and reads back; the bytes may not be in
 * work->page or work->io. FWD_OK or FWD_E_VERSION_RECORD. */
FWD_MUST_USE enum fwd_reason fwd_version_store(
    const struct fwd_update *update, const uint8_t *bytes, uint32_t size, uint8_t bank);

/* The same without an erase, after the last record of a bank. */
FWD_MUST_USE enum fwd_reason fwd_version_append(
    const struct fwd_update *update, const uint8_t *bytes, uint32_t size, uint8_t bank);

/* First bytes of SHA-256 over an encoded record. False: the hardware failed. */
bool fwd_version_digest(const struct fwd_update *update, const uint8_t *bytes, uint32_t size,
    uint8_t digest[FWD_RECORD_VERSION_DIGEST]);

#endif
