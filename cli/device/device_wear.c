#include "cli/device/device_wear.h"

#include "hostio/host_terminal.h"

#include <inttypes.h>
#include <stdio.h>

#define LEFT 11u /* the column where text begins */

struct wear {
    uint32_t blocks, most;
    uint64_t sum;
};

static struct wear wear_of(const struct fwd_machine *machine, uint16_t area)
{
    struct wear wear = {.blocks = fwd_nor_block_count(machine->nor, area)};
    for (uint32_t i = 0; i < wear.blocks; i++) {
        uint32_t erases = fwd_nor_block_erases(machine->nor, area, i);
        wear.most = erases > wear.most ? erases : wear.most;
        wear.sum += erases;
    }
    return wear;
}

/* One step for each doubling: none, 1, 2, 4, 8 and so on. */
static unsigned level_of(uint32_t erases)
{
    unsigned level = 0;
    for (; erases > 0 && level < 9; erases >>= 1)
        level++;
    return level;
}

static void draw(const struct fwd_machine *machine, uint16_t area, uint32_t blocks, uint32_t each)
{
    static const char steps[] = "_.:-=+*#%@";
    for (uint32_t at = 0; at < blocks; at += each) {
        uint32_t most = 0;
        for (uint32_t i = at; i < blocks && i - at < each; i++) {
            uint32_t erases = fwd_nor_block_erases(machine->nor, area, i);
            most = erases > most ? erases : most;
        }
        unsigned level = level_of(most);
        enum fwd_terminal_colour colour = level == 0  ? FWD_COLOUR_FAINT
                                          : level < 6 ? FWD_COLOUR_GOOD
                                          : level < 8 ? FWD_COLOUR_WARN
                                                      : FWD_COLOUR_BAD;
        printf(
            "%s%c%s", fwd_terminal_begin(stdout, colour), steps[level], fwd_terminal_end(stdout));
    }
    printf("\n");
}

void fwd_device_wear_print(const struct fwd_machine *machine)
{
    uint32_t room = fwd_terminal_width(stdout) - LEFT - 1;
    bool drawn = false;
    for (uint16_t area = 0; area < FWD_AREA_COUNT; area++) {
        char name[FWD_NAME_MAX + 3];
        const struct wear wear = wear_of(machine, area);
        uint32_t each = (wear.blocks + room - 1) / (room > 0 ? room : 1);
        if (wear.sum == 0)
            continue;
        fwd_description_area_name(machine->description, area, name);
        printf("%-10s %s: %" PRIu64 " erases, at most %" PRIu32, drawn ? "" : "wear", name,
            wear.sum, wear.most);
        if (each > 1)
            printf("; %" PRIu32 " blocks each", each);
        printf("\n%-10s ", "");
        draw(machine, area, wear.blocks, each);
        drawn = true;
    }
    if (drawn)
        printf("%-10s _ 0 . 1 : 2 - 4 = 8 + 16 * 32 # 64 %% 128 @ 256\n", "");
}

json_t *fwd_device_wear_json(const struct fwd_machine *machine)
{
    json_t *areas = json_object();
    for (uint16_t area = 0; area < FWD_AREA_COUNT; area++) {
        char name[FWD_NAME_MAX + 3];
        const struct wear wear = wear_of(machine, area);
        json_t *blocks = json_object();
        for (uint32_t i = 0; i < wear.blocks && wear.sum > 0; i++) {
            char number[16];
            uint32_t erases = fwd_nor_block_erases(machine->nor, area, i);
            (void)snprintf(number, sizeof number, "%" PRIu32, i);
            if (erases > 0)
                json_object_set_new(blocks, number, json_integer((json_int_t)erases));
        }
        if (wear.sum == 0) {
            json_decref(blocks);
            continue;
        }
        fwd_description_area_name(machine->description, area, name);
        json_object_set_new(areas, name,
            json_pack("{s:I, s:I, s:o}", "erases", (json_int_t)wear.sum, "most_of_a_block",
                (json_int_t)wear.most, "by_block", blocks));
    }
    return areas;
}
