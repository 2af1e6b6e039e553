/* The device of this example: what the product supplies, and the one description that boot loader
 * and application share. verify/PORTING.md explains it. */
#ifndef DEVICE_EXAMPLE_H
#define DEVICE_EXAMPLE_H

#include "verify/verify.h"

/* ---- what the product supplies --------------------------------------------------------------- */

/* NOR flash, mapped into memory. False: the chip reports a failure. */
bool chip_program(uint32_t address, const void *bytes, uint32_t size);
bool chip_erase_block(uint32_t address);
bool chip_wait_idle(void);
bool chip_read_failed(void); /* the ECC of the last read; clears it */
void chip_feed_watchdog(void);
_Noreturn void chip_reset(void);

/* Bytes of a package from a serial line, a radio, a file: at most size, 0 at its end. */
uint32_t product_receive(uint8_t *bytes, uint32_t size);
/* Returns when somebody sends a package. In recovery there is nothing else to do. */
void product_wait_for_package(void);
bool product_package_waits(void);
/* The documented code of the update that ended (128: installed), for a server or a display. */
void product_tell(uint16_t code);

_Noreturn void product_start(uint32_t address);
_Noreturn void product_work(void); /* what the application is for */
void product_turn(void);           /* a little of it, between two slices of an update */

extern const struct fwd_crypto_port product_crypto;
extern const struct fwd_keys_port product_keys;
extern const struct fwd_counter_port product_counter;

/* ---- what this example makes of it ----------------------------------------------------------- */

extern const struct fwd_device example_device;

/* Stores the package that is being sent in the package area. */
enum fwd_reason example_take_package(struct fwd_update *update);

_Noreturn void boot_main(void); /* the boot loader's entry */
_Noreturn void app_main(void);  /* the application's */

#endif
