/* Arm's MPS2 board with a Cortex-M3 (mps2-an385) or a Cortex-M4 (mps2-an386). */
#include "board.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))

#define TIMER_CONTROL REGISTER(0x40000000u)
#define TIMER_VALUE   REGISTER(0x40000004u)
#define TIMER_RELOAD  REGISTER(0x40000008u)

#define UART_DATA    REGISTER(0x40004000u)
#define UART_STATE   REGISTER(0x40004004u)
#define UART_CONTROL REGISTER(0x40004008u)
#define UART_DIVIDER REGISTER(0x40004010u)

#define WATCHDOG_LOAD    REGISTER(0x40008000u)
#define WATCHDOG_CONTROL REGISTER(0x40008008u)
#define WATCHDOG_CLEAR   REGISTER(0x4000800Cu)
#define WATCHDOG_LOCK    REGISTER(0x40008C00u)

#define AIRCR REGISTER(0xE000ED0Cu)

enum { PERIPHERAL_HZ = 25000000, BAUD = 115200 };
enum { STATE_SEND_FULL = 1, STATE_RECEIVE_FULL = 2, CONTROL_SEND_AND_RECEIVE = 3 };
enum { WATCHDOG_INTERRUPT_AND_RESET = 3 };

void board_start(void)
{
    TIMER_RELOAD = UINT32_MAX;
    TIMER_VALUE = UINT32_MAX;
    TIMER_CONTROL = 1;
    UART_DIVIDER = PERIPHERAL_HZ / BAUD;
    UART_CONTROL = CONTROL_SEND_AND_RECEIVE;
}

void board_put(char c)
{
    while ((UART_STATE & STATE_SEND_FULL) != 0)
        ;
    UART_DATA = (uint8_t)c;
}

static bool received(void)
{
    return (UART_STATE & STATE_RECEIVE_FULL) != 0;
}

int board_get(uint32_t ms)
{
    board_feed_watchdog();
    if (!received()) {
        uint32_t start = board_ms();
        while (board_ms() - start < ms && !received())
            board_feed_watchdog();
    }
    return received() ? (int)(UART_DATA & 0xFFu) : -1;
}

uint32_t board_ms(void)
{
    return (UINT32_MAX - TIMER_VALUE) / (PERIPHERAL_HZ / 1000);
}

void board_start_watchdog(void)
{
    WATCHDOG_LOCK = 0x1ACCE551u;
    WATCHDOG_LOAD = PERIPHERAL_HZ; /* then the NMI, and after as long again the reset */
    WATCHDOG_CONTROL = WATCHDOG_INTERRUPT_AND_RESET;
    WATCHDOG_LOCK = 0;
}

void board_feed_watchdog(void)
{
    WATCHDOG_LOCK = 0x1ACCE551u;
    WATCHDOG_CLEAR = 1;
    WATCHDOG_LOCK = 0;
}

_Noreturn void board_reset(void)
{
    __asm__ volatile("dsb" ::: "memory");
    AIRCR = 0x05FA0004u; /* SYSRESETREQ */
    for (;;)
        ;
}

_Noreturn void board_run(const uint8_t *image)
{
    ((void (*)(void))((uintptr_t)image | 1u))();
    for (;;)
        ;
}
