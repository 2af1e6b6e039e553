#include "verify/flash/version.h"
#include "verify/flash/area.h"

#include <string.h>

static struct fwd_flash_access access_to(const struct fwd_update *update)
{
    return (struct fwd_flash_access){
        update->device->ports, &update->device->version, FWD_E_VERSION_RECORD};
}

/* A record that cannot be read is asked for again this often: for want of it an older one, with
 * another active slot, would be taken. */
#define READ_TRIES 3

/* Reads a block's record into work->version. */
static bool read_block(
    const struct fwd_update *update, uint8_t index, struct fwd_version_record *record)
{
    const struct fwd_flash_access flash = access_to(update);
    struct fwd_block block = fwd_area_block(flash.area, index);
    uint8_t *bytes = update->work.version;
    uint32_t sequence, total;

    return fwd_flash_read(&flash, block.offset, bytes, FWD_VERSION_HEAD_SIZE) == FWD_OK &&
           fwd_version_record_head(bytes, &sequence, &total) && total <= block.size &&
           total <= update->work.version_size &&
           fwd_flash_read(&flash, block.offset, bytes, total) == FWD_OK &&
           fwd_version_record_decode(bytes, total, record);
}

static bool load_block(
    const struct fwd_update *update, uint8_t index, struct fwd_version_record *record)
{
    bool valid = false;

    for (int tries = 0; tries < READ_TRIES && !valid; tries++)
        valid = read_block(update, index, record);
    return valid;
}

static bool newest_block(const struct fwd_update *update, uint32_t blocks, uint8_t *newest)
{
    struct fwd_version_record record;
    uint32_t sequence = 0;
    bool found = false;

    for (uint32_t i = 0; i < blocks && i <= UINT8_MAX; i++) {
        if (!load_block(update, (uint8_t)i, &record) || (found && record.sequence <= sequence))
            continue;
        found = true;
        sequence = record.sequence;
        *newest = (uint8_t)i;
    }
    return found;
}

void fwd_version_load(const struct fwd_update *update, struct fwd_version_table *table)
{
    const struct fwd_journal *journal = &update->journal;
    uint32_t blocks = fwd_area_blocks(&update->device->version);

    memset(table, 0, sizeof *table);
    table->block = journal->record.version_block;
    table->found = !journal->blank && !journal->lost && table->block < blocks &&
                   load_block(update, table->block, &table->record);
    if (!table->found && newest_block(update, blocks, &table->block))
        table->found = load_block(update, table->block, &table->record);
    if (!table->found)
        memset(table, 0, sizeof *table);
}

const struct fwd_version_entry *fwd_version_find(
    const struct fwd_version_table *table, const char *name)
{
    for (uint8_t i = 0; i < table->record.count; i++) {
        if (fwd_text_equal(table->record.entries[i].name, fwd_text_of(name)))
            return &table->record.entries[i];
    }
    return NULL;
}

/* Programs size bytes that stand in chunks of at most a page; the last unit is filled up erased. */
static enum fwd_reason program_bytes(const struct fwd_update *update,
    const struct fwd_flash_access *flash, uint32_t offset, const uint8_t *bytes, uint32_t size)
{
    uint32_t unit = flash->area->program_unit;
    uint8_t *page = update->work.page;

    for (uint32_t done = 0; done < size; done += unit) {
        uint32_t piece = size - done < unit ? size - done : unit;
        memset(page, flash->area->erased, unit);
        memcpy(page, bytes + done, piece);
        enum fwd_reason reason = fwd_flash_program(flash, offset + done, page, unit);
        if (reason != FWD_OK)
            return reason;
    }
    return FWD_OK;
}

static enum fwd_reason read_back(const struct fwd_update *update,
    const struct fwd_flash_access *flash, uint32_t offset, const uint8_t *bytes, uint32_t size)
{
    uint8_t *io = update->work.io;

    for (uint32_t done = 0; done < size;) {
        uint32_t piece = size - done < FWD_IO_SIZE ? size - done : FWD_IO_SIZE;
        enum fwd_reason reason = fwd_flash_read(flash, offset + done, io, piece);
        if (reason != FWD_OK)
            return reason;
        if (memcmp(io, bytes + done, piece) != 0)
            return FWD_E_VERSION_RECORD;
        done += piece;
    }
    return FWD_OK;
}

enum fwd_reason fwd_version_store(
    const struct fwd_update *update, const struct fwd_version_record *record, uint8_t block_index)
{
    const struct fwd_flash_access flash = access_to(update);
    struct fwd_block block = fwd_area_block(flash.area, block_index);
    uint8_t *bytes = update->work.version_new; /* the record may point into work->version */
    size_t size = fwd_version_record_encode(record, bytes, update->work.version_size);

    if (size == 0 || size > block.size)
        return FWD_E_VERSION_RECORD;
    enum fwd_reason reason = fwd_flash_erase(&flash, &block);
    if (reason == FWD_OK)
        reason = program_bytes(update, &flash, block.offset, bytes, (uint32_t)size);
    if (reason == FWD_OK)
        reason = read_back(update, &flash, block.offset, bytes, (uint32_t)size);
    return reason;
}
