/* Voice calls, as far as it takes to see that there are none while the module is busy with itself
 * (R55): ATD<number>;, ATH, ATA, +CHUP, +CLCC. */
#include "module/at/at_command.h"

#include <string.h>

static enum fwd_at_answer dial(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    const struct fwd_at_param *number = fwd_at_param(call, 0);
    char text[FWD_AT_PARAMS_MAX * 4];
    size_t size = number->size;

    (void)port;
    if (!m->traits->calls)
        return FWD_AT_NOT_SUPPORTED;
    /* a call without ";" would be one of data: the network has none */
    if (size < 2 || number->text[size - 1] != ';' || !fwd_modem_online(m))
        return FWD_AT_NO_CARRIER;
    if (m->call[0] != '\0' || size >= sizeof m->call || !fwd_at_copy(number, text, sizeof text))
        return FWD_AT_NOT_ALLOWED;
    text[size - 1] = '\0';
    memcpy(m->call, text, size);
    return FWD_AT_OK;
}

static enum fwd_at_answer hang_up(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    (void)port, (void)call;
    m->call[0] = '\0';
    return FWD_AT_OK;
}

/* Nobody calls this module. */
static enum fwd_at_answer answer_call(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    (void)m, (void)port, (void)call;
    return FWD_AT_NO_CARRIER;
}

static enum fwd_at_answer list_calls(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    (void)call;
    if (m->call[0] != '\0')
        fwd_modem_linef(m, port, "+CLCC: 1,0,0,0,0,\"%s\",129", m->call);
    return FWD_AT_OK;
}

void fwd_at_call_drop(struct fwd_modem *m)
{
    if (m->call[0] == '\0')
        return;
    m->call[0] = '\0';
    fwd_modem_urc(m, "NO CARRIER");
}

static const struct fwd_at_command commands[] = {
    {"D", FWD_FAMILY_ALL | FWD_FAMILY_TELIT, FWD_AT_SET, {{FWD_AT_WORD, 0, 0, 31}}, NULL, dial},
    {"H", FWD_FAMILY_ALL | FWD_FAMILY_TELIT, FWD_AT_RUN | FWD_AT_SET, {{FWD_AT_NUMBER, 0, 1, 0}},
        NULL, hang_up},
    {"A", FWD_FAMILY_ALL | FWD_FAMILY_TELIT, FWD_AT_RUN, {{0}}, NULL, answer_call},
    {"+CHUP", FWD_FAMILY_ALL, FWD_AT_RUN | FWD_AT_TEST, {{0}}, NULL, hang_up},
    {"+CLCC", FWD_FAMILY_ALL | FWD_FAMILY_TELIT, FWD_AT_RUN | FWD_AT_TEST, {{0}}, NULL, list_calls},
};

const struct fwd_at_table fwd_at_call = {commands, sizeof commands / sizeof *commands};
