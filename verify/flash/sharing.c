/* A journal and a version area in the same erase blocks: the first half of each bank holds the
 * version record that the journal records of its second half name. An erase takes both away, so the
 * version record is put back before the first record (DESIGN.md section 6.1). A part that can be
 * left out. */
#include "format/crc32.h"
#include "format/cursor.h"
#include "format/record/version_record.h"
#include "verify/flash/flash_writer.h"
#include "verify/flash/journal_internal.h"

#include <string.h>

#define PIECE      128u
#define CRC_SIZE   4u
#define READ_TRIES 3
#define HALF_LEAST 2048u

/* An encoded version record: in RAM, or in the area. */
struct source {
    const uint8_t *bytes; /* NULL: at `offset` */
    uint32_t offset, size;
};

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

/* Version records begin at quarters, as version.c writes them. */
static uint32_t quarter(const struct fwd_journal *journal, const struct fwd_bank *place)
{
    return place->size / 4 & ~(journal->area->program_unit - 1);
}

/* ---- reading --------------------------------------------------------------------------------- */

/* The number of the whole record there, and its size; 0: there is none. */
static uint32_t number_at(
    const struct fwd_journal *journal, uint32_t offset, uint32_t room, uint32_t *size)
{
    const struct fwd_flash_access flash = access_to(journal);
    uint8_t piece[PIECE];
    uint32_t number, crc = 0;

    fwd_alive(journal->ports);
    if (room < FWD_VERSION_HEAD_SIZE ||
        fwd_flash_read(&flash, offset, piece, FWD_VERSION_HEAD_SIZE) != FWD_OK ||
        !fwd_version_record_head(piece, &number, size) || *size > room)
        return 0;
    for (uint32_t at = 0, n; at < *size - CRC_SIZE; at += n) {
        n = *size - CRC_SIZE - at < PIECE ? *size - CRC_SIZE - at : PIECE;
        if (fwd_flash_read(&flash, offset + at, piece, n) != FWD_OK)
            return 0;
        crc = fwd_crc32(crc, piece, n);
    }
    if (fwd_flash_read(&flash, offset + *size - CRC_SIZE, piece, CRC_SIZE) != FWD_OK)
        return 0;
    struct fwd_reader tail = fwd_reader_over(piece, CRC_SIZE);
    return fwd_read_le32(&tail) == crc ? number : 0;
}

/* The record of that number in a bank. */
static bool find(
    const struct fwd_journal *journal, uint8_t bank, uint32_t number, struct source *source)
{
    struct fwd_bank place = half(journal->area, bank, false);
    uint32_t end = place.offset + place.size;

    source->bytes = NULL;
    for (int tries = 0; tries < READ_TRIES && number > 0; tries++) {
        for (source->offset = place.offset; source->offset < end;
             source->offset += quarter(journal, &place)) {
            if (number_at(journal, source->offset, end - source->offset, &source->size) == number)
                return true;
        }
    }
    return false;
}

static bool find_apart(
    const struct fwd_journal *journal, uint8_t bank, uint32_t number, struct source *source)
{
    uint32_t fresh;

    source->bytes = journal->fresh;
    if (journal->fresh != NULL && fwd_version_record_head(journal->fresh, &fresh, &source->size) &&
        fresh == number)
        return true;
    for (uint8_t i = 0; i < journal->bank_count; i++) {
        if (i != bank && find(journal, i, number, source))
            return true;
    }
    return false;
}

/* How many banks have it. */
static uint32_t copies(const struct fwd_journal *journal, uint32_t number)
{
    struct source source;
    uint32_t count = 0;

    for (uint8_t i = 0; i < journal->bank_count; i++)
        count += find(journal, i, number, &source);
    return count;
}

/* Without a journal: of those of which there are two copies, the newest; else the newest single
 * one. */
static uint32_t best(const struct fwd_journal *journal)
{
    uint32_t best = 0, most = 0, size;

    for (uint8_t i = 0; i < journal->bank_count; i++) {
        struct fwd_bank place = half(journal->area, i, false);
        uint32_t end = place.offset + place.size;
        for (uint32_t at = place.offset; at < end; at += quarter(journal, &place)) {
            uint32_t number = number_at(journal, at, end - at, &size);
            uint32_t several = number == 0 ? 0 : copies(journal, number) > 1 ? 2 : 1;
            if (several > most || (several == most && number > best)) {
                most = several;
                best = number;
            }
        }
    }
    return best;
}

static void look(struct fwd_journal *journal)
{
    uint32_t number = journal->record.version_number;
    struct source source;

    for (uint8_t i = 0; i < journal->bank_count; i++)
        journal->banks[i].version = find(journal, i, number, &source) ? number : 0;
}

/* ---- writing --------------------------------------------------------------------------------- */

static bool is_blank(const struct fwd_journal *journal, uint32_t offset, uint32_t size)
{
    const struct fwd_flash_access flash = access_to(journal);
    uint8_t piece[PIECE];
    bool blank;

    return fwd_flash_is_blank(&flash, offset, size, piece, PIECE, &blank) == FWD_OK && blank;
}

static enum fwd_reason copy(
    const struct fwd_journal *journal, const struct source *source, uint32_t to)
{
    const struct fwd_flash_access flash = access_to(journal);
    const struct fwd_flash_port *port = journal->ports->flash;
    struct fwd_flash_writer writer =
        fwd_flash_writer_over(&flash, journal->page, journal->page_size, to, journal->area->size);
    uint8_t piece[PIECE];
    enum fwd_reason reason = FWD_OK;

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
    const struct fwd_journal *journal, uint8_t bank, uint32_t number, const struct source *source)
{
    struct fwd_bank place = half(journal->area, bank, false);
    uint32_t end = place.offset + place.size;
    uint32_t whole = fwd_area_round_up(journal->area, source->size), size;

    for (uint32_t at = place.offset; at < end; at += quarter(journal, &place)) {
        if (whole <= end - at && is_blank(journal, at, whole) &&
            copy(journal, source, at) == FWD_OK &&
            number_at(journal, at, end - at, &size) == number)
            return FWD_OK;
    }
    return FWD_E_JOURNAL_IO;
}

/* The bank alone has it: into another one, beside what is there. */
static enum fwd_reason save(
    struct fwd_journal *journal, uint8_t bank, uint32_t number, const struct source *source)
{
    for (uint8_t i = 0; i < journal->bank_count; i++) {
        if (i != bank && !journal->banks[i].bad && put(journal, i, number, source) == FWD_OK)
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
    struct source source;
    uint32_t number = next->version_number;
    enum fwd_reason reason = FWD_OK;

    if (number == 0)
        number = best(journal);
    if (number == 0 && next->state < FWD_STATE_ACTING && !is_seen(journal))
        return FWD_E_JOURNAL_IO;
    bool found = find_apart(journal, bank, number, &source);
    if (!found && find(journal, bank, number, &source)) {
        reason = save(journal, bank, number, &source);
        found = find_apart(journal, bank, number, &source);
    }
    if (!found && number > 0 && journal->banks[bank].bad)
        return FWD_E_JOURNAL_IO; /* it could not be written: no record may name it */
    if (reason == FWD_OK)
        reason = fwd_bank_erase(&flash, &whole);
    return reason == FWD_OK && found ? put(journal, bank, number, &source) : reason;
}

/* Not the bank that alone has it: the others may be torn, and have no room before they are erased.
 */
static uint8_t first(const struct fwd_journal *journal, const struct fwd_record *next)
{
    uint32_t number = next->version_number != 0 ? next->version_number : best(journal);
    struct source source;

    return !find_apart(journal, 0, number, &source) && find(journal, 0, number, &source) ? 1 : 0;
}

static bool take(struct fwd_journal *journal, uint8_t bank, uint32_t number)
{
    struct source source;

    return find_apart(journal, bank, number, &source) &&
           put(journal, bank, number, &source) == FWD_OK;
}

static void beside(struct fwd_journal *journal, const struct fwd_record *next)
{
    uint8_t stays = journal->bank_count == 2 ? journal->home : journal->members[1];

    if (stays != FWD_JOURNAL_NO_BANK && !journal->banks[stays].bad)
        (void)take(journal, stays, next->version_number);
}

const struct fwd_sharing fwd_sharing = {least, half, look, erase, first, take, beside};
