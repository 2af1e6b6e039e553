/* What the host has to say about a server's download: +UFOTASTAT, +ULWM2MSTAT, +UFOTA,
 * +UFOTACONFIG, +UFOTAACK, +UFOTACONF, +ULWM2M (R150..R164). */
#include "module/at/at_command.h"
#include "module/ufota/ufota.h"

#include <stdio.h>
#include <string.h>

/* ---- lines ----------------------------------------------------------------------------------- */

static enum fwd_at_answer switch_lines(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    bool lwm2m = strcmp(call->name, "+ULWM2MSTAT") == 0;
    char *value = lwm2m ? m->store.urc_ulwm2mstat : m->store.urc_ufotastat;

    if (call->form == FWD_AT_READ) {
        const char *factory = lwm2m && m->traits->lwm2m_lines_on ? "1" : "0";
        fwd_modem_linef(m, port, "%s: %s", call->name, value[0] != '\0' ? value : factory);
        return FWD_AT_OK;
    }
    if (call->raw_size >= sizeof m->store.urc_ufotastat)
        return FWD_AT_PARAMETERS;
    memcpy(value, call->raw, call->raw_size);
    value[call->raw_size] = '\0';
    fwd_modem_save(m);
    return FWD_AT_OK;
}

/* What the test form answers where not every product of a family has the command. */
static enum fwd_at_answer test(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call, const char *ranges)
{
    fwd_modem_linef(m, port, "%s: %s", call->name, ranges);
    return FWD_AT_OK;
}

/* ---- the download ---------------------------------------------------------------------------- */

/* 0: none; 1: it is paused; 2: it goes on. */
static void show_download(struct fwd_modem *m, enum fwd_port port)
{
    const struct fwd_store_ufota *u = &m->store.ufota;
    uint64_t total = u->paused ? u->total : m->total;

    if (!fwd_ufota_busy(m))
        fwd_modem_line(m, port, "+UFOTA: 0,0,0");
    else
        fwd_modem_linef(m, port, "+UFOTA: %d,%llu,%llu", u->paused ? 1 : 2,
            (unsigned long long)total, (unsigned long long)fwd_ufota_stored_bytes(m));
}

static enum fwd_at_answer control(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    int64_t what = fwd_at_param(call, 0)->value;
    bool controls = m->profile->ufota.controls;

    if (!controls && (call->form == FWD_AT_READ || what != 0))
        return FWD_AT_NOT_SUPPORTED; /* R158 */
    if (call->form == FWD_AT_READ) {
        show_download(m, port);
        return FWD_AT_OK;
    }
    fwd_modem_line(m, port, "OK"); /* the line about what it does comes after */
    bool done = what == 0   ? fwd_ufota_cancel(m)
                : what == 1 ? fwd_ufota_pause(m)
                            : fwd_ufota_resume(m);
    (void)done;
    return FWD_AT_LATER;
}

/* Would it do anything? Asked before OK is said. */
static bool can_control(const struct fwd_modem *m, int64_t what)
{
    const struct fwd_store_ufota *u = &m->store.ufota;

    if (!fwd_ufota_busy(m) || what == 0)
        return fwd_ufota_busy(m);
    return what == 1 ? !u->paused && !u->waiting && !u->pushed : u->paused;
}

static enum fwd_at_answer control_checked(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    int64_t what = fwd_at_param(call, 0)->value;
    bool known = m->profile->ufota.controls || what == 0;

    if (call->form == FWD_AT_TEST)
        return test(m, port, call, m->profile->ufota.controls ? "(0-2)" : "(0)");
    if (call->form == FWD_AT_SET && known && !can_control(m, what))
        return FWD_AT_NOT_ALLOWED; /* R154: only while it comes */
    return control(m, port, call);
}

/* SARA-R4: +ULWM2M=0. Anything else is for the client as a whole, and changes nothing here. */
static enum fwd_at_answer control_r4(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    if (call->form == FWD_AT_READ) {
        fwd_modem_line(m, port, "+ULWM2M: 1");
        return FWD_AT_OK;
    }
    if (fwd_at_param(call, 0)->value != 0)
        return FWD_AT_OK;
    if (!fwd_ufota_busy(m))
        return FWD_AT_NOT_ALLOWED; /* R153 */
    fwd_modem_line(m, port, "OK");
    (void)fwd_ufota_cancel(m);
    return FWD_AT_LATER;
}

/* R159: 721 is the update server. */
static enum fwd_at_answer configure(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    if (!m->profile->ufota.controls)
        return FWD_AT_NOT_SUPPORTED;
    if (call->form == FWD_AT_TEST)
        return test(m, port, call, "(721),(0-3),(0-255)");
    if (call->form == FWD_AT_READ) {
        fwd_modem_linef(m, port, "+UFOTACONFIG: 721,%d,255", (int)m->store.ufota.mode);
        return FWD_AT_OK;
    }
    m->store.ufota.mode = (enum fwd_ufota_mode)fwd_at_param(call, 1)->value;
    fwd_modem_save(m);
    return FWD_AT_OK;
}

/* R160 */
static enum fwd_at_answer acknowledge(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    if (!m->profile->ufota.controls)
        return FWD_AT_NOT_SUPPORTED;
    if (call->form == FWD_AT_TEST)
        return test(m, port, call, "(0-86400)");
    if (!m->store.ufota.waiting)
        return FWD_AT_NOT_ALLOWED;
    fwd_modem_line(m, port, "OK");
    (void)fwd_ufota_answer(m, (uint32_t)fwd_at_param(call, 0)->value);
    return FWD_AT_LATER;
}

/* ---- the lifetime of SARA-R4's registration (R164) ------------------------------------------- */

static enum fwd_at_answer lifetime(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    const struct fwd_at_param *seconds = fwd_at_param(call, 1);
    const struct fwd_lwm2m_server *server =
        fwd_lwm2m_accounts_server(&m->ufota.accounts, fwd_ufota_server_id(m));

    if (!m->profile->ufota.lifetime)
        return FWD_AT_NOT_SUPPORTED;
    if (call->form == FWD_AT_TEST)
        return test(m, port, call, "(2),(-1-999999999)");
    if (server == NULL)
        return FWD_AT_NOT_ALLOWED;
    if (seconds->kind == FWD_AT_EMPTY) {
        fwd_modem_linef(m, port, "+UFOTACONF: 2,%lld", (long long)server->lifetime);
        return FWD_AT_OK;
    }
    if (seconds->value == 0 || seconds->value < -1)
        return FWD_AT_PARAMETERS;
    return fwd_ufota_set_lifetime(m, seconds->value) ? FWD_AT_OK : FWD_AT_NOT_ALLOWED;
}

/* ---- the commands ---------------------------------------------------------------------------- */

#define SET_READ_TEST (FWD_AT_SET | FWD_AT_READ | FWD_AT_TEST)
#define OPTION        (FWD_AT_NUMBER | FWD_AT_EMPTY)
#define LARA_R5       (FWD_FAMILY_LARA | FWD_FAMILY_R5)

static const struct fwd_at_command commands[] = {
    {"+UFOTASTAT", FWD_FAMILY_ALL, SET_READ_TEST, {{FWD_AT_NUMBER, 0, 1, 0}}, "(0,1)",
        switch_lines},
    {"+ULWM2MSTAT", FWD_FAMILY_R4 | FWD_FAMILY_R5, SET_READ_TEST, {{FWD_AT_NUMBER, 0, 1, 0}},
        "(0,1)", switch_lines},
    {"+ULWM2MSTAT", FWD_FAMILY_LARA, SET_READ_TEST, {{FWD_AT_NUMBER, 0, 1, 0}, {OPTION, 0, 7, 0}},
        "(0,1),(0-7)", switch_lines},
    {"+UFOTA", LARA_R5, SET_READ_TEST, {{FWD_AT_NUMBER, 0, 2, 0}}, "", control_checked},
    {"+ULWM2M", FWD_FAMILY_R4, SET_READ_TEST, {{FWD_AT_NUMBER, 0, 2, 0}}, "(0-2)", control_r4},
    {"+UFOTACONFIG", FWD_FAMILY_R6, SET_READ_TEST,
        {{FWD_AT_NUMBER, 721, 721, 0}, {FWD_AT_NUMBER, 0, 3, 0}, {FWD_AT_NUMBER, 0, 255, 0}}, "",
        configure},
    {"+UFOTAACK", FWD_FAMILY_R6, FWD_AT_SET | FWD_AT_TEST, {{FWD_AT_NUMBER, 0, 86400, 0}}, "",
        acknowledge},
    {"+UFOTACONF", FWD_FAMILY_R4, FWD_AT_SET | FWD_AT_TEST,
        {{FWD_AT_NUMBER, 2, 2, 0}, {OPTION, -1, 999999999, 0}}, "", lifetime},
};

const struct fwd_at_table fwd_at_ufota = {commands, sizeof commands / sizeof *commands};
