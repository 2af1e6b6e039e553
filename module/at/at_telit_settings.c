/* Telit: parameters that an update keeps, and those that it does not (R86, R233); and what stands
 * in for a host's use of the network: contexts, sockets, FTP sessions, a script. Those are marks
 * that an update clears (R149, R234); no byte goes over them. */
#include "module/at/at_command.h"
#include "module/telit/telit.h"

#include <stdio.h>
#include <string.h>

/* ---- parameters ------------------------------------------------------------------------------ */

/* The value as it was given; which ones an update keeps is the family's data. */
static enum fwd_at_answer setting(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    char value[FWD_STORE_SET_MAX + 1];

    if (call->form == FWD_AT_READ) {
        const char *text = fwd_modem_store_get(&m->store, call->name, NULL);
        if (text != NULL)
            fwd_modem_linef(m, port, "%s: %s", call->name, text);
        return FWD_AT_OK;
    }
    if (call->raw_size == 0 || call->raw_size > FWD_STORE_SET_MAX ||
        memchr(call->raw, 0, call->raw_size) != NULL)
        return FWD_AT_PARAMETERS;
    memcpy(value, call->raw, call->raw_size);
    value[call->raw_size] = '\0';
    if (!fwd_modem_store_set(&m->store, call->name, value))
        return FWD_AT_PARAMETERS;
    fwd_modem_save(m);
    return FWD_AT_OK;
}

/* On from the factory: an update by GPRS needs it (R262). */
static enum fwd_at_answer auto_attach(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    if (call->form == FWD_AT_READ) {
        fwd_modem_linef(m, port, "#AUTOATT: %s", fwd_modem_store_get(&m->store, "#AUTOATT", "1"));
        return FWD_AT_OK;
    }
    return setting(m, port, call);
}

/* "B", "CG", "CC": what the module may be attached for. */
static enum fwd_at_answer class_of(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    const struct fwd_at_param *class = fwd_at_param(call, 0);

    if (call->form == FWD_AT_READ) {
        fwd_modem_linef(
            m, port, "+CGCLASS: %s", fwd_modem_store_get(&m->store, "+CGCLASS", "\"B\""));
        return FWD_AT_OK;
    }
    if (!fwd_at_is(class, "B") && !fwd_at_is(class, "CG") && !fwd_at_is(class, "CC"))
        return FWD_AT_PARAMETERS;
    return setting(m, port, call);
}

/* ---- marks ----------------------------------------------------------------------------------- */

static void show_bits(struct fwd_modem *m, enum fwd_port port, const char *name, uint8_t bits)
{
    for (int i = 1; i <= 6; i++)
        fwd_modem_linef(m, port, "%s: %d,%d", name, i, bits >> i & 1);
}

static enum fwd_at_answer context(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    if (call->form == FWD_AT_READ) {
        show_bits(m, port, "#SGACT", m->telit.contexts);
        return FWD_AT_OK;
    }
    uint8_t bit = (uint8_t)(1u << fwd_at_param(call, 0)->value);
    if (fwd_at_param(call, 1)->value == 0) {
        m->telit.contexts &= (uint8_t)~bit;
        return FWD_AT_OK;
    }
    if (!fwd_modem_online(m))
        return FWD_AT_NOT_ALLOWED;
    m->telit.contexts |= bit;
    fwd_modem_line(m, port, "#SGACT: 10.64.1.2");
    return FWD_AT_OK;
}

static enum fwd_at_answer gprs(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    if (call->form == FWD_AT_READ) {
        fwd_modem_linef(m, port, "#GPRS: %d", m->telit.gprs ? 1 : 0);
        return FWD_AT_OK;
    }
    bool on = fwd_at_param(call, 0)->value == 1;
    if (on && !fwd_modem_online(m))
        return FWD_AT_NOT_ALLOWED;
    m->telit.gprs = on;
    if (on)
        fwd_modem_line(m, port, "+IP: 10.64.1.2");
    return FWD_AT_OK;
}

/* #SD opens, #SH shuts, #SS shows. */
static enum fwd_at_answer open_socket(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    (void)port;
    if (m->telit.contexts == 0)
        return FWD_AT_NOT_ALLOWED;
    m->telit.sockets |= (uint8_t)(1u << fwd_at_param(call, 0)->value);
    return FWD_AT_OK;
}

static enum fwd_at_answer shut_socket(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    (void)port;
    m->telit.sockets &= (uint8_t) ~(1u << fwd_at_param(call, 0)->value);
    return FWD_AT_OK;
}

static enum fwd_at_answer show_sockets(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    (void)call;
    show_bits(m, port, "#SS", m->telit.sockets);
    return FWD_AT_OK;
}

static enum fwd_at_answer open_ftp(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    (void)port, (void)call;
    if (m->telit.contexts == 0 && !m->telit.gprs)
        return FWD_AT_NOT_ALLOWED;
    m->telit.ftp = true;
    return FWD_AT_OK;
}

static enum fwd_at_answer close_ftp(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    bool open = m->telit.ftp;

    (void)port, (void)call;
    m->telit.ftp = false;
    return open ? FWD_AT_OK : FWD_AT_NOT_ALLOWED;
}

/* The script of #ESCRIPT: nothing is interpreted, the log says when it runs and when it is halted.
 */
static enum fwd_at_answer run_script(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    (void)port, (void)call;
    if (fwd_modem_store_get(&m->store, "#ESCRIPT", NULL) == NULL)
        return FWD_AT_NOT_ALLOWED;
    if (!m->telit.script)
        fwd_modem_log_script(m, "running");
    m->telit.script = true;
    return FWD_AT_OK;
}

/* ---- the commands ---------------------------------------------------------------------------- */

#define TELIT FWD_FAMILY_TELIT
#define ANY                                                                                        \
    {                                                                                              \
        FWD_AT_EMPTY | FWD_AT_NUMBER | FWD_AT_TEXT | FWD_AT_WORD, 0, 0, 0                          \
    }
#define CONTEXT                                                                                    \
    {                                                                                              \
        FWD_AT_NUMBER, 1, 6, 0                                                                     \
    }
#define ON_OFF                                                                                     \
    {                                                                                              \
        FWD_AT_NUMBER, 0, 1, 0                                                                     \
    }
#define SETTING(name)                                                                              \
    {                                                                                              \
        name, TELIT, FWD_AT_SET | FWD_AT_READ | FWD_AT_TEST | FWD_AT_WHOLE, {{0}}, NULL, setting   \
    }

static const struct fwd_at_command commands[] = {
    SETTING("#ESCRIPT"),
    SETTING("#STARTMODESCR"),
    SETTING("#CMUXSCR"),
    SETTING("#BND"),
    SETTING("#AUTOBND"),
    SETTING("#ENS"),
    SETTING("#SMSMODE"),
    SETTING("#SELINT"),
    SETTING("#COPSMODE"),
    SETTING("#ENHSIM"),
    SETTING("#SMSATRUNCFG"),
    SETTING("#SMSATWL"),
    SETTING("#TCPATRUNCFG"),
    SETTING("#TCPATRUNFRWL"),
    SETTING("#TCPATRUNAUTH"),
    SETTING("#GSMCONT"),
    SETTING("#DNS"),
    SETTING("#SGACTCFG"),
    SETTING("#SKTSAV"),
    SETTING("#SKTRST"),
    SETTING("#SCFG"),
    SETTING("#SCFGEXT"),
    SETTING("#STIA"),
    SETTING("#PORTCFG"),
    SETTING("+WS46"),
    SETTING("#ENAEVMONI"),
    SETTING("#ENAEVMONICFG"),
    SETTING("#EVMONI"),
    {"#AUTOATT", TELIT, FWD_AT_SET | FWD_AT_READ | FWD_AT_TEST, {ON_OFF}, "(0,1)", auto_attach},
    SETTING("#USERID"),
    SETTING("#PASSW"),
    SETTING("+CNMI"),
    SETTING("+CMGF"),
    {"+CGCLASS", TELIT, FWD_AT_SET | FWD_AT_READ | FWD_AT_TEST, {{FWD_AT_TEXT, 0, 0, 2}},
        "(\"B\",\"CG\",\"CC\")", class_of},
    {"#SGACT", TELIT, FWD_AT_SET | FWD_AT_READ | FWD_AT_TEST, {CONTEXT, ON_OFF}, "(1-6),(0,1)",
        context},
    {"#GPRS", TELIT, FWD_AT_SET | FWD_AT_READ | FWD_AT_TEST, {ON_OFF}, "(0,1)", gprs},
    {"#SD", TELIT, FWD_AT_SET | FWD_AT_TEST, {CONTEXT, ANY, ANY, ANY, ANY, ANY, ANY}, NULL,
        open_socket},
    {"#SH", TELIT, FWD_AT_SET | FWD_AT_TEST, {CONTEXT}, "(1-6)", shut_socket},
    {"#SS", TELIT, FWD_AT_RUN | FWD_AT_READ | FWD_AT_TEST, {{0}}, NULL, show_sockets},
    {"#FTPOPEN", TELIT, FWD_AT_SET | FWD_AT_TEST, {ANY, ANY, ANY, ANY}, NULL, open_ftp},
    {"#FTPCLOSE", TELIT, FWD_AT_RUN | FWD_AT_TEST, {{0}}, NULL, close_ftp},
    {"#EXECSCR", TELIT, FWD_AT_RUN | FWD_AT_TEST, {{0}}, NULL, run_script},
};

const struct fwd_at_table fwd_at_telit_settings = {commands, sizeof commands / sizeof *commands};
