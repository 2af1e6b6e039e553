#include "verify/flash/bank.h"

/* The bank that begins at `offset`; size 0: what is left is too small. */
static struct fwd_bank bank_from(const struct fwd_area *area, uint32_t least, uint32_t offset)
{
    struct fwd_bank bank = {offset, 0};

    while (bank.size < least && offset + bank.size < area->size)
        bank.size += fwd_area_block_at(area, offset + bank.size).size;
    if (bank.size < least)
        bank.size = 0;
    return bank;
}

uint32_t fwd_bank_count(const struct fwd_area *area, uint32_t least)
{
    uint32_t count = 0;

    for (uint32_t at = 0; at < area->size; count++) {
        struct fwd_bank bank = bank_from(area, least, at);
        if (bank.size == 0)
            break;
        at += bank.size;
    }
    return count;
}

struct fwd_bank fwd_bank_at(const struct fwd_area *area, uint32_t least, uint32_t index)
{
    struct fwd_bank bank = bank_from(area, least, 0);

    while (index-- > 0)
        bank = bank_from(area, least, bank.offset + bank.size);
    return bank;
}

enum fwd_reason fwd_bank_erase(const struct fwd_flash_access *flash, const struct fwd_bank *bank)
{
    uint32_t end = bank->offset + bank->size;
    enum fwd_reason reason = FWD_OK;

    while (end > bank->offset && reason == FWD_OK) {
        struct fwd_block block = fwd_area_block_at(flash->area, end - 1);
        reason = fwd_flash_erase(flash, &block);
        end = block.offset;
    }
    return reason;
}
