#include "module/logcheck/logcheck_log.h"

#include "hostio/host_file.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_MS 86400000

/* ---- the list of events ---------------------------------------------------------------------- */

static struct fwd_logcheck_event *add(struct fwd_logcheck_log *log, unsigned line)
{
    if (log->count == log->room) {
        size_t room = log->room == 0 ? 256 : 2 * log->room;
        struct fwd_logcheck_event *grown = realloc(log->events, room * sizeof *grown);

        if (grown == NULL)
            return NULL;
        log->events = grown;
        log->room = room;
    }
    struct fwd_logcheck_event *event = &log->events[log->count++];
    *event = (struct fwd_logcheck_event){.line = line, .text = ""};
    return event;
}

/* A copy that lives as long as the log. */
static const char *keep(struct fwd_logcheck_log *log, const char *text)
{
    if (log->string_count == log->string_room) {
        size_t room = log->string_room == 0 ? 256 : 2 * log->string_room;
        char **grown = realloc(log->strings, room * sizeof *grown);

        if (grown == NULL)
            return NULL;
        log->strings = grown;
        log->string_room = room;
    }
    char *copy = strdup(text);
    if (copy != NULL)
        log->strings[log->string_count++] = copy;
    return copy;
}

void fwd_logcheck_log_free(struct fwd_logcheck_log *log)
{
    for (size_t i = 0; i < log->string_count; i++)
        free(log->strings[i]);
    free(log->strings);
    free(log->events);
    free(log->text);
    memset(log, 0, sizeof *log);
}

/* ---- JSON lines ------------------------------------------------------------------------------ */

static const char *member(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text != NULL ? text : "";
}

static unsigned port_index(const char *name)
{
    return strcmp(name, "aux") == 0 ? 1 : strcmp(name, "usb") == 0 ? 2 : 0;
}

static bool kind_of(const json_t *object, enum fwd_logcheck_kind *kind, const char **text)
{
    const char *event = member(object, "event");

    *text = "";
    if (strcmp(event, "in") == 0 || strcmp(event, "out") == 0) {
        *kind = event[0] == 'i' ? FWD_HOST_IN : FWD_HOST_OUT;
        *text = member(object, "line");
        return true;
    }
    if (strcmp(event, "power") == 0) {
        *kind = FWD_HOST_POWER;
        *text = member(object, "state");
        return true;
    }
    *kind = FWD_HOST_END;
    return strcmp(event, "result") == 0;
}

/* Events that no rule looks at are left out. False: no memory. */
static bool add_object(struct fwd_logcheck_log *log, const json_t *object, unsigned line)
{
    enum fwd_logcheck_kind kind;
    const char *text;
    double seconds = json_number_value(json_object_get(object, "t"));

    if (log->profile[0] == 0)
        (void)snprintf(log->profile, sizeof log->profile, "%s", member(object, "profile"));
    if (!kind_of(object, &kind, &text))
        return true;
    struct fwd_logcheck_event *event = add(log, line);
    if (event == NULL)
        return false;
    event->kind = kind;
    event->port = port_index(member(object, "port"));
    event->timed = json_is_number(json_object_get(object, "t")) && seconds >= 0 && seconds < 1e12;
    event->ms = event->timed ? (int64_t)(seconds * 1000 + 0.5) : 0;
    event->number = (unsigned)(json_integer_value(json_object_get(object, "code")) & 0xFFFF);
    event->text = keep(log, text);
    return event->text != NULL;
}

static enum fwd_fail read_json(struct fwd_logcheck_log *log, const char *file, const char *text,
    unsigned line, bool last, struct fwd_error *err)
{
    json_error_t why;
    json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, &why);
    bool good = json_is_object(object);
    bool stored = good && add_object(log, object, line);

    json_decref(object);
    if (stored || (!good && last))
        return FWD_FAIL_NONE;
    if (good)
        return fwd_error_memory(err, file);
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "%s: line %u is not a JSON object, as all lines of a module's log are; use the file "
        "that 'fwdelta module --log' wrote",
        file, line);
}

/* ---- plain AT logs --------------------------------------------------------------------------- */

static bool clock_time(const char *text, int *used, int64_t *ms)
{
    int year = 0, month = 0, day = 0, hour, minute;
    double second;
    int end = 0;

    if (sscanf(text, "%4d-%2d-%2d%*1[T ]%n", &year, &month, &day, &end) != 3 || end == 0)
        end = 0;
    int start = end;
    end = 0;
    if (sscanf(text + start, "%2d:%2d:%lf%n", &hour, &minute, &second, &end) != 3 || end == 0 ||
        hour < 0 || hour > 23 || minute < 0 || minute > 59 || !(second >= 0 && second < 61))
        return false;
    *used = start + end;
    /* months count 31 days: good enough to tell that time goes on */
    *ms = start > 0 ? ((int64_t)year * 372 + month * 31 + day) * DAY_MS : 0;
    *ms += ((int64_t)hour * 60 + minute) * 60000 + (int64_t)(second * 1000 + 0.5);
    return true;
}

static bool seconds_time(const char *text, int *used, int64_t *ms)
{
    double seconds;
    int end = 0;

    if (text[0] < '0' || text[0] > '9' || sscanf(text, "%lf%n", &seconds, &end) != 1 ||
        !(seconds >= 0 && seconds < 1e12))
        return false;
    *used = end;
    *ms = (int64_t)(seconds * 1000 + 0.5);
    return true;
}

/* Gives what follows the time stamp. */
static const char *take_time(const char *text, struct fwd_logcheck_event *event)
{
    int used = 0;
    bool bracket = text[0] == '[';
    const char *start = text + (bracket ? 1 : 0);

    event->timed = clock_time(start, &used, &event->ms) || seconds_time(start, &used, &event->ms);
    if (!event->timed)
        return text;
    start += used;
    start += bracket && *start == ']' ? 1 : 0;
    return start + strspn(start, " \t");
}

static bool take_direction(const char **text, enum fwd_logcheck_kind *kind)
{
    static const struct {
        const char *word;
        enum fwd_logcheck_kind kind;
    } words[] = {
        {">", FWD_HOST_IN}, {"<", FWD_HOST_OUT}, {"TX", FWD_HOST_IN}, {"RX", FWD_HOST_OUT}};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t size = strlen(words[i].word);

        if (strncmp(*text, words[i].word, size) != 0)
            continue;
        *kind = words[i].kind;
        *text += size;
        *text += **text == ':' ? 1 : 0;
        *text += strspn(*text, " \t");
        return true;
    }
    return false;
}

static enum fwd_fail read_plain(struct fwd_logcheck_log *log, const char *file, const char *text,
    unsigned line, bool last, struct fwd_error *err)
{
    struct fwd_logcheck_event *event;

    text += strspn(text, " \t");
    if (*text == 0 || *text == '#')
        return FWD_FAIL_NONE;
    event = add(log, line);
    if (event == NULL)
        return fwd_error_memory(err, file);
    text = take_time(text, event);
    if (take_direction(&text, &event->kind)) {
        event->text = text;
        return FWD_FAIL_NONE;
    }
    log->count--;
    if (last)
        return FWD_FAIL_NONE;
    return fwd_error_fail(err, FWD_FAIL_REFUSED,
        "%s: line %u is no line of an AT log; expected a time, > (host) or < (module), and the "
        "text",
        file, line);
}

/* ---- the file -------------------------------------------------------------------------------- */

static void strip_end(char *text)
{
    size_t size = strlen(text);

    while (size > 0 && (text[size - 1] == '\r' || text[size - 1] == ' ' || text[size - 1] == '\t'))
        text[--size] = 0;
}

enum fwd_fail fwd_logcheck_log_parse(struct fwd_logcheck_log *log, const char *file,
    const char *text, size_t size, struct fwd_error *err)
{
    enum fwd_fail fail = FWD_FAIL_NONE;
    unsigned number = 0;

    memset(log, 0, sizeof *log);
    if (memchr(text, 0, size) != NULL)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s holds zero bytes; expected the log of a module, or a plain AT log", file);
    log->text = malloc(size + 1);
    if (log->text == NULL)
        return fwd_error_memory(err, file);
    memcpy(log->text, text, size);
    log->text[size] = 0;
    log->json = log->text[strspn(log->text, " \t\r\n")] == '{';
    for (char *line = log->text; line != NULL && *line != 0 && fail == FWD_FAIL_NONE;) {
        char *end = strchr(line, '\n');

        if (end != NULL)
            *end = 0;
        strip_end(line);
        number++;
        if (*line != 0)
            fail = log->json ? read_json(log, file, line, number, end == NULL, err)
                             : read_plain(log, file, line, number, end == NULL, err);
        line = end != NULL ? end + 1 : NULL;
    }
    if (fail == FWD_FAIL_NONE && log->count == 0)
        fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: not one line of it is from a host or a module; expected the log of a module, or "
            "a plain AT log",
            file);
    return fail;
}

enum fwd_fail fwd_logcheck_log_read(
    struct fwd_logcheck_log *log, const char *file, struct fwd_error *err)
{
    struct fwd_bytes bytes = {NULL, 0};
    enum fwd_fail fail = fwd_file_read_as("a log", file, FWD_HOST_LOG_MAX, &bytes, err);

    memset(log, 0, sizeof *log);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_logcheck_log_parse(log, file, (const char *)bytes.data, bytes.size, err);
    fwd_bytes_free(&bytes);
    return fail;
}
