#include "tests/sim/shared/shared_rig.h"

#include <check.h>
#include <string.h>

#define SIZE 20000u

static const char *const kinds[SHARED_KINDS] = {"4 KiB, unit 256", "4 KiB, unit 256, A/B"};

void shared_device(struct trust_rig *rig, int kind, uint32_t banks)
{
    struct torture_shape shape = *torture_shape(kinds[kind]);

    shape.journal = banks;
    shape.shared = true;
    trust_rig_new(rig, &shape, SIZE);
}

void shared_spoil(struct trust_rig *rig, uint32_t offset, uint32_t size)
{
    uint8_t garbage[3 * SHARED_BLOCK];

    memset(garbage, 0x5A, sizeof garbage);
    ck_assert(fwd_nor_poke(rig->machine->nor, FWD_AREA_JOURNAL, offset, garbage, size));
}

void shared_look(struct trust_rig *rig)
{
    fwd_machine_power_cycle(rig->machine);
    ck_assert_int_eq(fwd_update_init(&rig->update, &rig->machine->device), FWD_OK);
}

bool shared_in_several(uint16_t banks)
{
    return (banks & (banks - 1)) != 0;
}
