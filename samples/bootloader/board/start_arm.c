/* Reset and faults of a Cortex-M. A fault ends in a reset as the watchdog does, after one line. */
#include "board.h"
#include "console.h"

extern uint32_t image_data_start[], image_data_end[], image_data_load[];
extern uint32_t image_bss_start[], image_bss_end[], image_stack_top[];

int main(void);
void reset_handler(void);

void reset_handler(void)
{
    const uint32_t *from = image_data_load;
    uint32_t *to;

    for (to = image_data_start; to < image_data_end;)
        *to++ = *from++;
    for (to = image_bss_start; to < image_bss_end;)
        *to++ = 0;
    main();
    board_reset();
}

static void watchdog_handler(void)
{
    say("watchdog: not fed for a second\n");
    board_reset();
}

static void fault_handler(void)
{
    say("fault\n");
    board_reset();
}

__attribute__((section(".vectors"), used)) static const struct {
    void *stack_top;
    void (*handlers[15])(void);
} vectors = {
    .stack_top = image_stack_top,
    .handlers = {reset_handler, watchdog_handler, fault_handler, fault_handler, fault_handler,
        fault_handler, 0, 0, 0, 0, fault_handler, fault_handler, 0, fault_handler, fault_handler},
};
