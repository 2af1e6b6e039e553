/* The log of a virtual module: JSON objects, one a line, with virtual time. A file that is there
 * already is continued, and so is its time. */
#ifndef FWD_MODULE_PROCESS_EVENT_LOG_H
#define FWD_MODULE_PROCESS_EVENT_LOG_H

#include "hostio/host_error.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* All zero: no log. */
struct fwd_event_log {
    char *path; /* owned */
    bool is_open;
    int fd;
    uint64_t offset; /* milliseconds that the file had already */
    unsigned lost;   /* events that could not be written */
    int cause;       /* errno of the last one */
};

enum fwd_fail fwd_event_log_open(
    struct fwd_event_log *log, const char *path, struct fwd_error *err);

/* FWD_FAIL_ENVIRONMENT: events are missing in it. */
enum fwd_fail fwd_event_log_close(struct fwd_event_log *log, struct fwd_error *err);

/* In the file when it returns, also if the process is killed then; or not at all. */
void fwd_event_log_write(struct fwd_event_log *log, uint64_t ms, const json_t *event);

#endif
