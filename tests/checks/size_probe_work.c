/* Prints the work memory, without decoder arena, of the device in samples/devices/inplace-4k.json
 * and of the example in verify/PORTING.md; the formula depends on the description only, not on the
 * processor. */
#include "verify/rehearse/workspace.h"
#include "verify/verify.h"

#include <stdio.h>

/* Blocks of the slot and program unit; the other areas have two blocks. */
static unsigned need(uint32_t count, uint32_t unit, uint32_t sigblock_max)
{
    const struct fwd_blocks slot_blocks = {4096, count};
    const struct fwd_blocks few_blocks = {4096, 2};
    const struct fwd_area few = {
        .size = 8192, .program_unit = unit, .blocks = &few_blocks, .blocks_count = 1};
    struct fwd_place place = {.name = "firmware", .layout = FWD_LAYOUT_IN_PLACE};
    struct fwd_device device = {.places = &place, .place_count = 1, .sigblock_max = sigblock_max};

    place.slots[0] = (struct fwd_area){
        .size = 4096u * count, .program_unit = unit, .blocks = &slot_blocks, .blocks_count = 1};
    device.package = device.staging = device.scratch = device.journal = device.version = few;
    return (unsigned)fwd_workspace_need(&device);
}

int main(void)
{
    printf("work-inplace-4k %u\n", need(512, 256, 4096));
    printf("work-example %u\n", need(112, 8, 1024));
    return 0;
}
