/* Milliseconds since reset, counted by SysTick. */
#ifndef DEMO_CLOCK_H
#define DEMO_CLOCK_H

#include <stdint.h>

void clock_start(void);
uint32_t clock_ms(void);
void clock_tick_handler(void);

#endif
