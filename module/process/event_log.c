#include "module/process/event_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TAIL 8192

/* ---- what is there already ------------------------------------------------------------------- */

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

static size_t line_before(const char *text, size_t end)
{
    while (end > 0 && text[end - 1] != '\n')
        end--;
    return end;
}

/* A line of ours that was cut short, on a full disk, goes: what follows would be part of it. */
static enum fwd_fail drop_cut_line(
    struct fwd_event_log *log, const char *line, size_t size, off_t at, struct fwd_error *err)
{
    static const char ours[] = "{\"t\":";
    const size_t begins = sizeof ours - 1;

    if (size == 0 || strncmp(line, ours, size < begins ? size : begins) != 0 ||
        ftruncate(log->fd, at) == 0)
        return FWD_FAIL_NONE;
    return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s: the log cannot be written: %s", log->path,
        fwd_error_cause(errno));
}

static enum fwd_fail go_on(struct fwd_event_log *log, struct fwd_error *err)
{
    char tail[TAIL];
    off_t size = lseek(log->fd, 0, SEEK_END), begin = size > TAIL ? size - TAIL : 0;
    ssize_t got = size > 0 ? pread(log->fd, tail, TAIL, begin) : 0;

    if (got <= 0)
        return FWD_FAIL_NONE;
    size_t end = line_before(tail, (size_t)got);
    enum fwd_fail fail = drop_cut_line(log, tail + end, (size_t)got - end, begin + (off_t)end, err);
    while (end > 0) {
        size_t first = line_before(tail, end - 1);
        if (time_of(tail + first, end - 1 - first, &log->offset))
            break;
        end = first;
    }
    return fail;
}

enum fwd_fail fwd_event_log_open(struct fwd_event_log *log, const char *path, struct fwd_error *err)
{
    *log = (struct fwd_event_log){0};
    if (strcmp(path, "-") == 0)
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "-: the log is not written to standard output; give the name of a file, or ./- for one "
            "of that name");
    log->fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    if (log->fd < 0)
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s: the log cannot be written: %s", path,
            fwd_error_cause(errno));
    log->is_open = true;
    log->path = strdup(path);
    enum fwd_fail fail = log->path != NULL ? go_on(log, err) : fwd_error_memory(err, path);
    if (fail != FWD_FAIL_NONE)
        (void)fwd_event_log_close(log, NULL);
    return fail;
}

enum fwd_fail fwd_event_log_close(struct fwd_event_log *log, struct fwd_error *err)
{
    enum fwd_fail fail = FWD_FAIL_NONE;

    if (log->is_open)
        (void)close(log->fd); /* each write has said how it went */
    if (log->lost > 0)
        fail = fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
            "%s: the log is not complete: %u events could not be written: %s", log->path, log->lost,
            fwd_error_cause(log->cause));
    free(log->path);
    *log = (struct fwd_event_log){0};
    return fail;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* All of it or nothing. */
static void write_line(struct fwd_event_log *log, const char *line, size_t size)
{
    off_t before = lseek(log->fd, 0, SEEK_END);
    ssize_t put = write(log->fd, line, size);

    if (put == (ssize_t)size)
        return;
    log->cause = put < 0 ? errno : ENOSPC;
    log->lost++;
    if (put > 0 && (before < 0 || ftruncate(log->fd, before) != 0))
        log->cause = errno; /* when it is opened again the rest of the line goes */
}

void fwd_event_log_write(struct fwd_event_log *log, uint64_t ms, const json_t *event)
{
    if (!log->is_open)
        return;
    ms += log->offset;
    json_t *line = json_pack("{s:f}", "t", (double)ms / 1000);
    if (line == NULL)
        return;
    /* jansson takes no const object; this one only lends its members */
    bool whole = json_object_update(line, (json_t *)(uintptr_t)event) == 0;
    char *text = whole ? json_dumps(line, JSON_COMPACT | JSON_REAL_PRECISION(15)) : NULL;
    size_t size = text != NULL ? strlen(text) : 0;
    if (text != NULL) {
        text[size] = '\n'; /* in place of its end, so that it is one write */
        write_line(log, text, size + 1);
    }
    free(text);
    json_decref(line);
}
