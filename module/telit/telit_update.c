/* An update, from consent to report (R194..R196, R204, R206, R263). */
#include "module/telit/telit_internal.h"

#include <string.h>

#define GENERIC 129u /* u-blox's code for what has no other one */
#define NO_FILE 144u

static bool by_tcp(const struct fwd_modem *m)
{
    return json_is_true(json_object_get(fwd_telit_job(m), "tcp"));
}

static bool is_test(const struct fwd_modem *m)
{
    return strcmp(fwd_telit_job_text(m, "op"), "test") == 0;
}

static uint32_t id_of(const struct fwd_modem *m)
{
    return (uint32_t)fwd_telit_job_number(m, "id", 0);
}

/* ---- begin ----------------------------------------------------------------------------------- */

/* By TCP the AT interface stands still until the end, by SMS only while flash is written. */
static void freeze(struct fwd_modem *m, bool frozen)
{
    enum fwd_port_mode from = frozen ? FWD_PORT_MODE_COMMAND : FWD_PORT_MODE_BUSY;

    for (int i = 0; i < FWD_PORTS; i++) {
        if (m->ports[i].mode == from)
            m->ports[i].mode = frozen ? FWD_PORT_MODE_BUSY : FWD_PORT_MODE_COMMAND;
    }
}

static void begin_download(struct fwd_modem *m);

static void begin_now(struct fwd_modem *m)
{
    m->telit.step = FWD_TELIT_STEP_NONE;
    fwd_telit_close_all(m);
    if (!by_tcp(m)) {
        begin_download(m);
        return;
    }
    if (!is_test(m)) {
        fwd_telit_halt_script(m);
        freeze(m, true);
    }
    if (!fwd_telit_connect(m, FWD_TELIT_STEP_ASK))
        fwd_telit_fail(m, GENERIC);
}

void fwd_telit_begin_soon(struct fwd_modem *m)
{
    if (m->telit.step == FWD_TELIT_STEP_BEGIN) {
        begin_now(m);
        return;
    }
    m->telit.step = FWD_TELIT_STEP_BEGIN;
    fwd_modem_after(m, FWD_TIMER_OTA_STEP, 0);
}

/* A Command is acknowledged; a request of the host's own has nothing to acknowledge. */
void fwd_telit_ask_connected(struct fwd_modem *m)
{
    struct fwd_telit_message ack;

    fwd_modem_after(m, FWD_TIMER_OTA_STEP, fwd_modem_peer(m, FWD_TELIT_ANSWER_MS));
    if (id_of(m) == 0)
        return;
    fwd_telit_begin_message(m, &ack, FWD_TELIT_CMD_ACK, id_of(m));
    (void)fwd_telit_message_set(&ack, "answer", "accepted");
    fwd_telit_send(m, &ack);
}

/* The server says where the package is, or that there is none. */
void fwd_telit_progress(struct fwd_modem *m, const struct fwd_telit_message *message)
{
    static const char *const names[] = {"host", "path", "user", "pass"};
    json_t *job = fwd_telit_job(m);

    fwd_modem_stop(m, FWD_TIMER_OTA_STEP);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        (void)json_object_set_new(
            job, names[i], json_string(fwd_telit_message_get(message, names[i], "")));
    (void)json_object_set_new(
        job, "port", json_integer(fwd_telit_message_number(message, "port", 0)));
    (void)json_object_set_new(job, "id", json_integer(message->id));
    begin_download(m);
}

/* ---- download -------------------------------------------------------------------------------- */

static bool sink(void *ctx, const uint8_t *data, size_t size)
{
    return fwd_modem_inbox_write(ctx, data, size);
}

/* R204, R262: what the bearer needs. CSD when a number was provisioned. */
static bool has_bearer(const struct fwd_modem *m)
{
    bool csd = fwd_telit_text(m, "csd")[0] != '\0' && !by_tcp(m);
    const char *class = fwd_modem_store_get(&m->store, "+CGCLASS", "\"B\"");
    bool attach = fwd_modem_store_get(&m->store, "#AUTOATT", "1")[0] == '1';

    return fwd_modem_online(m) &&
           (csd ? strstr(class, "CG") == NULL : attach && strstr(class, "CC") == NULL);
}

static bool start(struct fwd_modem *m)
{
    struct fwd_transfer_request request = {.scheme = FWD_TRANSFER_FTP,
        .host = fwd_telit_job_text(m, "host"),
        .path = fwd_telit_job_text(m, "path"),
        .port = (uint16_t)fwd_telit_job_number(m, "port", 0),
        .sink = sink,
        .ctx = m,
        .max_size = fwd_modem_package_room(m)};
    const char *user = fwd_telit_job_text(m, "user");

    if (user[0] != '\0') {
        request.user = user;
        request.password = fwd_telit_job_text(m, "pass");
    }
    return m->config.fetcher != NULL && m->config.fetcher->start(m->config.fetcher->ctx, &request);
}

/* The server hears that the package is there. By SMS this message is Progress, by TCP its Ack. */
static void send_downloaded(struct fwd_modem *m)
{
    struct fwd_telit_message message;

    fwd_telit_begin_message(m, &message, by_tcp(m) ? FWD_TELIT_PROG_ACK : FWD_TELIT_PROG, id_of(m));
    (void)fwd_telit_message_set(&message, "state", "downloaded");
    if (by_tcp(m))
        fwd_telit_send(m, &message);
    else
        (void)fwd_telit_send_sms(m, fwd_telit_job_text(m, "from"), &message);
}

static void end(struct fwd_modem *m, unsigned code)
{
    (void)json_object_set_new(fwd_telit_job(m), "result", json_integer(code));
    (void)json_object_set_new(fwd_telit_job(m), "told", json_integer(1));
    fwd_modem_save(m);
    freeze(m, false);
    fwd_telit_report(m);
}

static void begin_download(struct fwd_modem *m)
{
    if (is_test(m)) { /* R197: the same messages, and nothing else */
        send_downloaded(m);
        end(m, FWD_TELIT_OK);
        return;
    }
    if (fwd_telit_job_text(m, "path")[0] == '\0' || !has_bearer(m)) {
        fwd_telit_fail(m, fwd_telit_job_text(m, "path")[0] == '\0' ? NO_FILE : GENERIC);
        return;
    }
    m->telit.step = FWD_TELIT_STEP_DOWNLOAD;
    fwd_modem_save(m);
    fwd_telit_say(m, "Start Fw Download");
    if (!fwd_modem_inbox_open(m, 0)) {
        fwd_modem_inbox_close(m, false);
        fwd_telit_fail(m, 230);
        return;
    }
    fwd_modem_begin(m, FWD_METHOD_SERVER, FWD_PORT_UART);
    fwd_modem_log_transfer(m, "begin");
    if (!start(m))
        fwd_telit_fail(m, GENERIC);
}

void fwd_telit_fail(struct fwd_modem *m, unsigned code)
{
    if (m->running == FWD_METHOD_SERVER) {
        if (m->config.fetcher != NULL)
            m->config.fetcher->cancel(m->config.fetcher->ctx);
        fwd_modem_inbox_close(m, false);
        fwd_modem_end(m, "failed");
    }
    m->telit.step = FWD_TELIT_STEP_NONE;
    fwd_telit_say(m, "OTA FW Upgrade Failed");
    end(m, code);
}

static void install(struct fwd_modem *m)
{
    send_downloaded(m);
    fwd_telit_hang_up(m);
    m->telit.step = FWD_TELIT_STEP_NONE;
    m->store.pending = FWD_PENDING_INSTALL;
    fwd_modem_save(m);
    fwd_modem_reset(m, "update");
}

void fwd_telit_fetched(struct fwd_modem *m, const struct fwd_transfer_report *report)
{
    if (report->state != FWD_TRANSFER_DONE) {
        fwd_telit_fail(m, report->state == FWD_TRANSFER_NO_FILE     ? NO_FILE
                          : report->state == FWD_TRANSFER_TOO_LARGE ? 180u
                                                                    : GENERIC);
        return;
    }
    fwd_telit_say(m, "Fw Download Complete");
    enum fwd_reason reason = fwd_modem_inbox_commit(m, FWD_METHOD_SERVER, 0);
    if (m->power != FWD_MODEM_ON)
        return;
    if (reason != FWD_OK) {
        fwd_telit_fail(m, fwd_profile_code(m->profile, reason, false));
        return;
    }
    fwd_modem_inbox_close(m, false);
    fwd_modem_end(m, "complete");
    install(m);
}

/* ---- report ---------------------------------------------------------------------------------- */

static void compose_final(struct fwd_modem *m, struct fwd_telit_message *message)
{
    char result[8], version[FWD_VERSION_MAX + 1];
    unsigned code = (unsigned)fwd_telit_job_number(m, "result", GENERIC) % 1000u;

    result[0] = (char)('0' + code / 100);
    result[1] = (char)('0' + code / 10 % 10);
    result[2] = (char)('0' + code % 10);
    result[3] = '\0';
    fwd_modem_version(m, version);
    fwd_telit_begin_message(m, message, FWD_TELIT_FINAL, id_of(m));
    (void)fwd_telit_message_set(message, "result", result);
    (void)fwd_telit_message_set(message, "sw", version);
}

static void reported(struct fwd_modem *m)
{
    bool updated = fwd_telit_job_number(m, "result", 0) == FWD_TELIT_OK && !is_test(m);

    m->telit.step = FWD_TELIT_STEP_NONE;
    fwd_telit_job_end(m);
    if (updated)
        fwd_telit_say(m, "Server notified about successfull FW Upgrade");
}

void fwd_telit_report_connected(struct fwd_modem *m)
{
    struct fwd_telit_message message;

    compose_final(m, &message);
    fwd_telit_send(m, &message);
    fwd_telit_hang_up(m);
    reported(m);
}

void fwd_telit_report_later(struct fwd_modem *m)
{
    m->telit.step = FWD_TELIT_STEP_NONE;
    fwd_modem_after(m, FWD_TIMER_OTA_STEP, fwd_modem_peer(m, FWD_TELIT_AGAIN_MS));
}

/* By TCP always on a connection of its own, but after a test or a failure on the one that is there.
 */
void fwd_telit_report(struct fwd_modem *m)
{
    struct fwd_telit_message message;

    if (!fwd_modem_online(m))
        return; /* R206: it may lack its PIN; the network's coming back brings us here again */
    if (by_tcp(m) && m->telit.connected) {
        fwd_telit_report_connected(m);
    } else if (by_tcp(m)) {
        if (!fwd_telit_connect(m, FWD_TELIT_STEP_REPORT))
            fwd_telit_report_later(m);
    } else {
        compose_final(m, &message);
        if (fwd_telit_send_sms(m, fwd_telit_job_text(m, "from"), &message))
            reported(m);
        else
            fwd_telit_report_later(m);
    }
}
