/* What the boot loader asks of a board. mps2.c and virt.c are two boards of QEMU's. */
#ifndef BOARD_H
#define BOARD_H

#include <stdbool.h>
#include <stdint.h>

/* Memory that a file is behind, so that it outlives the machine: flash, and what the flash needs to
 * know about itself. The linker script says where. */
#define BOARD_FLASH_ROOM (8u << 20)
#define BOARD_STATE_ROOM (4u << 20)
extern uint8_t board_flash[], board_flash_state[], board_bench[];

/* Console and clock. */
void board_start(void);
void board_put(char c);
/* The next byte that was received, waiting at most `ms` for it; -1: none. Feeds the watchdog. */
int board_get(uint32_t ms);
/* Since some moment, wraps around. */
uint32_t board_ms(void);

/* Resets the board when it is not fed for a second. It cannot be stopped. */
void board_start_watchdog(void);
void board_feed_watchdog(void);

_Noreturn void board_reset(void);
/* Starts the image at this address. */
_Noreturn void board_run(const uint8_t *image);

/* A word of RAM that outlives a reset, but not the loss of power. */
extern volatile uint32_t board_mailbox;
#define BOARD_ASKED_FOR_UPDATE                                                                     \
    0x55504454u                   /* what the application leaves there for the boot loader */
#define BOARD_IS_WELL 0x57454C4Cu /* or this: the firmware that is on trial may stay */

#endif
