/* QEMU's RISC-V board "virt", 32 bits, machine mode. */
#include "board.h"
#include "console.h"

#define UART_DATA   (*(volatile uint8_t *)0x10000000u)
#define UART_STATUS (*(volatile uint8_t *)0x10000005u)
#define FINISHER    (*(volatile uint32_t *)0x00100000u)
#define MTIMECMP    ((volatile uint32_t *)0x02004000u)
#define MTIME       ((volatile uint32_t *)0x0200BFF8u)

enum {
    CLOCK_HZ = 10000000,
    STATUS_RECEIVED = 1,
    STATUS_SEND_EMPTY = 0x20,
    FINISHER_RESET = 0x7777
};
/* For the assembler: the processor has these, and the compiler needs not know it. */
#define WITH_CSR ".option arch, +zicsr, +zifencei\n"

enum { MACHINE_TIMER = 1 << 7, INTERRUPTS = 1 << 3 };

static uint64_t now(void)
{
    uint32_t high, low;

    do {
        high = MTIME[1];
        low = MTIME[0];
    } while (high != MTIME[1]);
    return (uint64_t)high << 32 | low;
}

void board_start(void)
{
}

void board_put(char c)
{
    while ((UART_STATUS & STATUS_SEND_EMPTY) == 0)
        ;
    UART_DATA = (uint8_t)c;
}

static bool received(void)
{
    return (UART_STATUS & STATUS_RECEIVED) != 0;
}

int board_get(uint32_t ms)
{
    board_feed_watchdog();
    if (!received()) {
        uint32_t start = board_ms();
        while (board_ms() - start < ms && !received())
            board_feed_watchdog();
    }
    return received() ? UART_DATA : -1;
}

uint32_t board_ms(void)
{
    return (uint32_t)(now() / (CLOCK_HZ / 1000));
}

/* The board has no watchdog: the timer's interrupt resets. */
void board_start_watchdog(void)
{
    board_feed_watchdog();
    __asm__ volatile(WITH_CSR "csrs mie, %0" ::"r"(MACHINE_TIMER));
    __asm__ volatile(WITH_CSR "csrs mstatus, %0" ::"r"(INTERRUPTS));
}

void board_feed_watchdog(void)
{
    uint64_t end = now() + CLOCK_HZ;

    MTIMECMP[1] = UINT32_MAX; /* never in between */
    MTIMECMP[0] = (uint32_t)end;
    MTIMECMP[1] = (uint32_t)(end >> 32);
}

_Noreturn void board_reset(void)
{
    FINISHER = FINISHER_RESET;
    for (;;)
        ;
}

_Noreturn void board_run(const uint8_t *image)
{
    __asm__ volatile(WITH_CSR "fence.i");
    ((void (*)(void))(uintptr_t)image)();
    for (;;)
        ;
}
