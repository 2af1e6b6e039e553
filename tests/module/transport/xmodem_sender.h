/* The bytes of an Xmodem sender, and a small sender that obeys what the receiver answers. */
#ifndef FWD_TESTS_MODULE_TRANSPORT_XMODEM_SENDER_H
#define FWD_TESTS_MODULE_TRANSPORT_XMODEM_SENDER_H

#include "hostio/host_file.h"

#define SENDER_FRAME 1029u

/* A block as it goes over the line; its data follow from number and size. Gives its length. */
size_t sender_block(uint8_t *frame, uint8_t number, size_t size, bool crc);

/* The data byte at index of that block. */
uint8_t sender_data(uint8_t number, size_t index);

/* The block with what a file has from `at` on, a multiple of size; its end is filled up. */
size_t sender_part(uint8_t *frame, const struct fwd_bytes *file, size_t at, size_t size, bool crc);

/* Sends `blocks` blocks of `size` bytes, then EOT. Put what the receiver says into
 * sender_answer(); it gives the bytes to send next (0: nothing). */
struct sender {
    unsigned blocks;
    size_t size;
    bool crc;      /* chosen by the first C or NAK */
    unsigned next; /* block to send next, from 0; blocks: EOT */
    bool sent;     /* that one was sent, and an answer is awaited */
    bool done;
    bool failed; /* the receiver cancelled */
};

size_t sender_answer(struct sender *sender, uint8_t byte, uint8_t *frame);

#endif
