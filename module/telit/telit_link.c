/* How messages go: by SMS, or on a connection that the module opens. */
#include "module/telit/telit_internal.h"

#include <string.h>

void fwd_telit_begin_message(
    struct fwd_modem *m, struct fwd_telit_message *message, enum fwd_telit_type type, uint32_t id)
{
    fwd_telit_message_begin(message, type, id);
    (void)fwd_telit_message_set(message, "imei", m->store.imei);
}

bool fwd_telit_send_sms(
    struct fwd_modem *m, const char *to, const struct fwd_telit_message *message)
{
    char text[FWD_TELIT_SMS_MAX + 1];

    if (m->config.ota == NULL || to[0] == '\0' ||
        !fwd_telit_message_print(message, text, sizeof text))
        return false;
    fwd_modem_log_ota(m, "sms", "out", text);
    return m->config.ota->sms(m->config.ota->ctx, to, text);
}

bool fwd_telit_connect(struct fwd_modem *m, enum fwd_telit_step step)
{
    const struct fwd_modem_ota *ota = m->config.ota;
    const char *host = fwd_telit_job_text(m, "server");
    int64_t port = fwd_telit_job_number(m, "serverport", 0);

    if (step == FWD_TELIT_STEP_REGISTER || host[0] == '\0') {
        host = fwd_telit_text(m, "host");
        port = fwd_telit_number(m, "port", 0);
    }
    if (ota == NULL || !fwd_modem_online(m) || host[0] == '\0' || port < 1 || port > 65535)
        return false;
    m->telit.step = step;
    m->telit.connected = false;
    if (ota->connect(ota->ctx, host, (uint16_t)port))
        return true;
    m->telit.step = FWD_TELIT_STEP_NONE;
    return false;
}

void fwd_telit_send(struct fwd_modem *m, const struct fwd_telit_message *message)
{
    char line[FWD_TELIT_LINE_MAX + 1];

    if (!m->telit.connected || !fwd_telit_message_print(message, line, sizeof line))
        return;
    fwd_modem_log_ota(m, "tcp", "out", line);
    m->config.ota->send(m->config.ota->ctx, line);
}

void fwd_telit_hang_up(struct fwd_modem *m)
{
    if (m->config.ota != NULL)
        m->config.ota->close(m->config.ota->ctx);
    m->telit.connected = false;
}

void fwd_telit_connected(struct fwd_modem *m)
{
    struct fwd_telit_message hello;

    m->telit.connected = true;
    fwd_telit_begin_message(m, &hello, FWD_TELIT_HELLO, 0);
    (void)fwd_telit_message_set(&hello, "for",
        m->telit.step == FWD_TELIT_STEP_REGISTER ? "registration"
        : m->telit.step == FWD_TELIT_STEP_ASK    ? "update"
                                                 : "report");
    fwd_telit_send(m, &hello);
    if (m->telit.step == FWD_TELIT_STEP_REGISTER)
        fwd_telit_register_connected(m);
    else if (m->telit.step == FWD_TELIT_STEP_ASK)
        fwd_telit_ask_connected(m);
    else if (m->telit.step == FWD_TELIT_STEP_REPORT)
        fwd_telit_report_connected(m);
    else
        fwd_telit_hang_up(m);
}

void fwd_telit_line(struct fwd_modem *m, const char *line, size_t size)
{
    struct fwd_telit_message message;
    char text[FWD_TELIT_LINE_MAX + 1];

    if (fwd_telit_message_parse(&message, line, size) != FWD_TELIT_FINE)
        return; /* another version may know it */
    memcpy(text, line, size);
    text[size] = '\0';
    fwd_modem_log_ota(m, "tcp", "in", text);
    if (message.type == FWD_TELIT_REG_ACK && m->telit.step == FWD_TELIT_STEP_REGISTER)
        fwd_telit_acknowledged(m, &message);
    else if (message.type == FWD_TELIT_PROV)
        fwd_telit_provisioned(m, NULL, &message);
    else if (message.type == FWD_TELIT_PROG && m->telit.step == FWD_TELIT_STEP_ASK)
        fwd_telit_progress(m, &message);
}

void fwd_telit_closed(struct fwd_modem *m)
{
    enum fwd_telit_step step = m->telit.step;

    m->telit.connected = false;
    if (step == FWD_TELIT_STEP_REGISTER)
        fwd_telit_register_ended(m);
    else if (step == FWD_TELIT_STEP_ASK)
        fwd_telit_fail(m, 129);
    else if (step == FWD_TELIT_STEP_REPORT)
        fwd_telit_report_later(m);
}

bool fwd_telit_sms(struct fwd_modem *m, const char *from, const char *coding, const char *text)
{
    struct fwd_telit_message message;
    /* R201: which ones are the server's */
    bool ours = strcmp(coding, "7") == 0 || strcmp(coding, "8.0") == 0;
    enum fwd_telit_parsed parsed = fwd_telit_message_parse(&message, text, strlen(text));

    if (!ours || parsed == FWD_TELIT_OTHER)
        return false;
    if (parsed != FWD_TELIT_FINE)
        return true;
    fwd_modem_log_ota(m, "sms", "in", text);
    if (message.type == FWD_TELIT_REG_ACK)
        fwd_telit_acknowledged(m, &message);
    else if (message.type == FWD_TELIT_PROV)
        fwd_telit_provisioned(m, from, &message);
    else if (message.type == FWD_TELIT_CMD)
        fwd_telit_commanded(m, from, &message);
    return true;
}
