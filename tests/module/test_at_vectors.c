/* Plays the conversations of tests/at/; its README explains the notation. */
#include "keys/md5.h"
#include "module/ufota/ufota.h"
#include "tests/module/module_rig.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE 700

static const char *const files[] = {"telit", "sequans", "ufwupd", "udwnfile", "ufwinstall", "ftp",
    "http", "exclusion", "ufota", "lwm2m", "host_start"};
#define FILES ((int)(sizeof files / sizeof *files))

/* A vector that is being played. */
struct play {
    FILE *file;
    const char *file_name;
    unsigned line;
    char name[64];
    char profile[32], device[32];
    bool continues;
    struct module_rig rig;
    bool running; /* the rig is in use */
    bool touched; /* something was said */
    enum module_package package;
    uint64_t sent_at; /* last line of the host */
    uint64_t first_byte_at;
    uint64_t least, most; /* of the next line, after sent_at; most 0: any time */
    uint64_t writes;
    bool open_run; /* `...` stands before the next line */
    char run[64];  /* the name whose values rise */
    long run_value;
    bool ok_after_error1;
};

#define FAIL(p, ...)                                                                               \
    do {                                                                                           \
        char what_[2 * LINE];                                                                      \
        snprintf(what_, sizeof what_, __VA_ARGS__);                                                \
        ck_abort_msg("%s.txt:%u: %s: %s", (p)->file_name, (p)->line, (p)->name, what_);            \
    } while (0)

/* ---- setting up ------------------------------------------------------------------------------ */

static void stop(struct play *p)
{
    if (p->running)
        module_rig_free(&p->rig);
    p->running = false;
}

/* The module of the vector, made when it is needed first. */
static struct module_rig *rig(struct play *p)
{
    if (!p->running) {
        module_rig_new(&p->rig, p->device, p->profile);
        p->rig.server.package = p->package;
        p->running = true;
        p->writes = module_rig_slot_writes(&p->rig);
    }
    p->rig.config.ok_after_error1 = p->ok_after_error1;
    p->rig.modem->config.ok_after_error1 = p->ok_after_error1;
    return &p->rig;
}

static void begin(struct play *p, const char *text)
{
    sscanf(text, "%63s", p->name);
    p->continues = false;
    p->touched = false;
    p->package = MODULE_NOTHING;
    p->ok_after_error1 = false;
    p->most = 0;
    p->open_run = false;
    p->run[0] = '\0';
    snprintf(p->device, sizeof p->device, "dual-slot");
}

/* The first thing that happens in a vector: until then @continue could still come. */
static struct module_rig *touch(struct play *p)
{
    if (!p->touched && !p->continues)
        stop(p);
    p->touched = true;
    return rig(p);
}

static enum module_package package_of(const struct play *p, const char *word)
{
    static const char *const words[MODULE_PACKAGES] = {
        "nothing", "delta", "full", "other", "installed", "flipped", "forged", "profile"};

    for (int i = 0; i < MODULE_PACKAGES; i++) {
        if (strcmp(words[i], word) == 0)
            return (enum module_package)i;
    }
    FAIL(p, "there is no package '%s'", word);
}

static void fail_server(struct play *p, const char *why)
{
    struct module_server *s = &touch(p)->server;

    s->fail = strcmp(why, "connect") == 0 ? FWD_TRANSFER_CONNECT
              : strcmp(why, "name") == 0  ? FWD_TRANSFER_NAME
                                          : FWD_TRANSFER_RUNNING;
    s->stop_at = strcmp(why, "lost") == 0 ? 500000 : 0;
}

static void given(struct play *p, const char *what)
{
    struct module_rig *r = touch(p);

    if (strcmp(what, "package") == 0) {
        module_rig_download(r, p->package);
    } else if (strcmp(what, "login") == 0) {
        module_rig_expect(r, "AT+UFTP=1,\"ftp.firmware.com\"", "OK");
        module_rig_expect(r, "AT+UFTPC=1", "OK");
        module_rig_line(r, FWD_PORT_UART, "+UUFTPCR: 1,1");
    } else {
        module_rig_expect(r, what, "OK");
    }
}

static void directive(struct play *p, const char *word, const char *rest)
{
    if (strcmp(word, "@profile") == 0)
        snprintf(p->profile, sizeof p->profile, "%.31s", rest);
    else if (strcmp(word, "@device") == 0)
        snprintf(p->device, sizeof p->device, "%.31s", rest);
    else if (strcmp(word, "@continue") == 0)
        p->continues = true;
    else if (strcmp(word, "@package") == 0)
        p->package = touch(p)->server.package = package_of(p, rest);
    else if (strcmp(word, "@serve") == 0)
        touch(p)->server.size = (uint32_t)atol(rest);
    else if (strcmp(word, "@fail") == 0)
        fail_server(p, rest);
    else if (strcmp(word, "@option") == 0)
        p->ok_after_error1 = true;
    else if (strcmp(word, "@given") == 0)
        given(p, rest);
    else
        FAIL(p, "'%s' is not known", word);
}

/* ---- what the host does ---------------------------------------------------------------------- */

/* AT+UDWNFILE=...,N,"FOAT": N becomes the size of the package. */
static void with_size(const struct play *p, const char *line, char out[LINE])
{
    const char *comma = strchr(line, ',');

    snprintf(out, LINE, "%s", line);
    if (p->package != MODULE_NOTHING && strstr(line, "UDWNFILE") != NULL && comma != NULL)
        snprintf(out, LINE, "%.*s,%zu,\"FOAT\"", (int)(comma - line), line,
            module_rig_package(p->package)->size);
}

static void host_sends(struct play *p, const char *line)
{
    char out[LINE];

    with_size(p, line, out);
    /* what a restart takes is not part of the conversation */
    for (int i = 0; i < 100 && rig(p)->modem->ports[0].mode == FWD_PORT_MODE_DEAF; i++)
        module_rig_step(rig(p));
    p->sent_at = touch(p)->now;
    p->first_byte_at = 0;
    module_rig_command(rig(p), FWD_PORT_UART, out);
}

static void host_sends_bytes(struct play *p, const char *text)
{
    size_t size = (size_t)atol(text);

    if (p->package != MODULE_NOTHING) {
        module_rig_send(rig(p), FWD_PORT_UART, module_rig_package(p->package)->data,
            module_rig_package(p->package)->size);
        return;
    }
    uint8_t *zeroes = calloc(1, size);
    ck_assert_ptr_nonnull(zeroes);
    module_rig_send(rig(p), FWD_PORT_UART, zeroes, size);
    free(zeroes);
}

/* ---- what the module says -------------------------------------------------------------------- */

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
static void with_digest(struct play *p, char pattern[LINE])
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

static const char *next_line(struct play *p, const char *expected)
{
    const struct module_item *item = module_rig_next(rig(p), FWD_PORT_UART);

    while (item != NULL && !item->line && expected[0] != '<') /* bytes of a handshake in between */
        item = module_rig_next(rig(p), FWD_PORT_UART);
    if (item == NULL)
        FAIL(p, "'%s' is expected, but nothing comes", expected);
    uint64_t since = p->first_byte_at > 0 ? p->first_byte_at : p->sent_at;
    if (p->most > 0 && (item->at - since < p->least || item->at - since > p->most))
        FAIL(p, "'%s' comes after %u ms, not %u..%u", item->text, (unsigned)(item->at - since),
            (unsigned)p->least, (unsigned)p->most);
    p->most = 0;
    return item->text;
}

/* Puts a line back that was looked at. */
static void put_back(struct play *p)
{
    p->rig.taken--;
}

/* A line of a run whose values rise: takes all that are there up to the one written. */
static void expect_progress(struct play *p, const char *pattern, const char *name, long value)
{
    char found[64];
    bool first = strcmp(p->run, name) != 0;
    bool example = strstr(name, "STAT") != NULL; /* a small package has few percents */
    const char *line = next_line(p, pattern);
    long got = progress_of(line, found);

    if (got < 0 || strcmp(found, name) != 0) {
        if (first || (!example && value < 100 && !p->open_run && value - p->run_value <= 0))
            FAIL(p, "'%s' is expected, but '%s' comes", pattern, line);
        put_back(p); /* the run has ended: numbers within it are examples */
        return;
    }
    if (first && !matches(pattern, line) && (value <= 2 || got <= 2))
        FAIL(p, "the run begins with '%s', not '%s'", line, pattern);
    if (!first && got <= p->run_value)
        FAIL(p, "'%s' does not rise after %ld", line, p->run_value);
    snprintf(p->run, sizeof p->run, "%s", name);
    p->run_value = got;
}

/* The rest of a run; the line after it stays. */
static void finish_run(struct play *p, const char *pattern)
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
            FAIL(p, "'%s' does not rise after %ld", line, p->run_value);
        p->run_value = got;
    }
    p->run[0] = '\0';
    put_back(p);
}

static void module_says(struct play *p, char pattern[LINE])
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
        FAIL(p, "'%s' is expected, but '%s' comes", pattern, line);
    if (strstr(pattern, "100, *") != NULL) { /* a run of unknown begin */
        snprintf(p->run, sizeof p->run, "+UUFTPCR");
        p->run_value = progress_of(line, name);
    }
}

static void module_says_bytes(struct play *p, const char *text)
{
    unsigned byte;
    int used;

    while (sscanf(text, " %2x%n", &byte, &used) == 1) {
        const struct module_item *item = module_rig_next(rig(p), FWD_PORT_UART);
        if (item == NULL || item->line || item->byte != byte)
            FAIL(p, "the byte %02x is expected, but %s comes", byte,
                item == NULL ? "nothing"
                : item->line ? item->text
                             : "another");
        if (p->first_byte_at == 0)
            p->first_byte_at = item->at;
        text += used;
    }
}

/* ---- what happens ---------------------------------------------------------------------------- */

static void check_version(struct play *p, const char *version)
{
    (void)module_rig_pass(rig(p), 20000);
    const char *found = module_rig_version(rig(p));
    if (strcmp(found, version) != 0)
        FAIL(p, "version %s is expected, but %s runs", version, found);
}

static void cut(struct play *p, const char *text)
{
    const char *name = strstr(text, "+U");
    static char begin_of_line[64];

    snprintf(begin_of_line, sizeof begin_of_line, "%.*s", (int)strcspn(name, ":") + 2, name);
    rig(p)->cut_on = begin_of_line;
    p->rig.cut_skip = 3;
    if (p->rig.modem->xmodem_on)
        module_rig_xmodem(&p->rig, FWD_PORT_UART, p->package, 1024);
    for (int i = 0; i < 1000 && fwd_modem_power(p->rig.modem) == FWD_MODEM_ON; i++)
        module_rig_step(&p->rig);
    ck_assert_int_eq(fwd_modem_power(p->rig.modem), FWD_MODEM_CUT);
    p->rig.taken = p->rig.count;
    module_rig_power_cycle(&p->rig);
}

/* Some flash operations after the start that installs. */
static void cut_installation(struct play *p)
{
    static const struct fwd_nor_cut later = {.operation = 12, .tear = FWD_NOR_BEFORE};
    struct module_rig *r = rig(p);

    while (r->modem->phase == FWD_MODEM_PHASE_NORMAL)
        module_rig_step(r);
    fwd_nor_arm(r->machine->nor, &later);
    while (fwd_modem_power(r->modem) == FWD_MODEM_ON && module_rig_step(r))
        ;
    ck_assert_int_eq(fwd_modem_power(r->modem), FWD_MODEM_CUT);
    module_rig_power_cycle(r);
}

static void run_server(struct play *p)
{
    touch(p)->server.size = 600000;
    module_rig_uri(&p->rig, MODULE_NOTHING);
    module_rig_pass(&p->rig, 3000);
    p->rig.taken = p->rig.count;
}

/* Until so many bytes of the server's package are there. */
static void await_bytes(struct play *p, uint64_t bytes)
{
    while (rig(p)->modem->running != FWD_METHOD_SERVER || p->rig.modem->stored < bytes) {
        if (!module_rig_step(&p->rig))
            FAIL(p, "%u bytes do not come", (unsigned)bytes);
    }
}

/* "attempts at 60, 180 s": when the server is asked again, after its connection broke. */
static void check_attempts(struct play *p, const char *text)
{
    struct module_rig *r = rig(p);
    uint64_t lost_at;
    unsigned seconds, starts;
    int used;

    await_bytes(p, 100000);
    r->server.fail = FWD_TRANSFER_LOST;
    while (r->server.running)
        module_rig_step(r);
    lost_at = r->now;
    for (; sscanf(text, " %u%n", &seconds, &used) == 1; text += used + (text[used] == ',')) {
        for (starts = r->server.starts; r->server.starts == starts;) {
            if (!module_rig_step(r))
                FAIL(p, "there is no attempt at %u s", seconds);
        }
        if (r->now < lost_at + seconds * 1000u || r->now > lost_at + seconds * 1000u + 1000u)
            FAIL(p, "an attempt comes after %u ms, not at %u s", (unsigned)(r->now - lost_at),
                seconds);
    }
    r->taken = r->count;
}

/* "registered", "notified": as the client tells the module. */
static void client_says(struct play *p, const char *what)
{
    struct fwd_lwm2m_path state = fwd_lwm2m_path_of(5, 0, 3);
    struct fwd_modem *m = rig(p)->modem;

    if (strcmp(what, "registered") == 0)
        fwd_ufota_registered(m, fwd_ufota_server_id(m));
    else
        fwd_ufota_notified(m, fwd_ufota_server_id(m), &state);
}

static void check_update(struct play *p)
{
    if (rig(p)->lwm2m_updates != 1)
        FAIL(p, "%u registration updates are asked for, not 1", p->rig.lwm2m_updates);
    p->rig.lwm2m_updates = 0;
}

static void happens(struct play *p, const char *text)
{
    unsigned from, to;
    int used = 0;

    if (sscanf(text, "%u..%u s", &from, &to) == 2) {
        p->least = from * 1000u;
        p->most = to * 1000u;
    } else if (sscanf(text, "%u s%n", &from, &used) == 1 && used > 0) {
        p->least = from * 1000u;
        p->most = from * 1000u + 500u;
    }
    if (strstr(text, "transfer") != NULL)
        module_rig_xmodem(rig(p), FWD_PORT_UART, p->package, 1024);
    if (strstr(text, "cut during") != NULL)
        cut(p, text);
    if (strstr(text, "power is cut in the installation") != NULL)
        cut_installation(p);
    if (strstr(text, "LwM2M download running") != NULL)
        run_server(p);
    if (strncmp(text, "server writes", 13) == 0) {
        p->sent_at = touch(p)->now;
        module_rig_uri(rig(p), p->package);
    }
    used = 0;
    if (sscanf(text, "%u bytes%n", &from, &used) == 1 && used > 0)
        await_bytes(p, from);
    if (strstr(text, "attempts at") != NULL)
        check_attempts(p, strstr(text, "attempts at") + 11);
    if (strncmp(text, "execute", 7) == 0)
        module_rig_execute(rig(p));
    if (strncmp(text, "power loss", 10) == 0)
        module_rig_power_cycle(rig(p));
    if (strncmp(text, "tcp out ", 8) == 0 || strncmp(text, "sms out ", 8) == 0)
        (void)module_rig_message(touch(p), text[0] == 't' ? "tcp" : "sms", text + 8);
    if (strncmp(text, "tcp in ", 7) == 0 || strncmp(text, "sms in ", 7) == 0)
        module_rig_answer(touch(p), text[0] == 't' ? "tcp" : "sms", text + 7);
    if (strncmp(text, "client: ", 8) == 0)
        client_says(p, text + 8);
    if (strncmp(text, "immediate registration update", 29) == 0)
        check_update(p);
    if (strstr(text, "no flash write") != NULL)
        ck_assert_uint_eq(module_rig_slot_writes(rig(p)), p->writes);
    if (strstr(text, "version unchanged") != NULL || strstr(text, "old firmware keeps") != NULL ||
        strstr(text, "to old firmware") != NULL)
        check_version(p, "1.0.0");
    if (strstr(text, "version B") != NULL)
        check_version(p, "1.1.0");
}

/* ---- files ----------------------------------------------------------------------------------- */

/* Without comment and spaces at its end. */
static void trim(char *line)
{
    char *comment = strstr(line, "  #");

    if (comment != NULL)
        *comment = '\0';
    for (size_t n = strlen(line); n > 0 && strchr(" \r\n", line[n - 1]) != NULL; n--)
        line[n - 1] = '\0';
}

static void play_line(struct play *p, char *line)
{
    char word[32] = "";
    int used = 0;

    if (strncmp(line, "# T-", 4) == 0)
        begin(p, line + 2);
    else if (line[0] == '@' && sscanf(line, "%31s %n", word, &used) == 1)
        directive(p, word, line + used);
    else if (strncmp(line, ">>(", 3) == 0)
        host_sends_bytes(p, line + 3);
    else if (strncmp(line, "<<", 2) == 0)
        module_says_bytes(p, line + 2);
    else if (strncmp(line, "> ", 2) == 0)
        (void)touch(p), host_sends(p, line + 2);
    else if (strncmp(line, "< ", 2) == 0)
        module_says(p, line + 2);
    else if (strncmp(line, "~ ", 2) == 0)
        happens(p, line + 2);
    else if (strcmp(line, "...") == 0)
        p->open_run = true;
    else if (line[0] != '\0' && line[0] != '#')
        FAIL(p, "'%s' is not known", line);
}

static void play_file(const char *name)
{
    static struct play p;
    char path[512], line[LINE];

    memset(&p, 0, sizeof p);
    p.file_name = name;
    snprintf(path, sizeof path, FWD_SOURCE_DIR "/tests/at/%s.txt", name);
    p.file = fopen(path, "r");
    ck_assert_ptr_nonnull(p.file);
    while (fgets(line, sizeof line, p.file) != NULL) {
        p.line++;
        trim(line);
        play_line(&p, line);
    }
    fclose(p.file);
    stop(&p);
}

START_TEST(every_conversation_goes_as_written)
{
    play_file(files[_i]);
}
END_TEST

/* No vector is forgotten. */
START_TEST(every_vector_is_there)
{
    char path[512], line[64], name[64];
    bool found;

    FILE *list = fopen(FWD_SOURCE_DIR "/tests/at/expected-names.list", "r");
    ck_assert_ptr_nonnull(list);
    while (fgets(line, sizeof line, list) != NULL) {
        trim(line);
        found = false;
        for (int i = 0; i < FILES && !found; i++) {
            snprintf(path, sizeof path, FWD_SOURCE_DIR "/tests/at/%s.txt", files[i]);
            FILE *file = fopen(path, "r");
            char text[LINE];
            while (fgets(text, sizeof text, file) != NULL)
                found = found || (sscanf(text, "# %63s", name) == 1 && strcmp(name, line) == 0);
            fclose(file);
        }
        ck_assert_msg(found, "%s is in no file of tests/at", line);
    }
    fclose(list);
}
END_TEST

int main(void)
{
    return module_rig_main("at vectors", (const struct module_rig_test[]){
                                             {every_conversation_goes_as_written, FILES},
                                             {every_vector_is_there, 1},
                                             {NULL, 0},
                                         });
}
