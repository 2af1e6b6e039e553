#include "verify/flash/version.h"

#include "verify/flash/flash_writer.h"
#include "verify/flash/hash.h"
#include "verify/flash/sharing.h"

#include <string.h>

/* Erase blocks are put together up to this size, if the area has room for two such banks. */
#define BANK_LEAST 1024u
#define BANKS_MAX  16u

static struct fwd_flash_access access_to(const struct fwd_update *update)
{
    return (struct fwd_flash_access){
        update->device->ports, &update->device->version, FWD_E_VERSION_RECORD};
}

static uint32_t bank_least(const struct fwd_area *area)
{
    return area->size / 2 < BANK_LEAST ? area->size / 2 : BANK_LEAST;
}

uint8_t fwd_version_banks(const struct fwd_device *device)
{
    const struct fwd_area *area = &device->version;
    uint32_t least = device->sharing != NULL ? device->sharing->least(area) : bank_least(area);
    uint32_t count = area->size > 0 ? fwd_bank_count(area, least) : 0;

    return count < BANKS_MAX ? (uint8_t)count : (uint8_t)BANKS_MAX;
}

struct fwd_bank fwd_version_bank_at(const struct fwd_device *device, uint8_t index)
{
    if (device->sharing != NULL)
        return device->sharing->half(&device->version, index, false);
    return fwd_bank_at(&device->version, bank_least(&device->version), index);
}

static struct fwd_bank bank_at(const struct fwd_update *update, uint8_t index)
{
    return fwd_version_bank_at(update->device, index);
}

uint32_t fwd_version_room(const struct fwd_device *device)
{
    const struct fwd_area *area = &device->version;
    uint32_t room = device->policy.record_max;

    if (room == 0)
        room = FWD_VERSION_ROOM_USUAL + fwd_places(device) * FWD_VERSION_ROOM_PLACE;
    for (uint8_t i = 0; i < fwd_version_banks(device); i++) {
        uint32_t half = fwd_version_bank_at(device, i).size / 2;
        half &= ~(area->program_unit - 1);
        if (half < room)
            room = half;
    }
    return room;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* A record that cannot be read is asked for again this often: for want of it an older one, with
 * another active slot, would be taken. */
#define READ_TRIES 3

/* Reads the record at `offset` into work->version. *total: its size; 0: there is none. */
static bool read_record(const struct fwd_update *update, uint32_t offset, uint32_t end,
    struct fwd_version_record *record, uint32_t *total)
{
    const struct fwd_flash_access flash = access_to(update);
    uint8_t *bytes = update->work.version;
    uint32_t sequence;
    bool valid = false;

    *total = 0;
    fwd_alive(update->device->ports);
    for (int tries = 0; tries < READ_TRIES && !valid; tries++) {
        uint32_t size;
        if (end - offset < FWD_VERSION_HEAD_SIZE ||
            fwd_flash_read(&flash, offset, bytes, FWD_VERSION_HEAD_SIZE) != FWD_OK ||
            !fwd_version_record_head(bytes, &sequence, &size) || size > end - offset ||
            size > update->work.version_size)
            continue;
        valid = fwd_flash_read(&flash, offset, bytes, size) == FWD_OK &&
                fwd_version_record_decode(bytes, size, record);
        *total = valid ? size : 0;
    }
    return valid;
}

/* Records of a bank begin at its quarters, and not within another one: what a torn one left costs
 * its place and not the bank. */
static uint32_t next_place(
    const struct fwd_update *update, const struct fwd_bank *bank, uint32_t at, uint32_t total)
{
    uint32_t unit = update->device->version.program_unit;
    uint32_t quarter = bank->size / 4 & ~(unit - 1);
    uint32_t used = at - bank->offset + (total > 0 ? total : 1);

    if (quarter == 0)
        quarter = unit;
    return bank->offset + (used + quarter - 1) / quarter * quarter;
}

/* Calls `found` for each valid record of the area, bank by bank; ends when it returns false. The
 * record is in work->version until the next one is read. */
struct walk {
    const struct fwd_update *update;
    uint32_t sequence; /* wanted; 0: see best */
    uint32_t below;    /* the newest below this number */
    uint32_t not_this; /* and not this one */
    uint32_t best;
    uint32_t newest; /* of all */
    uint16_t banks;
};

static void note(struct walk *walk, const struct fwd_version_record *record, uint8_t bank)
{
    if (record->sequence > walk->newest)
        walk->newest = record->sequence;
    if (record->sequence >= walk->below || record->sequence == walk->not_this ||
        record->sequence < walk->best)
        return;
    if (record->sequence > walk->best)
        walk->banks = 0;
    walk->best = record->sequence;
    walk->banks |= (uint16_t)(1u << bank);
}

static void walk_area(struct walk *walk)
{
    struct fwd_version_record record;

    walk->best = 0;
    walk->banks = 0;
    for (uint8_t b = 0; b < fwd_version_banks(walk->update->device); b++) {
        struct fwd_bank bank = bank_at(walk->update, b);
        uint32_t end = bank.offset + bank.size, total;
        for (uint32_t at = bank.offset; at < end; at = next_place(walk->update, &bank, at, total)) {
            if (read_record(walk->update, at, end, &record, &total))
                note(walk, &record, b);
        }
    }
}

static bool has_digest(const struct fwd_update *update, struct fwd_version_table *table,
    uint32_t size, const uint8_t *digest)
{
    return fwd_version_digest(update, update->work.version, size, table->digest) &&
           (digest == NULL || memcmp(table->digest, digest, sizeof table->digest) == 0);
}

/* Reads a copy of that number into work->version. With `hashed` table->digest is set, and is
 * `digest` unless that is NULL. */
static bool find_number(const struct fwd_update *update, uint32_t sequence, bool hashed,
    const uint8_t *digest, struct fwd_version_table *table)
{
    for (uint8_t b = 0; b < fwd_version_banks(update->device); b++) {
        struct fwd_bank bank = bank_at(update, b);
        uint32_t end = bank.offset + bank.size, total;
        for (uint32_t at = bank.offset; at < end; at = next_place(update, &bank, at, total)) {
            if (read_record(update, at, end, &table->record, &total) &&
                table->record.sequence == sequence &&
                (!hashed || has_digest(update, table, total, digest)))
                return true;
        }
    }
    return false;
}

static bool load_number(const struct fwd_update *update, const struct walk *walk,
    const uint8_t *digest, struct fwd_version_table *table)
{
    table->banks = walk->banks;
    table->newest = walk->newest;
    table->found = find_number(update, walk->best, true, digest, table);
    return table->found;
}

static uint32_t named_number(const struct fwd_update *update)
{
    return update->journal.lost ? 0 : update->journal.record.version_number;
}

/* The copies of the named record, if any can be read. */
static bool load_named(struct walk *walk, uint32_t number, struct fwd_version_table *table)
{
    const struct fwd_update *update = walk->update;

    walk->below = number + 1;
    if (number == 0)
        return false;
    walk_area(walk);
    if (walk->best != number)
        return false;
    table->named = load_number(update, walk, update->journal.record.version_digest, table);
    return table->named || load_number(update, walk, NULL, table);
}

static bool several(uint16_t banks)
{
    return (banks & (banks - 1)) != 0;
}

/* The number at `index` of those that the journal does not name. */
static bool pick(struct walk *walk, uint8_t index)
{
    for (int singles = 0; singles < 2; singles++) {
        walk->below = UINT32_MAX;
        for (walk_area(walk); walk->best > 0; walk_area(walk)) {
            if (several(walk->banks) != (singles == 1) && index-- == 0)
                return true;
            walk->below = walk->best;
        }
    }
    return false;
}

bool fwd_version_candidate(
    const struct fwd_update *update, uint8_t index, struct fwd_version_table *table)
{
    struct walk walk = {.update = update};
    uint32_t number = named_number(update);

    memset(table, 0, sizeof *table);
    if (load_named(&walk, number, table) && index-- == 0)
        return true;
    walk.not_this = number;
    table->found = table->named = false;
    return pick(&walk, index) && load_number(update, &walk, NULL, table);
}

/* What is further ahead somebody else wrote. */
static bool ahead(uint32_t number, uint32_t of)
{
    return number > of && number - of <= FWD_VERSION_AHEAD;
}

bool fwd_version_outdates_journal(const struct fwd_update *update)
{
    struct walk walk = {.update = update, .below = UINT32_MAX};

    if (named_number(update) == 0)
        return false;
    for (walk_area(&walk); walk.best > named_number(update); walk_area(&walk)) {
        if (several(walk.banks) && ahead(walk.best, named_number(update)))
            return true;
        walk.below = walk.best;
    }
    return false;
}

uint32_t fwd_version_last_number(
    const struct fwd_update *update, const struct fwd_version_table *current)
{
    uint32_t last = update->journal.record.version_number;

    if (current->record.sequence > last)
        last = current->record.sequence;
    return ahead(current->newest, last) ? current->newest : last;
}

bool fwd_version_by_number(const struct fwd_update *update, struct fwd_version_table *table)
{
    struct walk walk = {.update = update, .below = named_number(update) + 1};

    memset(table, 0, sizeof *table);
    walk_area(&walk);
    table->banks = walk.banks;
    table->found = named_number(update) > 0 && walk.best == named_number(update) &&
                   find_number(update, walk.best, false, NULL, table);
    return table->found;
}

void fwd_version_load(const struct fwd_update *update, struct fwd_version_table *table)
{
    if (!fwd_version_candidate(update, 0, table))
        memset(table, 0, sizeof *table);
}

const struct fwd_version_entry *fwd_version_find(
    const struct fwd_version_table *table, const char *name)
{
    for (uint8_t i = 0; i < FWD_COMPONENTS(table->record.count); i++) {
        if (fwd_text_equal(table->record.entries[i].name, fwd_text_of(name)))
            return &table->record.entries[i];
    }
    return NULL;
}

uint16_t fwd_version_active(const struct fwd_device *device, const struct fwd_version_table *table)
{
    uint16_t active = 0;

    for (uint8_t i = 0; i < fwd_places(device); i++) {
        const struct fwd_version_entry *entry = fwd_version_find(table, device->places[i].name);
        if (entry != NULL && entry->slot == 1 && fwd_place_two_slots(&device->places[i]))
            active |= (uint16_t)(1u << i);
    }
    return active;
}

bool fwd_version_digest(const struct fwd_update *update, const uint8_t *bytes, uint32_t size,
    uint8_t digest[FWD_RECORD_VERSION_DIGEST])
{
    return fwd_hash_bytes(update->device->ports, FWD_HASH_PAYLOAD, bytes, size, digest,
               FWD_RECORD_VERSION_DIGEST) == FWD_OK;
}

/* ---- writing --------------------------------------------------------------------------------- */

uint8_t fwd_version_next_bank(
    const struct fwd_update *update, const struct fwd_version_table *table, uint8_t last)
{
    uint8_t count = fwd_version_banks(update->device);
    uint8_t from = last == FWD_VERSION_NO_BANK ? (uint8_t)(count - 1) : last;

    for (uint8_t i = 1; i < count; i++) {
        uint8_t bank = (uint8_t)((from + i) % count);
        if ((table->banks >> bank & 1) == 0)
            return bank;
    }
    return (uint8_t)((from + 1) % count);
}

static bool is_blank(const struct fwd_update *update, uint32_t offset, uint32_t size)
{
    const struct fwd_flash_access flash = access_to(update);
    bool blank;

    return fwd_flash_is_blank(&flash, offset, size, update->work.io, FWD_IO_SIZE, &blank) ==
               FWD_OK &&
           blank;
}

/* The first place of the bank from `at` on that nothing is in, after its last record, with room for
 * `size` bytes; the end of the bank: there is none. */
static uint32_t free_place(
    const struct fwd_update *update, const struct fwd_bank *bank, uint32_t at, uint32_t size)
{
    uint32_t end = bank->offset + bank->size, total;
    struct fwd_version_record record;

    for (uint32_t i = bank->offset; i < end; i = next_place(update, bank, i, total)) {
        if (read_record(update, i, end, &record, &total) && at <= i)
            at = next_place(update, bank, i, total);
    }
    while (at < end && (size > end - at || !is_blank(update, at, size)))
        at = next_place(update, bank, at, 0);
    return at < end ? at : end;
}

static bool has_room(const struct fwd_update *update, uint8_t index, uint32_t size)
{
    struct fwd_bank bank = bank_at(update, index);
    uint32_t whole = fwd_area_round_up(&update->device->version, size);

    return free_place(update, &bank, bank.offset, whole) < bank.offset + bank.size;
}

enum fwd_reason fwd_version_fits(
    const struct fwd_update *update, const struct fwd_version_table *current, uint32_t size)
{
    uint8_t count = fwd_version_banks(update->device);

    if (count < 2 || size > update->work.version_size || size > fwd_version_room(update->device))
        return FWD_E_VERSION_ROOM;
    /* With three banks, or with both copies there, the banks were written at the last commit. With
     * one copy in two banks the other one may be worn: then the new record goes after the old. */
    if (count > 2 || current->banks == 3 || !current->found)
        return FWD_OK;
    return has_room(update, current->banks == 1 ? 0 : 1, size) ? FWD_OK : FWD_E_VERSION_ROOM;
}

static enum fwd_reason read_back(
    const struct fwd_update *update, uint32_t offset, const uint8_t *bytes, uint32_t size)
{
    const struct fwd_flash_access flash = access_to(update);
    uint8_t *io = update->work.io;

    for (uint32_t done = 0; done < size;) {
        uint32_t piece = size - done < FWD_IO_SIZE ? size - done : FWD_IO_SIZE;
        enum fwd_reason reason = fwd_flash_read(&flash, offset + done, io, piece);
        if (reason != FWD_OK)
            return reason;
        if (memcmp(io, bytes + done, piece) != 0)
            return FWD_E_VERSION_RECORD;
        done += piece;
    }
    return FWD_OK;
}

static enum fwd_reason put(
    const struct fwd_update *update, uint32_t offset, const uint8_t *bytes, uint32_t size)
{
    const struct fwd_flash_access flash = access_to(update);
    enum fwd_reason reason =
        fwd_flash_writer_put(&flash, update->work.page, update->work.io_size, offset, bytes, size);

    return reason == FWD_OK ? read_back(update, offset, bytes, size) : reason;
}

enum fwd_reason fwd_version_store(
    const struct fwd_update *update, const uint8_t *bytes, uint32_t size, uint8_t index)
{
    const struct fwd_flash_access flash = access_to(update);
    struct fwd_bank bank = bank_at(update, index);

    if (size > bank.size)
        return FWD_E_VERSION_RECORD;
    enum fwd_reason reason = fwd_bank_erase(&flash, &bank);
    return reason == FWD_OK ? put(update, bank.offset, bytes, size) : reason;
}

/* A place that was torn and still reads blank is read back wrong: then the next one. */
enum fwd_reason fwd_version_append(
    const struct fwd_update *update, const uint8_t *bytes, uint32_t size, uint8_t index)
{
    struct fwd_bank bank = bank_at(update, index);
    uint32_t whole = fwd_area_round_up(&update->device->version, size);
    uint32_t end = bank.offset + bank.size;

    for (uint32_t at = free_place(update, &bank, bank.offset, whole); at < end;
         at = free_place(update, &bank, next_place(update, &bank, at, size), whole)) {
        if (put(update, at, bytes, size) == FWD_OK)
            return FWD_OK;
    }
    return FWD_E_VERSION_RECORD;
}
