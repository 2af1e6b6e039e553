#include "samples/firmware/boot/slots.h"

uint32_t slot_address(uint32_t slot)
{
    return slot_limits.first + slot * slot_limits.size;
}

/* A vector table whose stack lies in RAM and whose entry lies in the slot, in Thumb state. */
bool slot_is_bootable(uint32_t slot)
{
    const volatile uint32_t *vectors = (const volatile uint32_t *)(uintptr_t)slot_address(slot);
    uint32_t stack = vectors[0], entry = vectors[1];

    return stack > slot_limits.ram_low && stack <= slot_limits.ram_high && stack % 8 == 0 &&
           entry % 2 == 1 && entry >= slot_address(slot) && entry < slot_address(slot + 1);
}

void slot_start(uint32_t slot)
{
    const volatile uint32_t *vectors = (const volatile uint32_t *)(uintptr_t)slot_address(slot);
    uint32_t stack = vectors[0], entry = vectors[1];

    *(volatile uint32_t *)0xE000ED08u = slot_address(slot); /* vector table offset */
    __asm__ volatile("msr msp, %0\n\tbx %1" : : "r"(stack), "r"(entry));
}
