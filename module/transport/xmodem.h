/* The receiving half of Xmodem, as the modules speak it (R98..R105): 128 and 1024 byte blocks, CRC
 * and checksum, the handshake of 3 x C and 10 x NAK (R99). A state machine without input and
 * output: the owner feeds it the bytes that came and the time, and sends what it wants sent.
 *
 *     fwd_xmodem_start(&x, &setup, now);
 *     while (x.result == FWD_XMODEM_RUNNING) {
 *         send(bytes, fwd_xmodem_output(&x, bytes, sizeof bytes));
 *         wait for input, at most until fwd_xmodem_deadline(&x)
 *         used = fwd_xmodem_feed(&x, input, size, now);  // or fwd_xmodem_tick(&x, now)
 *     }
 *     send(bytes, fwd_xmodem_output(&x, bytes, sizeof bytes)); // the last ACK, or CANs
 *
 * Times are milliseconds of one monotonic clock of the owner. The struct may be copied and moved;
 * nothing is allocated. */
#ifndef FWD_MODULE_TRANSPORT_XMODEM_H
#define FWD_MODULE_TRANSPORT_XMODEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FWD_XMODEM_BLOCK_MAX 1024u

/* The control bytes, for whoever plays the sender. */
enum fwd_xmodem_byte {
    FWD_XMODEM_SOH = 0x01, /* 128 byte block */
    FWD_XMODEM_STX = 0x02, /* 1024 byte block */
    FWD_XMODEM_EOT = 0x04,
    FWD_XMODEM_ACK = 0x06,
    FWD_XMODEM_BS = 0x08, /* senders put some after a cancel, for the eyes of a person */
    FWD_XMODEM_NAK = 0x15,
    FWD_XMODEM_CAN = 0x18,
    FWD_XMODEM_FILL = 0x1A, /* what most senders fill the last block with */
    FWD_XMODEM_CRC = 'C'
};

/* How a transfer ended. Whatever the end but DONE: what the sink got is not the whole file. */
enum fwd_xmodem_result {
    FWD_XMODEM_RUNNING,
    FWD_XMODEM_DONE,      /* EOT came and is acknowledged */
    FWD_XMODEM_TIMEOUT,   /* nobody began to send within the handshake (R102, R103) */
    FWD_XMODEM_CANCELLED, /* the sender cancelled: two CAN */
    FWD_XMODEM_SEQUENCE,  /* a block that is neither the next one nor the last one again */
    FWD_XMODEM_ERRORS,    /* more than max_errors on one block, lost and late ones included */
    FWD_XMODEM_REFUSED,   /* the sink refused: too large, or storage failed */
    FWD_XMODEM_STOPPED    /* fwd_xmodem_cancel() */
};

/* Milliseconds. */
struct fwd_xmodem_times {
    uint32_t crc;   /* from one C to the next, and to the first NAK: 3000 */
    uint32_t sum;   /* from one NAK to the next, and to the time-out: 10000 */
    uint32_t block; /* longest wait for the next block once the transfer runs: 10000 */
    uint32_t gap;   /* longest wait for the next byte inside a block: 2000 */
    uint32_t quiet; /* after a damaged block: the line must be silent so long before a NAK: 200 */
};

/* The documented times divided by scale (1 or more). A real sender must get the chance to answer:
 * no result is under floor_ms, where the documented time is not. Against a real peer pass
 * FWD_XMODEM_FLOOR_MS; 0 for a peer that lives on the same virtual clock. `quiet` is not scaled. */
#define FWD_XMODEM_FLOOR_MS 2000u
struct fwd_xmodem_times fwd_xmodem_times(double scale, uint32_t floor_ms);

struct fwd_xmodem_setup {
    struct fwd_xmodem_times times;
    uint8_t crc_tries;  /* C's before NAKs: 3 */
    uint8_t sum_tries;  /* NAKs before the time-out: 10 */
    uint8_t max_errors; /* on one block: 10 */
    bool confirm_eot;   /* the first EOT is answered by a NAK, and must come again */
    /* Gets each good block once, in order, the filling of the last one included (128 or 1024
     * bytes, see fwd_xmodem.block). Valid during the call. false: the transfer ends as REFUSED. */
    bool (*sink)(void *ctx, const uint8_t *data, size_t size);
    void *ctx;
};

/* The documented numbers with these times. */
struct fwd_xmodem_setup fwd_xmodem_setup(const struct fwd_xmodem_times *times,
    bool (*sink)(void *ctx, const uint8_t *data, size_t size), void *ctx);

struct fwd_xmodem {
    /* to be read by the owner */
    enum fwd_xmodem_result result; /* RUNNING until the line is the owner's again */
    uint64_t stored;               /* bytes that the sink took */
    size_t block;                  /* size of the last block: filling is less than that */
    bool begun;                    /* a block was seen: the handshake is over */
    bool crc;                      /* CRC-16, else the checksum (R100) */
    uint32_t errors;               /* damaged, lost and late blocks in all */

    /* private */
    struct fwd_xmodem_setup setup;
    enum fwd_xmodem_result ending; /* RUNNING: no end in sight */
    uint8_t state;
    uint8_t tries;
    uint8_t block_errors;
    uint8_t expected; /* number of the next block */
    bool eot_seen;
    uint8_t cancels;   /* CANs in a row, backspaces after them left out */
    uint64_t deadline; /* of the state */
    uint64_t limit;    /* waiting for silence ends here in any case */
    size_t have, want; /* bytes of frame */
    uint8_t frame[3 + FWD_XMODEM_BLOCK_MAX + 2];
    uint8_t out[16];
    size_t out_size;
};

/* Begins: the first C is there to be sent. */
void fwd_xmodem_start(struct fwd_xmodem *x, const struct fwd_xmodem_setup *setup, uint64_t now_ms);

/* Takes bytes from the line and returns how many it used: fewer than size when the transfer ended
 * (the rest is for whoever reads the line next) or while there is output to be fetched first.
 * Implies fwd_xmodem_tick(). */
size_t fwd_xmodem_feed(struct fwd_xmodem *x, const uint8_t *bytes, size_t size, uint64_t now_ms);

/* Lets time pass. */
void fwd_xmodem_tick(struct fwd_xmodem *x, uint64_t now_ms);

/* When fwd_xmodem_tick() has something to do next; UINT64_MAX once the transfer ended. */
uint64_t fwd_xmodem_deadline(const struct fwd_xmodem *x);

/* Copies what is to be sent now, at most room bytes, and forgets it. */
size_t fwd_xmodem_output(struct fwd_xmodem *x, uint8_t *bytes, size_t room);

/* Ends the transfer from this side: CANs are sent, and what is still under way is swallowed until
 * the line is silent; then result is STOPPED. */
void fwd_xmodem_cancel(struct fwd_xmodem *x, uint64_t now_ms);

/* "timeout", "cancelled" ...: for logs. */
const char *fwd_xmodem_result_name(enum fwd_xmodem_result result);

#endif
