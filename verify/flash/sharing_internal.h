/* Which version records shared banks hold (sharing_find.c). */
#ifndef FWD_VERIFY_FLASH_SHARING_INTERNAL_H
#define FWD_VERIFY_FLASH_SHARING_INTERNAL_H

#include "verify/flash/journal_internal.h"

/* What tells a version record from another, and where it is. Of two with one number, which an
 * update that failed and the next one can leave, the journal names one by its digest. */
struct fwd_shared_version {
    uint32_t number; /* 0: none */
    uint8_t digest[FWD_DIGEST_SIZE];
    const uint8_t *bytes;  /* in RAM; NULL: at `offset` */
    uint32_t offset, size; /* of the encoded record */
};

/* Where the bank's version records are, and the distance at which they begin, as version.c writes
 * them. */
struct fwd_bank fwd_sharing_place(
    const struct fwd_journal *journal, uint8_t bank, uint32_t *quarter);

/* The whole record at `offset`, if there is one in `room` bytes. Uses FWD_HASH_STEP: nobody hashes
 * a step while records are appended. */
bool fwd_sharing_read(const struct fwd_journal *journal, uint32_t offset, uint32_t room,
    struct fwd_shared_version *record);

bool fwd_sharing_same(const struct fwd_shared_version *a, const struct fwd_shared_version *b);

/* Looks for it in a bank; in journal->fresh and all the others. */
bool fwd_sharing_find(const struct fwd_journal *journal, uint8_t bank,
    const struct fwd_shared_version *wanted, struct fwd_shared_version *found);
bool fwd_sharing_find_apart(const struct fwd_journal *journal, uint8_t bank,
    const struct fwd_shared_version *wanted, struct fwd_shared_version *found);

/* What a bank that begins with *next must hold: the record that it names. When it names none, the
 * newest of those of which there are two copies, else the newest single one. */
struct fwd_shared_version fwd_sharing_wanted(
    const struct fwd_journal *journal, const struct fwd_record *next);

#endif
