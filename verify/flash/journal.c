#include "verify/flash/journal.h"

#include <string.h>

#include "verify/flash/states.h"

static uint32_t slot_size(const struct fwd_journal *journal)
{
    return fwd_area_round_up(journal->area, FWD_RECORD_SIZE);
}

static uint32_t slots_of(const struct fwd_journal *journal, uint32_t block)
{
    return fwd_area_block(journal->area, block).size / slot_size(journal);
}

#define NO_BLOCK UINT32_MAX
#define NO_SLOT  UINT32_MAX

/* A slot that gives no record is read this often. */
#define READ_TRIES 3

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
    uint32_t written; /* a block that is not blank */
    /* Of the block with the newest valid record, and of the newest other one. */
    uint32_t last_written; /* slot */
    uint32_t longest;      /* run of valid records */
    bool other_valid;
    uint32_t other, other_sequence;
};

/* What one block holds. */
struct found {
    bool valid;
    struct fwd_record record; /* the newest valid one */
    uint32_t last_written, longest;
};

enum slot { SLOT_BLANK, SLOT_WRITTEN, SLOT_VALID };

static enum slot read_slot(
    const struct fwd_journal *journal, uint32_t offset, struct fwd_record *record)
{
    const struct fwd_flash_access flash = access_to(journal);
    uint8_t bytes[FWD_RECORD_SIZE];

    fwd_alive(journal->ports);
    if (fwd_flash_read(&flash, offset, bytes, sizeof bytes) != FWD_OK)
        return SLOT_WRITTEN;
    if (fwd_record_decode(bytes, record))
        return SLOT_VALID;
    return blank_bytes(bytes, sizeof bytes, journal->area->erased) && padding_blank(journal, offset)
               ? SLOT_BLANK
               : SLOT_WRITTEN;
}

/* One misread bit in the newest record would put an older state in force, whose step may have lost
 * its source: what is written and gives no record is read again. */
static enum slot read_slot_again(
    const struct fwd_journal *journal, uint32_t offset, struct fwd_record *record)
{
    enum slot slot = SLOT_WRITTEN;

    for (int tries = 0; tries < READ_TRIES && slot == SLOT_WRITTEN; tries++)
        slot = read_slot(journal, offset, record);
    return slot;
}

static void scan_slots(
    const struct fwd_journal *journal, uint32_t index, struct found *found, bool *written)
{
    struct fwd_block block = fwd_area_block(journal->area, index);
    uint32_t run = 0;

    for (uint32_t slot = 0; slot < block.size / slot_size(journal); slot++) {
        struct fwd_record record;
        enum slot kind =
            read_slot_again(journal, block.offset + slot * slot_size(journal), &record);

        if (kind != SLOT_BLANK) {
            *written = true;
            found->last_written = slot;
        }
        run = kind == SLOT_VALID ? run + 1 : 0;
        if (run > found->longest)
            found->longest = run;
        if (run == 0 || (found->valid && record.sequence <= found->record.sequence))
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
    bool written = false;

    scan_slots(journal, index, &found, &written);
    if (written) {
        scan->any_written = true;
        scan->written = index;
    }
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

/* The first record after power-on, and the first of a block, is written so often, in a row. */
#define START_COPIES 3u

/* Where the first record after power-on may go. A slot that was in flight may read blank, now or in
 * a later power cycle, and must not be programmed again before it is erased; which slots were tried
 * in earlier power cycles cannot be seen. So the record goes to a block that is erased first, and
 * the question is which:
 * - A run of START_COPIES valid records: all of them but the last are stable. The other blocks are
 *   older for ever, and the next one is taken.
 * - A run of one: the block was begun and the copies are not complete, so nothing rests on it. The
 *   other block holds the state, and this one is erased again.
 * - In between the last copy was in flight and may have been seen by an earlier power cycle, which
 *   then began to erase the other block: both must stay. With a third block that one is taken; with
 *   two, a slot behind the last one, which only the same bad luck twice would find in flight. */
static void choose_start(struct fwd_journal *journal, const struct scan *scan)
{
    uint32_t blocks = fwd_area_blocks(journal->area);

    journal->home = journal->block;
    journal->home_next = scan->last_written + 2;
    journal->next = NO_SLOT;
    if (scan->longest >= START_COPIES || !scan->other_valid)
        return;
    if (scan->longest == 1) {
        journal->home = scan->other;
        journal->home_next = NO_SLOT;
        journal->block = (journal->block + blocks - 1) % blocks; /* so that this one is next */
        return;
    }
    if (blocks > 2) {
        journal->other = scan->other;
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
    journal->other = NO_BLOCK;
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
        /* No block is known to be erased: begin as if this one were full. What is left of a lost
         * journal stays until the first record stands: an erased journal would read as idle. */
        journal->block = journal->lost ? scan.written : fwd_area_blocks(area) - 1;
        journal->home = journal->lost ? scan.written : NO_BLOCK;
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
    do
        journal->block = (journal->block + 1) % blocks;
    while (journal->block == journal->home || journal->block == journal->other);
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

/* The record, as often in a row as its place asks for. */
static enum fwd_reason append_copies(struct fwd_journal *journal, struct fwd_record *next)
{
    uint32_t in_a_row = 0, wanted = journal->settled ? 1 : START_COPIES;

    for (uint32_t tries = 4 * START_COPIES; in_a_row < wanted; tries--) {
        uint32_t block = journal->block, slot = journal->next;
        if (tries == 0 || append_one(journal, next) != FWD_OK)
            return FWD_E_JOURNAL_IO;
        bool follows = journal->block == block && journal->next == slot + 1;
        in_a_row = follows ? in_a_row + 1 : 1;
        if (journal->block != journal->home)
            wanted = START_COPIES;
    }
    return FWD_OK;
}

enum fwd_reason fwd_journal_append(struct fwd_journal *journal, const struct fwd_record *record)
{
    struct fwd_record next = *record;
    uint8_t from = journal->lost ? (uint8_t)FWD_STATE_LOST : journal->record.state;

    if (!fwd_states_allowed(from, record->state))
        return FWD_E_INTERNAL;
    /* What the record claims must be in the flash before the record is. */
    if (sync_flash(journal) != FWD_OK)
        return FWD_E_JOURNAL_IO;
    enum fwd_reason reason = append_copies(journal, &next);
    if (reason != FWD_OK && journal->lost && journal->home != NO_BLOCK) {
        journal->home = NO_BLOCK; /* no other block works */
        reason = append_copies(journal, &next);
    }
    if (reason != FWD_OK)
        return reason;
    journal->record = next;
    journal->blank = journal->lost = false;
    journal->settled = true;
    journal->home = journal->block;
    journal->home_next = NO_SLOT;
    journal->other = NO_BLOCK;
    return FWD_OK;
}

enum fwd_reason fwd_journal_settle(struct fwd_journal *journal)
{
    if (journal->settled || journal->blank || journal->lost)
        return FWD_OK;
    struct fwd_record same = journal->record;
    return fwd_journal_append(journal, &same);
}
