/* A module at a serial line: command lines out, answer lines in, every line into a log with the
 * time, as the modules' documents ask of a host. POSIX only. */
#ifndef HOST_LINK_H
#define HOST_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct host_link {
    int fd;
    FILE *log;       /* NULL: none */
    char input[512]; /* what came and is not a whole line yet */
    size_t size;
    char line[512]; /* the last whole line, without its end */
};

/* Opens a terminal as a raw line at 115200 bit/s; false: errno says why. */
bool host_link_open(struct host_link *link, const char *tty, FILE *log);
void host_link_close(struct host_link *link);

/* Sends "text" and a carriage return, or bytes as they are. False: the line is gone. */
bool host_link_send(struct host_link *link, const char *text);
bool host_link_send_bytes(struct host_link *link, const void *bytes, size_t size);

/* Waits for the next line that is not empty, at most so long. The prompt > is a line. False: none
 * came. */
bool host_link_line(struct host_link *link, int seconds);

/* Sends a command and waits for its final result. True: OK. Lines before it go to each(), which may
 * be NULL. */
bool host_link_command(struct host_link *link, const char *command, int seconds,
    void (*each)(void *ctx, const char *line), void *ctx);

/* AT once a second until something comes of it, at most so often. */
enum host_link_state {
    HOST_LINK_SILENT,
    HOST_LINK_ANSWERS,   /* the module takes commands */
    HOST_LINK_WANTS_FILE /* it says C or NAK: it takes nothing but a file by Xmodem */
};
enum host_link_state host_link_wait(struct host_link *link, int times);

/* AT+CREG? or AT+CEREG? once a second, until the module is registered with a network; false: it is
 * not after 120 times, and nothing was printed. */
bool host_link_await_network(struct host_link *link, const char *command);

/* The next byte of what is no line; -1: none came in so many seconds. */
int host_link_byte(struct host_link *link, int seconds);

/* What came until now is not wanted. */
void host_link_forget(struct host_link *link);

#endif
