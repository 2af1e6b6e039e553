#include "verify/journal.h"

#include <string.h>

#include "verify/states.h"

static uint32_t slot_size(const struct fwd_journal *journal)
{
    return fwd_area_round_up(journal->area, FWD_RECORD_SIZE);
}

static struct fwd_flash_access access_to(const struct fwd_journal *journal)
{
    return (struct fwd_flash_access){journal->ports, journal->area, FWD_E_JOURNAL_IO};
}

static bool blank_bytes(const uint8_t *bytes, uint32_t size, uint8_t erased)
{
    for (uint32_t i = 0; i < size; i++) {
        if (bytes[i] != erased)
            return false;
    }
    return true;
}

/* The rest of a slot after the record is program unit padding; a torn program may have left
 * something there while the record's own bytes still read blank. */
static bool padding_blank(const struct fwd_journal *journal, uint32_t offset)
{
    const struct fwd_flash_access flash = access_to(journal);
    uint8_t buf[FWD_RECORD_SIZE];
    uint32_t left = slot_size(journal) - FWD_RECORD_SIZE;

    offset += FWD_RECORD_SIZE;
    while (left > 0) {
        uint32_t piece = left < sizeof buf ? left : sizeof buf;
        if (fwd_flash_read(&flash, offset, buf, piece) != FWD_OK ||
            !blank_bytes(buf, piece, journal->area->erased))
            return false;
        offset += piece;
        left -= piece;
    }
    return true;
}

struct scan {
    bool any_valid, any_written;
    uint32_t best_slot; /* in journal->block */
    uint32_t last_written;
};

static void scan_block(struct fwd_journal *journal, uint32_t index, struct scan *scan)
{
    const struct fwd_flash_access flash = access_to(journal);
    struct fwd_block block = fwd_area_block(journal->area, index);
    bool best_here = false;
    uint32_t written = 0;

    for (uint32_t slot = 0; slot < block.size / slot_size(journal); slot++) {
        uint32_t offset = block.offset + slot * slot_size(journal);
        uint8_t bytes[FWD_RECORD_SIZE];
        struct fwd_record record;
        bool readable = fwd_flash_read(&flash, offset, bytes, sizeof bytes) == FWD_OK;

        if (readable && blank_bytes(bytes, sizeof bytes, journal->area->erased) &&
            padding_blank(journal, offset))
            continue;
        written = slot;
        scan->any_written = true;
        if (!readable || !fwd_record_decode(bytes, &record))
            continue;
        if (scan->any_valid && record.sequence <= journal->record.sequence)
            continue;
        scan->any_valid = best_here = true;
        scan->best_slot = slot;
        journal->record = record;
        journal->block = index;
    }
    if (best_here)
        scan->last_written = written;
    fwd_alive(journal->ports);
}

static bool usable(const struct fwd_area *area)
{
    return area->size > 0 && fwd_area_sound(area) && fwd_area_blocks(area) >= 2 &&
           fwd_area_smallest_block(area) / fwd_area_round_up(area, FWD_RECORD_SIZE) >=
               FWD_JOURNAL_SLOTS_MIN;
}

enum fwd_reason fwd_journal_scan(
    struct fwd_journal *journal, const struct fwd_ports *ports, const struct fwd_area *area, uint8_t *page)
{
    struct scan scan = {0};

    memset(journal, 0, sizeof *journal);
    journal->ports = ports;
    journal->area = area;
    journal->page = page;
    if (!usable(area))
        return FWD_E_AREA_LAYOUT;
    for (uint32_t i = 0; i < fwd_area_blocks(area); i++)
        scan_block(journal, i, &scan);
    journal->blank = !scan.any_written;
    journal->lost = scan.any_written && !scan.any_valid;
    if (scan.any_valid) {
        /* The slot after the last written one may have been in flight and read blank: skip it. */
        journal->next = scan.last_written + 2;
        journal->sequence = journal->record.sequence + (journal->next - scan.best_slot);
    } else {
        journal->record.state = FWD_STATE_IDLE;
        journal->sequence = 1;
        /* No block is known to be erased: begin as if the last one were full. */
        journal->block = fwd_area_blocks(area) - 1;
        journal->next = UINT32_MAX;
    }
    return FWD_OK;
}

/* Goes to the next block when this one is full. All records there are older than the newest, which
 * stands here. */
static enum fwd_reason make_room(struct fwd_journal *journal)
{
    const struct fwd_flash_access flash = access_to(journal);
    struct fwd_block block = fwd_area_block(journal->area, journal->block);

    if (journal->next < block.size / slot_size(journal))
        return FWD_OK;
    journal->block = (journal->block + 1) % fwd_area_blocks(journal->area);
    journal->next = 0;
    block = fwd_area_block(journal->area, journal->block);
    enum fwd_reason reason = fwd_flash_erase(&flash, &block);
    if (reason != FWD_OK)
        journal->next = UINT32_MAX; /* not this block */
    return reason;
}

static enum fwd_reason program_slot(struct fwd_journal *journal, const uint8_t *record)
{
    const struct fwd_flash_access flash = access_to(journal);
    uint32_t unit = journal->area->program_unit;
    struct fwd_block block = fwd_area_block(journal->area, journal->block);
    uint32_t offset = block.offset + journal->next * slot_size(journal);
    uint8_t *page = journal->page;
    uint32_t done = 0;
    enum fwd_reason reason = FWD_OK;

    while (done < FWD_RECORD_SIZE && reason == FWD_OK) {
        uint32_t piece = FWD_RECORD_SIZE - done < unit ? FWD_RECORD_SIZE - done : unit;
        memset(page, journal->area->erased, unit);
        memcpy(page, record + done, piece);
        reason = fwd_flash_program(&flash, offset + done, page, unit);
        done += piece;
    }
    if (reason == FWD_OK)
        reason = fwd_flash_read(&flash, offset, page, FWD_RECORD_SIZE);
    if (reason == FWD_OK && memcmp(page, record, FWD_RECORD_SIZE) != 0)
        reason = FWD_E_JOURNAL_IO;
    return reason;
}

static enum fwd_reason sync_flash(const struct fwd_journal *journal)
{
    const struct fwd_flash_port *port = journal->ports->flash;

    return port->sync(port->ctx) == FWD_IO_OK ? FWD_OK : FWD_E_JOURNAL_IO;
}

enum fwd_reason fwd_journal_append(struct fwd_journal *journal, const struct fwd_record *record)
{
    struct fwd_record next = *record;
    uint8_t bytes[FWD_RECORD_SIZE];
    /* Each failing slot is left behind; two rounds of failing blocks are enough to give up. */
    uint32_t tries = 2 * fwd_area_blocks(journal->area) + 2 * FWD_JOURNAL_SLOTS_MIN;

    if (!fwd_states_allowed(
            journal->lost ? (uint8_t)FWD_STATE_LOST : journal->record.state, record->state))
        return FWD_E_INTERNAL;
    /* What the record claims must be in the flash before the record is. */
    if (sync_flash(journal) != FWD_OK)
        return FWD_E_JOURNAL_IO;
    for (; tries > 0; tries--) {
        if (make_room(journal) != FWD_OK)
            continue;
        next.sequence = journal->sequence++;
        fwd_record_encode(&next, bytes);
        enum fwd_reason reason = program_slot(journal, bytes);
        journal->next++;
        if (reason != FWD_OK)
            continue;
        journal->record = next;
        journal->blank = journal->lost = false;
        journal->settled = true;
        return sync_flash(journal);
    }
    return FWD_E_JOURNAL_IO;
}

enum fwd_reason fwd_journal_settle(struct fwd_journal *journal)
{
    if (journal->settled || journal->blank || journal->lost)
        return FWD_OK;
    struct fwd_record same = journal->record;
    return fwd_journal_append(journal, &same);
}
