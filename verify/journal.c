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
    /* Of the block with the newest valid record, and of the newest other one. */
    uint32_t last_written; /* slot */
    uint32_t longest;      /* run of written slots */
    bool other_valid;
    uint32_t other, other_sequence;
};

/* What one block holds. */
struct found {
    bool valid;
    struct fwd_record record; /* the newest valid one */
    uint32_t last_written, longest;
};

static void scan_slots(
    const struct fwd_journal *journal, uint32_t index, struct found *found, bool *any_written)
{
    const struct fwd_flash_access flash = access_to(journal);
    struct fwd_block block = fwd_area_block(journal->area, index);
    uint32_t run = 0;

    for (uint32_t slot = 0; slot < block.size / slot_size(journal); slot++) {
        uint32_t offset = block.offset + slot * slot_size(journal);
        uint8_t bytes[FWD_RECORD_SIZE];
        struct fwd_record record;
        fwd_alive(journal->ports);
        bool readable = fwd_flash_read(&flash, offset, bytes, sizeof bytes) == FWD_OK;

        if (readable && blank_bytes(bytes, sizeof bytes, journal->area->erased) &&
            padding_blank(journal, offset)) {
            run = 0;
            continue;
        }
        *any_written = true;
        found->last_written = slot;
        run++;
        found->longest = run > found->longest ? run : found->longest;
        if (!readable || !fwd_record_decode(bytes, &record) ||
            (found->valid && record.sequence <= found->record.sequence))
            continue;
        found->valid = true;
        found->record = record;
    }
}

static void note_other(struct scan *scan, uint32_t index, uint32_t sequence)
{
    if (scan->other_valid && sequence <= scan->other_sequence)
        return;
    scan->other_valid = true;
    scan->other = index;
    scan->other_sequence = sequence;
}

static void scan_block(struct fwd_journal *journal, uint32_t index, struct scan *scan)
{
    struct found found = {.valid = false};

    scan_slots(journal, index, &found, &scan->any_written);
    if (!found.valid)
        return;
    if (scan->any_valid && found.record.sequence <= journal->record.sequence) {
        note_other(scan, index, found.record.sequence);
        return;
    }
    if (scan->any_valid)
        note_other(scan, journal->block, journal->record.sequence);
    scan->any_valid = true;
    scan->last_written = found.last_written;
    scan->longest = found.longest;
    journal->record = found.record;
    journal->block = index;
}

static bool usable(const struct fwd_area *area)
{
    return area->size > 0 && fwd_area_sound(area) && fwd_area_blocks(area) >= 2 &&
           fwd_area_smallest_block(area) / fwd_area_round_up(area, FWD_RECORD_SIZE) >=
               FWD_JOURNAL_SLOTS_MIN;
}

static uint32_t slots_of(const struct fwd_journal *journal, uint32_t block)
{
    return fwd_area_block(journal->area, block).size / slot_size(journal);
}

#define NO_BLOCK UINT32_MAX
#define NO_SLOT  UINT32_MAX

/* Where the first record after power-on may go. A slot that was in flight may read blank, now or in
 * a later power cycle, and must not be programmed again before it is erased; and which slots were
 * tried in earlier power cycles cannot be seen. So the record goes to a block that is erased first:
 * - A run of three written slots was begun in one power cycle, so two of them are stable: all other
 *   blocks are older for ever, the next one is taken.
 * - Without a run of two nothing rests on this block yet, because the start of a block is written
 *   twice: the other block holds the state, this one is erased again.
 * - In between neither is certain, now and after the next cut: a slot is skipped. */
static void choose_start(struct fwd_journal *journal, const struct scan *scan)
{
    uint32_t blocks = fwd_area_blocks(journal->area);

    journal->home = journal->block;
    journal->home_next = scan->last_written + 2;
    journal->next = NO_SLOT;
    if (scan->longest >= 3 || !scan->other_valid)
        return;
    if (scan->longest <= 1) {
        journal->home = scan->other;
        journal->home_next = NO_SLOT;
        journal->block = (journal->block + blocks - 1) % blocks; /* so that this one is next */
        return;
    }
    journal->next = journal->home_next;
    journal->home_next = NO_SLOT;
}

enum fwd_reason fwd_journal_scan(struct fwd_journal *journal, const struct fwd_ports *ports,
    const struct fwd_area *area, uint8_t *page)
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
        /* Above every record that may be there and cannot be seen now. */
        journal->sequence = journal->record.sequence + slots_of(journal, journal->block) + 1;
        choose_start(journal, &scan);
    } else {
        journal->record.state = FWD_STATE_IDLE;
        journal->sequence = 1;
        journal->home = NO_BLOCK;
        /* No block is known to be erased: begin as if the last one were full. */
        journal->block = fwd_area_blocks(area) - 1;
        journal->next = journal->home_next = NO_SLOT;
    }
    return FWD_OK;
}

/* Goes to another block when this one is full or fails; never erases the one that holds the newest
 * record. */
static enum fwd_reason make_room(struct fwd_journal *journal)
{
    const struct fwd_flash_access flash = access_to(journal);
    uint32_t blocks = fwd_area_blocks(journal->area);

    if (journal->next < slots_of(journal, journal->block))
        return FWD_OK;
    if (journal->block != journal->home && journal->home_next != NO_SLOT &&
        journal->home_next < slots_of(journal, journal->home)) {
        journal->block = journal->home;
        journal->next = journal->home_next;
        journal->home_next = NO_SLOT;
        return FWD_OK;
    }
    journal->block = (journal->block + 1) % blocks;
    if (journal->block == journal->home)
        journal->block = (journal->block + 1) % blocks;
    journal->next = 0;
    struct fwd_block block = fwd_area_block(journal->area, journal->block);
    enum fwd_reason reason = fwd_flash_erase(&flash, &block);
    if (reason != FWD_OK)
        journal->next = NO_SLOT; /* not this block */
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

/* One record, in the first slot that takes it. */
static enum fwd_reason append_one(struct fwd_journal *journal, struct fwd_record *next)
{
    uint8_t bytes[FWD_RECORD_SIZE];
    /* Each failing slot is left behind; two rounds of failing blocks are enough to give up. */
    uint32_t tries = 2 * fwd_area_blocks(journal->area) + 2 * FWD_JOURNAL_SLOTS_MIN;

    for (; tries > 0; tries--) {
        if (make_room(journal) != FWD_OK)
            continue;
        next->sequence = journal->sequence++;
        fwd_record_encode(next, bytes);
        enum fwd_reason reason = program_slot(journal, bytes);
        journal->next++;
        if (reason == FWD_OK)
            return sync_flash(journal);
    }
    return FWD_E_JOURNAL_IO;
}

enum fwd_reason fwd_journal_append(struct fwd_journal *journal, const struct fwd_record *record)
{
    struct fwd_record next = *record;
    bool first = !journal->settled;

    /* What the record claims must be in the flash before the record is. */
    if (sync_flash(journal) != FWD_OK)
        return FWD_E_JOURNAL_IO;
    enum fwd_reason reason = append_one(journal, &next);
    /* See choose_start(): nothing may rest on the only record of a block. */
    if (reason == FWD_OK && (first || journal->next == 1))
        reason = append_one(journal, &next);
    if (reason != FWD_OK)
        return reason;
    journal->record = next;
    journal->blank = journal->lost = false;
    journal->settled = true;
    journal->home = journal->block;
    journal->home_next = NO_SLOT;
    return FWD_OK;
}

enum fwd_reason fwd_journal_settle(struct fwd_journal *journal)
{
    if (journal->settled || journal->blank || journal->lost)
        return FWD_OK;
    struct fwd_record same = journal->record;
    return fwd_journal_append(journal, &same);
}
