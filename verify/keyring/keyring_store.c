#include "verify/keyring/keyring_store.h"

#include "format/crc32.h"
#include "format/cursor.h"
#include "verify/flash/bank.h"
#include "verify/flash/flash_writer.h"

#include <string.h>

enum { MARK_SIZE = 12, MARK_MAGIC = 0x4D545746 /* "FWTM" */ };

/* A bank: packages are stored at its start, the mark at its end. */
struct place {
    struct fwd_flash_access flash;
    struct fwd_bank bank;
    uint32_t room; /* for a package; 0: there is no such bank */
};

/* Two banks that are as large as they can be. */
static struct place place_of(const struct fwd_keyring *keyring, uint8_t index)
{
    const struct fwd_area *area = &keyring->config->area;
    struct place place = {.flash = {keyring->config->device->ports, area, FWD_E_TRUST_IO}};
    uint32_t least = (area->size - fwd_area_largest_block(area)) / 2;
    uint32_t mark = fwd_area_round_up(area, MARK_SIZE);

    if (least == 0 || fwd_bank_count(area, least) < FWD_KEYRING_BANKS)
        return place;
    place.bank = fwd_bank_at(area, least, index);
    if (place.bank.size > mark)
        place.room = place.bank.size - mark;
    return place;
}

static uint32_t read_mark(const struct place *place)
{
    uint8_t bytes[MARK_SIZE];

    if (place->room == 0 || fwd_flash_read(&place->flash, place->bank.offset + place->room, bytes,
                                sizeof bytes) != FWD_OK)
        return 0;
    return fwd_le32(bytes) == MARK_MAGIC &&
                   fwd_le32(bytes + 8) == fwd_crc32(0, bytes, MARK_SIZE - 4)
               ? fwd_le32(bytes + 4)
               : 0;
}

uint32_t fwd_keyring_store_mark(const struct fwd_keyring *keyring, uint8_t index)
{
    const struct place place = place_of(keyring, index);

    return read_mark(&place);
}

bool fwd_keyring_store_open(const struct fwd_keyring *keyring, uint8_t index,
    struct fwd_chain_bank *at, struct fwd_input *input)
{
    const struct place place = place_of(keyring, index);

    *at = (struct fwd_chain_bank){place.flash, place.bank.offset};
    *input = fwd_chain_bank_input(at, place.room);
    return place.room > 0 && fwd_chain_size(input, place.room, &input->size) == FWD_OK;
}

enum fwd_reason fwd_keyring_store_walk(struct fwd_keyring *keyring, uint8_t index, uint8_t target,
    struct fwd_trusted *trusted, struct fwd_chain *chain)
{
    struct fwd_chain_bank at;
    struct fwd_input input;

    return fwd_keyring_store_open(keyring, index, &at, &input)
               ? fwd_chain_walk(keyring, &input, target, trusted, chain)
               : FWD_E_TRUST_IO;
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

/* Whatever the port says: what can be read decides which set is in force at the next start. */
static enum fwd_reason put_mark(
    const struct place *place, struct fwd_update *update, uint32_t version)
{
    const struct fwd_flash_port *port = place->flash.ports->flash;
    uint8_t bytes[MARK_SIZE];
    struct fwd_writer w = fwd_writer_over(bytes, sizeof bytes);

    fwd_write_le32(&w, MARK_MAGIC);
    fwd_write_le32(&w, version);
    fwd_write_le32(&w, fwd_crc32(0, bytes, MARK_SIZE - 4));
    enum fwd_reason reason = fwd_flash_writer_put(&place->flash, update->work.page,
        update->work.io_size, place->bank.offset + place->room, bytes, sizeof bytes);
    enum fwd_io synced = port->sync(port->ctx);
    (void)reason;
    (void)synced;
    return read_mark(place) == version ? FWD_OK : FWD_E_TRUST_IO;
}

enum fwd_reason fwd_keyring_store_write(struct fwd_keyring *keyring, struct fwd_update *update,
    uint8_t index, const struct fwd_input *package)
{
    const struct place place = place_of(keyring, index);
    const struct fwd_flash_port *port = place.flash.ports->flash;
    struct fwd_flash_writer writer;
    struct fwd_chain chain;

    if (package->size > place.room)
        return FWD_E_TRUST_IO;
    /* the page is as large as the units of the device's own areas need */
    if (keyring->config->area.program_unit > update->work.io_size)
        return FWD_E_AREA_LAYOUT;
    update->download.flash.area = NULL; /* a download ends: its bytes are in that page */
    enum fwd_reason reason = fwd_bank_erase(&place.flash, &place.bank);
    fwd_flash_writer_begin(
        &writer, &place.flash, update->work.page, update->work.io_size, place.bank.offset);
    if (reason == FWD_OK)
        reason = copy(update, &writer, package);
    if (reason == FWD_OK && port->sync(port->ctx) != FWD_IO_OK)
        reason = FWD_E_TRUST_IO;
    if (reason != FWD_OK)
        return reason;
    /* What was read a second time is checked a second time. */
    if (fwd_keyring_store_walk(keyring, index, 0, &update->trusted, &chain) != FWD_OK ||
        chain.size != package->size || !chain.contains)
        return FWD_E_TRUST_IO;
    return put_mark(&place, update, keyring->other.set.version);
}
