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
        fwd_sequans_profile(m, profile) == NULL)
        return FWD_AT_PARAMETERS; /* R268: it has to be there */
    json_t *fota = fwd_sequans_part(m, "fota");
    (void)json_object_set_new(fota, "profile", json_string(profile));
    for (size_t i = 1; i < sizeof names / sizeof *names; i++)
        set_number(fota, names[i], fwd_at_param(call, i));
    fwd_modem_save(m);
    return FWD_AT_OK;
}

/* ---- +SQNDMST -------------------------------------------------------------------------------- */

/* Seconds until the next update; -1: one is under way, or none is due. */
static int64_t until_update(const struct fwd_modem *m, int64_t lifetime)
{
    int64_t passed = (int64_t)((fwd_modem_now(m) - m->sequans.registered_at) / 1000u);

    return lifetime > passed ? lifetime - passed : -1;
}

static void show_server(struct fwd_modem *m, enum fwd_port port, const struct fwd_lwm2m_server *s)
{
    const struct fwd_modem_lwm2m *lwm2m = m->config.lwm2m;
    bool there = lwm2m->registered(lwm2m->ctx, s->short_id);

    fwd_modem_linef(m, port, "+SQNDMST: \"dm\",%u,\"%s\",%lld,%lld", (unsigned)s->short_id,
        there ? "REGISTERED" : "REG_PENDING", (long long)s->lifetime,
        there ? (long long)until_update(m, s->lifetime) : -1LL);
}

static enum fwd_at_answer show_servers(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    const struct fwd_lwm2m_accounts *a = &m->ufota.accounts;
    bool any = false;

    (void)call;
    for (size_t i = 0; i < FWD_LWM2M_ACCOUNTS; i++)
        any = any || a->security[i].used;
    if (!fwd_modem_online(m) || m->config.lwm2m == NULL || !any)
        return FWD_AT_ERROR; /* R211 */
    for (size_t i = 0; i < FWD_LWM2M_ACCOUNTS; i++) {
        if (a->security[i].used && a->security[i].bootstrap)
            fwd_modem_linef(m, port, "+SQNDMST: \"bs\",%u,\"%s\",%u,-1",
                (unsigned)(a->security[i].instance != 0 ? a->security[i].instance : 100),
                fwd_sequans_server(m) != 0 ? "BS_FINISHED" : "BS_INITIATED",
                (unsigned)a->security[i].hold_off);
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
            NUMBER(TIMER_MIN, TIMER_MAX), NUMBER(TIMER_MIN, LIMIT_MAX), NUMBER(11, 60)},
        "32[,(0,1)[,(0-2)[,(0-100)[,(60-32000000)[,(60-65535)[,(11-19)]]]]]]", configure_fota},
    {"+SQNDMST", RYZ, FWD_AT_RUN | FWD_AT_TEST, {{0}}, NULL, show_servers},
    {"^RESET", RYZ, FWD_AT_RUN | FWD_AT_TEST, {{0}}, NULL, reset},
    {"+SQNSSHDN", RYZ, FWD_AT_RUN | FWD_AT_TEST, {{0}}, NULL, shut_down},
    {"+SQNAUTOCONNECT", RYZ, SET_READ_TEST, {{FWD_AT_NUMBER, 0, 1, 0}}, "(0,1)", autoconnect},
    {"+SQNCTM", RYZ, FWD_AT_READ | FWD_AT_TEST, {{0}}, NULL, operator_mode},
    {"+SQNFACTORYSAVE", RYZ, FWD_AT_SET | FWD_AT_TEST, {{FWD_AT_TEXT, 0, 0, 8}}, "(\"oem\")",
        save_point},
    {"&F", RYZ, FWD_AT_RUN | FWD_AT_SET, {{FWD_AT_NUMBER, 0, 1, 0}}, NULL, restore},
};

const struct fwd_at_table fwd_at_sequans = {commands, sizeof commands / sizeof *commands};
