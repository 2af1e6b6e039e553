#include "module/process/event_log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define TAIL 8192

/* Time of the last line, in milliseconds; 0 when there is none. */
static uint64_t last_time(FILE *file)
{
    static const char mark[] = "{\"t\": ";
    char tail[TAIL + 1];
    const char *last = NULL;

    if (fseek(file, 0, SEEK_END) != 0)
        return 0;
    long size = ftell(file);
    if (size <= 0 || fseek(file, size > TAIL ? size - TAIL : 0, SEEK_SET) != 0)
        return 0;
    size_t got = fread(tail, 1, TAIL, file);
    tail[got] = '\0';
    for (const char *at = tail; (at = strstr(at, mark)) != NULL; at++)
        last = at;
    return last != NULL ? (uint64_t)(strtod(last + sizeof mark - 1, NULL) * 1000 + 0.5) : 0;
}

enum fwd_fail fwd_event_log_open(struct fwd_event_log *log, const char *path, struct fwd_error *err)
{
    log->offset = 0;
    log->file = fopen(path, "a+");
    if (log->file == NULL)
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s: the log cannot be written: %s", path,
            fwd_error_cause(errno));
    log->offset = last_time(log->file);
    return FWD_FAIL_NONE;
}

void fwd_event_log_close(struct fwd_event_log *log)
{
    if (log->file != NULL)
        (void)fclose(log->file);
    log->file = NULL;
}

void fwd_event_log_write(struct fwd_event_log *log, uint64_t ms, const json_t *event)
{
    if (log->file == NULL)
        return;
    char *text = json_dumps(event, JSON_COMPACT);
    if (text == NULL)
        return;
    ms += log->offset;
    /* the event's own brace is left out */
    (void)fprintf(
        log->file, "{\"t\": %" PRIu64 ".%03u, %s\n", ms / 1000, (unsigned)(ms % 1000), text + 1);
    (void)fflush(log->file);
    free(text);
}
