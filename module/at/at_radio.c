/* Radio and network: +CFUN, +COPS, +CREG, +CGREG, +CEREG, +CGATT, +CSQ, +CPWROFF. */
#include "module/at/at_command.h"
#include "module/ufota/ufota.h"

#include <string.h>

/* ---- on and off ------------------------------------------------------------------------------ */

static enum fwd_at_answer functionality(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    int64_t level = fwd_at_param(call, 0)->value;

    if (call->form == FWD_AT_READ) {
        fwd_modem_linef(m, port, "+CFUN: %u", (unsigned)m->cfun);
        return FWD_AT_OK;
    }
    bool ryz = m->traits->family == FWD_FAMILY_RYZ;
    if (ryz && level == 1 && fwd_at_param(call, 1)->value == 1)
        m->sequans.full = true;
    if ((!ryz && (level == 15 || level == 16)) ||
        (level == 1 && fwd_at_param(call, 1)->value == 1)) {
        fwd_ufota_host_resets(m);
        return FWD_AT_RESET;
    }
    if (level != 0 && level != 1 && level != 4 && !(ryz && level == 5))
        return FWD_AT_PARAMETERS;
    m->cfun = (uint32_t)level;
    fwd_modem_network(m);
    return FWD_AT_OK;
}

/* ---- the operator ---------------------------------------------------------------------------- */

static const char *const operator_names[] = {"\"fwdelta\"", "\"fwdelta\"", "\"00101\""};

static void show_operator(struct fwd_modem *m, enum fwd_port port)
{
    if (fwd_modem_online(m))
        fwd_modem_linef(m, port, "+COPS: %u,%u,%s,7",
            (unsigned)fwd_modem_store_u32(&m->store, "+COPS", 0), (unsigned)m->operator_form,
            operator_names[m->operator_form]);
    else
        fwd_modem_linef(m, port, "+COPS: %d", m->detached ? 2 : 0);
}

static enum fwd_at_answer operator_choice(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    int64_t mode = fwd_at_param(call, 0)->value;
    const struct fwd_at_param *form = fwd_at_param(call, 1);

    if (call->form == FWD_AT_READ) {
        show_operator(m, port);
        return FWD_AT_OK;
    }
    if (mode == 3 && form->kind != FWD_AT_NUMBER)
        return FWD_AT_PARAMETERS;
    if (form->kind == FWD_AT_NUMBER)
        m->operator_form = (uint8_t)form->value;
    if (mode != 3) {
        m->detached = mode == 2;
        if (m->traits->family == FWD_FAMILY_TELIT && mode < 2) { /* R86: it keeps its choice */
            (void)fwd_modem_store_set(&m->store, "+COPS", mode == 1 ? "1" : "0");
            fwd_modem_save(m);
        }
        fwd_modem_network(m);
    }
    return FWD_AT_OK;
}

/* ---- registration ---------------------------------------------------------------------------- */

static uint8_t *lines_of(struct fwd_modem *m, const char *name)
{
    return &m->registration_lines[strcmp(name, "+CREG") == 0 ? 0 : name[2] == 'G' ? 1 : 2];
}

static enum fwd_at_answer registration(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    uint8_t *lines = lines_of(m, call->name);
    bool cell = *lines >= 2 && fwd_modem_online(m);

    if (call->form == FWD_AT_READ)
        fwd_modem_linef(m, port, "%s: %u,%u%s", call->name, (unsigned)*lines,
            fwd_modem_registration(m), cell ? "," FWD_MODEM_CELL : "");
    else
        *lines = (uint8_t)fwd_at_param(call, 0)->value;
    return FWD_AT_OK;
}

static enum fwd_at_answer attach(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    if (call->form == FWD_AT_READ) {
        fwd_modem_linef(m, port, "+CGATT: %d", fwd_modem_online(m) ? 1 : 0);
        return FWD_AT_OK;
    }
    m->detached = fwd_at_param(call, 0)->value == 0;
    fwd_modem_network(m);
    return FWD_AT_OK;
}

static enum fwd_at_answer signal_quality(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    (void)call;
    fwd_modem_line(m, port, fwd_modem_online(m) ? "+CSQ: 20,99" : "+CSQ: 99,99");
    return FWD_AT_OK;
}

/* A cell of LTE, in the words of +UCGED=2 and 5, and of SARA-R5's only form. */
static enum fwd_at_answer cell(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    bool r4 = m->traits->family == FWD_FAMILY_R4;
    int64_t mode = fwd_at_param(call, 0)->value;

    if (call->form == FWD_AT_SET) {
        m->cell_form = (uint8_t)mode;
        return mode == 0 || mode == 2 || (r4 && mode == 5) ? FWD_AT_OK : FWD_AT_PARAMETERS;
    }
    if (m->cell_form == 5) {
        fwd_modem_line(m, port, "+RSRP: 111,2525,\"-085.00\"");
        fwd_modem_line(m, port, "+RSRQ: 111,2525,\"-09.00\"");
        return FWD_AT_OK;
    }
    fwd_modem_line(m, port, "+UCGED: 2");
    fwd_modem_line(m, port, r4 ? "6,001,01" : "4,4,001,01");
    fwd_modem_line(m, port,
        r4 ? "2525,5,50,50,0001,111,-85,-9,131,-1,3,255,128,\"01A2D001\""
           : "2525,5,50,50,0001,01a2d001,111,00000000,8001,01,56,22,13.75,3,1,10,56,-50,-6,0,255,"
             "255,0");
    return FWD_AT_OK;
}

static enum fwd_at_answer last_cause(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    (void)call;
    fwd_modem_line(m, port, "+CEER: \"No cause information available\"");
    return FWD_AT_OK;
}

static enum fwd_at_answer power_off(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    (void)m, (void)port, (void)call;
    return FWD_AT_OFF;
}

/* ---- the commands ---------------------------------------------------------------------------- */

#define SET_READ_TEST (FWD_AT_SET | FWD_AT_READ | FWD_AT_TEST)
#define OPTION        (FWD_AT_NUMBER | FWD_AT_EMPTY)
#define ALL           FWD_FAMILY_ALL
#define ANY                                                                                        \
    {                                                                                              \
        FWD_AT_EMPTY | FWD_AT_NUMBER | FWD_AT_TEXT | FWD_AT_WORD, 0, 0, 0                          \
    }

static const struct fwd_at_command commands[] = {
    {"+CFUN", FWD_FAMILY_ANY, SET_READ_TEST, {{FWD_AT_NUMBER, 0, 127, 0}, {OPTION, 0, 1, 0}},
        "(0,1,4,15,16),(0,1)", functionality},
    {"+COPS", FWD_FAMILY_ANY, SET_READ_TEST,
        {{FWD_AT_NUMBER, 0, 4, 0}, {OPTION, 0, 2, 0}, ANY, ANY},
        "(2,\"fwdelta\",\"fwdelta\",\"00101\",7),,(0-4),(0-2)", operator_choice},
    {"+CREG", FWD_FAMILY_ANY, SET_READ_TEST, {{FWD_AT_NUMBER, 0, 2, 0}}, "(0-2)", registration},
    {"+CGREG", FWD_FAMILY_ANY, SET_READ_TEST, {{FWD_AT_NUMBER, 0, 2, 0}}, "(0-2)", registration},
    {"+CEREG", FWD_FAMILY_ANY, SET_READ_TEST, {{FWD_AT_NUMBER, 0, 5, 0}}, "(0-5)", registration},
    {"+CGATT", FWD_FAMILY_ANY, SET_READ_TEST, {{FWD_AT_NUMBER, 0, 1, 0}}, "(0,1)", attach},
    {"+UCGED", ALL, SET_READ_TEST, {{FWD_AT_NUMBER, 0, 5, 0}}, "(0,2)", cell},
    {"+CEER", ALL, FWD_AT_RUN | FWD_AT_TEST, {{0}}, NULL, last_cause},
    {"+CPWROFF", ALL, FWD_AT_RUN | FWD_AT_TEST, {{0}}, NULL, power_off},
    {"+CSQ", FWD_FAMILY_ANY, FWD_AT_RUN | FWD_AT_TEST, {{0}}, "(0-31,99),(0-7,99)", signal_quality},
};

const struct fwd_at_table fwd_at_radio = {commands, sizeof commands / sizeof *commands};
