/* Between the library and the flash: nothing is touched outside the areas of the device, and no
 * slot of firmware before its time. */
#include "tests/verify/hostile/calls/calls_rig.h"

#include <stdio.h>

static bool is_area(const struct lab *lab, const struct fwd_area *area)
{
    return area->id < LAB_AREAS && area->size == lab->areas[area->id].size &&
           area->address == lab->areas[area->id].address;
}

static void guard(struct calls *calls, const char *operation, const struct fwd_area *area,
    uint32_t offset, uint32_t size)
{
    char text[100];

    if (is_area(calls->lab, area) && offset <= area->size && size <= area->size - offset)
        return;
    (void)snprintf(text, sizeof text, "%s of %u bytes at offset %u of area %u, which has %u",
        operation, (unsigned)size, (unsigned)offset, (unsigned)area->id, (unsigned)area->size);
    calls_broken(calls, text);
}

/* In place once the outcome is proven, or to go back; the other slot while nothing depends on it.
 */
static void guard_slot(struct calls *calls, const struct fwd_area *area)
{
    const struct lab *lab = calls->lab;
    uint8_t state = lab->update.journal.record.state;

    if (area->id < LAB_AREA_SLOTS)
        return;
    bool in_place = lab->places[(area->id - LAB_AREA_SLOTS) / 2].layout == FWD_LAYOUT_IN_PLACE;
    if (in_place && state != FWD_STATE_ACTING && state != FWD_STATE_REVERTING)
        calls_broken(calls, "firmware in place is written before its time");
    if (!in_place && state != FWD_STATE_REHEARSING)
        calls_broken(calls, "one of two slots is written at a wrong time");
}

static enum fwd_io guard_read(
    void *ctx, const struct fwd_area *area, uint32_t offset, void *buf, uint32_t size)
{
    struct calls *calls = ctx;
    const struct fwd_flash_port *flash = &calls->lab->flash;

    guard(calls, "read", area, offset, size);
    return flash->read(flash->ctx, area, offset, buf, size);
}

static enum fwd_io guard_program(
    void *ctx, const struct fwd_area *area, uint32_t offset, const void *buf, uint32_t size)
{
    struct calls *calls = ctx;
    const struct fwd_flash_port *flash = &calls->lab->flash;

    guard(calls, "program", area, offset, size);
    guard_slot(calls, area);
    return flash->program(flash->ctx, area, offset, buf, size);
}

static enum fwd_io guard_erase(
    void *ctx, const struct fwd_area *area, uint32_t offset, uint32_t size)
{
    struct calls *calls = ctx;
    const struct fwd_flash_port *flash = &calls->lab->flash;

    guard(calls, "erase", area, offset, size);
    guard_slot(calls, area);
    return flash->erase(flash->ctx, area, offset, size);
}

static enum fwd_io guard_sync(void *ctx)
{
    const struct calls *calls = ctx;

    return calls->lab->flash.sync(calls->lab->flash.ctx);
}

void calls_flash_guard(struct calls *calls)
{
    calls->guard =
        (struct fwd_flash_port){calls, guard_read, guard_program, guard_erase, guard_sync};
    calls->lab->ports.flash = &calls->guard;
}
