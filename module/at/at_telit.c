/* Telit: #OTASNAP, #OTASNAPIPCFG, #OTASNAPIP, #OTAIPCFG, #OTAIPUPD, #OTASUAN, and what an update in
 * progress does not let through (R148, R190..R202). */
#include "module/at/at_command.h"
#include "module/telit/telit.h"

#include <string.h>

#define NUMBER_MAX 20u
#define TEXT_MAX   100u

static bool is_number(const char *text)
{
    return strspn(text, "+0123456789") == strlen(text);
}

/* ---- registration ---------------------------------------------------------------------------- */

static enum fwd_at_answer register_sms(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    char number[NUMBER_MAX + 1];

    (void)port;
    if (!fwd_at_copy(fwd_at_param(call, 0), number, sizeof number) || !is_number(number))
        return FWD_AT_PARAMETERS;
    return fwd_telit_register_sms(m, number) ? FWD_AT_OK : FWD_AT_NOT_ALLOWED;
}

static enum fwd_at_answer bearer(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    char apn[TEXT_MAX + 1], user[TEXT_MAX + 1], password[TEXT_MAX + 1];

    if (call->form == FWD_AT_READ) {
        if (fwd_telit_text(m, "apn")[0] != '\0')
            fwd_modem_linef(m, port, "#OTASNAPIPCFG: %d,\"%s\",\"%s\"",
                (int)fwd_telit_number(m, "bearer", 2), fwd_telit_text(m, "apn"),
                fwd_telit_text(m, "user"));
        return FWD_AT_OK;
    }
    if (!fwd_at_copy(fwd_at_param(call, 1), apn, sizeof apn) ||
        !fwd_at_copy(fwd_at_param(call, 2), user, sizeof user) ||
        !fwd_at_copy(fwd_at_param(call, 3), password, sizeof password))
        return FWD_AT_PARAMETERS;
    fwd_telit_set_number(m, "bearer", fwd_at_param(call, 0)->value);
    fwd_telit_set_text(m, "apn", apn);
    fwd_telit_set_text(m, "user", user);
    fwd_telit_set_text(m, "password", password);
    fwd_modem_save(m);
    return FWD_AT_OK;
}

/* An address as it is, or in quotes. */
static bool take_host(const struct fwd_at_call *call, char host[TEXT_MAX + 1])
{
    return fwd_at_copy(fwd_at_param(call, 1), host, TEXT_MAX + 1) && host[0] != '\0' &&
           strpbrk(host, " /\"") == NULL;
}

static enum fwd_at_answer register_tcp(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    char host[TEXT_MAX + 1], number[NUMBER_MAX + 1];
    int64_t at = fwd_at_param(call, 0)->value;

    (void)port;
    if (!take_host(call, host) || !fwd_at_copy(fwd_at_param(call, 2), number, sizeof number) ||
        !is_number(number))
        return FWD_AT_PARAMETERS;
    return fwd_telit_register_tcp(m, host, (uint16_t)at, number) ? FWD_AT_OK : FWD_AT_NOT_ALLOWED;
}

/* ---- updates by TCP -------------------------------------------------------------------------- */

static enum fwd_at_answer server(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    char host[TEXT_MAX + 1];

    if (call->form == FWD_AT_READ) {
        if (fwd_telit_text(m, "host")[0] != '\0')
            fwd_modem_linef(m, port, "#OTAIPCFG: %d,\"%s\"", (int)fwd_telit_number(m, "port", 0),
                fwd_telit_text(m, "host"));
        return FWD_AT_OK;
    }
    if (!take_host(call, host))
        return FWD_AT_PARAMETERS;
    fwd_telit_set_text(m, "host", host);
    fwd_telit_set_number(m, "port", fwd_at_param(call, 0)->value);
    fwd_modem_save(m);
    return FWD_AT_OK;
}

static enum fwd_at_answer update(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    if (call->form == FWD_AT_READ) {
        fwd_modem_linef(m, port, "#OTAIPUPD: %d", fwd_telit_busy(m) ? 1 : 0);
        return FWD_AT_OK;
    }
    return fwd_telit_update(m) ? FWD_AT_OK : FWD_AT_NOT_ALLOWED;
}

/* ---- the host's say -------------------------------------------------------------------------- */

static enum fwd_at_answer answer(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    const struct fwd_at_param *yes = fwd_at_param(call, 0), *mode = fwd_at_param(call, 1);

    if (call->form == FWD_AT_READ) {
        fwd_modem_linef(m, port, "#OTASUAN: ,%d,%d", (int)fwd_telit_number(m, "mode", 2),
            (int)fwd_telit_number(m, "bfr", 0));
        return FWD_AT_OK;
    }
    if (yes->kind != FWD_AT_EMPTY && !fwd_telit_answer(m, yes->value == 1))
        return FWD_AT_NOT_ALLOWED; /* nobody has asked: nothing changes */
    if (mode->kind == FWD_AT_NUMBER) {
        bool flush = fwd_at_param(call, 2)->value == 1;
        fwd_telit_set_number(m, "bfr", flush ? 1 : 0);
        fwd_telit_events(m, (unsigned)mode->value, !flush);
    }
    return yes->kind != FWD_AT_EMPTY || mode->kind == FWD_AT_NUMBER ? FWD_AT_OK : FWD_AT_PARAMETERS;
}

/* ---- what an update does not let through ----------------------------------------------------- */

/* R148. value: only with this first parameter; -1: with any. */
static const struct {
    const char *name;
    int value;
} inhibited[] = {
    {"#GPRS", -1},
    {"#SGACT", -1},
    {"+CGATT", -1},
    {"+CGACT", -1},
    {"D", -1},
    {"+COPS", 2},
    {"+CFUN", 4},
    {"+CGCLASS", -1},
};

bool fwd_at_telit_inhibits(const struct fwd_modem *m, const struct fwd_at_call *call)
{
    if (!fwd_telit_is(m) || !fwd_telit_inhibits(m) || call->form != FWD_AT_SET)
        return false;
    for (size_t i = 0; i < sizeof inhibited / sizeof *inhibited; i++) {
        if (strcmp(inhibited[i].name, call->name) == 0)
            return inhibited[i].value < 0 || inhibited[i].value == fwd_at_param(call, 0)->value;
    }
    return false;
}

/* ---- the commands ---------------------------------------------------------------------------- */

#define TELIT FWD_FAMILY_TELIT
#define PORT                                                                                       \
    {                                                                                              \
        FWD_AT_NUMBER, 1, 65535, 0                                                                 \
    }
#define HOST                                                                                       \
    {                                                                                              \
        FWD_AT_TEXT | FWD_AT_WORD, 0, 0, TEXT_MAX                                                  \
    }
#define TEXT_OR_NONE                                                                               \
    {                                                                                              \
        FWD_AT_TEXT | FWD_AT_EMPTY, 0, 0, TEXT_MAX                                                 \
    }
#define OPTION(to)                                                                                 \
    {                                                                                              \
        FWD_AT_NUMBER | FWD_AT_EMPTY, 0, to, 0                                                     \
    }

static const struct fwd_at_command commands[] = {
    {"#OTASNAP", TELIT, FWD_AT_SET | FWD_AT_TEST, {{FWD_AT_TEXT, 0, 0, NUMBER_MAX}}, NULL,
        register_sms},
    {"#OTASNAPIPCFG", TELIT, FWD_AT_SET | FWD_AT_READ | FWD_AT_TEST,
        {{FWD_AT_NUMBER, 0, 2, 0}, {FWD_AT_TEXT, 0, 0, TEXT_MAX}, TEXT_OR_NONE, TEXT_OR_NONE},
        "(0-2)", bearer},
    {"#OTASNAPIP", TELIT, FWD_AT_SET | FWD_AT_TEST, {PORT, HOST, TEXT_OR_NONE}, "(1-65535)",
        register_tcp},
    {"#OTAIPCFG", TELIT, FWD_AT_SET | FWD_AT_READ | FWD_AT_TEST, {PORT, HOST}, "(1-65535)", server},
    {"#OTAIPUPD", TELIT, FWD_AT_RUN | FWD_AT_READ | FWD_AT_TEST, {{0}}, NULL, update},
    {"#OTASUAN", TELIT, FWD_AT_SET | FWD_AT_READ | FWD_AT_TEST, {OPTION(1), OPTION(2), OPTION(1)},
        "(0,1),(0-2),(0,1)", answer},
};

const struct fwd_at_table fwd_at_telit = {commands, sizeof commands / sizeof *commands};
