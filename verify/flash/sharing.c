/* A journal and a version area in the same erase blocks: the first half of each bank holds the
 * version record that the journal records of its second half name. An erase takes both away, so the
 * version record is put back before the first record (DESIGN.md section 6.1). A part that can be
 * left out. */
#include "format/record/version_record.h"
#include "verify/flash/flash_writer.h"
#include "verify/flash/sharing_internal.h"

#include <string.h>

#define PIECE      128u
#define HALF_LEAST 2048u

static struct fwd_flash_access access_to(const struct fwd_journal *journal)
{
    return (struct fwd_flash_access){journal->ports, journal->area, FWD_E_JOURNAL_IO};
}

static uint32_t least(const struct fwd_area *area)
{
    uint32_t records = FWD_JOURNAL_SLOTS_MIN * fwd_journal_slot_size(area);

    return 2 * (records > HALF_LEAST ? records : HALF_LEAST);
}

static struct fwd_bank half(const struct fwd_area *area, uint32_t index, bool records)
{
    struct fwd_bank bank = fwd_bank_at(area, least(area), index);
    uint32_t first = bank.size / 2 & ~(area->program_unit - 1);

    return records ? (struct fwd_bank){bank.offset + first, bank.size - first}
                   : (struct fwd_bank){bank.offset, first};
}

static void look(struct fwd_journal *journal)
{
    struct fwd_shared_version wanted = fwd_sharing_wanted(journal, &journal->record), found;

    for (uint8_t i = 0; i < journal->bank_count; i++)
        journal->banks[i].version =
            fwd_sharing_find(journal, i, &wanted, &found) ? journal->record.version_number : 0;
}

static bool is_blank(const struct fwd_journal *journal, uint32_t offset, uint32_t size)
{
    const struct fwd_flash_access flash = access_to(journal);
    uint8_t piece[PIECE];
    bool blank;

    return fwd_flash_is_blank(&flash, offset, size, piece, PIECE, &blank) == FWD_OK && blank;
}

static enum fwd_reason copy(
    const struct fwd_journal *journal, const struct fwd_shared_version *source, uint32_t to)
{
    const struct fwd_flash_access flash = access_to(journal);
    const struct fwd_flash_port *port = journal->ports->flash;
    struct fwd_flash_writer writer;
    uint8_t piece[PIECE];
    enum fwd_reason reason = FWD_OK;

    fwd_flash_writer_begin(&writer, &flash, journal->page, journal->page_size, to);
    for (uint32_t at = 0, n; at < source->size && reason == FWD_OK; at += n) {
        n = source->size - at < PIECE ? source->size - at : PIECE;
        if (source->bytes != NULL)
            memcpy(piece, source->bytes + at, n);
        else
            reason = fwd_flash_read(&flash, source->offset + at, piece, n);
        if (reason == FWD_OK)
            reason = fwd_flash_writer_write(&writer, piece, n, FWD_E_JOURNAL_IO);
    }
    if (reason == FWD_OK)
        reason = fwd_flash_writer_end(&writer);
    if (reason == FWD_OK && port->sync(port->ctx) != FWD_IO_OK)
        reason = FWD_E_JOURNAL_IO;
    return reason;
}

/* Into the first place of the bank that nothing is in. */
static enum fwd_reason put(
    const struct fwd_journal *journal, uint8_t bank, const struct fwd_shared_version *what)
{
    uint32_t quarter, whole = fwd_area_round_up(journal->area, what->size);
    struct fwd_bank place = fwd_sharing_place(journal, bank, &quarter);
    uint32_t end = place.offset + place.size;
    struct fwd_shared_version written;

    for (uint32_t at = place.offset; at < end; at += quarter) {
        if (whole <= end - at && is_blank(journal, at, whole) &&
            copy(journal, what, at) == FWD_OK &&
            fwd_sharing_read(journal, at, end - at, &written) && fwd_sharing_same(&written, what))
            return FWD_OK;
    }
    return FWD_E_JOURNAL_IO;
}

/* The bank alone has it: into another one, beside what is there. */
static enum fwd_reason save(
    const struct fwd_journal *journal, uint8_t bank, const struct fwd_shared_version *what)
{
    for (uint8_t i = 0; i < journal->bank_count; i++) {
        if (i != bank && !journal->banks[i].bad && put(journal, i, what) == FWD_OK)
            return FWD_OK;
    }
    return FWD_E_JOURNAL_IO;
}

/* What is not found in the area is not there: it is not blank, and all banks can be read; of three
 * all but one, as a version record in force is in two. */
static bool is_seen(const struct fwd_journal *journal)
{
    const struct fwd_flash_access flash = access_to(journal);
    unsigned unread = 0;
    bool written = false;

    for (uint8_t i = 0; i < journal->bank_count; i++) {
        struct fwd_bank bank = fwd_bank_at(journal->area, least(journal->area), i);
        uint8_t piece[PIECE];
        bool blank;
        if (fwd_flash_is_blank(&flash, bank.offset, bank.size, piece, PIECE, &blank) != FWD_OK)
            unread++;
        else
            written = written || !blank;
    }
    return written && unread <= (journal->bank_count > 2 ? 1u : 0u);
}

static enum fwd_reason erase(
    struct fwd_journal *journal, uint8_t bank, const struct fwd_record *next)
{
    const struct fwd_flash_access flash = access_to(journal);
    struct fwd_bank whole = fwd_bank_at(journal->area, least(journal->area), bank);
    struct fwd_shared_version wanted = fwd_sharing_wanted(journal, next), what;
    enum fwd_reason reason = FWD_OK;

    if (wanted.number == 0 && next->state < FWD_STATE_ACTING && !is_seen(journal))
        return FWD_E_JOURNAL_IO;
    bool found = fwd_sharing_find_apart(journal, bank, &wanted, &what);
    if (!found && fwd_sharing_find(journal, bank, &wanted, &what)) {
        reason = save(journal, bank, &what);
        found = fwd_sharing_find_apart(journal, bank, &wanted, &what);
    }
    if (!found && wanted.number > 0 && journal->banks[bank].bad)
        return FWD_E_JOURNAL_IO; /* it could not be written: no record may name it */
    if (reason == FWD_OK)
        reason = fwd_bank_erase(&flash, &whole);
    return reason == FWD_OK && found ? put(journal, bank, &what) : reason;
}

/* Not the bank that alone has it: the others may be torn, and have no room before they are erased.
 */
static uint8_t first(const struct fwd_journal *journal, const struct fwd_record *next)
{
    struct fwd_shared_version wanted = fwd_sharing_wanted(journal, next), what;

    return !fwd_sharing_find_apart(journal, 0, &wanted, &what) &&
                   fwd_sharing_find(journal, 0, &wanted, &what)
               ? 1
               : 0;
}

static bool take(struct fwd_journal *journal, uint8_t bank, const struct fwd_record *next)
{
    struct fwd_shared_version wanted = fwd_sharing_wanted(journal, next), what;

    return fwd_sharing_find_apart(journal, bank, &wanted, &what) &&
           put(journal, bank, &what) == FWD_OK;
}

static void beside(struct fwd_journal *journal, const struct fwd_record *next)
{
    uint8_t stays = journal->bank_count == 2 ? journal->home : journal->members[1];

    if (stays != FWD_JOURNAL_NO_BANK && !journal->banks[stays].bad)
        (void)take(journal, stays, next);
}

static bool same(const struct fwd_area *a, const struct fwd_area *b)
{
    return a->chip == b->chip && a->address == b->address && a->size == b->size &&
           a->program_unit == b->program_unit && a->program_page == b->program_page &&
           a->erased == b->erased && a->blocks == b->blocks && a->blocks_count == b->blocks_count;
}

const struct fwd_sharing fwd_sharing = {same, least, half, look, erase, first, take, beside};
