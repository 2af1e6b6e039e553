/* Contexts of the packet network, and the profiles of the module's own clients on top of them:
 * +CGDCONT, +CGPADDR, +CGACT, +CGCONTRDP, +UAUTHREQ, +CGAUTH, +UPSD, +UPSDA, +UPSND. */
#include "module/at/at_command.h"
#include "module/ufota/ufota.h"

#include <stdio.h>
#include <string.h>

#define CONTEXTS 8 /* cid 1..8 */

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

/* What the network gave: bearer, address and mask, gateway, name servers. */
static enum fwd_at_answer dynamic_parameters(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    int64_t wanted = fwd_at_param(call, 0)->value;
    char name[32];

    for (int cid = 1; cid <= CONTEXTS; cid++) {
        if (!has_address(m, cid) || (call->count > 0 && wanted != cid))
            continue;
        name_of(cid, name);
        const char *apn = strchr(fwd_modem_store_get(&m->store, name, "\"IP\",\"\""), ',');
        fwd_modem_linef(m, port,
            "+CGCONTRDP: %d,5%s,\"10.64.%d.2.255.255.255.0\",\"10.64.%d.1\",\"10.64.0.1\"", cid,
            apn != NULL ? apn : ",\"\"", cid, cid);
    }
    return FWD_AT_OK;
}

/* Every name and password is good. */
static enum fwd_at_answer authentication(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    (void)m, (void)port, (void)call;
    return FWD_AT_OK;
}

/* ---- profiles of the module's clients -------------------------------------------------------- */

#define OP_APN     1
#define OP_CONTEXT 100
#define OP_ADDRESS 0
#define OP_STATUS  8

static unsigned context_of(const struct fwd_modem *m, int64_t profile)
{
    return m->client_cids[profile] != 0 ? m->client_cids[profile] : 1;
}

/* +UPSD=<profile>,<op>[,<value>]; everything but the context is only held. */
static enum fwd_at_answer client_profile(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    const struct fwd_at_param *value = fwd_at_param(call, 2);
    int profile = (int)fwd_at_param(call, 0)->value, op = (int)fwd_at_param(call, 1)->value;
    char name[32], text[FWD_MODEM_VALUE_MAX + 1];

    snprintf(name, sizeof name, "+UPSD=%d,%d", profile, op);
    if (call->count < 3) {
        const char *empty = op == OP_APN ? "\"\"" : "0";
        if (op == OP_CONTEXT)
            fwd_modem_linef(m, port, "+UPSD: %d,%d,%u", profile, op, context_of(m, profile));
        else
            fwd_modem_linef(m, port, "+UPSD: %d,%d,%s", profile, op,
                fwd_modem_store_held(&m->store, name, empty));
        return FWD_AT_OK;
    }
    if (op == OP_CONTEXT && (value->kind != FWD_AT_NUMBER || value->value < 1 || value->value > 8))
        return FWD_AT_PARAMETERS;
    if (op == OP_CONTEXT)
        m->client_cids[profile] = (uint8_t)value->value;
    const char *quote = value->kind == FWD_AT_TEXT ? "\"" : "";
    snprintf(text, sizeof text, "%s%.*s%s", quote, (int)value->size, value->text, quote);
    return fwd_modem_store_hold(&m->store, name, text) ? FWD_AT_OK : FWD_AT_PARAMETERS;
}

/* +UPSDA=<profile>,<action>: 0 resets, 1 stores, 2 loads, 3 activates, 4 deactivates it. */
static enum fwd_at_answer client_action(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    int64_t profile = fwd_at_param(call, 0)->value, action = fwd_at_param(call, 1)->value;

    if (action < 3)
        return FWD_AT_OK;
    if (action == 4 && !m->client_active[profile])
        return FWD_AT_NOT_ALLOWED;
    if (action == 3 && !has_address(m, (int)context_of(m, profile)))
        return FWD_AT_NOT_ALLOWED;
    m->client_active[profile] = action == 3;
    fwd_modem_line(m, port, "OK");
    if (action == 3)
        fwd_modem_urc(m, "+UUPSDA: 0,\"10.64.%u.2\"", context_of(m, profile));
    return FWD_AT_LATER;
}

/* +UPSND=<profile>,<parameter>: 0 the address, 1 and 2 name servers, 8 the status. */
static enum fwd_at_answer client_data(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    int64_t profile = fwd_at_param(call, 0)->value;
    int op = (int)fwd_at_param(call, 1)->value;
    bool active = m->client_active[profile] && has_address(m, (int)context_of(m, profile));

    if (op == OP_STATUS)
        fwd_modem_linef(m, port, "+UPSND: %d,8,%d", (int)profile, active ? 1 : 0);
    else if (op == OP_ADDRESS && active)
        fwd_modem_linef(
            m, port, "+UPSND: %d,0,\"10.64.%u.2\"", (int)profile, context_of(m, profile));
    else if (op <= 2)
        fwd_modem_linef(
            m, port, "+UPSND: %d,%d,\"%s\"", (int)profile, op, active ? "10.64.0.1" : "0.0.0.0");
    else
        return FWD_AT_PARAMETERS;
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
#define PROFILE                                                                                    \
    {                                                                                              \
        FWD_AT_NUMBER, 0, FWD_MODEM_CLIENT_PROFILES - 1, 0                                         \
    }

static const struct fwd_at_command commands[] = {
    {"+CGDCONT", ALL | FWD_FAMILY_TELIT, SET_READ_TEST,
        {{FWD_AT_NUMBER, 1, CONTEXTS, 0}, TEXT, TEXT, ANY, ANY, ANY, ANY, ANY},
        "(1-8),\"IP\",,,(0),(0)", contexts},
    {"+CGPADDR", ALL | FWD_FAMILY_TELIT, FWD_AT_RUN | FWD_AT_SET | FWD_AT_TEST,
        {{OPTION, 1, CONTEXTS, 0}}, "(1-8)", addresses},
    {"+CGACT", ALL | FWD_FAMILY_TELIT, SET_READ_TEST,
        {{FWD_AT_NUMBER, 0, 1, 0}, {OPTION, 1, CONTEXTS, 0}}, "(0,1)", activation},
    {"+CGCONTRDP", ALL, FWD_AT_RUN | FWD_AT_SET | FWD_AT_TEST, {{OPTION, 1, CONTEXTS, 0}}, "(1-8)",
        dynamic_parameters},
    {"+UPSD", ALL, FWD_AT_SET | FWD_AT_TEST, {PROFILE, {FWD_AT_NUMBER, 0, 100, 0}, ANY},
        "(0-6),(0-19,100),", client_profile},
    {"+UPSDA", ALL, FWD_AT_SET | FWD_AT_TEST, {PROFILE, {FWD_AT_NUMBER, 0, 4, 0}}, "(0-6),(0-4)",
        client_action},
    {"+UPSND", ALL, FWD_AT_SET | FWD_AT_TEST, {PROFILE, {FWD_AT_NUMBER, 0, 10, 0}}, "(0-6),(0-2,8)",
        client_data},
    {"+UAUTHREQ", ALL, FWD_AT_SET | FWD_AT_TEST,
        {{FWD_AT_NUMBER, 1, CONTEXTS, 0}, {FWD_AT_NUMBER, 0, 3, 0}, ANY, ANY}, "(1-8),(0-3),64,64",
        authentication},
    {"+CGAUTH", ALL, FWD_AT_SET | FWD_AT_TEST,
        {{FWD_AT_NUMBER, 1, CONTEXTS, 0}, {FWD_AT_NUMBER, 0, 3, 0}, ANY, ANY}, "(1-8),(0-3),64,64",
        authentication},
};

const struct fwd_at_table fwd_at_context = {commands, sizeof commands / sizeof *commands};
