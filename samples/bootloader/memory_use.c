#include "memory_use.h"

#include "console.h"

#define PAINT 0xA5A5A5A5u

extern uint32_t image_ram_start[], image_bss_end[], image_stack_top[];

/* What this function itself may use. */
enum { FRAMES = 128 };

void memory_use_paint(void)
{
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);

    for (volatile uint32_t *at = image_bss_end; (uintptr_t)at < here - FRAMES; at++)
        *at = PAINT;
}

void memory_use_lose(uint32_t noise)
{
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);

    for (volatile uint32_t *at = image_ram_start; (uintptr_t)at < here - FRAMES; at++) {
        noise = noise * 1664525u + 1013904223u;
        *at = noise;
    }
}

void memory_use_tell(void)
{
    const volatile uint32_t *at = image_bss_end;
    uint32_t all = (uint32_t)((uintptr_t)image_stack_top - (uintptr_t)image_ram_start);

    while (at < image_stack_top && *at == PAINT)
        at++;
    uint32_t fixed = (uint32_t)((uintptr_t)image_bss_end - (uintptr_t)image_ram_start);
    uint32_t stack = (uint32_t)((uintptr_t)image_stack_top - (uintptr_t)at);
    say_number("boot: RAM: variables ", fixed, ", ");
    say_number("stack ", stack, ", ");
    say_number("in all ", fixed + stack, " of ");
    say_number("", all, "\n");
}
