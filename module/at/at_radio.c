/* Radio and network: +CFUN, +COPS, +CREG, +CGREG, +CEREG, +CGATT, +CGDCONT, +CGPADDR, +CGACT, +CSQ.
 */
#include "module/at/at_command.h"
#include "module/ufota/ufota.h"

#include <stdio.h>
#include <string.h>

#define CONTEXTS 8 /* cid 1..8 */

/* ---- on and off ------------------------------------------------------------------------------ */

static enum fwd_at_answer functionality(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    int64_t level = fwd_at_param(call, 0)->value;

    if (call->form == FWD_AT_READ) {
        fwd_modem_linef(m, port, "+CFUN: %u", (unsigned)m->cfun);
        return FWD_AT_OK;
    }
    if (level == 15 || level == 16 || (level == 1 && fwd_at_param(call, 1)->value == 1)) {
        fwd_ufota_host_resets(m);
        return FWD_AT_RESET;
    }
    if (level != 0 && level != 1 && level != 4)
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
        fwd_modem_linef(m, port, "+COPS: 0,%u,%s,7", (unsigned)m->operator_form,
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

/* ---- contexts -------------------------------------------------------------------------------- */

static void name_of(int cid, char name[32])
{
    snprintf(name, 32, cid == 1 ? "+CGDCONT" : "+CGDCONT/%d", cid);
}

/* R256: what the operator's profile of SARA-R4 brings along. */
static const char *operators_context(const struct fwd_modem *m, int cid)
{
    static const char *const verizon[] = {"\"IPV4V6\",\"VZWINTERNET\"", "\"IPV4V6\",\"VZWADMIN\""};
    bool has = m->traits->family == FWD_FAMILY_R4 && m->store.mno == 3 && cid <= 2;

    return has ? verizon[cid - 1] : "";
}

/* The first has an address while the module is registered; the one for the server's client has one
 * while that client is. */
static bool has_address(const struct fwd_modem *m, int cid)
{
    const struct fwd_modem_lwm2m *lwm2m = m->config.lwm2m;

    if (cid == 2 && operators_context(m, cid)[0] != '\0')
        return lwm2m != NULL && lwm2m->registered(lwm2m->ctx, fwd_ufota_server_id(m));
    return fwd_modem_online(m) && cid == 1;
}

static void show_context(struct fwd_modem *m, enum fwd_port port, int cid)
{
    char name[32], address[24] = "";

    name_of(cid, name);
    const char *value = fwd_modem_store_get(&m->store, name, operators_context(m, cid));
    if (value[0] == '\0')
        return;
    if (has_address(m, cid))
        snprintf(address, sizeof address, "10.64.%d.2", cid);
    fwd_modem_linef(m, port, "+CGDCONT: %d,%s,\"%s\",0,0,0,0", cid, value, address);
}

static enum fwd_at_answer contexts(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    char type[16] = "IP", apn[128] = "", name[32], value[160];

    if (call->form == FWD_AT_READ) {
        for (int cid = 1; cid <= CONTEXTS; cid++)
            show_context(m, port, cid);
        return FWD_AT_OK;
    }
    if (!fwd_at_copy(fwd_at_param(call, 1), type, sizeof type) ||
        !fwd_at_copy(fwd_at_param(call, 2), apn, sizeof apn))
        return FWD_AT_PARAMETERS;
    name_of((int)fwd_at_param(call, 0)->value, name);
    if (call->count == 1)
        value[0] = '\0'; /* undefined again */
    else
        snprintf(value, sizeof value, "\"%s\",\"%s\"", type[0] != '\0' ? type : "IP", apn);
    if (!fwd_modem_store_set(&m->store, name, value))
        return FWD_AT_PARAMETERS;
    fwd_modem_save(m);
    return FWD_AT_OK;
}

static enum fwd_at_answer addresses(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    int64_t wanted = fwd_at_param(call, 0)->value;

    for (int cid = 1; cid <= CONTEXTS; cid++) {
        if (has_address(m, cid) && (call->count == 0 || wanted == cid))
            fwd_modem_linef(m, port, "+CGPADDR: %d,10.64.%d.2", cid, cid);
    }
    return FWD_AT_OK;
}

static enum fwd_at_answer activation(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    for (int cid = 1; cid <= CONTEXTS && call->form == FWD_AT_READ; cid++) {
        if (has_address(m, cid))
            fwd_modem_linef(m, port, "+CGACT: %d,1", cid);
    }
    if (call->form == FWD_AT_SET && !fwd_modem_online(m))
        return FWD_AT_NOT_ALLOWED;
    return FWD_AT_OK;
}

/* ---- the commands ---------------------------------------------------------------------------- */

#define SET_READ_TEST (FWD_AT_SET | FWD_AT_READ | FWD_AT_TEST)
#define OPTION        (FWD_AT_NUMBER | FWD_AT_EMPTY)
#define ALL           FWD_FAMILY_ALL
#define ANY                                                                                        \
    {                                                                                              \
        FWD_AT_EMPTY | FWD_AT_NUMBER | FWD_AT_TEXT | FWD_AT_WORD, 0, 0, 0                          \
    }
#define TEXT                                                                                       \
    {                                                                                              \
        FWD_AT_TEXT | FWD_AT_EMPTY, 0, 0, 100                                                      \
    }

static const struct fwd_at_command commands[] = {
    {"+CFUN", ALL, SET_READ_TEST, {{FWD_AT_NUMBER, 0, 127, 0}, {OPTION, 0, 1, 0}},
        "(0,1,4,15,16),(0,1)", functionality},
    {"+COPS", ALL, SET_READ_TEST, {{FWD_AT_NUMBER, 0, 4, 0}, {OPTION, 0, 2, 0}, ANY, ANY},
        "(2,\"fwdelta\",\"fwdelta\",\"00101\",7),,(0-4),(0-2)", operator_choice},
    {"+CREG", ALL, SET_READ_TEST, {{FWD_AT_NUMBER, 0, 2, 0}}, "(0-2)", registration},
    {"+CGREG", ALL, SET_READ_TEST, {{FWD_AT_NUMBER, 0, 2, 0}}, "(0-2)", registration},
    {"+CEREG", ALL, SET_READ_TEST, {{FWD_AT_NUMBER, 0, 5, 0}}, "(0-5)", registration},
    {"+CGATT", ALL, SET_READ_TEST, {{FWD_AT_NUMBER, 0, 1, 0}}, "(0,1)", attach},
    {"+CGDCONT", ALL, SET_READ_TEST,
        {{FWD_AT_NUMBER, 1, CONTEXTS, 0}, TEXT, TEXT, ANY, ANY, ANY, ANY, ANY},
        "(1-8),\"IP\",,,(0),(0)", contexts},
    {"+CGPADDR", ALL, FWD_AT_RUN | FWD_AT_SET | FWD_AT_TEST, {{OPTION, 1, CONTEXTS, 0}}, "(1-8)",
        addresses},
    {"+CGACT", ALL, SET_READ_TEST, {{FWD_AT_NUMBER, 0, 1, 0}, {OPTION, 1, CONTEXTS, 0}}, "(0,1)",
        activation},
    {"+CSQ", ALL, FWD_AT_RUN | FWD_AT_TEST, {{0}}, "(0-31,99),(0-7,99)", signal_quality},
};

const struct fwd_at_table fwd_at_radio = {commands, sizeof commands / sizeof *commands};
