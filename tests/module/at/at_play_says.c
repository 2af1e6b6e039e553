/* What the module says in a conversation: lines, runs of lines whose values rise, bytes. */
#include "keys/md5.h"
#include "tests/module/at/at_play.h"

#include <stdlib.h>
#include <string.h>

/* Does text match a pattern with *? Comments and spaces at the end of it are gone. */
static bool matches(const char *pattern, const char *text)
{
    const char *star = strchr(pattern, '*');

    if (star == NULL)
        return strcmp(pattern, text) == 0;
    size_t before = (size_t)(star - pattern), after = strlen(star + 1), size = strlen(text);
    return size >= before + after && strncmp(pattern, text, before) == 0 &&
           strcmp(text + size - after, star + 1) == 0;
}

/* The MD5 in a pattern becomes that of what was served. */
static void with_digest(struct at_play *p, char pattern[AT_PLAY_LINE])
{
    char *quote = strrchr(pattern, ',');
    char text[FWD_MD5_TEXT];

    if (quote == NULL || strlen(quote) != 35 || quote[1] != '"')
        return;
    struct fwd_md5 *md5 = fwd_md5_new(NULL);
    const struct fwd_bytes *served = module_rig_package(p->package);
    ck_assert(fwd_md5_add(md5, served->data, served->size));
    ck_assert(fwd_md5_text(md5, text));
    memcpy(quote + 2, text, 32);
    fwd_md5_free(md5);
}

/* "+NAME: n", "+NAME: 100, n / total": n and where the name ends; -1 when it is no such line. */
static long progress_of(const char *line, char name[64])
{
    const char *colon = strstr(line, ": ");
    char *end;

    if (colon == NULL || colon - line > 40)
        return -1;
    /* the percent of a download comes after what kind of line it is */
    if (strncmp(line, "+ULWM2MSTAT: 1,", 15) == 0 || strncmp(line, "+UFOTASTAT: 0,1,", 16) == 0)
        colon = strrchr(line, ',') - 1;
    snprintf(name, 64, "%.*s", (int)(colon - line), line);
    const char *from = strncmp(line, "+UUFTPCR: 100, ", 15) == 0 ? line + 15 : colon + 2;
    long value = strtol(from, &end, 10);
    if (from > colon + 2)
        return strncmp(end, " / ", 3) == 0 ? value : -1;
    return *end == '\0' && end > from && value <= 100 ? value : -1;
}

static const char *next_line(struct at_play *p, const char *expected)
{
    const struct module_item *item = module_rig_next(at_play_rig(p), FWD_PORT_UART);

    while (item != NULL && !item->line && expected[0] != '<') /* bytes of a handshake in between */
        item = module_rig_next(at_play_rig(p), FWD_PORT_UART);
    if (item == NULL)
        AT_PLAY_FAIL(p, "'%s' is expected, but nothing comes", expected);
    uint64_t since = p->first_byte_at > 0 ? p->first_byte_at : p->sent_at;
    if (p->most > 0 && (item->at - since < p->least || item->at - since > p->most))
        AT_PLAY_FAIL(p, "'%s' comes after %u ms, not %u..%u", item->text,
            (unsigned)(item->at - since), (unsigned)p->least, (unsigned)p->most);
    p->most = 0;
    return item->text;
}

/* Puts a line back that was looked at. */
static void put_back(struct at_play *p)
{
    p->rig.taken--;
}

/* A line of a run whose values rise: takes all that are there up to the one written. */
static void expect_progress(struct at_play *p, const char *pattern, const char *name, long value)
{
    char found[64];
    bool first = strcmp(p->run, name) != 0;
    bool example = strstr(name, "STAT") != NULL; /* a small package has few percents */
    const char *line = next_line(p, pattern);
    long got = progress_of(line, found);

    if (got < 0 || strcmp(found, name) != 0) {
        if (first || (!example && value < 100 && !p->open_run && value - p->run_value <= 0))
            AT_PLAY_FAIL(p, "'%s' is expected, but '%s' comes", pattern, line);
        put_back(p); /* the run has ended: numbers within it are examples */
        return;
    }
    if (first && !matches(pattern, line) && (value <= 2 || got <= 2))
        AT_PLAY_FAIL(p, "the run begins with '%s', not '%s'", line, pattern);
    if (!first && got <= p->run_value)
        AT_PLAY_FAIL(p, "'%s' does not rise after %ld", line, p->run_value);
    snprintf(p->run, sizeof p->run, "%s", name);
    p->run_value = got;
}

/* The rest of a run; the line after it stays. */
static void finish_run(struct at_play *p, const char *pattern)
{
    char found[64];
    long got;
    const char *line;

    if (p->run[0] == '\0')
        return;
    for (;;) {
        line = next_line(p, pattern);
        got = progress_of(line, found);
        if (got < 0 || strcmp(found, p->run) != 0)
            break;
        if (got <= p->run_value)
            AT_PLAY_FAIL(p, "'%s' does not rise after %ld", line, p->run_value);
        p->run_value = got;
    }
    p->run[0] = '\0';
    put_back(p);
}

void at_play_says(struct at_play *p, char pattern[AT_PLAY_LINE])
{
    char name[64];
    long value = progress_of(pattern, name);

    with_digest(p, pattern);
    if (value >= 0 && (strncmp(name, "+ULWM2MSTAT", 11) == 0 ||
                          strncmp(name, "+UFOTASTAT", 10) == 0 || strncmp(name, "+UFW", 4) == 0 ||
                          strncmp(name, "+UUFW", 5) == 0 || strstr(pattern, " / ") != NULL)) {
        if (p->run[0] != '\0' && strcmp(name, p->run) != 0)
            finish_run(p, pattern);
        expect_progress(p, pattern, name, value);
        return;
    }
    finish_run(p, pattern);
    const char *line = next_line(p, pattern);
    bool error = strcmp(pattern, "ERROR") == 0 && strncmp(line, "+CME ERROR: ", 12) == 0;
    if (!error && !matches(pattern, line))
        AT_PLAY_FAIL(p, "'%s' is expected, but '%s' comes", pattern, line);
    if (strstr(pattern, "100, *") != NULL) { /* a run of unknown begin */
        snprintf(p->run, sizeof p->run, "+UUFTPCR");
        p->run_value = progress_of(line, name);
    }
}

void at_play_says_bytes(struct at_play *p, const char *text)
{
    unsigned byte;
    int used;

    while (sscanf(text, " %2x%n", &byte, &used) == 1) {
        const struct module_item *item = module_rig_next(at_play_rig(p), FWD_PORT_UART);
        if (item == NULL || item->line || item->byte != byte)
            AT_PLAY_FAIL(p, "the byte %02x is expected, but %s comes", byte,
                item == NULL ? "nothing"
                : item->line ? item->text
                             : "another");
        if (p->first_byte_at == 0)
            p->first_byte_at = item->at;
        text += used;
    }
}
