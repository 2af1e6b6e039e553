#include "module/logcheck/logcheck_state.h"

#include <string.h>

void fwd_logcheck_state_begin(
    struct fwd_logcheck_state *s, const struct fwd_profile *profile, bool exact)
{
    memset(s, 0, sizeof *s);
    s->family = profile != NULL ? (unsigned)profile->traits.family : 0;
    s->profile = profile;
    s->exact = exact;
}

static void enter(
    struct fwd_logcheck_state *s, enum fwd_logcheck_stage stage, enum fwd_method method)
{
    if (s->stage == stage && s->method == method)
        return;
    s->stage = stage;
    s->method = method;
    s->stage_line = s->event->line;
    s->stage_ms = s->event->ms;
    s->stage_timed = s->event->timed;
    s->deaf = false;
}

static void install(struct fwd_logcheck_state *s)
{
    if (s->stage != FWD_HOST_INSTALLING)
        enter(s, FWD_HOST_INSTALLING, s->method);
}

static void end_install(struct fwd_logcheck_state *s, bool updated)
{
    enter(s, FWD_LOGCHECK_NOTHING, FWD_METHOD_NONE);
    if (updated) {
        s->updates++;
        s->update_line = s->event->line;
    }
}

/* ---- lines of the module --------------------------------------------------------------------- */

static void server_line(struct fwd_logcheck_state *s, long event, long status)
{
    if (event == 1 || (event == 0 && status <= 1)) {
        s->cancelled = false;
        enter(s, FWD_HOST_DOWNLOADING, FWD_METHOD_SERVER);
    } else if (event == 2 && status == 2) {
        enter(s, FWD_HOST_DOWNLOADED, FWD_METHOD_SERVER);
    } else if ((event == 2 || event == 3) && status == 3) {
        s->cancelled = true;
        enter(s, FWD_LOGCHECK_NOTHING, FWD_METHOD_NONE);
    }
}

/* SARA-R4: 0,0 begins; 1,n goes on; 2,100 complete; 3,100 cancelled. */
static void r4_server_line(struct fwd_logcheck_state *s, long event)
{
    if (event == 0 || event == 1)
        server_line(s, 0, 1);
    else if (event == 2)
        server_line(s, 2, 2);
    else if (event == 3)
        server_line(s, 2, 3);
}

static void result_line(struct fwd_logcheck_state *s, long value)
{
    if (value <= 100)
        install(s);
    else
        end_install(s, value == 128);
}

static void take_install_line(struct fwd_logcheck_state *s, const char *text)
{
    static const char *const names[] = {
        "+UUFWINSTALL", "+UFWINSTALL", "+UFWUPD", "+UFWPREVAL", "+UUFWPREVAL"};
    long value;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (fwd_logcheck_line(text, names[i], &value, 1) == 1)
            result_line(s, value);
    }
    if (strncmp(text, "+UFWUPD: ONGOING", 16) == 0) {
        s->full = (s->family & FWD_FAMILY_R4) == 0;
        enter(s, FWD_HOST_DOWNLOADING, FWD_METHOD_XMODEM);
    }
}

static void take_download_line(struct fwd_logcheck_state *s, const char *text)
{
    long n[4] = {0};
    unsigned count;

    count = fwd_logcheck_line(text, "+UFOTASTAT", n, 3);
    if (count == 3)
        server_line(s, n[0], n[1]);
    count = fwd_logcheck_line(text, "+ULWM2MSTAT", n, 3);
    if (count == 2 && (s->family == 0 || (s->family & FWD_FAMILY_R4) != 0))
        r4_server_line(s, n[0]);
    count = fwd_logcheck_line(text, "+UUFTPCR", n, 2);
    if (count == 2 && n[0] == 100 && strchr(text, '/') == NULL)
        enter(s, n[1] == 1 ? FWD_HOST_DOWNLOADED : FWD_LOGCHECK_NOTHING,
            n[1] == 1 ? FWD_METHOD_FTP : FWD_METHOD_NONE);
    count = fwd_logcheck_line(text, "+UUHTTPCR", n, 3);
    if (count == 3 && n[1] == 100)
        enter(s, n[2] == 1 ? FWD_HOST_DOWNLOADED : FWD_LOGCHECK_NOTHING,
            n[2] == 1 ? FWD_METHOD_HTTP : FWD_METHOD_NONE);
}

static void take_socket_line(struct fwd_logcheck_state *s, const char *text)
{
    long n;

    if (fwd_logcheck_line(text, "+USOCR", &n, 1) == 1 && n >= 0 && n < (long)FWD_HOST_SOCKETS)
        s->sockets[n] = true;
    if (fwd_logcheck_line(text, "+UUSOCL", &n, 1) == 1 && n >= 0 && n < (long)FWD_HOST_SOCKETS)
        s->sockets[n] = false;
}

/* Telit and Sequans say in words what goes on; SQNSUPGRADE's are followed by values. */
static const struct {
    const char *begin;
    enum fwd_logcheck_stage stage; /* NOTHING: it ended */
    bool updated;
} words[] = {
    {"#OTAEV: Start Fw Download", FWD_HOST_DOWNLOADING, false},
    {"+SQNFOTA: 5", FWD_HOST_DOWNLOADING, false},
    {"+SQNSUPGRADE: \"downloading\",", FWD_HOST_DOWNLOADING, false},
    {"#OTAEV: Fw Download Complete", FWD_HOST_INSTALLING, false},
    {"+SQNFOTA: \"downloaded\"", FWD_HOST_INSTALLING, false},
    {"+SQNFOTA: 6", FWD_HOST_INSTALLING, false},
    {"+SQNFOTA: 7", FWD_HOST_INSTALLING, false},
    {"+SQNFOTA: \"install\"", FWD_HOST_INSTALLING, false},
    {"+SQNSUPGRADE: \"installing\"", FWD_HOST_INSTALLING, false},
    {"#OTAEV: OTA FW Upgrade Failed", FWD_LOGCHECK_NOTHING, false},
    {"+SQNFOTA: 3", FWD_LOGCHECK_NOTHING, false}, /* all that report level 1 says of a failure */
    {"+SQNFOTA: 8", FWD_LOGCHECK_NOTHING, false},
    {"+SQNSUPGRADE: \"failed\"", FWD_LOGCHECK_NOTHING, false},
    {"#OTAEV: Module Upgraded", FWD_LOGCHECK_NOTHING, true},
    {"+SQNFOTA: \"installed\"", FWD_LOGCHECK_NOTHING, true},
    {"+SQNSUPGRADE: \"succeed\"", FWD_LOGCHECK_NOTHING, true},
};

static void take_words(struct fwd_logcheck_state *s, const char *text)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strncmp(text, words[i].begin, strlen(words[i].begin)) != 0)
            continue;
        if (words[i].stage == FWD_LOGCHECK_NOTHING)
            end_install(s, words[i].updated);
        else if (s->stage != words[i].stage)
            enter(s, words[i].stage, FWD_METHOD_SERVER);
        return;
    }
}

/* ---- answers --------------------------------------------------------------------------------- */

static void begin_download(struct fwd_logcheck_state *s, const char *text, const char *rest)
{
    unsigned use = fwd_logcheck_use(text);

    if (use == FWD_USE_FTP && fwd_logcheck_number(rest, 2) != 0)
        enter(s, FWD_HOST_DOWNLOADING, FWD_METHOD_FTP);
    else if (use == FWD_USE_HTTP)
        enter(s, FWD_HOST_DOWNLOADING, FWD_METHOD_HTTP);
    else if (use == FWD_USE_RAW)
        enter(s, FWD_HOST_DOWNLOADED, FWD_METHOD_RAW);
}

static bool starts_install(const char *text)
{
    const char *rest;

    return fwd_logcheck_is(text, "+UFWINSTALL", &rest) && strcmp(rest, "=?") != 0 &&
           fwd_logcheck_number(rest, 3) < 0;
}

/* SARA-R4 says nothing at the end: that commands are answered again is the sign. */
static void r4_answers_again(struct fwd_logcheck_state *s)
{
    if (s->family != FWD_FAMILY_R4)
        return;
    if (s->stage == FWD_HOST_INSTALLING ||
        (s->stage == FWD_HOST_DOWNLOADED && s->method == FWD_METHOD_SERVER && s->deaf))
        end_install(s, true);
    else if (s->stage == FWD_HOST_DOWNLOADING && s->method == FWD_METHOD_XMODEM)
        enter(s, FWD_HOST_DOWNLOADED, FWD_METHOD_XMODEM);
}

static void take_answer(struct fwd_logcheck_state *s)
{
    const char *text = s->done.text;
    const char *rest = strpbrk(text, "=?");
    bool xmodem = s->stage == FWD_HOST_DOWNLOADING && s->method == FWD_METHOD_XMODEM;

    rest = rest != NULL ? rest : "";
    if (fwd_logcheck_use(text) == FWD_USE_XMODEM) {
        if (xmodem && s->ok)
            s->full ? install(s) : enter(s, FWD_HOST_DOWNLOADED, FWD_METHOD_XMODEM);
        else if (xmodem)
            enter(s, FWD_LOGCHECK_NOTHING, FWD_METHOD_NONE);
        return;
    }
    r4_answers_again(s);
    if (s->ok && starts_install(text))
        install(s);
    else if (s->ok)
        begin_download(s, text, rest);
    else if (fwd_logcheck_use(text) == FWD_USE_RAW && s->method == FWD_METHOD_RAW)
        enter(s, FWD_LOGCHECK_NOTHING, FWD_METHOD_NONE);
    if (s->ok && fwd_logcheck_is(text, "+USOCL", &rest)) {
        long n = fwd_logcheck_number(rest, 0);

        if (n >= 0 && n < (long)FWD_HOST_SOCKETS)
            s->sockets[n] = false;
    }
}

/* ---- events ---------------------------------------------------------------------------------- */

static bool is_final(const char *text, bool *ok)
{
    *ok = strcmp(text, "OK") == 0;
    return *ok || strcmp(text, "ERROR") == 0 || strncmp(text, "+CME ERROR", 10) == 0 ||
           strncmp(text, "+CMS ERROR", 10) == 0 || strcmp(text, "ERROR1") == 0;
}

static void take_in(struct fwd_logcheck_state *s)
{
    struct fwd_logcheck_command *pending = &s->pending[s->event->port];

    if (pending->text != NULL)
        s->deaf = true;
    *pending = (struct fwd_logcheck_command){s->event->text, s->event->line, s->event->ms};
}

static void take_out(struct fwd_logcheck_state *s)
{
    struct fwd_logcheck_command *pending = &s->pending[s->event->port];
    const char *text = s->event->text;

    take_install_line(s, text);
    take_download_line(s, text);
    take_socket_line(s, text);
    take_words(s, text);
    if (text[0] == '>' && pending->text != NULL && fwd_logcheck_use(pending->text) == FWD_USE_RAW)
        enter(s, FWD_HOST_DOWNLOADING, FWD_METHOD_RAW);
    if (is_final(text, &s->ok) && pending->text != NULL) {
        s->done = *pending;
        pending->text = NULL;
        take_answer(s);
    } else if (strcmp(text, "Timeout") == 0 && s->method == FWD_METHOD_XMODEM) {
        enter(s, FWD_LOGCHECK_NOTHING, FWD_METHOD_NONE);
    }
}

static void take_power(struct fwd_logcheck_state *s)
{
    bool on = strcmp(s->event->text, "on") == 0;

    s->restarted = on && s->power_on;
    s->power_on = on;
    memset(s->sockets, 0, sizeof s->sockets);
    memset(s->pending, 0, sizeof s->pending);
    /* the server's and an interrupted download are the module's; the rest is gone */
    if (s->stage == FWD_HOST_DOWNLOADING && s->method != FWD_METHOD_SERVER)
        enter(s, FWD_LOGCHECK_NOTHING, FWD_METHOD_NONE);
}

void fwd_logcheck_state_take(struct fwd_logcheck_state *s, const struct fwd_logcheck_event *event)
{
    s->event = event;
    s->before = s->stage;
    s->done = (struct fwd_logcheck_command){NULL, 0, 0};
    s->ok = false;
    s->restarted = false;
    switch (event->kind) {
    case FWD_HOST_IN:
        take_in(s);
        break;
    case FWD_HOST_OUT:
        take_out(s);
        break;
    case FWD_HOST_POWER:
        take_power(s);
        break;
    default:
        if (s->stage != FWD_LOGCHECK_NOTHING)
            end_install(s, event->number == 128);
        break;
    }
}
