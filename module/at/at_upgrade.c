/* RYZ014: +SQNSUPGRADE fetches a package by FTP, HTTP or HTTPS and installs it (R73, R215). Its
 * syntax is in another document; what it says meanwhile is ours. */
#include "module/at/at_command.h"
#include "module/ufota/ufota.h"

#include <stdio.h>
#include <string.h>

#define URL_MAX 256u

static bool sink(void *ctx, const uint8_t *data, size_t size)
{
    return fwd_modem_inbox_write(ctx, data, size);
}

static int nibble(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Takes one out, with "%40" as '@' (RFC 3986). False: no room, a sign that is none, or a 0. */
static bool take(char *out, size_t room, const char *from, const char *end)
{
    size_t size = 0;

    while (from < end && size + 1 < room) {
        int high = *from == '%' && end - from > 2 ? nibble(from[1]) : -1;
        int low = high >= 0 ? nibble(from[2]) : -1;
        if (*from == '%' && (low < 0 || (high == 0 && low == 0)))
            return false;
        out[size++] = *from == '%' ? (char)(high * 16 + low) : *from;
        from += *from == '%' ? 3 : 1;
    }
    out[size] = '\0';
    return from == end;
}

/* "USER:PASSWORD@" before the host goes into the request, and out of the URL. */
static bool take_user(struct fwd_modem *m, char *url, struct fwd_transfer_request *request)
{
    char *from = strstr(url, "://");
    char *end = from != NULL ? from + 3 + strcspn(from + 3, "/") : NULL;
    char *sign = NULL;

    /* the last one: a password may have others */
    for (char *at = from; at != NULL && at < end; at++)
        sign = *at == '@' ? at : sign;
    if (sign == NULL)
        return true;
    from += 3;
    char *colon = memchr(from, ':', (size_t)(sign - from));
    const char *password = colon != NULL ? colon + 1 : sign;
    if (!take(m->sequans.user, sizeof m->sequans.user, from, colon != NULL ? colon : sign) ||
        !take(m->sequans.password, sizeof m->sequans.password, password, sign))
        return false;
    request->user = m->sequans.user;
    request->password = m->sequans.password;
    memmove(from, sign + 1, strlen(sign + 1) + 1);
    return true;
}

/* ftp:// is split like http://; the file's name has no slash before it. */
static bool split(struct fwd_modem *m, const char *url, struct fwd_transfer_request *request)
{
    struct fwd_transfer_request who = {0};
    char web[URL_MAX + 8];
    bool ftp = strncmp(url, "ftp://", 6) == 0;

    (void)snprintf(web, sizeof web, "%s%s", ftp ? "http://" : "", ftp ? url + 6 : url);
    if (!take_user(m, web, &who) || !fwd_ufota_split_url(m, web, request))
        return false;
    request->user = who.user;
    request->password = who.password;
    if (ftp) {
        request->scheme = FWD_TRANSFER_FTP;
        request->path++;
    }
    return true;
}

static bool begin(struct fwd_modem *m, enum fwd_port port, const char *url)
{
    struct fwd_transfer_request request;

    if (!split(m, url, &request) || !fwd_modem_inbox_open(m, 0))
        return false;
    fwd_modem_begin(m, FWD_METHOD_HTTP, port);
    request.max_size = fwd_modem_package_room(m);
    request.sink = sink;
    request.ctx = m;
    fwd_modem_log_transfer(m, "begin");
    if (m->config.fetcher != NULL && m->config.fetcher->start(m->config.fetcher->ctx, &request))
        return true;
    fwd_modem_inbox_close(m, false);
    fwd_modem_end(m, "failed");
    return false;
}

static enum fwd_at_answer upgrade(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    const struct fwd_at_param *step = fwd_at_param(call, 2);
    char url[URL_MAX + 1];

    if (call->form == FWD_AT_READ) {
        bool runs = m->running == FWD_METHOD_HTTP;
        fwd_modem_linef(m, port, "+SQNSUPGRADE: \"%s\"", runs ? "downloading" : "idle");
        return FWD_AT_OK;
    }
    if (fwd_at_refused(m, FWD_USE_HTTP))
        return FWD_AT_IN_USE;
    if (!fwd_at_copy(fwd_at_param(call, 0), url, sizeof url))
        return FWD_AT_PARAMETERS;
    if (!fwd_modem_online(m))
        return FWD_AT_NOT_ALLOWED;
    m->told = step->kind == FWD_AT_NUMBER ? (uint64_t)step->value : 0;
    m->sequans.percent = 0;
    uint64_t percent = m->told;
    if (!begin(m, port, url))
        return FWD_AT_PARAMETERS;
    m->told = percent;
    return FWD_AT_OK;
}

/* ---- what becomes of it ---------------------------------------------------------------------- */

static void say_up_to(struct fwd_modem *m, unsigned percent)
{
    if (m->told == 0)
        return;
    for (; m->sequans.percent <= percent; m->sequans.percent += (unsigned)m->told)
        fwd_modem_urc(m, "+SQNSUPGRADE: \"downloading\",%u", m->sequans.percent);
}

void fwd_at_upgrade_fetching(struct fwd_modem *m)
{
    if (m->total > 0 && m->stored < m->total)
        say_up_to(m, (unsigned)(m->stored * 100 / m->total));
}

static void fail(struct fwd_modem *m)
{
    fwd_modem_inbox_close(m, false);
    fwd_modem_end(m, "failed");
    fwd_modem_urc(m, "+SQNSUPGRADE: \"failed\"");
}

void fwd_at_upgrade_fetched(struct fwd_modem *m, const struct fwd_transfer_report *report)
{
    if (report->state != FWD_TRANSFER_DONE) {
        fail(m);
        return;
    }
    enum fwd_reason reason = fwd_modem_inbox_commit(m, FWD_METHOD_HTTP, 0);
    if (m->power != FWD_MODEM_ON)
        return;
    if (reason != FWD_OK) {
        fail(m);
        return;
    }
    fwd_modem_inbox_close(m, false);
    fwd_modem_end(m, "complete");
    say_up_to(m, 100);
    fwd_modem_urc(m, "+SQNSUPGRADE: \"downloaded\"");
    fwd_modem_urc(m, "+SQNSUPGRADE: \"installing\"");
    m->store.pending = FWD_PENDING_INSTALL;
    fwd_modem_save(m);
    fwd_modem_reset(m, "+SQNSUPGRADE");
}

#define NUMBER(to)                                                                                 \
    {                                                                                              \
        FWD_AT_NUMBER | FWD_AT_EMPTY, 0, to, 0                                                     \
    }

static const struct fwd_at_command commands[] = {
    {"+SQNSUPGRADE", FWD_FAMILY_RYZ, FWD_AT_SET | FWD_AT_READ | FWD_AT_TEST,
        {{FWD_AT_TEXT, 0, 0, URL_MAX}, NUMBER(1), NUMBER(100), NUMBER(2), NUMBER(6)},
        "256,(0,1),(0-100),(0-2),(1-6)", upgrade},
};

const struct fwd_at_table fwd_at_upgrade = {commands, sizeof commands / sizeof *commands};
