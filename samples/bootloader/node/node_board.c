/* The sample firmware (samples/firmware) on the boards of this boot loader: its clock and its
 * serial port, without interrupts. The byte ctrl-U from the console asks the boot loader for an
 * update, ctrl-Y tells it that this firmware is well. */
#include "board.h"
#include "nor_rules.h"
#include "samples/firmware/common/clock.h"
#include "samples/firmware/common/uart.h"
#include "samples/firmware/common/version.h"

#include <string.h>

enum { CTRL_U = 0x15, CTRL_Y = 0x19 };
/* Between two looks at the serial port: the emulator fills it only when nobody looks. */
enum { TURNS = 10000 };

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

/* The bench types ctrl-U in the memory that it shares with this machine, since that takes no time.
 */
static int get(void)
{
    const struct nor_bench *bench = (const struct nor_bench *)(uintptr_t)board_bench;

    if (strncmp(bench->asker, version_text, sizeof bench->asker) == 0)
        return CTRL_U;
    for (volatile uint32_t turns = 0; turns < TURNS;)
        turns = turns + 1;
    return board_get(0);
}

bool uart_read(uint8_t *byte)
{
    int received = get();

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
