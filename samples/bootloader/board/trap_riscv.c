/* The only interrupt is the timer that serves as the watchdog; everything else is a fault. */
#include "board.h"
#include "console.h"

void trap_handler(uint32_t cause);

void trap_handler(uint32_t cause)
{
    say(cause >> 31 != 0 ? "watchdog: not fed for a second\n" : "fault\n");
    board_reset();
}
