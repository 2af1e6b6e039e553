#include "module/process/event_log.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define TAIL 8192

/* The time in a line, in milliseconds; false: it is not an event, or was cut short. */
static bool time_of(const char *line, size_t size, uint64_t *ms)
{
    json_t *event = json_loadb(line, size, 0, NULL);
    const json_t *t = json_object_get(event, "t");
    double seconds = json_number_value(t);
    bool fine = json_is_number(t) && seconds >= 0 && seconds < 1e12;

    if (fine)
        *ms = (uint64_t)(seconds * 1000 + 0.5);
    json_decref(event);
    return fine;
}

/* Time of the last line, in milliseconds; 0 when there is none. */
static uint64_t last_time(FILE *file)
{
    char tail[TAIL];
    uint64_t ms = 0;

    if (fseek(file, 0, SEEK_END) != 0)
        return 0;
    long size = ftell(file);
    if (size <= 0 || fseek(file, size > TAIL ? size - TAIL : 0, SEEK_SET) != 0)
        return 0;
    size_t end = fread(tail, 1, TAIL, file);
    while (end > 0) {
        size_t begin = end;
        while (begin > 0 && tail[begin - 1] != '\n')
            begin--;
        if (time_of(tail + begin, end - begin, &ms))
            break;
        end = begin > 0 ? begin - 1 : 0;
    }
    return ms;
}

enum fwd_fail fwd_event_log_open(struct fwd_event_log *log, const char *path, struct fwd_error *err)
{
    log->offset = 0;
    log->file = NULL;
    if (strcmp(path, "-") == 0)
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "-: the log is not written to standard output; give the name of a file, or ./- for one "
            "of that name");
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
    ms += log->offset;
    json_t *line = json_pack("{s:f}", "t", (double)ms / 1000);
    if (line == NULL)
        return;
    /* jansson takes no const object; this one only lends its members */
    bool whole = json_object_update(line, (json_t *)(uintptr_t)event) == 0;
    char *text = whole ? json_dumps(line, JSON_COMPACT | JSON_REAL_PRECISION(15)) : NULL;
    if (text != NULL)
        (void)fprintf(log->file, "%s\n", text);
    (void)fflush(log->file);
    free(text);
    json_decref(line);
}
