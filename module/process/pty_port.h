/* A serial port of the virtual module: a pseudo-terminal with a symbolic link that always leads to
 * it. The host opens the link as it would open a serial device. */
#ifndef FWD_MODULE_PROCESS_PTY_PORT_H
#define FWD_MODULE_PROCESS_PTY_PORT_H

#include "hostio/host_error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FWD_PTY_QUEUE 65536u

struct fwd_pty_port {
    int master; /* -1: not open */
    int slave;  /* kept open, so that nothing is lost while no host listens */
    int other;  /* a connection that has taken the terminal's place, or -1; not owned */
    bool ended; /* that connection has */
    char *link; /* owned */
    bool linked;
    uint8_t queue[FWD_PTY_QUEUE]; /* what the terminal does not take yet */
    size_t queued;
    uint64_t lost; /* bytes for which there was no room */
};

/* link: where the symbolic link goes; one that is there already, and is one, is replaced.
 * FWD_FAIL_REFUSED: something else lies there. FWD_FAIL_ENVIRONMENT: no pseudo-terminal. */
enum fwd_fail fwd_pty_open(struct fwd_pty_port *port, const char *link, struct fwd_error *err);
void fwd_pty_close(struct fwd_pty_port *port);

/* Makes the link appear and disappear, as a USB port does. */
void fwd_pty_show(struct fwd_pty_port *port, bool present);

/* Queues everything; what does not fit is lost, as on a line that nobody reads. */
void fwd_pty_write(struct fwd_pty_port *port, const void *bytes, size_t size);
/* Sends what waits, at most so many bytes, as far as the terminal takes it; returns how many. */
size_t fwd_pty_flush(struct fwd_pty_port *port, size_t most);
/* Bytes that the host has not read; closing the terminal loses them. */
size_t fwd_pty_unread(const struct fwd_pty_port *port);
/* What the host has sent; 0: nothing. */
size_t fwd_pty_read(struct fwd_pty_port *port, uint8_t *bytes, size_t room);

/* The speed that the host has set, in bit/s; 0: one that is not known here, or a connection. */
uint32_t fwd_pty_speed(const struct fwd_pty_port *port);

#endif
