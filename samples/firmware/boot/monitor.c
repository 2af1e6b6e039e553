/* Starts the first bootable slot, or talks on the console when there is none. */
#include "samples/firmware/boot/slots.h"
#include "samples/firmware/common/checksum.h"
#include "samples/firmware/common/clock.h"
#include "samples/firmware/common/sha256.h"
#include "samples/firmware/common/text.h"
#include "samples/firmware/common/uart.h"

enum { ASK_MS = 300, LINE_MAX = 40 };

int main(void);

static void put(void *ctx, char c)
{
    (void)ctx;
    uart_write(c);
}

static void print(const char *format, ...)
{
    const struct text_sink sink = {put, NULL};
    va_list args;

    va_start(args, format);
    text_print(&sink, format, args);
    va_end(args);
}

static void show_slot(uint32_t slot)
{
    const void *bytes = (const void *)(uintptr_t)slot_address(slot);
    struct sha256 s;
    uint8_t digest[SHA256_SIZE];

    print("slot %u at %08x: %s\r\n", slot, slot_address(slot),
        slot_is_bootable(slot) ? "bootable" : "empty");
    if (!slot_is_bootable(slot))
        return;
    sha256_start(&s);
    sha256_add(&s, bytes, slot_limits.size);
    sha256_finish(&s, digest);
    print("  crc-32 %08x, sha-256 ", checksum_crc32(0, bytes, slot_limits.size));
    for (int i = 0; i < SHA256_SIZE; i++)
        print("%02x", digest[i]);
    print("\r\n");
}

static void start_first(void)
{
    for (uint32_t slot = 0; slot < slot_limits.count; slot++) {
        if (slot_is_bootable(slot)) {
            print("starting slot %u\r\n", slot);
            slot_start(slot);
        }
    }
    print("no slot can be started; commands: slots, start N, help\r\n");
}

static void run(const char *line)
{
    int32_t slot;

    if (text_same(line, "slots")) {
        for (uint32_t i = 0; i < slot_limits.count; i++)
            show_slot(i);
    } else if (text_starts(line, "start ") && text_number(line + 6, &slot) && slot >= 0 &&
               (uint32_t)slot < slot_limits.count) {
        if (slot_is_bootable((uint32_t)slot))
            slot_start((uint32_t)slot);
        print("slot %d is empty\r\n", slot);
    } else if (line[0] != '\0' && !slot_command(line, print)) {
        print("slots: what each slot holds\r\nstart N: start slot N\r\n");
    }
}

static bool asked(void)
{
    uint8_t byte;

    while (clock_ms() < ASK_MS) {
        if (uart_read(&byte) && byte == ' ')
            return true;
    }
    return false;
}

int main(void)
{
    char line[LINE_MAX + 1];
    uint32_t size = 0;
    uint8_t byte;

    clock_start();
    uart_start(115200);
    print("\r\n%s, space stops\r\n", slot_limits.release);
    if (!asked())
        start_first();
    for (;;) {
        if (!uart_read(&byte))
            continue;
        uart_write((char)byte);
        if (byte == '\r') {
            line[size] = '\0';
            size = 0;
            print("\n");
            run(line);
        } else if (size < LINE_MAX) {
            line[size++] = (char)byte;
        }
    }
}
