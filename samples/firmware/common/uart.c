#include "samples/firmware/common/uart.h"

#include "samples/firmware/common/ring.h"

#define UART_DATA      (*(volatile uint32_t *)0x40004000u)
#define UART_STATE     (*(volatile uint32_t *)0x40004004u)
#define UART_CONTROL   (*(volatile uint32_t *)0x40004008u)
#define UART_INTERRUPT (*(volatile uint32_t *)0x4000400Cu)
#define UART_DIVIDER   (*(volatile uint32_t *)0x40004010u)
#define NVIC_ENABLE    (*(volatile uint32_t *)0xE000E100u)

enum { STATE_SEND_FULL = 1, STATE_RECEIVE_FULL = 2 };
enum { CONTROL_SEND = 1, CONTROL_RECEIVE = 2, CONTROL_RECEIVE_INTERRUPT = 8 };
enum { PERIPHERAL_HZ = 25000000, INTERRUPT_RECEIVED = 2 };

static uint8_t queue[256];
static struct ring received = {.bytes = queue, .mask = sizeof queue - 1};
static uint32_t dropped;

void uart_start(uint32_t baud)
{
    UART_DIVIDER = PERIPHERAL_HZ / baud;
    UART_CONTROL = CONTROL_SEND | CONTROL_RECEIVE | CONTROL_RECEIVE_INTERRUPT;
    NVIC_ENABLE = 1;
}

bool uart_read(uint8_t *byte)
{
    return ring_get(&received, byte);
}

void uart_write(char c)
{
    while (UART_STATE & STATE_SEND_FULL)
        ;
    UART_DATA = (uint8_t)c;
}

void uart_write_blocking(const char *text)
{
    while (*text != '\0')
        uart_write(*text++);
}

uint32_t uart_dropped(void)
{
    return dropped;
}

void uart_receive_handler(void)
{
    UART_INTERRUPT = INTERRUPT_RECEIVED;
    while (UART_STATE & STATE_RECEIVE_FULL) {
        if (!ring_put(&received, (uint8_t)UART_DATA))
            dropped++;
    }
}
