/* HTTP: +UHTTP, +UHTTPC, +UHTTPER (R136..R140). */
#include "module/at/at_command.h"

#include <stdlib.h>
#include <string.h>

enum http_setting {
    HTTP_ADDRESS,
    HTTP_NAME,
    HTTP_USER,
    HTTP_PASSWORD,
    HTTP_AUTHENTICATION,
    HTTP_PORT,
    HTTP_SECURE
};

/* ---- +UHTTP ---------------------------------------------------------------------------------- */

static const struct {
    enum fwd_at_kind kind;
    int64_t min, max;
    const char *value; /* factory */
} settings[FWD_MODEM_HTTP_SETTINGS] = {
    [HTTP_ADDRESS] = {FWD_AT_TEXT, 0, 0, ""},
    [HTTP_NAME] = {FWD_AT_TEXT, 0, 0, ""},
    [HTTP_USER] = {FWD_AT_TEXT, 0, 0, ""},
    [HTTP_PASSWORD] = {FWD_AT_TEXT, 0, 0, ""},
    [HTTP_AUTHENTICATION] = {FWD_AT_NUMBER, 0, 1, "0"},
    [HTTP_PORT] = {FWD_AT_NUMBER, 1, 65535, ""},
    [HTTP_SECURE] = {FWD_AT_NUMBER, 0, 1, "0"},
};

static const char *value_of(const struct fwd_modem *m, uint32_t profile, enum http_setting op)
{
    const char *value = m->http[profile][op];

    return value[0] != '\0' ? value : settings[op].value;
}

static bool secure(const struct fwd_modem *m, uint32_t profile)
{
    return value_of(m, profile, HTTP_SECURE)[0] == '1';
}

static void show(struct fwd_modem *m, enum fwd_port port, uint32_t profile, enum http_setting op)
{
    const char *quote = settings[op].kind == FWD_AT_TEXT ? "\"" : "";
    const char *value = op == HTTP_PASSWORD ? "" : value_of(m, profile, op); /* is never shown */

    if (op == HTTP_PORT && value[0] == '\0')
        value = secure(m, profile) ? "443" : "80";
    fwd_modem_linef(
        m, port, "+UHTTP: %u,%d,%s%s%s", (unsigned)profile, (int)op, quote, value, quote);
}

static enum fwd_at_answer configure(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    uint32_t profile = (uint32_t)fwd_at_param(call, 0)->value;
    int64_t op = fwd_at_param(call, 1)->value;
    const struct fwd_at_param *value = fwd_at_param(call, 2);

    if (call->count == 1) {
        memset(m->http[profile], 0, sizeof m->http[profile]);
        return FWD_AT_OK;
    }
    if (fwd_at_param(call, 1)->kind != FWD_AT_NUMBER)
        return FWD_AT_PARAMETERS;
    if (call->count == 2) {
        show(m, port, profile, (enum http_setting)op);
        return FWD_AT_OK;
    }
    if (value->kind != settings[op].kind ||
        (value->kind == FWD_AT_NUMBER &&
            (value->value < settings[op].min || value->value > settings[op].max)) ||
        !fwd_at_copy(value, m->http[profile][op], sizeof m->http[profile][op]))
        return FWD_AT_PARAMETERS;
    return FWD_AT_OK;
}

/* ---- +UHTTPC=<p>,100 ------------------------------------------------------------------------- */

static bool sink(void *ctx, const uint8_t *data, size_t size)
{
    return fwd_modem_inbox_write(ctx, data, size);
}

/* The name counts when there is one; else the address. */
static const char *server(const struct fwd_modem *m, uint32_t profile)
{
    const char *name = value_of(m, profile, HTTP_NAME);

    return name[0] != '\0' ? name : value_of(m, profile, HTTP_ADDRESS);
}

static struct fwd_transfer_request request(struct fwd_modem *m, uint32_t profile)
{
    const char *user = value_of(m, profile, HTTP_USER);

    return (struct fwd_transfer_request){
        .scheme = secure(m, profile) ? FWD_TRANSFER_HTTPS : FWD_TRANSFER_HTTP,
        .host = server(m, profile),
        .port = (uint16_t)atoi(value_of(m, profile, HTTP_PORT)),
        .user = user[0] != '\0' ? user : NULL,
        .password = value_of(m, profile, HTTP_PASSWORD),
        .path = m->path,
        .max_size = fwd_modem_package_room(m),
        .sink = sink,
        .ctx = m};
}

static enum fwd_at_answer command(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    uint32_t profile = (uint32_t)fwd_at_param(call, 0)->value;

    if (fwd_at_param(call, 1)->value != 100)
        return FWD_AT_NOT_SUPPORTED;
    if (fwd_at_refused(m, FWD_USE_HTTP))
        return FWD_AT_IN_USE;
    if (m->login || server(m, profile)[0] == '\0' || m->config.fetcher == NULL)
        return FWD_AT_NOT_ALLOWED;
    if (!fwd_at_copy(fwd_at_param(call, 2), m->path, sizeof m->path) || m->path[0] != '/')
        return FWD_AT_PARAMETERS;
    if (!fwd_modem_inbox_open(m, 0)) {
        fwd_modem_inbox_close(m, false);
        return FWD_AT_MEMORY;
    }
    fwd_modem_begin(m, FWD_METHOD_HTTP, port);
    m->http_profile = profile;
    fwd_modem_log_transfer(m, "begin");
    struct fwd_transfer_request r = request(m, profile);
    fwd_modem_line(m, port, "OK");
    if (!fwd_modem_online(m) || !m->config.fetcher->start(m->config.fetcher->ctx, &r)) {
        const struct fwd_transfer_report failed = {.state = FWD_TRANSFER_CONNECT};
        fwd_at_http_done(m, &failed);
    }
    return FWD_AT_LATER;
}

/* ---- results --------------------------------------------------------------------------------- */

void fwd_at_http_done(struct fwd_modem *m, const struct fwd_transfer_report *report)
{
    uint32_t profile = m->http_profile;
    enum fwd_transfer_scheme scheme = secure(m, profile) ? FWD_TRANSFER_HTTPS : FWD_TRANSFER_HTTP;
    char md5[FWD_MD5_TEXT] = "";
    bool whole = report->state == FWD_TRANSFER_DONE && fwd_modem_inbox_md5(m, md5) &&
                 fwd_modem_inbox_commit(m, FWD_METHOD_HTTP, 0) == FWD_OK;

    if (m->power != FWD_MODEM_ON)
        return;
    m->http_error[profile] = fwd_transfer_error(scheme, report);
    fwd_modem_inbox_close(m, false);
    fwd_modem_end(m, whole ? "complete" : "failed");
    if (whole)
        fwd_modem_urc(m, "+UUHTTPCR: %u,100,1,%u,\"%s\"", (unsigned)profile, report->reply, md5);
    else
        fwd_modem_urc(
            m, "+UUHTTPCR: %u,100,0%s", (unsigned)profile, m->traits->http_status ? ",0" : "");
}

static enum fwd_at_answer error(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    uint32_t profile = (uint32_t)fwd_at_param(call, 0)->value;

    fwd_modem_linef(m, port, "+UHTTPER: %u,%u,%u", (unsigned)profile,
        (unsigned)m->http_error[profile].class, (unsigned)m->http_error[profile].code);
    return FWD_AT_OK;
}

/* ---- the commands ---------------------------------------------------------------------------- */

#define FAMILIES (FWD_FAMILY_R6 | FWD_FAMILY_R5) /* R135, R140 */
#define PROFILE                                                                                    \
    {                                                                                              \
        FWD_AT_NUMBER, 0, FWD_MODEM_HTTP_PROFILES - 1, 0                                           \
    }
#define OPTION (FWD_AT_NUMBER | FWD_AT_EMPTY)

static const struct fwd_at_command commands[] = {
    {"+UHTTP", FAMILIES, FWD_AT_SET | FWD_AT_TEST,
        {PROFILE, {OPTION, 0, FWD_MODEM_HTTP_SETTINGS - 1, 0}, {OPTION | FWD_AT_TEXT, 0, 0, 0}},
        "(0-3),(0-6)", configure},
    {"+UHTTPC", FAMILIES, FWD_AT_SET | FWD_AT_TEST,
        {PROFILE, {FWD_AT_NUMBER, 0, 100, 0}, {FWD_AT_TEXT, 0, 0, FWD_STORE_NAME_MAX - 1}},
        "(0-3),(100)", command},
    {"+UHTTPER", FAMILIES, FWD_AT_SET | FWD_AT_TEST, {PROFILE}, "(0-3)", error},
};

const struct fwd_at_table fwd_at_http = {commands, sizeof commands / sizeof *commands};
