/* An Xmodem receiver at the end of a line, with a clock that is moved by hand; what it stores and
 * says is kept. */
#ifndef FWD_TESTS_MODULE_TRANSPORT_XMODEM_LINE_H
#define FWD_TESTS_MODULE_TRANSPORT_XMODEM_LINE_H

#include "module/transport/xmodem.h"

struct xmodem_line {
    struct fwd_xmodem x;
    uint64_t now;
    uint8_t *store;
    size_t stored;
    size_t room; /* of the store */
    char said[256];
    size_t said_size;
    size_t left; /* bytes that the receiver did not take */
};

/* The setup of the documents; line_open() adds the sink. */
struct fwd_xmodem_setup line_setup(void);

/* A line on which a receiver begins to wait at time 0. The caller frees `store`. */
void line_open(struct xmodem_line *line, const struct fwd_xmodem_setup *setup);

/* Bytes come, `piece` at a time (0: all at once), until all are taken or the receiver has ended. */
void line_feed(struct xmodem_line *line, const uint8_t *bytes, size_t size, size_t piece);
/* Time passes, and the receiver is called when it wants to be. */
void line_wait_until(struct xmodem_line *line, uint64_t time);
/* What the receiver wants to say goes into `said`: C, N (NAK), A (ACK), X (CAN). */
void line_listen(struct xmodem_line *line);

#endif
