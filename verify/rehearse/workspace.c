#include "verify/rehearse/workspace.h"

#include "verify/flash/area.h"
#include "verify/flash/version.h"
#include "verify/rehearse/rehearse.h"
#include "verify/verify.h"

#include <string.h>

#define ALIGNMENT 16u

static const uint8_t guard[ALIGNMENT] = {
    0x66, 0x77, 0x64, 0xC5, 0x3A, 0x99, 0xE1, 0x0F, 0x5C, 0xA3, 0x17, 0xB8, 0x42, 0xDD, 0x2E, 0x71};

static uint32_t aligned(uint32_t size)
{
    return (size + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
}

static uint32_t larger(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static uint32_t io_size(const struct fwd_device *d)
{
    uint32_t size = FWD_IO_SIZE;

    size = larger(size, d->package.program_unit);
    size = larger(size, d->staging.program_unit);
    size = larger(size, d->scratch.program_unit);
    size = larger(size, d->journal.program_unit);
    size = larger(size, d->version.program_unit);
    for (uint8_t i = 0; i < fwd_places(d); i++) {
        size = larger(size, d->places[i].slots[0].program_unit);
        size = larger(size, d->places[i].slots[1].program_unit);
    }
    return aligned(size);
}

static uint32_t changed_size(const struct fwd_device *d)
{
    uint32_t blocks = 0;

    for (uint8_t i = 0; i < fwd_places(d); i++)
        blocks = larger(blocks, fwd_area_blocks(&d->places[i].slots[0]));
    return aligned((blocks + 7) / 8);
}

static uint32_t version_size(const struct fwd_device *d)
{
    return aligned(fwd_version_room(d));
}

static uint32_t slices_size(const struct fwd_device *d)
{
    return d->slices != NULL ? aligned(d->slices->size) : 0;
}

uint32_t fwd_workspace_need(const struct fwd_device *d)
{
    if (d->place_count == 0 || d->place_count > FWD_CONFIG_COMPONENTS)
        return 0;
    if (d->sigblock_max < FWD_SIGBLOCK_HEAD || d->sigblock_max > FWD_SIGBLOCK_MAX)
        return 0;
    return ALIGNMENT + aligned(FWD_CONFIG_SIGNED + d->sigblock_max) + 2 * io_size(d) +
           changed_size(d) + 2 * version_size(d) + slices_size(d) + 2 * ALIGNMENT;
}

bool fwd_workspace_divide(struct fwd_workspace *work, const struct fwd_device *d)
{
    uint32_t need = fwd_workspace_need(d);
    uint8_t *p = d->memory;

    if (need == 0 || p == NULL || d->memory_size < need)
        return false;
    p += (ALIGNMENT - (uintptr_t)p % ALIGNMENT) % ALIGNMENT;
    work->signed_bytes = p;
    p += aligned(FWD_CONFIG_SIGNED + d->sigblock_max);
    work->io_size = io_size(d);
    work->page = p;
    p += work->io_size;
    work->io = p;
    p += work->io_size;
    work->changed = p;
    p += changed_size(d);
    work->version_size = version_size(d);
    work->version = p;
    p += work->version_size;
    work->version_new = p;
    p += work->version_size;
    work->slices = d->slices != NULL ? (struct fwd_rehearsal *)(void *)p : NULL;
    p += slices_size(d);
    memcpy(p, guard, sizeof guard);
    work->arena = p + ALIGNMENT;
    work->arena_size = (d->memory_size - need) & ~(ALIGNMENT - 1);
    memcpy(work->arena + work->arena_size, guard, sizeof guard);
    return true;
}

bool fwd_workspace_intact(const struct fwd_workspace *work)
{
    return memcmp(work->arena - ALIGNMENT, guard, sizeof guard) == 0 &&
           memcmp(work->arena + work->arena_size, guard, sizeof guard) == 0;
}
