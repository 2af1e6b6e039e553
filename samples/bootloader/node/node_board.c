/* The sample firmware (samples/firmware) on the boards of this boot loader: its clock and its
 * serial port, without interrupts. The byte ctrl-U from the console asks the boot loader for an
 * update, ctrl-Y tells it that this firmware is well. */
#include "board.h"
#include "samples/firmware/common/clock.h"
#include "samples/firmware/common/uart.h"

enum { CTRL_U = 0x15, CTRL_Y = 0x19 };

void clock_start(void)
{
}

uint32_t clock_ms(void)
{
    board_feed_watchdog();
    return board_ms();
}

void uart_start(uint32_t baud)
{
    (void)baud;
    board_start();
}

bool uart_read(uint8_t *byte)
{
    int received = board_get(0);

    if (received == CTRL_U || received == CTRL_Y) {
        board_mailbox = received == CTRL_U ? BOARD_ASKED_FOR_UPDATE : BOARD_IS_WELL;
        board_reset();
    }
    if (received >= 0)
        *byte = (uint8_t)received;
    return received >= 0;
}

void uart_write(char c)
{
    board_put(c);
}

void uart_write_blocking(const char *text)
{
    while (*text != '\0')
        board_put(*text++);
}

uint32_t uart_dropped(void)
{
    return 0;
}
