#include "gen/package/ram_flash.h"

#include <stdlib.h>
#include <string.h>

static struct fwd_ram_area *find(struct fwd_ram_flash *flash, uint16_t id)
{
    for (unsigned i = 0; i < flash->count; i++)
        if (flash->areas[i].id == id)
            return &flash->areas[i];
    return NULL;
}

/* NULL when the range is not in the area. */
static uint8_t *range(void *ctx, const struct fwd_area *area, uint32_t offset, uint32_t size)
{
    struct fwd_ram_area *ram = find(ctx, area->id);

    if (ram == NULL || offset > ram->size || size > ram->size - offset)
        return NULL;
    return ram->bytes + offset;
}

static enum fwd_io ram_read(
    void *ctx, const struct fwd_area *area, uint32_t offset, void *buf, uint32_t size)
{
    const uint8_t *bytes = range(ctx, area, offset, size);

    if (bytes == NULL)
        return FWD_IO_ERROR;
    memcpy(buf, bytes, size);
    return FWD_IO_OK;
}

static enum fwd_io ram_program(
    void *ctx, const struct fwd_area *area, uint32_t offset, const void *buf, uint32_t size)
{
    uint8_t *bytes = range(ctx, area, offset, size);

    if (bytes == NULL || offset % area->program_unit != 0 || size % area->program_unit != 0)
        return FWD_IO_ERROR;
    for (uint32_t i = 0; i < size; i++)
        if (bytes[i] != area->erased)
            return FWD_IO_ERROR;
    memcpy(bytes, buf, size);
    return FWD_IO_OK;
}

static bool is_block(const struct fwd_area *area, uint32_t offset, uint32_t size)
{
    uint64_t at = 0;

    for (uint8_t i = 0; i < area->blocks_count; i++) {
        const struct fwd_blocks *run = &area->blocks[i];
        uint64_t end = at + (uint64_t)run->size * run->count;
        if (offset < end)
            return run->size == size && (offset - at) % run->size == 0;
        at = end;
    }
    return false;
}

static enum fwd_io ram_erase(void *ctx, const struct fwd_area *area, uint32_t offset, uint32_t size)
{
    uint8_t *bytes = range(ctx, area, offset, size);

    if (bytes == NULL || !is_block(area, offset, size))
        return FWD_IO_ERROR;
    memset(bytes, area->erased, size);
    return FWD_IO_OK;
}

static enum fwd_io ram_sync(void *ctx)
{
    (void)ctx;
    return FWD_IO_OK;
}

void fwd_ram_flash_init(struct fwd_ram_flash *flash)
{
    *flash = (struct fwd_ram_flash){0};
    flash->port = (struct fwd_flash_port){.ctx = flash,
        .read = ram_read,
        .program = ram_program,
        .erase = ram_erase,
        .sync = ram_sync};
}

void fwd_ram_flash_free(struct fwd_ram_flash *flash)
{
    for (unsigned i = 0; i < flash->count; i++)
        free(flash->areas[i].bytes);
    *flash = (struct fwd_ram_flash){0};
}

enum fwd_fail fwd_ram_flash_add(
    struct fwd_ram_flash *flash, const struct fwd_area *area, struct fwd_error *err)
{
    if (area->size == 0)
        return FWD_FAIL_NONE;
    if (flash->count == FWD_RAM_AREAS_MAX || find(flash, area->id) != NULL)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "the device description names flash area %u twice, or more than %u areas",
            (unsigned)area->id, FWD_RAM_AREAS_MAX);
    struct fwd_ram_area *ram = &flash->areas[flash->count];
    ram->bytes = malloc(area->size);
    if (ram->bytes == NULL)
        return fwd_error_memory(err, "the simulated flash");
    memset(ram->bytes, area->erased, area->size);
    ram->id = area->id;
    ram->size = area->size;
    flash->count++;
    return FWD_FAIL_NONE;
}

uint8_t *fwd_ram_flash_bytes(struct fwd_ram_flash *flash, uint16_t id)
{
    struct fwd_ram_area *ram = find(flash, id);

    return ram != NULL ? ram->bytes : NULL;
}
