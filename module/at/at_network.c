/* What belongs to the network operator, and what is left: +UMNOPROF, +UBKUPDATA, +UFACTORY, +CPIN,
 * +USODL. */
#include "module/at/at_command.h"
#include "module/modem/operator_profile.h"

#include <stdio.h>
#include <string.h>

/* ---- operator profile (R223) ----------------------------------------------------------------- */

static bool operator_known(const struct fwd_modem *m, int64_t number)
{
    for (const struct fwd_operator *o = m->profile->operators; o->text != NULL; o++) {
        if (o->number == number)
            return true;
    }
    return false;
}

/* SARA-R4 shows versions once they were asked for. */
static void show_operator(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_operator *o, const char *prefix)
{
    bool versions = m->versions_asked || !m->traits->versions_on_request;
    char version[FWD_VERSION_MAX + 1] = "";

    if (versions && !fwd_operator_profile_version(m, o->number, version) && o->version != NULL)
        snprintf(version, sizeof version, "%s", o->version);
    fwd_modem_linef(m, port, "%s%u: %s%s%s", prefix, (unsigned)o->number, o->text,
        version[0] != '\0' ? " " : "", version);
}

static void show_other(struct fwd_modem *m, void *ctx, const char *name, const char *version)
{
    if (m->versions_asked || !m->traits->versions_on_request)
        fwd_modem_linef(m, *(enum fwd_port *)ctx, "%s: %s", name, version);
}

static void list_operators(struct fwd_modem *m, enum fwd_port port)
{
    const struct fwd_operator *first = m->profile->operators;

    for (const struct fwd_operator *o = first; o->text != NULL; o++)
        show_operator(m, port, o, o == first ? "+UMNOPROF: " : "");
    fwd_operator_profile_others(m, show_other, &port);
}

static enum fwd_at_answer operator_profile(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    const struct fwd_at_param *number = fwd_at_param(call, 0);

    if (call->form == FWD_AT_TEST)
        list_operators(m, port);
    if (call->form == FWD_AT_READ)
        fwd_modem_linef(m, port, "+UMNOPROF: %u", (unsigned)m->store.mno);
    if (call->form != FWD_AT_SET)
        return FWD_AT_OK;
    if (number->kind == FWD_AT_EMPTY && call->count == 2) {
        m->versions_asked = fwd_at_param(call, 1)->value == 1;
        return FWD_AT_OK; /* "=,1" asks for the versions in the test form */
    }
    if (number->kind != FWD_AT_NUMBER || !operator_known(m, number->value))
        return FWD_AT_PARAMETERS;
    m->store.mno = (uint32_t)number->value;
    fwd_modem_save(m);
    return FWD_AT_OK;
}

/* ---- backups, factory, SIM ------------------------------------------------------------------- */

/* R224: the third number counts the backups. */
static enum fwd_at_answer backups(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    (void)call;
    fwd_modem_linef(m, port, "+UBKUPDATA: 0,0,%u,0,0,0,\"\"", (unsigned)m->store.backups);
    return FWD_AT_OK;
}

static enum fwd_at_answer factory(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    (void)port, (void)call;
    json_object_clear(m->store.settings);
    m->store.mno = FWD_STORE_MNO_GLOBAL;
    fwd_modem_save(m);
    return FWD_AT_OK;
}

/* R84: after a start the SIM wants its PIN again, if it has one. */
static enum fwd_at_answer pin(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    bool needed = m->store.pin[0] != '\0' && !m->pin_entered;

    if (call->form == FWD_AT_READ) {
        fwd_modem_line(m, port, needed ? "+CPIN: SIM PIN" : "+CPIN: READY");
        return FWD_AT_OK;
    }
    if (!needed || !fwd_at_is(fwd_at_param(call, 0), m->store.pin))
        return FWD_AT_NOT_ALLOWED;
    m->pin_entered = true;
    fwd_modem_network(m);
    return FWD_AT_OK;
}

static enum fwd_at_answer direct_link(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    (void)port, (void)call;
    return fwd_at_refused(m, FWD_USE_LINK) ? FWD_AT_IN_USE : FWD_AT_NOT_ALLOWED; /* no socket */
}

/* The lock of the SIM: whoever locks it first chooses its PIN. */
static enum fwd_at_answer sim_lock(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    int64_t mode = fwd_at_param(call, 1)->value;
    const struct fwd_at_param *pin = fwd_at_param(call, 2);
    char text[sizeof m->store.pin];
    bool locked = m->store.pin[0] != '\0';

    if (!fwd_at_is(fwd_at_param(call, 0), "SC"))
        return FWD_AT_NOT_SUPPORTED;
    if (mode == 2) {
        fwd_modem_linef(m, port, "+CLCK: %d", locked ? 1 : 0);
        return FWD_AT_OK;
    }
    if (!fwd_at_copy(pin, text, sizeof text) || strlen(text) < 4 ||
        strspn(text, "0123456789") != strlen(text))
        return FWD_AT_PARAMETERS;
    if (locked && strcmp(text, m->store.pin) != 0)
        return FWD_AT_NOT_ALLOWED;
    (void)snprintf(m->store.pin, sizeof m->store.pin, "%s", mode == 1 ? text : "");
    m->pin_entered = m->pin_entered || !locked;
    fwd_modem_save(m);
    return FWD_AT_OK;
}

/* ---- the commands ---------------------------------------------------------------------------- */

#define SET_READ_TEST (FWD_AT_SET | FWD_AT_READ | FWD_AT_TEST)
#define OPTION        (FWD_AT_NUMBER | FWD_AT_EMPTY)

static const struct fwd_at_command commands[] = {
    {"+UMNOPROF", FWD_FAMILY_ALL, SET_READ_TEST, {{OPTION, 0, 999, 0}, {OPTION, 0, 1, 0}}, "",
        operator_profile},
    {"+UBKUPDATA", FWD_FAMILY_LARA, FWD_AT_READ, {{0}}, NULL, backups},
    {"+UFACTORY", FWD_FAMILY_ALL, FWD_AT_RUN | FWD_AT_SET | FWD_AT_TEST,
        {{OPTION, 0, 2, 0}, {OPTION, 0, 2, 0}}, NULL, factory},
    {"+CLCK", FWD_FAMILY_ANY, FWD_AT_SET | FWD_AT_TEST,
        {{FWD_AT_TEXT, 0, 0, 2}, {FWD_AT_NUMBER, 0, 2, 0},
            {FWD_AT_TEXT | FWD_AT_NUMBER | FWD_AT_EMPTY, 0, 0, 8}},
        "(\"SC\")", sim_lock},
    {"+CPIN", FWD_FAMILY_ANY, SET_READ_TEST, {{FWD_AT_TEXT | FWD_AT_NUMBER, 0, 0, 8}}, NULL, pin},
    {"+USODL", FWD_FAMILY_ALL, FWD_AT_SET | FWD_AT_TEST, {{FWD_AT_NUMBER, 0, 6, 0}}, NULL,
        direct_link},
};

const struct fwd_at_table fwd_at_network = {commands, sizeof commands / sizeof *commands};
