/* Lines of text over TCP from a poll loop: nothing here waits, but for the look-up of a name. */
#ifndef FWD_MODULE_TRANSPORT_LINE_SOCKET_H
#define FWD_MODULE_TRANSPORT_LINE_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FWD_LINE_SOCKET_LINE 600u  /* characters of a line; a longer one ends the connection */
#define FWD_LINE_SOCKET_OUT  8192u /* what waits to be sent; more ends the connection */

struct fwd_line_socket {
    int fd;       /* -1: not open */
    bool opening; /* the connection is not there yet */
    bool ended;   /* the other side is gone, or never was; lines that came before are still there */
    char in[FWD_LINE_SOCKET_LINE + 2];
    size_t in_size;
    char out[FWD_LINE_SOCKET_OUT];
    size_t out_size;
};

void fwd_line_socket_init(struct fwd_line_socket *s);
/* Begins; false: no such host, or no socket. An open one is closed first. */
bool fwd_line_socket_connect(struct fwd_line_socket *s, const char *host, uint16_t port);
/* A connection that somebody else has accepted; owned from here on. */
void fwd_line_socket_take(struct fwd_line_socket *s, int fd);
/* What waits is sent as far as it goes at once. */
void fwd_line_socket_close(struct fwd_line_socket *s);

/* For poll(). */
short fwd_line_socket_events(const struct fwd_line_socket *s);
/* Does what can be done without waiting. True: the connection is there now, and was not before. */
bool fwd_line_socket_perform(struct fwd_line_socket *s);
/* The next line that came, without its end; false: none. */
bool fwd_line_socket_next(struct fwd_line_socket *s, char line[FWD_LINE_SOCKET_LINE + 1]);
/* Queues a line. */
void fwd_line_socket_put(struct fwd_line_socket *s, const char *line);

#endif
