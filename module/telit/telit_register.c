/* Remote registration, and what happens when the SIM is another one (R190..R192, R200). */
#include "module/telit/telit_internal.h"

#include <stdio.h>
#include <string.h>

void fwd_telit_describe(struct fwd_modem *m, struct fwd_telit_message *message)
{
    char plmn[6], version[FWD_VERSION_MAX + 1];

    (void)snprintf(plmn, sizeof plmn, "%.5s", m->store.imsi);
    fwd_modem_version(m, version);
    (void)fwd_telit_message_set(message, "num", m->store.number);
    (void)fwd_telit_message_set(message, "model", m->traits->model);
    (void)fwd_telit_message_set(message, "imsi", m->store.imsi);
    (void)fwd_telit_message_set(message, "plmn", plmn);
    (void)fwd_telit_message_set(message, "sw", version);
}

static void compose(struct fwd_modem *m, struct fwd_telit_message *message)
{
    fwd_telit_begin_message(m, message, FWD_TELIT_REG, 0);
    fwd_telit_describe(m, message);
}

/* Until it is acknowledged, it is sent again after each start (R191). */
static void wait_for(struct fwd_modem *m, const char *way)
{
    fwd_telit_set_text(m, "waiting", way);
    fwd_modem_save(m);
}

static void send_sms(struct fwd_modem *m)
{
    struct fwd_telit_message message;

    compose(m, &message);
    (void)fwd_telit_send_sms(m, fwd_telit_text(m, "server"), &message);
}

/* ---- what the host wants --------------------------------------------------------------------- */

bool fwd_telit_register_sms(struct fwd_modem *m, const char *number)
{
    if (number[0] == '\0') {
        fwd_telit_set_number(m, "automatic", 0);
        fwd_modem_save(m);
        return true;
    }
    fwd_telit_set_text(m, "server", number);
    fwd_telit_set_number(m, "automatic", 1);
    wait_for(m, "sms");
    if (fwd_modem_online(m))
        send_sms(m);
    return true;
}

bool fwd_telit_register_tcp(
    struct fwd_modem *m, const char *host, uint16_t port, const char *own_number)
{
    if (m->telit.step != FWD_TELIT_STEP_NONE || !fwd_modem_online(m))
        return false;
    fwd_telit_set_text(m, "host", host);
    fwd_telit_set_number(m, "port", port);
    fwd_telit_set_number(m, "automatic", 1);
    if (own_number[0] != '\0')
        (void)snprintf(m->store.number, sizeof m->store.number, "%s", own_number);
    wait_for(m, "tcp");
    fwd_telit_close_all(m);
    (void)fwd_telit_connect(m, FWD_TELIT_STEP_REGISTER);
    return true;
}

/* ---- what comes of it ------------------------------------------------------------------------ */

void fwd_telit_register_connected(struct fwd_modem *m)
{
    struct fwd_telit_message message;

    compose(m, &message);
    fwd_telit_send(m, &message);
}

void fwd_telit_register_ended(struct fwd_modem *m)
{
    m->telit.step = FWD_TELIT_STEP_NONE;
}

void fwd_telit_acknowledged(struct fwd_modem *m, const struct fwd_telit_message *message)
{
    const char *server = fwd_telit_message_get(message, "sms", "");

    if (m->telit.step == FWD_TELIT_STEP_REGISTER) {
        fwd_telit_hang_up(m);
        fwd_telit_register_ended(m);
    }
    if (fwd_telit_text(m, "waiting")[0] == '\0')
        return;
    fwd_telit_set_text(m, "waiting", "");
    fwd_telit_set_number(m, "registered", 1);
    fwd_telit_set_text(m, "imsi", m->store.imsi);
    if (server[0] != '\0')
        fwd_telit_set_text(m, "server", server);
    fwd_modem_save(m);
    fwd_telit_say(m, "Registered");
}

/* ---- by itself ------------------------------------------------------------------------------- */

/* R192: always by SMS, whichever way it was registered before. */
static bool sim_changed(const struct fwd_modem *m)
{
    return fwd_telit_number(m, "registered", 0) != 0 && fwd_telit_number(m, "automatic", 1) != 0 &&
           strcmp(fwd_telit_text(m, "imsi"), m->store.imsi) != 0;
}

void fwd_telit_register_again(struct fwd_modem *m)
{
    const char *waiting = fwd_telit_text(m, "waiting");

    if (m->telit.step != FWD_TELIT_STEP_NONE)
        return;
    if (strcmp(waiting, "tcp") == 0) {
        (void)fwd_telit_connect(m, FWD_TELIT_STEP_REGISTER);
    } else if (waiting[0] != '\0') {
        send_sms(m);
    } else if (sim_changed(m)) {
        wait_for(m, "sms");
        send_sms(m);
    }
}

void fwd_telit_register_forced(struct fwd_modem *m, const char *server)
{
    fwd_telit_set_text(m, "server", server);
    wait_for(m, "sms");
    send_sms(m);
}
