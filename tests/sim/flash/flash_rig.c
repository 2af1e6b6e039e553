#include "tests/sim/flash/flash_rig.h"

#include <check.h>
#include <string.h>

static const struct fwd_blocks first_blocks[] = {{4096, 4}, {8192, 2}};
static const struct fwd_blocks second_blocks[] = {{4096, 2}};

void rig_describe(const struct fwd_rig_chip *chip, struct fwd_nor_chip *out)
{
    memset(out, 0, sizeof *out);
    out->size = 65536;
    out->program_unit = chip->unit;
    out->erased = chip->erased;
    out->single_program = chip->single_program;
    out->program_us = 100;
    out->read_us_per_kib = 1024;
    out->erase_us[0] = (struct fwd_nor_erase_time){4096, 50000};
    out->erase_us[1] = (struct fwd_nor_erase_time){8192, 90000};
    out->erase_us_count = 2;
}

enum fwd_fail rig_open(struct fwd_rig *rig, const struct fwd_rig_chip *chip, const char *image,
    const char *state, bool create, struct fwd_error *err)
{
    struct fwd_nor_chip chips[1];
    struct fwd_area areas[2] = {
        {.id = 0, .address = 4096, .size = 32768, .blocks = first_blocks, .blocks_count = 2},
        {.id = 1, .address = 40960, .size = 8192, .blocks = second_blocks, .blocks_count = 1},
    };
    struct fwd_nor_setup setup = {chips, 1, areas, 2};
    enum fwd_fail fail;

    memset(rig, 0, sizeof *rig);
    rig_describe(chip, &chips[0]);
    rig->erased = chip->erased;
    rig->unit = chip->unit;
    if (image != NULL)
        fail = fwd_nor_open(&setup, image, state, create, &rig->nor, err);
    else
        fail = fwd_nor_new(&setup, &rig->nor, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    rig->port = fwd_nor_port(rig->nor);
    rig->area = fwd_nor_area(rig->nor, 0);
    rig->other = fwd_nor_area(rig->nor, 1);
    return fail;
}

struct fwd_rig rig_new(uint32_t unit, uint8_t erased, bool single_program)
{
    struct fwd_rig_chip chip = {unit, erased, single_program};
    struct fwd_rig rig;
    struct fwd_error err;

    ck_assert_int_eq(rig_open(&rig, &chip, NULL, NULL, false, &err), FWD_FAIL_NONE);
    return rig;
}

void rig_free(struct fwd_rig *rig)
{
    fwd_nor_free(rig->nor);
    rig->nor = NULL;
}

enum fwd_io rig_read(struct fwd_rig *rig, uint32_t offset, void *bytes, uint32_t size)
{
    return rig->port.read(rig->port.ctx, rig->area, offset, bytes, size);
}

enum fwd_io rig_program(struct fwd_rig *rig, uint32_t offset, const void *bytes, uint32_t size)
{
    return rig->port.program(rig->port.ctx, rig->area, offset, bytes, size);
}

enum fwd_io rig_fill(struct fwd_rig *rig, uint32_t offset, uint8_t value, uint32_t size)
{
    static uint8_t bytes[256];
    enum fwd_io io = FWD_IO_OK;

    memset(bytes, value, sizeof bytes);
    for (uint32_t piece; size > 0 && io == FWD_IO_OK; offset += piece, size -= piece) {
        piece = 256 - offset % 256 < size ? 256 - offset % 256 : size;
        io = rig_program(rig, offset, bytes, piece);
    }
    return io;
}

enum fwd_io rig_erase(struct fwd_rig *rig, uint32_t offset, uint32_t size)
{
    return rig->port.erase(rig->port.ctx, rig->area, offset, size);
}

bool rig_all(struct fwd_rig *rig, uint32_t offset, uint8_t value, uint32_t size)
{
    uint8_t byte;

    for (uint32_t i = 0; i < size; i++) {
        if (rig_read(rig, offset + i, &byte, 1) != FWD_IO_OK || byte != value)
            return false;
    }
    return true;
}

void rig_power_cycle(const struct fwd_rig *rig)
{
    fwd_nor_power_off(rig->nor);
    fwd_nor_power_on(rig->nor);
}

struct fwd_nor_cut rig_cut_at(uint64_t operation, enum fwd_nor_tear tear, uint32_t seed)
{
    struct fwd_nor_cut cut = {operation, tear, seed, 0};

    return cut;
}

struct fwd_rig rig_torn_program(
    enum fwd_nor_tear tear, uint32_t seed, uint32_t bytes, uint8_t erased)
{
    struct fwd_rig rig = rig_new(256, erased, false);
    struct fwd_nor_cut cut = {2, tear, seed, bytes};

    fwd_nor_arm(rig.nor, &cut);
    ck_assert_int_eq(rig_fill(&rig, 0, (uint8_t)~erased, 256), FWD_IO_OK);
    ck_assert_int_eq(rig_fill(&rig, 256, (uint8_t)~erased, 256), FWD_IO_ERROR);
    ck_assert(fwd_nor_fired(rig.nor));
    fwd_nor_power_on(rig.nor);
    ck_assert(rig_all(&rig, 0, (uint8_t)~erased, 256));
    ck_assert(rig_all(&rig, 512, erased, 4096));
    return rig;
}
