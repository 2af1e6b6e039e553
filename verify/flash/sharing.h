/* A journal and a version area that are the same erase blocks: what the journal asks for then. Only
 * a device whose description names `fwd_sharing` links it. */
#ifndef FWD_VERIFY_FLASH_SHARING_H
#define FWD_VERIFY_FLASH_SHARING_H

#include "verify/flash/bank.h"

struct fwd_sharing {
    /* Are both views of one piece of flash? */
    bool (*same)(const struct fwd_area *a, const struct fwd_area *b);
    /* Bytes of a bank, at least. */
    uint32_t (*least)(const struct fwd_area *area);
    /* The part of a bank that journal records are in, or version records. */
    struct fwd_bank (*half)(const struct fwd_area *area, uint32_t index, bool records);
    /* After a scan: notes which banks hold the version record that the newest record names. */
    void (*look)(struct fwd_journal *journal);
    /* Erases the bank and puts the version record into it that *next names, from another bank or
     * from journal->fresh; when it names none, the one that counts without a journal. It is copied
     * to another bank before if this one alone has it. Where nobody knows of any nothing is erased
     * before firmware is written: it may be readable at the next start. FWD_OK or
     * FWD_E_JOURNAL_IO. */
    enum fwd_reason (*erase)(
        struct fwd_journal *journal, uint8_t bank, const struct fwd_record *next);
    /* The bank that is erased first for a new journal. */
    uint8_t (*first)(const struct fwd_journal *journal, const struct fwd_record *next);
    /* Puts the version record that *next names into the bank without an erase. */
    bool (*take)(struct fwd_journal *journal, uint8_t bank, const struct fwd_record *next);
    /* Before journal->fresh, which *next is the first to name: puts it beside the one in force,
     * into a bank that is not erased for *next, so that no bank is ever the only one that has it.
     */
    void (*beside)(struct fwd_journal *journal, const struct fwd_record *next);
};

#endif
