/* A watchdog: counts the work between two calls of the host port's `alive`, and says so when there
 * is too much. Every byte read, programmed or hashed is one, whoever asks for it: a decoder that
 * reads a whole section before it yields its first byte does that much work. An erase and a
 * signature count as FWD_WATCHDOG_LONG: the port that takes longer feeds the watchdog by itself
 * (PORTING.md). */
#ifndef FWD_SIM_DEVICE_WATCHDOG_H
#define FWD_SIM_DEVICE_WATCHDOG_H

#include "verify/ports.h"

#define FWD_WATCHDOG_LONG 4096u

struct fwd_watchdog {
    uint64_t limit;             /* bytes of work; 0: no watchdog */
    uint64_t work;              /* since the last call of `alive` */
    uint64_t most;              /* at once, so far */
    void (*expired)(void *ctx); /* work is over the limit; may not return */
    void *ctx;
    struct fwd_ports ports; /* to be given to the library */

    /* private */
    const struct fwd_ports *under;
    struct fwd_flash_port flash;
    struct fwd_crypto_port crypto;
    struct fwd_host_port host;
};

/* Puts the watchdog between the library and these ports. Both must stay where they are. limit,
 * expired and ctx are set before; work and most begin at 0. */
void fwd_watchdog_wrap(struct fwd_watchdog *watchdog, const struct fwd_ports *under);

/* The device has just started. */
void fwd_watchdog_start(struct fwd_watchdog *watchdog);

#endif
