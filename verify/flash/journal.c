#include "verify/flash/journal.h"

#include "verify/flash/flash_writer.h"
#include "verify/flash/journal_internal.h"
#include "verify/flash/mac.h"
#include "verify/flash/states.h"

#include <string.h>

/* A slot that gives no record is read this often. */
#define READ_TRIES 3

/* Further than a device ever counts: what is beyond somebody else wrote. Sequences never wrap. */
#define SEQUENCE_MAX 0x7FFFFFFFu
/* One append takes fewer numbers than are left here. */
#define SEQUENCE_END (UINT32_MAX - 1024u)

uint32_t fwd_journal_slot_size(const struct fwd_area *area)
{
    return fwd_area_round_up(area, FWD_RECORD_SIZE);
}

static uint32_t least(const struct fwd_area *area)
{
    return FWD_JOURNAL_SLOTS_MIN * fwd_journal_slot_size(area);
}

uint32_t fwd_journal_banks(const struct fwd_area *area, const struct fwd_sharing *sharing)
{
    if (area->size == 0 || !fwd_area_sound(area))
        return 0;
    return fwd_bank_count(area, sharing != NULL ? sharing->least(area) : least(area));
}

struct fwd_bank fwd_journal_bank_at(
    const struct fwd_area *area, const struct fwd_sharing *sharing, uint32_t index)
{
    return sharing != NULL ? sharing->half(area, index, true)
                           : fwd_bank_at(area, least(area), index);
}

static bool pair(const struct fwd_journal *journal)
{
    return FWD_CONFIG_JOURNAL_BANKS == 2 && journal->bank_count == 2;
}

static struct fwd_bank bank_at(const struct fwd_journal *journal, uint8_t bank)
{
    return fwd_journal_bank_at(journal->area, journal->sharing, bank);
}

uint32_t fwd_journal_slots(const struct fwd_journal *journal, uint8_t bank)
{
    return bank_at(journal, bank).size / fwd_journal_slot_size(journal->area);
}

static struct fwd_flash_access access_to(const struct fwd_journal *journal)
{
    return (struct fwd_flash_access){journal->ports, journal->area, FWD_E_JOURNAL_IO};
}

/* ---- reading --------------------------------------------------------------------------------- */

/* The rest of a slot after the record is program unit padding; a torn program may have left
 * something there while the record's own bytes still read blank. bytes: of the record, as they were
 * read. */
static bool slot_blank(const struct fwd_journal *journal, uint32_t offset, const uint8_t *bytes)
{
    const struct fwd_flash_access flash = access_to(journal);
    uint32_t padding = fwd_journal_slot_size(journal->area) - FWD_RECORD_SIZE;
    uint8_t buf[FWD_RECORD_SIZE];
    bool blank;

    for (uint32_t i = 0; i < FWD_RECORD_SIZE; i++) {
        if (bytes[i] != journal->area->erased)
            return false;
    }
    return fwd_flash_is_blank(&flash, offset + FWD_RECORD_SIZE, padding, buf, sizeof buf, &blank) ==
               FWD_OK &&
           blank;
}

enum slot { SLOT_BLANK, SLOT_WRITTEN, SLOT_VALID };

static enum slot read_slot(
    const struct fwd_journal *journal, uint32_t offset, struct fwd_record *record)
{
    const struct fwd_flash_access flash = access_to(journal);
    uint8_t bytes[FWD_RECORD_SIZE];

    fwd_alive(journal->ports);
    if (fwd_flash_read(&flash, offset, bytes, sizeof bytes) != FWD_OK)
        return SLOT_WRITTEN;
    if (fwd_record_decode(bytes, record) && record->sequence > 0)
        return SLOT_VALID;
    return slot_blank(journal, offset, bytes) ? SLOT_BLANK : SLOT_WRITTEN;
}

/* One misread bit in the newest record would make an older state the current one, whose step may
 * have lost its source: what is written and gives no record is read again. */
static enum slot read_slot_again(
    const struct fwd_journal *journal, uint32_t offset, struct fwd_record *record)
{
    enum slot slot = SLOT_WRITTEN;

    for (int tries = 0; tries < READ_TRIES && slot == SLOT_WRITTEN; tries++)
        slot = read_slot(journal, offset, record);
    return slot;
}

static bool right_mac(const struct fwd_journal *journal, const struct fwd_record *record)
{
    const struct fwd_mac_use *use = fwd_mac(journal->ports);

    return use != NULL && use->right(journal->ports->mac, record);
}

static void note_record(
    struct fwd_journal *journal, struct fwd_journal_bank *bank, const struct fwd_record *record)
{
    if (bank->valid < UINT8_MAX)
        bank->valid++;
    if (record->sequence > bank->newest)
        bank->newest = record->sequence;
    if (record->sequence > journal->record.sequence)
        journal->record = *record;
}

static void scan_bank(struct fwd_journal *journal, uint8_t index)
{
    struct fwd_journal_bank *bank = &journal->banks[index];
    struct fwd_bank place = bank_at(journal, index);
    uint32_t size = fwd_journal_slot_size(journal->area);
    uint8_t row = 0;

    for (uint32_t slot = 0; slot < place.size / size; slot++) {
        struct fwd_record record;
        enum slot kind = read_slot_again(journal, place.offset + slot * size, &record);

        if (kind != SLOT_BLANK)
            bank->next = slot + 1;
        row = kind != SLOT_VALID ? 0 : row < UINT8_MAX ? (uint8_t)(row + 1) : row;
        if (row > bank->row)
            bank->row = row;
        if (kind == SLOT_VALID)
            note_record(journal, bank, &record);
    }
}

/* Several records, or another bank with one: a single record may be one that was in flight when the
 * others were erased, and nothing rests on it. */
static bool found_any(const struct fwd_journal *journal)
{
    uint32_t records = 0;

    for (uint8_t i = 0; i < journal->bank_count; i++)
        records += journal->banks[i].valid;
    return records > 1;
}

void fwd_journal_lose(struct fwd_journal *journal)
{
    memset(&journal->record, 0, sizeof journal->record);
    journal->record.state = FWD_STATE_IDLE;
    journal->lost = journal->anew = true;
    journal->authentic = false;
}

enum fwd_reason fwd_journal_scan(struct fwd_journal *journal, const struct fwd_ports *ports,
    const struct fwd_area *area, const struct fwd_sharing *sharing, uint8_t *page,
    uint32_t page_size)
{
    uint32_t banks = fwd_journal_banks(area, sharing), slots = 0;

    memset(journal, 0, sizeof *journal);
    journal->ports = ports;
    journal->area = area;
    journal->sharing = sharing;
    journal->page = page;
    journal->page_size = page_size;
    if (banks < FWD_CONFIG_JOURNAL_BANKS)
        return FWD_E_AREA_LAYOUT;
    journal->bank_count =
        banks < FWD_JOURNAL_BANKS_MAX ? (uint8_t)banks : (uint8_t)FWD_JOURNAL_BANKS_MAX;
    for (uint8_t i = 0; i < journal->bank_count; i++) {
        scan_bank(journal, i);
        if (fwd_journal_slots(journal, i) > slots)
            slots = fwd_journal_slots(journal, i);
    }
    /* Above every record that may be there and cannot be seen now; a lost journal begins anew. */
    journal->sequence = journal->record.sequence > UINT32_MAX - (2 * slots + 1)
                            ? UINT32_MAX
                            : journal->record.sequence + 2 * slots + 1;
    if (journal->sharing != NULL)
        journal->sharing->look(journal);
    journal->authentic = right_mac(journal, &journal->record);
    journal->members[0] = journal->members[1] = FWD_JOURNAL_NO_BANK;
    if (!found_any(journal))
        fwd_journal_lose(journal);
    else if (pair(journal))
        fwd_journal_pair_begin(journal, false);
    return FWD_OK;
}

/* ---- writing --------------------------------------------------------------------------------- */

static enum fwd_reason sync_flash(const struct fwd_journal *journal)
{
    const struct fwd_flash_port *port = journal->ports->flash;

    return port->sync(port->ctx) == FWD_IO_OK ? FWD_OK : FWD_E_JOURNAL_IO;
}

enum fwd_reason fwd_journal_erase(
    struct fwd_journal *journal, uint8_t bank, const struct fwd_record *next)
{
    const struct fwd_flash_access flash = access_to(journal);
    struct fwd_bank place = bank_at(journal, bank);
    enum fwd_reason reason = journal->sharing != NULL ? journal->sharing->erase(journal, bank, next)
                                                      : fwd_bank_erase(&flash, &place);

    journal->banks[bank] =
        (struct fwd_journal_bank){.bad = reason != FWD_OK, .version = next->version_number};
    return reason;
}

bool fwd_journal_holds(
    const struct fwd_journal *journal, uint8_t bank, const struct fwd_record *next)
{
    return journal->sharing == NULL || next->version_number == 0 ||
           journal->banks[bank].version == next->version_number;
}

static void encode(const struct fwd_journal *journal, struct fwd_record *next, uint8_t *bytes)
{
    const struct fwd_mac_use *use = fwd_mac(journal->ports);

    memset(next->mac, 0, sizeof next->mac);
    fwd_record_encode(next, bytes);
    if (use != NULL)
        use->seal(journal->ports->mac, next, bytes);
}

enum fwd_reason fwd_journal_program(
    struct fwd_journal *journal, uint8_t bank, uint32_t slot, struct fwd_record *next)
{
    const struct fwd_flash_access flash = access_to(journal);
    uint32_t offset = bank_at(journal, bank).offset + slot * fwd_journal_slot_size(journal->area);
    uint8_t bytes[FWD_RECORD_SIZE], found[FWD_RECORD_SIZE];

    next->sequence = journal->sequence++;
    encode(journal, next, bytes);
    enum fwd_reason reason = fwd_flash_writer_put(
        &flash, journal->page, journal->page_size, offset, bytes, sizeof bytes);
    if (reason == FWD_OK)
        reason = sync_flash(journal);
    if (reason == FWD_OK)
        reason = fwd_flash_read(&flash, offset, found, sizeof found);
    if (reason == FWD_OK && memcmp(found, bytes, sizeof found) != 0)
        reason = FWD_E_JOURNAL_IO;
    journal->banks[bank].next = slot + 1;
    if (reason == FWD_OK)
        journal->banks[bank].newest = next->sequence;
    else
        journal->banks[bank].bad = true;
    return reason;
}

enum fwd_reason fwd_journal_head(struct fwd_journal *journal, uint8_t bank, struct fwd_record *next)
{
    enum fwd_reason reason = fwd_journal_erase(journal, bank, next);

    for (uint32_t i = 0; i < FWD_JOURNAL_COPIES && reason == FWD_OK; i++)
        reason = fwd_journal_program(journal, bank, i, next);
    if (reason == FWD_OK)
        journal->banks[bank].row = FWD_JOURNAL_COPIES;
    return reason;
}

/* No record of a lost journal may count again: it may be readable at the next start. One bank that
 * cannot be erased is enough to refuse, unless nothing but a full image can help the device, whose
 * writing needs no records. */
static enum fwd_reason begin_anew(struct fwd_journal *journal, const struct fwd_record *next)
{
    enum fwd_reason reason = FWD_OK;
    uint8_t bank = journal->sharing != NULL ? journal->sharing->first(journal, next) : 0;

    for (uint8_t i = 0; i < journal->bank_count && reason == FWD_OK; i++) {
        reason = fwd_journal_erase(journal, bank, next);
        bank = (uint8_t)((bank + 1) % journal->bank_count);
    }
    if (reason != FWD_OK)
        return reason;
    journal->anew = false;
    journal->sequence = 1;
    journal->members[0] = journal->members[1] = FWD_JOURNAL_NO_BANK;
    if (pair(journal))
        fwd_journal_pair_begin(journal, true);
    return FWD_OK;
}

/* Sequence numbers near the end are not ours: somebody wrote them. They start anew as long as
 * nothing destructive rests on a record. */
static bool exhausted(const struct fwd_journal *journal, const struct fwd_record *next)
{
    return journal->sequence > SEQUENCE_MAX && !fwd_states_destructive(next->state, next->flags);
}

static enum fwd_reason append(struct fwd_journal *journal, struct fwd_record *next)
{
    /* What the record claims must be in the flash before the record is. */
    enum fwd_reason reason = sync_flash(journal);

    bool begins = journal->lost || (journal->sharing != NULL && journal->anew);
    if (reason == FWD_OK && (begins || exhausted(journal, next)))
        reason = begin_anew(journal, next);
    if (reason == FWD_OK && journal->sequence > SEQUENCE_END)
        reason = FWD_E_JOURNAL_IO; /* nothing is erased for a record that has no number */
    if (reason != FWD_OK)
        return reason;
    if (journal->fresh != NULL)
        journal->sharing->beside(journal, next);
    return pair(journal) ? fwd_journal_pair_append(journal, next)
                         : fwd_journal_mirror_append(journal, next);
}

enum fwd_reason fwd_journal_append(struct fwd_journal *journal, const struct fwd_record *record)
{
    struct fwd_record next = *record;
    uint8_t from = journal->lost ? (uint8_t)FWD_STATE_LOST : journal->record.state;

    if (!fwd_states_allowed(from, record->state))
        return FWD_E_INTERNAL;
    enum fwd_reason reason = append(journal, &next);
    if (reason == FWD_OK)
        journal->settled = true;
    else if (!journal->volatile_ok)
        return reason;
    journal->record = next;
    journal->lost = false;
    return FWD_OK;
}

enum fwd_reason fwd_journal_settle(struct fwd_journal *journal)
{
    if (journal->settled || journal->lost)
        return FWD_OK;
    struct fwd_record same = journal->record;
    return fwd_journal_append(journal, &same);
}

enum fwd_reason fwd_journal_prove(struct fwd_journal *journal)
{
    struct fwd_record same = journal->record;
    uint8_t good = 0;

    if (journal->volatile_ok)
        return FWD_OK;
    if (pair(journal))
        return fwd_journal_pair_prove(journal, &same);
    for (uint8_t i = 0; i < 2; i++) {
        uint8_t bank = journal->members[i];
        if (bank != FWD_JOURNAL_NO_BANK && !journal->banks[bank].bad)
            good++;
    }
    return good == 2 ? FWD_OK : FWD_E_JOURNAL_IO;
}
