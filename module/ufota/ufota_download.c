/* The package is fetched from where the server says, over HTTP or HTTPS. */
#include "module/ufota/ufota_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ATTEMPTS 4u

/* R163: after so long; 600 s in all. */
static const uint32_t waits_ms[ATTEMPTS] = {60000, 120000, 180000, 240000};

/* ---- the URI --------------------------------------------------------------------------------- */

static bool take_scheme(
    const struct fwd_modem *m, const char **uri, struct fwd_transfer_request *request)
{
    bool secure = strncmp(*uri, "https://", 8) == 0;

    if (!secure && strncmp(*uri, "http://", 7) != 0)
        return false;
    request->scheme = secure ? FWD_TRANSFER_HTTPS : FWD_TRANSFER_HTTP;
    *uri += secure ? 8 : 7;
    return !secure || m->profile->ufota.https;
}

static bool take_port(const char *text, size_t size, uint16_t *port)
{
    char *end;

    if (size == 0)
        return true;
    long number = strtol(text + 1, &end, 10);
    *port = (uint16_t)number;
    return text[0] == ':' && size > 1 && end == text + size && number > 0 && number <= 65535;
}

static bool take_authority(
    struct fwd_modem *m, const char **uri, struct fwd_transfer_request *request)
{
    size_t whole = strcspn(*uri, "/?#");
    bool v6 = **uri == '[';
    const char *host = v6 ? *uri + 1 : *uri;
    size_t size = strcspn(host, v6 ? "]" : ":/?#");
    const char *rest = host + size + (v6 ? 1 : 0);

    if (size == 0 || size >= sizeof m->ufota.host || (v6 && host[size] != ']') ||
        rest > *uri + whole || memchr(*uri, '@', whole) != NULL)
        return false;
    memcpy(m->ufota.host, host, size);
    m->ufota.host[size] = '\0';
    bool fine = take_port(rest, (size_t)(*uri + whole - rest), &request->port);
    *uri += whole;
    return fine;
}

enum fwd_ufota_result fwd_ufota_split(
    struct fwd_modem *m, const char *uri, struct fwd_transfer_request *request)
{
    *request = (struct fwd_transfer_request){.host = m->ufota.host, .path = m->ufota.path};
    if (strstr(uri, "://") == NULL)
        return FWD_UFOTA_BAD_URI;
    if (!take_scheme(m, &uri, request))
        return FWD_UFOTA_PROTOCOL;
    if (!take_authority(m, &uri, request))
        return FWD_UFOTA_BAD_URI;
    size_t size = strcspn(uri, "#");
    if (uri[0] != '/' || size < 2 || size >= sizeof m->ufota.path)
        return FWD_UFOTA_BAD_URI;
    memcpy(m->ufota.path, uri, size);
    m->ufota.path[size] = '\0';
    return FWD_UFOTA_INITIAL;
}

bool fwd_ufota_split_url(struct fwd_modem *m, const char *url, struct fwd_transfer_request *request)
{
    return fwd_ufota_split(m, url, request) == FWD_UFOTA_INITIAL;
}

/* ---- begin and end --------------------------------------------------------------------------- */

static bool sink(void *ctx, const uint8_t *data, size_t size)
{
    struct fwd_modem *m = ctx;

    m->ufota.attempts = 0;
    return fwd_modem_inbox_write(m, data, size);
}

uint64_t fwd_ufota_stored_bytes(const struct fwd_modem *m)
{
    uint64_t stored = m->inbox >= 0 ? m->stored : fwd_modem_inbox_size(m);

    return stored / FWD_PAGE_BYTES * FWD_PAGE_BYTES;
}

void fwd_ufota_begin_in(struct fwd_modem *m, uint64_t ms, bool resume)
{
    m->ufota.step = FWD_UFOTA_STEP_BEGIN;
    m->ufota.resume = resume;
    m->ufota.attempts = 0;
    fwd_modem_after(m, FWD_TIMER_UFOTA, ms);
}

void fwd_ufota_stop(struct fwd_modem *m, const char *how, bool keep)
{
    fwd_modem_stop(m, FWD_TIMER_UFOTA);
    if (m->running != FWD_METHOD_SERVER) {
        if (m->running == FWD_METHOD_NONE && fwd_ufota_busy(m))
            fwd_modem_inbox_close(m, keep);
        return;
    }
    if (m->config.fetcher != NULL)
        m->config.fetcher->cancel(m->config.fetcher->ctx);
    fwd_modem_inbox_close(m, keep);
    fwd_modem_end(m, how);
}

static bool open_inbox(struct fwd_modem *m, uint64_t offset)
{
    if (!fwd_modem_inbox_open(m, offset)) {
        fwd_modem_inbox_close(m, false);
        return false;
    }
    fwd_modem_begin(m, FWD_METHOD_SERVER, FWD_PORT_UART);
    m->stored = offset;
    return true;
}

void fwd_ufota_begin(struct fwd_modem *m)
{
    struct fwd_transfer_request request;
    const struct fwd_transfer_report lost = {.state = FWD_TRANSFER_CONNECT};
    uint64_t offset = m->ufota.resume ? fwd_ufota_stored_bytes(m) : 0;
    bool first = m->ufota.step != FWD_UFOTA_STEP_AGAIN;

    if (first && !fwd_modem_online(m)) { /* fwd_ufota_online() comes back to it */
        m->ufota.step = FWD_UFOTA_STEP_NONE;
        return;
    }
    if (fwd_ufota_split(m, m->store.ufota.uri, &request) != FWD_UFOTA_INITIAL) {
        fwd_ufota_fail(m, FWD_UFOTA_BAD_URI, FWD_UFOTA_CAUSE_URI);
        return;
    }
    if (!open_inbox(m, offset)) {
        fwd_ufota_fail(m, FWD_UFOTA_NO_ROOM, FWD_UFOTA_CAUSE_MEMORY);
        return;
    }
    m->ufota.step = FWD_UFOTA_STEP_RUNNING;
    m->ufota.resume = true; /* from here on: what came is not asked for again */
    fwd_modem_log_transfer(m, "begin");
    m->ufota.told = -1;
    if (first && !(offset > 0 && m->profile->ufota.lwm2m_lines))
        fwd_ufota_say_begin(m); /* SARA-R4 just goes on */
    request.offset = offset;
    request.max_size = fwd_modem_package_room(m);
    request.sink = sink;
    request.ctx = m;
    if (!fwd_modem_online(m) || m->config.fetcher == NULL ||
        !m->config.fetcher->start(m->config.fetcher->ctx, &request))
        fwd_ufota_fetched(m, &lost);
}

/* ---- news of the transfer -------------------------------------------------------------------- */

void fwd_ufota_fetching(struct fwd_modem *m)
{
    fwd_ufota_say_progress(m);
}

/* What the server is to know of an end that is not tried again. result-codes 5.3 */
static const struct {
    enum fwd_transfer_state state;
    enum fwd_ufota_result result;
    enum fwd_ufota_cause cause;
} ends[] = {
    {FWD_TRANSFER_NAME, FWD_UFOTA_BAD_URI, FWD_UFOTA_CAUSE_URI},
    {FWD_TRANSFER_NO_FILE, FWD_UFOTA_BAD_URI, FWD_UFOTA_CAUSE_URI},
    {FWD_TRANSFER_TOO_LARGE, FWD_UFOTA_NO_ROOM, FWD_UFOTA_CAUSE_MEMORY},
    {FWD_TRANSFER_STORAGE, FWD_UFOTA_NO_ROOM, FWD_UFOTA_CAUSE_MEMORY},
    {FWD_TRANSFER_LOGIN, FWD_UFOTA_LOST, FWD_UFOTA_CAUSE_NETWORK},
    {FWD_TRANSFER_TLS, FWD_UFOTA_LOST, FWD_UFOTA_CAUSE_NETWORK},
    {FWD_TRANSFER_SERVER, FWD_UFOTA_LOST, FWD_UFOTA_CAUSE_NETWORK},
};

/* A connection that broke, or never was: it may be there again later. */
static bool comes_back(enum fwd_transfer_state state)
{
    return state == FWD_TRANSFER_CONNECT || state == FWD_TRANSFER_LOST ||
           state == FWD_TRANSFER_TIMEOUT || state == FWD_TRANSFER_STOPPED;
}

static void try_later(struct fwd_modem *m)
{
    fwd_ufota_stop(m, "interrupted", true);
    if (m->ufota.attempts >= ATTEMPTS) {
        fwd_ufota_fail(m, FWD_UFOTA_LOST, FWD_UFOTA_CAUSE_LOST);
        return;
    }
    m->ufota.step = FWD_UFOTA_STEP_AGAIN;
    fwd_modem_after(m, FWD_TIMER_UFOTA, fwd_modem_peer(m, waits_ms[m->ufota.attempts]));
    m->ufota.attempts++;
}

/* The server has no part of a file, or another file: all of it, then. */
static void try_whole(struct fwd_modem *m)
{
    bool whole = m->stored == 0;

    fwd_ufota_stop(m, "interrupted", false);
    if (whole) {
        fwd_ufota_fail(m, FWD_UFOTA_LOST, FWD_UFOTA_CAUSE_NETWORK);
        return;
    }
    m->ufota.step = FWD_UFOTA_STEP_AGAIN;
    m->ufota.resume = false;
    fwd_modem_after(m, FWD_TIMER_UFOTA, 0);
}

static void give_up(struct fwd_modem *m, enum fwd_transfer_state state)
{
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        if (ends[i].state == state) {
            fwd_ufota_fail(m, ends[i].result, ends[i].cause);
            return;
        }
    }
    fwd_ufota_fail(m, FWD_UFOTA_LOST, FWD_UFOTA_CAUSE_UNKNOWN);
}

void fwd_ufota_fetched(struct fwd_modem *m, const struct fwd_transfer_report *report)
{
    if (report->state == FWD_TRANSFER_DONE)
        fwd_ufota_complete(m);
    else if (report->state == FWD_TRANSFER_NO_RESUME)
        try_whole(m);
    else if (comes_back(report->state))
        try_later(m);
    else
        give_up(m, report->state);
}
