#include "samples/firmware/boot/slots.h"
#include "samples/firmware/common/checksum.h"
#include "samples/firmware/common/text.h"

const struct slot_limits slot_limits = {
    .count = 3,
    .first = 0x20000,
    .size = 0x60000,
    .ram_low = 0x20000000,
    .ram_high = 0x20020000,
    .release = "boot 2",
};

static void dump(uint32_t slot, void (*print)(const char *format, ...))
{
    const uint8_t *bytes = (const uint8_t *)(uintptr_t)slot_address(slot);

    for (uint32_t i = 0; i < 256; i++)
        print(i % 16 == 15 ? "%02x\r\n" : "%02x ", bytes[i]);
}

/* One line for each 4 KiB that is not blank. */
static void map(uint32_t slot, void (*print)(const char *format, ...))
{
    for (uint32_t at = 0; at < slot_limits.size; at += 4096) {
        const uint8_t *block = (const uint8_t *)(uintptr_t)(slot_address(slot) + at);
        uint32_t used = 0;

        for (uint32_t i = 0; i < 4096; i++)
            used += block[i] != 0xFF;
        if (used > 0)
            print("%08x %4u bytes, adler-32 %08x\r\n", slot_address(slot) + at, used,
                checksum_adler32(block, 4096));
    }
}

bool slot_command(const char *line, void (*print)(const char *format, ...))
{
    int32_t slot;

    if (text_starts(line, "dump ") && text_number(line + 5, &slot) && slot >= 0 &&
        (uint32_t)slot < slot_limits.count)
        dump((uint32_t)slot, print);
    else if (text_starts(line, "map ") && text_number(line + 4, &slot) && slot >= 0 &&
             (uint32_t)slot < slot_limits.count)
        map((uint32_t)slot, print);
    else
        return false;
    return true;
}
