/* Reset, vector table and fault handlers of a Cortex-M4. */
#include "samples/firmware/common/clock.h"
#include "samples/firmware/common/uart.h"

#include <stddef.h>
#include <stdint.h>

extern uint32_t image_data_start[], image_data_end[], image_data_load[];
extern uint32_t image_bss_start[], image_bss_end[];
extern uint32_t image_stack_top[];

int main(void);
void reset_handler(void);

void reset_handler(void)
{
    const uint32_t *from = image_data_load;

    for (uint32_t *to = image_data_start; to < image_data_end;)
        *to++ = *from++;
    for (uint32_t *to = image_bss_start; to < image_bss_end;)
        *to++ = 0;
    main();
    for (;;)
        __asm__ volatile("wfi");
}

static void hang(const char *name)
{
    uart_write_blocking("\r\n*** ");
    uart_write_blocking(name);
    uart_write_blocking(", stopped ***\r\n");
    for (;;)
        __asm__ volatile("wfi");
}

static void hard_fault_handler(void)
{
    hang("hard fault");
}

static void memory_fault_handler(void)
{
    hang("memory fault");
}

static void bus_fault_handler(void)
{
    hang("bus fault");
}

static void usage_fault_handler(void)
{
    hang("usage fault");
}

static void unexpected_handler(void)
{
    hang("unexpected interrupt");
}

struct vector_table {
    void *stack_top;
    void (*handlers[15 + 32])(void);
};

__attribute__((section(".vectors"), used)) static const struct vector_table vectors = {
    .stack_top = image_stack_top,
    .handlers =
        {
            reset_handler,
            unexpected_handler,
            hard_fault_handler,
            memory_fault_handler,
            bus_fault_handler,
            usage_fault_handler,
            NULL,
            NULL,
            NULL,
            NULL,
            unexpected_handler,
            unexpected_handler,
            NULL,
            unexpected_handler,
            clock_tick_handler,
            [15 + 0] = uart_receive_handler,
            [15 + 1 ... 15 + 31] = unexpected_handler,
        },
};
