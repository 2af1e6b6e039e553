/* Xmodem with CRC, blocks of 128 or 1024 bytes: `sx` of lrzsz sends them, and most terminals do. */
#ifndef XMODEM_RECEIVE_H
#define XMODEM_RECEIVE_H

#include <stdbool.h>
#include <stdint.h>

/* The last block is filled up with at most so many bytes. */
#define XMODEM_PADDING_MAX 1023u

enum xmodem_end {
    XMODEM_COMPLETE,
    XMODEM_NOBODY, /* no sender, or it went away */
    XMODEM_REFUSED /* the taker did; the sender was told */
};

/* Gives each block's bytes to take() in order. False from take() ends the transfer. */
enum xmodem_end xmodem_receive(
    bool (*take)(void *ctx, const uint8_t *bytes, uint32_t size), void *ctx);

#endif
