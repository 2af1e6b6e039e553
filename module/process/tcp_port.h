/* The primary UART by TCP, as terminal servers offer it: whoever connects speaks to the module in
 * place of the pseudo-terminal, one at a time. */
#ifndef FWD_MODULE_PROCESS_TCP_PORT_H
#define FWD_MODULE_PROCESS_TCP_PORT_H

#include "hostio/host_error.h"

#include <poll.h>
#include <stddef.h>
#include <stdint.h>

struct fwd_tcp_port {
    int listener;   /* -1: not open */
    int connection; /* -1: nobody is there */
};

/* Listens at 127.0.0.1. FWD_FAIL_ENVIRONMENT: the port is taken. */
enum fwd_fail fwd_tcp_open(struct fwd_tcp_port *tcp, uint16_t port, struct fwd_error *err);
void fwd_tcp_close(struct fwd_tcp_port *tcp);

/* Takes whoever came, if nobody is there; a second one is turned away. */
void fwd_tcp_accept(struct fwd_tcp_port *tcp);
/* The connection has ended. */
void fwd_tcp_drop(struct fwd_tcp_port *tcp);

#endif
