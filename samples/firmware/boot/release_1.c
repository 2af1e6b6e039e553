#include "samples/firmware/boot/slots.h"

const struct slot_limits slot_limits = {
    .count = 2,
    .first = 0x40000,
    .size = 0x80000,
    .ram_low = 0x20000000,
    .ram_high = 0x20020000,
    .release = "boot 1",
};

bool slot_command(const char *line, void (*print)(const char *format, ...))
{
    (void)line;
    (void)print;
    return false;
}
