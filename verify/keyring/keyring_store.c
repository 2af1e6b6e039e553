#include "verify/keyring/keyring_store.h"

#include "format/crc32.h"
#include "format/cursor.h"
#include "verify/flash/bank.h"
#include "verify/flash/flash_writer.h"

#include <string.h>

enum { MARK_SIZE = 12, MARK_MAGIC = 0x4D545746 /* "FWTM" */ };

static struct fwd_flash_access area_of(const struct fwd_keyring *keyring)
{
    return (struct fwd_flash_access){
        keyring->config->device->ports, &keyring->config->area, FWD_E_TRUST_IO};
}

/* Two banks that are as large as they can be; size 0: there are not two. */
static struct fwd_bank bank_of(const struct fwd_keyring *keyring, uint8_t bank)
{
    const struct fwd_area *area = &keyring->config->area;
    uint32_t least = (area->size - fwd_area_largest_block(area)) / 2;
    struct fwd_bank none = {0, 0};

    if (least == 0 || fwd_bank_count(area, least) < FWD_KEYRING_BANKS)
        return none;
    return fwd_bank_at(area, least, bank);
}

static uint32_t mark_room(const struct fwd_keyring *keyring)
{
    return fwd_area_round_up(&keyring->config->area, MARK_SIZE);
}

/* Bytes of a package at most. */
static uint32_t room(const struct fwd_keyring *keyring, const struct fwd_bank *bank)
{
    return bank->size > mark_room(keyring) ? bank->size - mark_room(keyring) : 0;
}

uint32_t fwd_keyring_store_mark(const struct fwd_keyring *keyring, uint8_t index)
{
    const struct fwd_flash_access flash = area_of(keyring);
    const struct fwd_bank bank = bank_of(keyring, index);
    uint8_t bytes[MARK_SIZE];

    if (room(keyring, &bank) == 0 ||
        fwd_flash_read(&flash, bank.offset + room(keyring, &bank), bytes, sizeof bytes) != FWD_OK)
        return 0;
    struct fwd_reader r = fwd_reader_over(bytes, sizeof bytes);
    uint32_t magic = fwd_read_le32(&r), version = fwd_read_le32(&r), crc = fwd_read_le32(&r);
    return magic == MARK_MAGIC && crc == fwd_crc32(0, bytes, MARK_SIZE - 4) ? version : 0;
}

bool fwd_keyring_store_open(const struct fwd_keyring *keyring, uint8_t index,
    struct fwd_chain_bank *at, struct fwd_input *input)
{
    const struct fwd_bank bank = bank_of(keyring, index);
    uint32_t size;

    *at = (struct fwd_chain_bank){area_of(keyring), bank.offset};
    *input = fwd_chain_bank_input(at, room(keyring, &bank));
    if (input->size == 0 || fwd_chain_size(input, input->size, &size) != FWD_OK)
        return false;
    input->size = size;
    return true;
}

static enum fwd_reason copy(
    struct fwd_update *update, struct fwd_flash_writer *writer, const struct fwd_input *package)
{
    const struct fwd_workspace *work = &update->work;
    enum fwd_reason reason = FWD_OK;

    for (uint32_t done = 0; done < package->size && reason == FWD_OK;) {
        uint32_t left = package->size - done;
        uint32_t piece = left < work->io_size ? left : work->io_size;
        reason = fwd_input_read(package, done, work->io, piece);
        if (reason == FWD_OK)
            reason = fwd_flash_writer_write(writer, work->io, piece, FWD_E_TRUST_IO);
        fwd_alive(update->device->ports);
        done += piece;
    }
    return reason == FWD_OK ? fwd_flash_writer_end(writer) : reason;
}

static enum fwd_reason put_mark(struct fwd_keyring *keyring, struct fwd_update *update,
    uint8_t index, const struct fwd_bank *bank, uint32_t version)
{
    const struct fwd_flash_access flash = area_of(keyring);
    const struct fwd_flash_port *port = flash.ports->flash;
    uint8_t bytes[MARK_SIZE];
    struct fwd_writer w = fwd_writer_over(bytes, sizeof bytes);

    fwd_write_le32(&w, MARK_MAGIC);
    fwd_write_le32(&w, version);
    fwd_write_le32(&w, fwd_crc32(0, bytes, MARK_SIZE - 4));
    enum fwd_reason reason = fwd_flash_writer_put(&flash, update->work.page, update->work.io_size,
        bank->offset + room(keyring, bank), bytes, sizeof bytes);
    enum fwd_io synced = port->sync(port->ctx);
    /* Whatever the port says: what can be read decides which set is in force at the next start. */
    (void)reason;
    (void)synced;
    return fwd_keyring_store_mark(keyring, index) == version ? FWD_OK : FWD_E_TRUST_IO;
}

enum fwd_reason fwd_keyring_store_write(struct fwd_keyring *keyring, struct fwd_update *update,
    uint8_t index, const struct fwd_input *package)
{
    const struct fwd_flash_access flash = area_of(keyring);
    const struct fwd_flash_port *port = flash.ports->flash;
    const struct fwd_bank bank = bank_of(keyring, index);
    struct fwd_flash_writer writer;
    struct fwd_chain_bank at;
    struct fwd_input stored;
    struct fwd_chain chain;

    if (package->size > room(keyring, &bank))
        return FWD_E_TRUST_IO;
    /* the page is as large as the units of the device's own areas need */
    if (keyring->config->area.program_unit > update->work.io_size)
        return FWD_E_AREA_LAYOUT;
    enum fwd_reason reason = fwd_bank_erase(&flash, &bank);
    fwd_flash_writer_begin(
        &writer, &flash, update->work.page, update->work.io_size, bank.offset);
    writer.limit = bank.offset + room(keyring, &bank);
    if (reason == FWD_OK)
        reason = copy(update, &writer, package);
    if (reason == FWD_OK && port->sync(port->ctx) != FWD_IO_OK)
        reason = FWD_E_TRUST_IO;
    if (reason != FWD_OK)
        return reason;
    /* What was read a second time is checked a second time. */
    if (!fwd_keyring_store_open(keyring, index, &at, &stored) || stored.size != package->size ||
        fwd_chain_walk(keyring, &stored, 0, &update->trusted, &chain) != FWD_OK || !chain.contains)
        return FWD_E_TRUST_IO;
    return put_mark(keyring, update, index, &bank, keyring->other.set.version);
}
