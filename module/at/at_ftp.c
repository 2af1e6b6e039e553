/* FTP: +UFTP, +UFTPC, +UFTPER (R123..R134). */
#include "module/at/at_command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STATUS_STEP 102400u /* bytes from one status line to the next */

enum ftp_setting {
    FTP_ADDRESS,
    FTP_NAME,
    FTP_USER,
    FTP_PASSWORD,
    FTP_ACCOUNT,
    FTP_TIMEOUT,
    FTP_MODE,
    FTP_PORT
};

/* ---- +UFTP ----------------------------------------------------------------------------------- */

/* What a value may be, by op code. */
static const struct {
    enum fwd_at_kind kind;
    int64_t min, max;
    const char *value; /* factory */
} settings[FWD_MODEM_FTP_SETTINGS] = {
    [FTP_ADDRESS] = {FWD_AT_TEXT, 0, 0, ""},
    [FTP_NAME] = {FWD_AT_TEXT, 0, 0, ""},
    [FTP_USER] = {FWD_AT_TEXT, 0, 0, ""},
    [FTP_PASSWORD] = {FWD_AT_TEXT, 0, 0, ""},
    [FTP_ACCOUNT] = {FWD_AT_TEXT, 0, 0, ""},
    [FTP_TIMEOUT] = {FWD_AT_NUMBER, 1, 65535, "180"},
    [FTP_MODE] = {FWD_AT_NUMBER, 0, 1, "0"},
    [FTP_PORT] = {FWD_AT_NUMBER, 1, 65535, "21"},
};

static bool known(const struct fwd_modem *m, int64_t op)
{
    return op < (int64_t)FWD_MODEM_FTP_SETTINGS && settings[op].kind != 0 &&
           (op != FTP_ACCOUNT || m->traits->ftp_account);
}

static const char *value_of(const struct fwd_modem *m, enum ftp_setting op)
{
    return m->ftp[op][0] != '\0' ? m->ftp[op] : settings[op].value;
}

static void list_settings(struct fwd_modem *m, enum fwd_port port)
{
    for (int op = 0; op < (int)FWD_MODEM_FTP_SETTINGS; op++) {
        const char *quote = settings[op].kind == FWD_AT_TEXT ? "\"" : "";
        if (known(m, op) && op != FTP_PASSWORD) /* is never shown */
            fwd_modem_linef(
                m, port, "+UFTP: %d,%s%s%s", op, quote, value_of(m, (enum ftp_setting)op), quote);
    }
}

static enum fwd_at_answer configure(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    int64_t op = fwd_at_param(call, 0)->value;
    const struct fwd_at_param *value = fwd_at_param(call, 1);

    if (call->form == FWD_AT_READ) {
        list_settings(m, port);
        return FWD_AT_OK;
    }
    if (!known(m, op))
        return FWD_AT_PARAMETERS;
    if (value->kind == FWD_AT_EMPTY) {
        m->ftp[op][0] = '\0'; /* the factory's again */
        return FWD_AT_OK;
    }
    if (value->kind != settings[op].kind ||
        (value->kind == FWD_AT_NUMBER &&
            (value->value < settings[op].min || value->value > settings[op].max)) ||
        !fwd_at_copy(value, m->ftp[op], sizeof m->ftp[op]))
        return FWD_AT_PARAMETERS;
    if (op == FTP_ADDRESS || op == FTP_NAME)
        m->ftp[op == FTP_ADDRESS ? FTP_NAME : FTP_ADDRESS][0] = '\0'; /* alternatives */
    return FWD_AT_OK;
}

/* ---- transfers ------------------------------------------------------------------------------- */

static bool sink(void *ctx, const uint8_t *data, size_t size)
{
    struct fwd_modem *m = ctx;

    return fwd_modem_inbox_write(m, data, size);
}

/* NULL when no server is configured. */
static const char *server(const struct fwd_modem *m)
{
    const char *host =
        value_of(m, FTP_NAME)[0] != '\0' ? value_of(m, FTP_NAME) : value_of(m, FTP_ADDRESS);
    return host[0] != '\0' ? host : NULL;
}

static uint32_t peer_ms(const struct fwd_modem *m)
{
    uint32_t ms = (uint32_t)atoi(value_of(m, FTP_TIMEOUT)) * 1000u;

    return m->config.scale > 1 ? ms / m->config.scale : ms;
}

static struct fwd_transfer_request request(struct fwd_modem *m)
{
    const char *account = value_of(m, FTP_ACCOUNT), *user = value_of(m, FTP_USER);

    return (struct fwd_transfer_request){.scheme = FWD_TRANSFER_FTP,
        .host = server(m),
        .port = (uint16_t)atoi(value_of(m, FTP_PORT)),
        .user = user[0] != '\0' ? user : NULL,
        .password = value_of(m, FTP_PASSWORD),
        .account = account[0] != '\0' ? account : NULL,
        .active = value_of(m, FTP_MODE)[0] == '0',
        .connect_ms = peer_ms(m),
        .idle_ms = peer_ms(m),
        .sink = sink,
        .ctx = m};
}

static bool start(struct fwd_modem *m, const struct fwd_transfer_request *r)
{
    return fwd_modem_online(m) && m->config.fetcher != NULL && r->host != NULL &&
           m->config.fetcher->start(m->config.fetcher->ctx, r);
}

static enum fwd_at_answer log_in(struct fwd_modem *m, enum fwd_port port)
{
    static const struct fwd_transfer_report nowhere = {.state = FWD_TRANSFER_CONNECT};
    struct fwd_transfer_request r = request(m);
    bool online = fwd_modem_online(m);

    r.login_only = true;
    if (m->ftp_login || m->login || m->running != FWD_METHOD_NONE || r.host == NULL ||
        (online && !start(m, &r)))
        return FWD_AT_NOT_ALLOWED;
    m->login = true;
    if (online)
        return FWD_AT_OK;
    fwd_modem_line(m, port, "OK");
    fwd_at_ftp_done(m, &nowhere); /* R134 */
    return FWD_AT_LATER;
}

static enum fwd_at_answer log_out(struct fwd_modem *m, enum fwd_port port)
{
    if (!m->ftp_login)
        return FWD_AT_NOT_ALLOWED;
    m->ftp_login = false;
    m->config.fetcher->hang_up(m->config.fetcher->ctx);
    fwd_modem_line(m, port, "OK");
    fwd_modem_urc(m, "+UUFTPCR: 0,1");
    return FWD_AT_LATER;
}

/* ---- +UFTPC=100 ------------------------------------------------------------------------------ */

/* Only whole pages are certain to be in the flash (R129). */
static uint64_t resume_point(const struct fwd_modem *m)
{
    return fwd_modem_inbox_size(m) / FWD_PAGE_BYTES * FWD_PAGE_BYTES;
}

static enum fwd_at_answer begin_download(
    struct fwd_modem *m, enum fwd_port port, const char *path, bool resume)
{
    if (fwd_at_refused(m, FWD_USE_FTP))
        return FWD_AT_IN_USE;
    if (!m->ftp_login || m->login || (resume && strcmp(path, m->store.resume_name) != 0))
        return FWD_AT_NOT_ALLOWED; /* R125, R130 */
    uint64_t offset = resume ? resume_point(m) : 0;
    if (!fwd_modem_inbox_open(m, offset)) {
        fwd_modem_inbox_close(m, false);
        return FWD_AT_MEMORY;
    }
    fwd_modem_begin(m, FWD_METHOD_FTP, port);
    m->stored = offset;
    m->told = offset;
    memcpy(m->path, path, strlen(path) + 1);
    if (m->traits->ftp_resumes)
        memcpy(m->store.resume_name, path, strlen(path) + 1);
    fwd_modem_save(m);
    fwd_modem_log_transfer(m, "begin");
    m->ports[port].mode = FWD_PORT_MODE_BUSY;
    fwd_modem_after(m, FWD_TIMER_FETCH, m->traits->ftp_start_ms);
    return FWD_AT_LATER;
}

void fwd_at_ftp_ready(struct fwd_modem *m)
{
    struct fwd_transfer_report lost = {.state = FWD_TRANSFER_CONNECT};
    struct fwd_transfer_request r = request(m);

    r.path = m->path;
    r.offset = m->stored;
    r.max_size = fwd_modem_package_room(m);
    fwd_at_finish(m, m->running_port, FWD_AT_OK);
    if (!start(m, &r))
        fwd_at_ftp_done(m, &lost);
}

/* R128, R131: what is cancelled cannot be resumed; the line that tells it takes its time. */
static enum fwd_at_answer cancel_download(struct fwd_modem *m, const char *path)
{
    if (m->running != FWD_METHOD_FTP || strcmp(path, m->path) != 0 ||
        m->due[FWD_TIMER_CANCEL] != UINT64_MAX)
        return FWD_AT_NOT_ALLOWED;
    m->config.fetcher->cancel(m->config.fetcher->ctx);
    m->store.resume_name[0] = '\0';
    fwd_modem_save(m);
    fwd_modem_after(m, FWD_TIMER_CANCEL, m->traits->ftp_cancel_ms);
    return FWD_AT_OK;
}

void fwd_at_ftp_cancelled(struct fwd_modem *m)
{
    m->ftp_error = (struct fwd_transfer_error){8, 40};
    fwd_modem_inbox_close(m, false);
    fwd_modem_end(m, "cancelled");
    fwd_modem_urc(m, "+UUFTPCR: 100,0");
}

static enum fwd_at_answer package(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    char path[FWD_STORE_NAME_MAX];
    const struct fwd_at_param *how = fwd_at_param(call, 2);

    if (fwd_at_param(call, 1)->kind != FWD_AT_TEXT ||
        !fwd_at_copy(fwd_at_param(call, 1), path, sizeof path) || path[0] == '\0' ||
        (how->kind != FWD_AT_EMPTY && !m->traits->ftp_resumes))
        return FWD_AT_PARAMETERS;
    if (how->kind == FWD_AT_NUMBER && how->value == 0)
        return cancel_download(m, path);
    return begin_download(m, port, path, how->kind == FWD_AT_NUMBER);
}

static enum fwd_at_answer command(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    int64_t op = fwd_at_param(call, 0)->value;

    if (op == 100)
        return package(m, port, call);
    if (fwd_at_refused(m, op == 6 || op == 7 ? FWD_USE_LINK : FWD_USE_FTP_OTHER))
        return FWD_AT_IN_USE;
    if (op == 0)
        return log_out(m, port);
    if (op == 1)
        return log_in(m, port);
    return FWD_AT_NOT_SUPPORTED;
}

/* ---- results --------------------------------------------------------------------------------- */

/* R132: <stored> counts whole pages. */
void fwd_at_ftp_status(struct fwd_modem *m)
{
    uint64_t stored = m->stored / FWD_PAGE_BYTES * FWD_PAGE_BYTES;
    uint64_t next =
        m->told == 0 ? FWD_PAGE_BYTES : m->told / STATUS_STEP * STATUS_STEP + STATUS_STEP;

    if (!m->traits->ftp_status || m->total == 0 || stored < next)
        return;
    m->told = stored;
    fwd_modem_urc(
        m, "+UUFTPCR: 100, %llu / %llu", (unsigned long long)stored, (unsigned long long)m->total);
}

static void logged_in(struct fwd_modem *m, bool done)
{
    m->login = false;
    m->ftp_login = done;
    fwd_modem_urc(m, "+UUFTPCR: 1,%d", done ? 1 : 0);
}

static void stored(struct fwd_modem *m)
{
    char md5[FWD_MD5_TEXT] = "";
    bool whole =
        fwd_modem_inbox_md5(m, md5) && fwd_modem_inbox_commit(m, FWD_METHOD_FTP, 0) == FWD_OK;

    if (m->power != FWD_MODEM_ON)
        return;
    fwd_modem_inbox_close(m, false);
    fwd_modem_end(m, whole ? "complete" : "failed");
    if (whole && m->traits->md5)
        fwd_modem_urc(m, "+UUFTPCR: 100,1,\"%s\"", md5);
    else
        fwd_modem_urc(m, "+UUFTPCR: 100,%d", whole ? 1 : 0);
}

void fwd_at_ftp_done(struct fwd_modem *m, const struct fwd_transfer_report *report)
{
    bool done = report->state == FWD_TRANSFER_DONE;

    m->ftp_error = fwd_transfer_error(FWD_TRANSFER_FTP, report);
    if (m->login) {
        logged_in(m, done);
        return;
    }
    if (done) {
        stored(m);
        return;
    }
    fwd_modem_inbox_close(m, m->store.resume_name[0] != '\0');
    fwd_modem_end(m, "failed");
    fwd_modem_urc(m, "+UUFTPCR: 100,0");
}

static enum fwd_at_answer error(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    (void)call;
    fwd_modem_linef(
        m, port, "+UFTPER: %u,%u", (unsigned)m->ftp_error.class, (unsigned)m->ftp_error.code);
    return FWD_AT_OK;
}

/* ---- the commands ---------------------------------------------------------------------------- */

#define FAMILIES (FWD_FAMILY_R4 | FWD_FAMILY_R6 | FWD_FAMILY_R5) /* R135 */
#define OPTION   (FWD_AT_NUMBER | FWD_AT_EMPTY)

static const struct fwd_at_command commands[] = {
    {"+UFTP", FAMILIES, FWD_AT_SET | FWD_AT_READ | FWD_AT_TEST,
        {{FWD_AT_NUMBER, 0, 99, 0}, {OPTION | FWD_AT_TEXT, 0, 0, 0}, {FWD_AT_EMPTY, 0, 0, 0}},
        "(0-7)", configure},
    {"+UFTPC", FAMILIES, FWD_AT_SET | FWD_AT_TEST,
        {{FWD_AT_NUMBER, 0, 100, 0}, {FWD_AT_TEXT | FWD_AT_EMPTY, 0, 0, FWD_STORE_NAME_MAX - 1},
            {OPTION, 0, 1, 0}},
        "(0,1,100)", command},
    {"+UFTPER", FAMILIES, FWD_AT_RUN | FWD_AT_TEST, {{0}}, NULL, error},
};

const struct fwd_at_table fwd_at_ftp = {commands, sizeof commands / sizeof *commands};
