/* Prints the work memory, without decoder arena, of the device in samples/devices/inplace-4k.json;
 * the formula depends on the description only, not on the processor. */
#include <stdio.h>

#include "verify/verify.h"
#include "verify/rehearse/workspace.h"

static const struct fwd_blocks slot_blocks = {4096, 512};
static const struct fwd_blocks few_blocks = {4096, 2};

int main(void)
{
    struct fwd_area few = {
        .size = 8192, .program_unit = 256, .blocks = &few_blocks, .blocks_count = 1};
    struct fwd_place place = {.name = "firmware", .layout = FWD_LAYOUT_IN_PLACE};
    struct fwd_device device = {.places = &place, .place_count = 1, .sigblock_max = 4096};

    place.slots[0] = (struct fwd_area){
        .size = 4096u * 512, .program_unit = 256, .blocks = &slot_blocks, .blocks_count = 1};
    device.package = device.staging = device.scratch = device.journal = device.version = few;
    printf("%u\n", (unsigned)fwd_workspace_need(&device));
    return 0;
}
