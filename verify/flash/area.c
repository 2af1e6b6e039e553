#include "verify/flash/area.h"

#include "format/cursor.h"
#include "verify/flash/hash.h"

uint32_t fwd_area_blocks(const struct fwd_area *area)
{
    uint32_t count = 0;

    for (uint8_t i = 0; i < area->blocks_count; i++)
        count += area->blocks[i].count;
    return area->size > 0 ? count : 0;
}

/* Walks the runs of equal blocks until `wanted` bytes or blocks have been passed. */
static struct fwd_block find(const struct fwd_area *area, uint32_t wanted, bool by_offset)
{
    struct fwd_block block = {0, 0, 0};

    for (uint8_t i = 0; i < area->blocks_count; i++) {
        const struct fwd_blocks *run = &area->blocks[i];
        uint32_t left = by_offset ? (wanted - block.offset) / run->size : wanted - block.index;
        uint32_t step = left < run->count ? left : run->count;

        block.size = run->size;
        block.index += step;
        block.offset += step * run->size;
        if (step < run->count)
            break;
    }
    return block;
}

struct fwd_block fwd_area_block_at(const struct fwd_area *area, uint32_t offset)
{
    return find(area, offset, true);
}

struct fwd_block fwd_area_block(const struct fwd_area *area, uint32_t index)
{
    return find(area, index, false);
}

uint32_t fwd_area_smallest_block(const struct fwd_area *area)
{
    uint32_t size = 0;

    for (uint8_t i = 0; area->size > 0 && i < area->blocks_count; i++) {
        if (size == 0 || area->blocks[i].size < size)
            size = area->blocks[i].size;
    }
    return size;
}

uint32_t fwd_area_largest_block(const struct fwd_area *area)
{
    uint32_t size = 0;

    for (uint8_t i = 0; area->size > 0 && i < area->blocks_count; i++) {
        if (area->blocks[i].size > size)
            size = area->blocks[i].size;
    }
    return size;
}

bool fwd_area_sound(const struct fwd_area *area)
{
    uint32_t unit = area->program_unit;
    uint32_t page = area->program_page != 0 ? area->program_page : unit;
    uint64_t sum = 0;

    if (area->size == 0)
        return true;
    if (unit == 0 || unit > 4096 || (unit & (unit - 1)) != 0)
        return false;
    if (page < unit || (page & (page - 1)) != 0)
        return false;
    if (area->erased != 0xFF && area->erased != 0x00)
        return false;
    for (uint8_t i = 0; i < area->blocks_count; i++) {
        /* a page is a multiple of the unit */
        if (area->blocks[i].size == 0 || (area->blocks[i].size & (page - 1)) != 0)
            return false;
        sum += (uint64_t)area->blocks[i].size * area->blocks[i].count;
    }
    return sum == area->size && (uint64_t)area->address + area->size <= UINT32_MAX;
}

bool fwd_area_overlap(const struct fwd_area *a, const struct fwd_area *b)
{
    return a->chip == b->chip && a->size > 0 && b->size > 0 &&
           (a->address - b->address < b->size || b->address - a->address < a->size);
}

uint32_t fwd_area_round_up(const struct fwd_area *area, uint32_t size)
{
    return (size + area->program_unit - 1) & ~(area->program_unit - 1);
}

/* The bytes are in the area: they may be asked for. */
static bool reach(const struct fwd_flash_access *flash, uint32_t offset, uint32_t size)
{
    fwd_alive(flash->ports);
    return offset <= flash->area->size && size <= flash->area->size - offset;
}

enum fwd_reason fwd_flash_read(
    const struct fwd_flash_access *flash, uint32_t offset, void *buf, uint32_t size)
{
    const struct fwd_flash_port *port = flash->ports->flash;

    return reach(flash, offset, size) &&
                   port->read(port->ctx, flash->area, offset, buf, size) == FWD_IO_OK
               ? FWD_OK
               : flash->failed;
}

enum fwd_reason fwd_flash_program(
    const struct fwd_flash_access *flash, uint32_t offset, const void *buf, uint32_t size)
{
    const struct fwd_flash_port *port = flash->ports->flash;

    return reach(flash, offset, size) &&
                   port->program(port->ctx, flash->area, offset, buf, size) == FWD_IO_OK
               ? FWD_OK
               : flash->failed;
}

enum fwd_reason fwd_flash_erase(const struct fwd_flash_access *flash, const struct fwd_block *block)
{
    const struct fwd_flash_port *port = flash->ports->flash;

    return reach(flash, block->offset, block->size) &&
                   port->erase(port->ctx, flash->area, block->offset, block->size) == FWD_IO_OK
               ? FWD_OK
               : flash->failed;
}

enum fwd_reason fwd_flash_is_blank(const struct fwd_flash_access *flash, uint32_t offset,
    uint32_t size, uint8_t *buf, uint32_t room, bool *blank)
{
    *blank = true;
    while (size > 0) {
        uint32_t piece = size < room ? size : room;
        enum fwd_reason reason = fwd_flash_read(flash, offset, buf, piece);
        if (reason != FWD_OK)
            return reason;
        for (uint32_t i = 0; i < piece; i++)
            *blank = *blank && buf[i] == flash->area->erased;
        fwd_alive(flash->ports);
        offset += piece;
        size -= piece;
    }
    return FWD_OK;
}

enum fwd_reason fwd_flash_hash(const struct fwd_flash_access *flash, uint32_t offset, uint32_t size,
    enum fwd_hash_slot slot, uint8_t *buf, uint32_t room)
{
    enum fwd_reason reason = FWD_OK;

    while (size > 0 && reason == FWD_OK) {
        uint32_t piece = size < room ? size : room;
        reason = fwd_flash_read(flash, offset, buf, piece);
        if (reason == FWD_OK)
            reason = fwd_hash_add(flash->ports, slot, buf, piece);
        fwd_alive(flash->ports);
        offset += piece;
        size -= piece;
    }
    return reason;
}

enum fwd_reason fwd_flash_digest(const struct fwd_flash_access *flash, uint32_t offset,
    uint32_t size, enum fwd_hash_slot slot, uint8_t *buf, uint32_t room,
    uint8_t digest[FWD_DIGEST_SIZE])
{
    enum fwd_reason reason = fwd_hash_begin(flash->ports, slot);

    if (reason == FWD_OK)
        reason = fwd_flash_hash(flash, offset, size, slot, buf, room);
    return reason == FWD_OK ? fwd_hash_end(flash->ports, slot, digest) : reason;
}

enum fwd_reason fwd_flash_holds(const struct fwd_ports *ports, const struct fwd_area *area,
    const struct fwd_image *image, enum fwd_reason differs, enum fwd_reason unreadable,
    uint8_t *buf, uint32_t room, uint8_t digest[FWD_DIGEST_SIZE])
{
    const struct fwd_flash_access flash = {ports, area, unreadable};

    if (image->size > area->size)
        return differs;
    enum fwd_reason reason =
        fwd_flash_digest(&flash, 0, image->size, FWD_HASH_TARGET, buf, room, digest);
    if (reason != FWD_OK)
        return reason;
    return fwd_image_digest_equal(image, digest) ? FWD_OK : differs;
}

void fwd_alive(const struct fwd_ports *ports)
{
    if (ports->host != NULL && ports->host->alive != NULL)
        ports->host->alive(ports->host->ctx);
}
