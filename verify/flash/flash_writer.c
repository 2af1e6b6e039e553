#include "verify/flash/flash_writer.h"

#include "verify/flash/hash.h"

#include <string.h>

/* The most that one call may program: a power of two, from a unit to the page. */
static uint32_t most_at_once(const struct fwd_area *area, uint32_t room)
{
    uint32_t most =
        area->program_page > area->program_unit ? area->program_page : area->program_unit;

    while (most > room && most > area->program_unit)
        most /= 2;
    return most;
}

void fwd_flash_writer_begin(struct fwd_flash_writer *writer, const struct fwd_flash_access *flash,
    uint8_t *page, uint32_t room, uint32_t begin)
{
    *writer = (struct fwd_flash_writer){.flash = *flash,
        .page = page,
        .most = most_at_once(flash->area, room),
        .at = begin,
        .limit = flash->area->size};
}

/* Programs what is in the buffer; it ends at writer->at, at a multiple of the unit. */
static enum fwd_reason program(struct fwd_flash_writer *writer, uint32_t size)
{
    uint32_t begin = writer->at - writer->filled;
    enum fwd_reason reason = FWD_OK;

    if (writer->erases) {
        struct fwd_block block = fwd_area_block_at(writer->flash.area, begin);
        if (block.offset == begin)
            reason = fwd_flash_erase(&writer->flash, &block);
    }
    writer->filled = 0;
    return reason == FWD_OK ? fwd_flash_program(&writer->flash, begin, writer->page, size) : reason;
}

static enum fwd_reason take(struct fwd_flash_writer *writer, const uint8_t *bytes, uint32_t size)
{
    enum fwd_reason reason = FWD_OK;

    while (size > 0 && reason == FWD_OK) {
        uint32_t left = writer->most - (writer->at & (writer->most - 1));
        uint32_t piece = left < size ? left : size;
        memcpy(writer->page + writer->filled, bytes, piece);
        writer->filled += piece;
        writer->at += piece;
        bytes += piece;
        size -= piece;
        if (piece == left)
            reason = program(writer, writer->filled);
    }
    return reason;
}

enum fwd_reason fwd_flash_writer_write(
    struct fwd_flash_writer *writer, const void *bytes, uint32_t size, enum fwd_reason full)
{
    enum fwd_reason reason = FWD_OK;

    if (size > writer->limit - writer->at)
        return full;
    if (writer->hashed)
        reason = fwd_hash_add(writer->flash.ports, FWD_HASH_PAYLOAD, bytes, size);
    if (reason == FWD_OK && !writer->dry)
        return take(writer, bytes, size);
    writer->at += size;
    return reason;
}

enum fwd_reason fwd_flash_writer_end(struct fwd_flash_writer *writer)
{
    uint32_t whole = fwd_area_round_up(writer->flash.area, writer->filled);

    if (writer->dry || writer->filled == 0)
        return FWD_OK;
    memset(writer->page + writer->filled, writer->flash.area->erased, whole - writer->filled);
    return program(writer, whole);
}

enum fwd_reason fwd_flash_writer_put(const struct fwd_flash_access *flash, uint8_t *page,
    uint32_t room, uint32_t begin, const void *bytes, uint32_t size)
{
    struct fwd_flash_writer writer;

    fwd_flash_writer_begin(&writer, flash, page, room, begin);
    enum fwd_reason reason = fwd_flash_writer_write(&writer, bytes, size, flash->failed);

    return reason == FWD_OK ? fwd_flash_writer_end(&writer) : reason;
}
