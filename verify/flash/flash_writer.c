#include "verify/flash/flash_writer.h"

#include <string.h>

struct fwd_flash_writer fwd_flash_writer_over(
    const struct fwd_flash_access *flash, uint8_t *page, uint32_t limit, bool dry)
{
    return (struct fwd_flash_writer){
        .flash = *flash, .page = page, .at = 0, .limit = limit, .dry = dry};
}

/* Programs the unit that ends at stream->at, which is in the page. */
static enum fwd_reason program_unit(struct fwd_flash_writer *stream)
{
    uint32_t unit = stream->flash.area->program_unit;
    uint32_t offset = (stream->at - 1) & ~(unit - 1);
    struct fwd_block block = fwd_area_block_at(stream->flash.area, offset);

    if (block.offset == offset) {
        enum fwd_reason reason = fwd_flash_erase(&stream->flash, &block);
        if (reason != FWD_OK)
            return reason;
    }
    return fwd_flash_program(&stream->flash, offset, stream->page, unit);
}

enum fwd_reason fwd_flash_writer_write(
    struct fwd_flash_writer *stream, const void *bytes, uint32_t size, enum fwd_reason full)
{
    uint32_t unit = stream->flash.area->program_unit;
    const struct fwd_crypto_port *crypto = stream->flash.ports->crypto;
    const uint8_t *from = bytes;

    if (size > stream->limit - stream->at)
        return full;
    if (stream->hashed && !crypto->hash_update(crypto->ctx, FWD_HASH_PAYLOAD, bytes, size))
        return FWD_E_INTERNAL;
    if (stream->dry) {
        stream->at += size;
        return FWD_OK;
    }
    while (size > 0) {
        uint32_t fill = stream->at & (unit - 1);
        uint32_t piece = unit - fill < size ? unit - fill : size;
        memcpy(stream->page + fill, from, piece);
        stream->at += piece;
        from += piece;
        size -= piece;
        enum fwd_reason reason = fill + piece == unit ? program_unit(stream) : FWD_OK;
        if (reason != FWD_OK)
            return reason;
    }
    return FWD_OK;
}

enum fwd_reason fwd_flash_writer_end(struct fwd_flash_writer *stream)
{
    uint32_t unit = stream->flash.area->program_unit;
    uint32_t fill = stream->at & (unit - 1);

    if (stream->dry || fill == 0)
        return FWD_OK;
    memset(stream->page + fill, stream->flash.area->erased, unit - fill);
    return program_unit(stream);
}
