/* RYZ014: the FOTA client's configuration, how its servers are, starts (R207, R208, R211, R217,
 * R266, R269). */
#include "module/at/at_command.h"
#include "module/ufota/sequans.h"
#include "module/ufota/ufota.h"

#include <stdio.h>
#include <string.h>

#define TIMER_MIN 60
#define TIMER_MAX 32000000
#define LIMIT_MAX 65535

/* ---- +SQNFOTACFG ----------------------------------------------------------------------------- */

static void number(char *text, size_t room, const json_t *object, const char *name)
{
    int64_t value = fwd_sequans_number(object, name, -1);

    (void)snprintf(text, room, "%lld", (long long)value);
    if (value < 0)
        text[0] = '\0';
}

/* Eight fields: what will be in force after the next start, and the timer that is in force. */
static void show_fota(struct fwd_modem *m, enum fwd_port port)
{
    const json_t *fota = fwd_sequans_part(m, "fota");
    const char *profile = json_string_value(json_object_get(fota, "profile"));
    char timer[24], limit[24], certificate[24], actual[24];

    number(timer, sizeof timer, fota, "timer");
    number(limit, sizeof limit, fota, "download");
    number(certificate, sizeof certificate, fota, "certificate");
    (void)snprintf(actual, sizeof actual, "%u", (unsigned)m->sequans.timer);
    fwd_modem_linef(m, port, "+SQNFOTACFG: \"%s\",%lld,%lld,%lld,%s,%s,%s,%s",
        profile != NULL ? profile : "", (long long)fwd_sequans_number(fota, "mode", 0),
        (long long)fwd_sequans_number(fota, "report", 2),
        (long long)fwd_sequans_number(fota, "step", 0), timer, m->sequans.timer > 0 ? actual : "",
        limit, certificate);
}

static void set_number(json_t *object, const char *name, const struct fwd_at_param *p)
{
    if (p->kind == FWD_AT_NUMBER)
        (void)json_object_set_new(object, name, json_integer(p->value));
    else
        (void)json_object_del(object, name);
}

/* The documented range, which an example of the same document is out of. */
static bool is_certificate(const struct fwd_modem *m, const struct fwd_at_param *p)
{
    return p->kind == FWD_AT_EMPTY || !m->config.strict_ranges ||
           (p->value >= 11 && p->value <= 19);
}

static enum fwd_at_answer configure_fota(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    static const char *const names[] = {
        NULL, "mode", "report", "step", "timer", "download", "certificate"};
    char profile[FWD_SEQUANS_NAME_MAX + 1];

    if (call->form == FWD_AT_READ) {
        show_fota(m, port);
        return FWD_AT_OK;
    }
    if (!fwd_at_copy(fwd_at_param(call, 0), profile, sizeof profile) ||
        fwd_sequans_profile(m, profile) == NULL || !is_certificate(m, fwd_at_param(call, 6)))
        return FWD_AT_PARAMETERS; /* R268: it has to be there */
    json_t *fota = fwd_sequans_part(m, "fota");
    (void)json_object_set_new(fota, "profile", json_string(profile));
    for (size_t i = 1; i < sizeof names / sizeof *names; i++)
        set_number(fota, names[i], fwd_at_param(call, i));
    fwd_modem_save(m);
    return FWD_AT_OK;
}

/* ---- +SQNDMST -------------------------------------------------------------------------------- */

/* Seconds until what comes next; -1: it is under way, or nothing is due. */
static int64_t seconds_until(const struct fwd_modem *m, uint64_t due)
{
    uint64_t now = fwd_modem_now(m);

    return due == UINT64_MAX ? -1 : due > now ? (int64_t)((due - now + 999u) / 1000u) : 0;
}

/* One whose turn has not come counts its lifetime down, from the start of the client. */
static int64_t lifetime_left(const struct fwd_modem *m, int64_t lifetime)
{
    int64_t passed = (int64_t)((fwd_modem_now(m) - m->sequans.registered_at) / 1000u);

    return lifetime > passed ? lifetime - passed : -1;
}

static void show_server(struct fwd_modem *m, enum fwd_port port, const struct fwd_lwm2m_server *s)
{
    const struct fwd_modem_lwm2m *lwm2m = m->config.lwm2m;
    struct fwd_lwm2m_status status = lwm2m->status(lwm2m->ctx, s->short_id);
    bool there = status.standing == FWD_LWM2M_TOGETHER;
    int64_t next = status.standing == FWD_LWM2M_APART    ? lifetime_left(m, s->lifetime)
                   : status.standing == FWD_LWM2M_TRYING ? -1
                                                         : seconds_until(m, status.due);

    fwd_modem_linef(m, port, "+SQNDMST: \"dm\",%u,\"%s\",%lld,%lld", (unsigned)s->short_id,
        there                                 ? "REGISTERED"
        : status.standing == FWD_LWM2M_TRYING ? "REG_PENDING"
                                              : "DEREGISTERED",
        (long long)s->lifetime, (long long)next);
}

static void show_bootstrap(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_lwm2m_security *s)
{
    const struct fwd_modem_lwm2m *lwm2m = m->config.lwm2m;
    struct fwd_lwm2m_status status = lwm2m->status(lwm2m->ctx, FWD_LWM2M_ID_BOOTSTRAP);
    bool holds = status.standing == FWD_LWM2M_HOLDING;

    fwd_modem_linef(m, port, "+SQNDMST: \"bs\",%u,\"%s\",%u,%lld",
        (unsigned)fwd_sequans_bootstrap(m),
        holds                                 ? "BS_HOLD_OFF"
        : status.standing == FWD_LWM2M_TRYING ? "BS_INITIATED"
                                              : "BS_FINISHED",
        (unsigned)s->hold_off, holds ? (long long)seconds_until(m, status.due) : -1LL);
}

/* R268: it can also trigger the deregistration; how is ours. */
static enum fwd_at_answer deregister(struct fwd_modem *m, const struct fwd_at_call *call)
{
    if (!fwd_at_is(fwd_at_param(call, 0), "deregister"))
        return FWD_AT_PARAMETERS;
    m->config.lwm2m->deregister(m->config.lwm2m->ctx);
    return FWD_AT_OK;
}

static enum fwd_at_answer show_servers(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    const struct fwd_lwm2m_accounts *a = &m->ufota.accounts;
    bool any = false;

    for (size_t i = 0; i < FWD_LWM2M_ACCOUNTS; i++)
        any = any || a->security[i].used;
    if (!fwd_modem_online(m) || m->config.lwm2m == NULL || !any)
        return FWD_AT_ERROR; /* R211 */
    if (call->form == FWD_AT_SET)
        return deregister(m, call);
    for (size_t i = 0; i < FWD_LWM2M_ACCOUNTS; i++) {
        if (a->security[i].used && a->security[i].bootstrap)
            show_bootstrap(m, port, &a->security[i]);
    }
    for (size_t i = 0; i < FWD_LWM2M_ACCOUNTS; i++) {
        if (a->servers[i].used)
            show_server(m, port, &a->servers[i]);
    }
    return FWD_AT_OK;
}

/* ---- starts ---------------------------------------------------------------------------------- */

static enum fwd_at_answer reset(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    (void)m, (void)port, (void)call;
    return FWD_AT_RESET;
}

static enum fwd_at_answer shut_down(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    (void)port, (void)call;
    fwd_modem_urc(m, "+SHUTDOWN");
    return FWD_AT_OFF;
}

static enum fwd_at_answer autoconnect(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    (void)fwd_sequans_part(m, "points"); /* there is an object */
    if (call->form == FWD_AT_READ)
        fwd_modem_linef(m, port, "+SQNAUTOCONNECT: %lld",
            (long long)fwd_sequans_number(m->store.sequans, "autoconnect", 0));
    else
        (void)json_object_set_new(
            m->store.sequans, "autoconnect", json_integer(fwd_at_param(call, 0)->value));
    fwd_modem_save(m);
    return FWD_AT_OK;
}

static enum fwd_at_answer operator_mode(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    (void)call;
    fwd_modem_line(m, port, "+SQNCTM:\"standard\"");
    return FWD_AT_OK;
}

/* ---- points to return to --------------------------------------------------------------------- */

static const char *const kept[] = {"fota", "profiles", "autoconnect"};

static void copy_members(json_t *from, json_t *to)
{
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        json_t *value = json_object_get(from, kept[i]);
        if (value != NULL)
            (void)json_object_set_new(to, kept[i], json_deep_copy(value));
    }
}

static enum fwd_at_answer save_point(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    json_t *point = json_object();

    (void)port;
    if (!fwd_at_is(fwd_at_param(call, 0), "oem") || point == NULL) {
        json_decref(point);
        return FWD_AT_PARAMETERS;
    }
    json_t *points = fwd_sequans_part(m, "points");
    copy_members(m->store.sequans, point);
    (void)json_object_set_new(points, "oem", point);
    fwd_modem_save(m);
    return FWD_AT_OK;
}

/* R87, R266: profiles of DM servers survive; the rest is that of the point, or nothing. */
static enum fwd_at_answer restore(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    json_t *point = json_object_get(fwd_sequans_part(m, "points"), "oem");

    (void)port, (void)call;
    (void)json_object_del(m->store.sequans, "fota");
    (void)json_object_del(m->store.sequans, "autoconnect");
    if (json_is_object(point))
        copy_members(point, m->store.sequans);
    json_object_clear(m->store.settings);
    fwd_sequans_changed(m);
    return FWD_AT_RESET;
}

/* ---- the commands ---------------------------------------------------------------------------- */

#define RYZ           FWD_FAMILY_RYZ
#define SET_READ_TEST (FWD_AT_SET | FWD_AT_READ | FWD_AT_TEST)
#define NUMBER(from, to)                                                                           \
    {                                                                                              \
        FWD_AT_NUMBER | FWD_AT_EMPTY, from, to, 0                                                  \
    }

static const struct fwd_at_command commands[] = {
    {"+SQNFOTACFG", RYZ, SET_READ_TEST,
        {{FWD_AT_TEXT, 0, 0, FWD_SEQUANS_NAME_MAX}, NUMBER(0, 0 + 1), NUMBER(0, 2), NUMBER(0, 100),
            NUMBER(TIMER_MIN, TIMER_MAX), NUMBER(TIMER_MIN, LIMIT_MAX), NUMBER(0, 255)},
        "32[,(0,1)[,(0-2)[,(0-100)[,(60-32000000)[,(60-65535)[,(11-19)]]]]]]", configure_fota},
    {"+SQNDMST", RYZ, FWD_AT_RUN | FWD_AT_SET | FWD_AT_TEST, {{FWD_AT_TEXT, 0, 0, 16}}, NULL,
        show_servers},
    {"^RESET", RYZ, FWD_AT_RUN | FWD_AT_TEST, {{0}}, NULL, reset},
    {"+SQNSSHDN", RYZ, FWD_AT_RUN | FWD_AT_TEST, {{0}}, NULL, shut_down},
    {"+SQNAUTOCONNECT", RYZ, SET_READ_TEST, {{FWD_AT_NUMBER, 0, 1, 0}}, "(0,1)", autoconnect},
    {"+SQNCTM", RYZ, FWD_AT_READ | FWD_AT_TEST, {{0}}, NULL, operator_mode},
    {"+SQNFACTORYSAVE", RYZ, FWD_AT_SET | FWD_AT_TEST, {{FWD_AT_TEXT, 0, 0, 8}}, "(\"oem\")",
        save_point},
    {"&F", RYZ, FWD_AT_RUN | FWD_AT_SET, {{FWD_AT_NUMBER, 0, 1, 0}}, NULL, restore},
};

const struct fwd_at_table fwd_at_sequans = {commands, sizeof commands / sizeof *commands};
