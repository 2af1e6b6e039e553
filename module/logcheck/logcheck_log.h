/* What a host and a module said to each other, read from a file: the JSON lines of
 * `fwdelta module --log`, or a plain AT log:
 *
 *     12.345 > AT+UFWINSTALL=1,115200
 *     [2026-01-31T12:00:01.250] < OK
 *
 * Time is seconds or a clock, with or without a date and brackets; > or TX is the host, < or RX the
 * module. Empty lines and lines that begin with # are left out. */
#ifndef FWD_MODULE_LOGCHECK_LOGCHECK_LOG_H
#define FWD_MODULE_LOGCHECK_LOGCHECK_LOG_H

#include "hostio/host_error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FWD_HOST_LOG_MAX 67108864u /* bytes of a log */

enum fwd_logcheck_kind {
    FWD_HOST_IN,    /* a command line, as the host sent it */
    FWD_HOST_OUT,   /* a line of the module */
    FWD_HOST_POWER, /* text: on, off, cut */
    FWD_HOST_END    /* the module says that an installation ended; number: its code */
};

struct fwd_logcheck_event {
    enum fwd_logcheck_kind kind;
    unsigned line; /* of the file, from 1 */
    unsigned port; /* index of the port's name; 0 in a plain log */
    bool timed;    /* ms is known */
    int64_t ms;
    unsigned number;
    const char *text; /* in the log; without end of line */
};

struct fwd_logcheck_log {
    struct fwd_logcheck_event *events;
    size_t count;
    bool json;
    char profile[32]; /* of the module, when the log names it; else "" */
    /* private */
    size_t room;
    char *text;
    char **strings;
    size_t string_count, string_room;
};

/* Reads a log; always followed by fwd_logcheck_log_free(). FWD_FAIL_REFUSED: a line is neither; the
 * sentence says which one. A last line that was cut off in the middle is left out. */
enum fwd_fail fwd_logcheck_log_read(
    struct fwd_logcheck_log *log, const char *file, struct fwd_error *err);
/* The same for text in memory. */
enum fwd_fail fwd_logcheck_log_parse(struct fwd_logcheck_log *log, const char *file,
    const char *text, size_t size, struct fwd_error *err);
void fwd_logcheck_log_free(struct fwd_logcheck_log *log);

#endif
