#include "samples/firmware/common/clock.h"

#define SYSTICK_CONTROL (*(volatile uint32_t *)0xE000E010u)
#define SYSTICK_RELOAD  (*(volatile uint32_t *)0xE000E014u)
#define SYSTICK_CURRENT (*(volatile uint32_t *)0xE000E018u)

enum { CORE_HZ = 25000000, TICK_HZ = 1000 };

static volatile uint32_t ticks;

void clock_start(void)
{
    SYSTICK_RELOAD = CORE_HZ / TICK_HZ - 1;
    SYSTICK_CURRENT = 0;
    SYSTICK_CONTROL = 7; /* core clock, interrupt, enable */
}

uint32_t clock_ms(void)
{
    return ticks;
}

void clock_tick_handler(void)
{
    ticks++;
}
