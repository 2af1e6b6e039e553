/* Banks: neighbouring erase blocks of an area that together have room for what is written and
 * erased as one (journal records, a version record). On a chip with large erase blocks each is a
 * bank. */
#ifndef FWD_VERIFY_FLASH_BANK_H
#define FWD_VERIFY_FLASH_BANK_H

#include "verify/flash/area.h"

struct fwd_bank {
    uint32_t offset, size; /* in the area */
};

/* Banks of at least `least` bytes; blocks that are left at the end belong to none. */
uint32_t fwd_bank_count(const struct fwd_area *area, uint32_t least);

/* index < fwd_bank_count(area, least). */
struct fwd_bank fwd_bank_at(const struct fwd_area *area, uint32_t least, uint32_t index);

/* Erases its blocks, the last first: while records from the start of the bank can be read, an
 * interrupted erase has not come to them. FWD_OK or flash->failed. */
FWD_MUST_USE enum fwd_reason fwd_bank_erase(
    const struct fwd_flash_access *flash, const struct fwd_bank *bank);

#endif
