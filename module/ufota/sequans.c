#include "module/ufota/sequans.h"

#include "module/ufota/ufota_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NO_TIMER  0
#define SECOND_MS 1000u

bool fwd_sequans_is(const struct fwd_modem *m)
{
    return m->traits->family == FWD_FAMILY_RYZ;
}

/* A line of a level: 1 states, 2 errors too (R213). */
__attribute__((format(printf, 3, 4))) static void say(
    struct fwd_modem *m, unsigned level, const char *format, ...)
{
    char text[128];
    va_list list;

    va_start(list, format);
    (void)vsnprintf(text, sizeof text, format, list);
    va_end(list);
    if (m->sequans.report >= level)
        fwd_modem_urc(m, "+SQNFOTA: %s", text);
}

/* ---- a start --------------------------------------------------------------------------------- */

/* R208: what was configured before is in force from here on. */
static void take_configuration(struct fwd_modem *m)
{
    const json_t *fota = fwd_sequans_part(m, "fota");
    const char *profile = json_string_value(json_object_get(fota, "profile"));

    m->sequans.configured = profile != NULL;
    (void)snprintf(
        m->sequans.profile, sizeof m->sequans.profile, "%s", profile != NULL ? profile : "");
    m->sequans.report = (unsigned)fwd_sequans_number(fota, "report", 2);
    m->sequans.step = (unsigned)fwd_sequans_number(fota, "step", 0);
    m->sequans.timer = (uint32_t)fwd_sequans_number(fota, "timer", NO_TIMER);
    m->sequans.limit = (uint32_t)fwd_sequans_number(fota, "download", NO_TIMER);
}

/* "installed" prints a version without the letters before it (R212). */
static void tell_result(struct fwd_modem *m)
{
    char version[FWD_VERSION_MAX + 1];
    unsigned told = m->sequans.told;

    m->sequans.told = 0;
    if (told == 0)
        return;
    if (m->sequans.upgraded) {
        fwd_modem_urc(m, "+SQNSUPGRADE: \"%s\"", told == 1 ? "succeed" : "failed");
    } else if (told == 1) {
        fwd_modem_version(m, version);
        say(m, 1, "8");
        say(m, 1, "\"installed\",\"%s\"", strncmp(version, "LR", 2) == 0 ? version + 2 : version);
    } else {
        say(m, 1, "3");
        say(m, 2, "3,%u", told);
    }
    m->sequans.upgraded = false;
}

void fwd_sequans_awake(struct fwd_modem *m)
{
    const json_t *root = m->store.sequans;

    take_configuration(m);
    fwd_modem_urc(m, "+SYSSTART");
    if (fwd_sequans_number(root, "autoconnect", 0) == 0)
        m->cfun = m->sequans.full ? 1 : 0;
    m->sequans.full = false;
    m->registration_lines[2] = 2;
    if (m->cfun == 1)
        fwd_modem_urc(m, "+CEREG: 2");
    tell_result(m);
}

/* ---- onboarding ------------------------------------------------------------------------------ */

/* R216: 1, 2, 3 once; a registration after an update says nothing. */
void fwd_sequans_client_starts(struct fwd_modem *m)
{
    m->sequans.registered_at = fwd_modem_now(m);
    if (!m->sequans.configured || fwd_sequans_number(m->store.sequans, "onboarded", 0) != 0)
        return;
    say(m, 1, "1");
    say(m, 1, "2");
}

static void arm_timer(struct fwd_modem *m)
{
    if (m->sequans.timer > 0)
        fwd_modem_after(m, FWD_TIMER_CHECK, (uint64_t)m->sequans.timer * SECOND_MS);
}

/* The server's value, as far as the host has given none. */
static void take_server_timer(struct fwd_modem *m, bool over)
{
    const struct fwd_lwm2m_server *server =
        fwd_lwm2m_accounts_server(&m->ufota.accounts, fwd_sequans_server(m));

    if (server != NULL && server->lifetime > 0 && (over || m->sequans.timer == NO_TIMER))
        m->sequans.timer = (uint32_t)server->lifetime;
}

void fwd_sequans_registered(struct fwd_modem *m)
{
    m->sequans.registered_at = fwd_modem_now(m);
    take_server_timer(m, false);
    arm_timer(m);
    if (!m->sequans.configured || fwd_sequans_number(m->store.sequans, "onboarded", 0) != 0)
        return;
    say(m, 1, "3");
    (void)json_object_set_new(m->store.sequans, "onboarded", json_integer(1));
    fwd_modem_save(m);
}

void fwd_sequans_accounts_changed(struct fwd_modem *m)
{
    if (m->due[FWD_TIMER_CHECK] == UINT64_MAX)
        return; /* not registered yet */
    take_server_timer(m, true);
    arm_timer(m);
}

/* ---- an update ------------------------------------------------------------------------------- */

void fwd_sequans_wanted(struct fwd_modem *m)
{
    say(m, 1, "4");
    say(m, 1, "3");
    say(m, 1, "\"available\"");
    say(m, 1, "4");
    say(m, 1, "3");
}

void fwd_sequans_begins(struct fwd_modem *m)
{
    say(m, 1, "5");
    m->sequans.percent = 0;
    if (m->sequans.limit > 0) /* R214 */
        fwd_modem_after(
            m, FWD_TIMER_LIMIT, fwd_modem_peer(m, (uint64_t)m->sequans.limit * SECOND_MS));
}

/* Each multiple of the step that has been reached. */
static void say_up_to(struct fwd_modem *m, unsigned percent)
{
    if (m->sequans.step == 0)
        return;
    for (; m->sequans.percent <= percent; m->sequans.percent += m->sequans.step)
        say(m, 1, "5,3,%u", m->sequans.percent);
}

void fwd_sequans_progress(struct fwd_modem *m)
{
    if (m->total > 0 && m->stored < m->total)
        say_up_to(m, (unsigned)(m->stored * 100 / m->total));
}

void fwd_sequans_complete(struct fwd_modem *m)
{
    fwd_modem_stop(m, FWD_TIMER_LIMIT);
    say_up_to(m, 100);
    say(m, 1, "\"downloaded\"");
    say(m, 1, "6");
}

void fwd_sequans_executes(struct fwd_modem *m)
{
    say(m, 1, "7");
    say(m, 1, "\"install\"");
}

void fwd_sequans_fails(struct fwd_modem *m, unsigned result)
{
    fwd_modem_stop(m, FWD_TIMER_LIMIT);
    say(m, 1, "3");
    say(m, 2, "3,%u", result);
}

void fwd_sequans_installed(struct fwd_modem *m)
{
    m->sequans.told = m->reason == FWD_OK ? 1 : (unsigned)fwd_profile_lwm2m(m->profile, m->reason);
    m->sequans.upgraded = m->store.package != FWD_METHOD_SERVER;
}

/* ---- timers ---------------------------------------------------------------------------------- */

/* R214, R267: a download that was limited goes on with the next check, whoever wanted that. While a
 * package comes, waits or is installed nothing is said of it: the state is 5, 6 or 7, not idle. */
static void check(struct fwd_modem *m, bool update)
{
    bool limited = fwd_ufota_busy(m) && m->ufota.step == FWD_UFOTA_STEP_SUSPENDED;
    bool idle = m->store.ufota.state == FWD_UFOTA_IDLE || limited;

    arm_timer(m);
    if (m->config.lwm2m == NULL || !fwd_modem_online(m))
        return;
    if (idle)
        say(m, 1, "4");
    if (update)
        (void)m->config.lwm2m->update(m->config.lwm2m->ctx, fwd_ufota_server_id(m));
    if (idle)
        say(m, 1, "3");
    if (limited)
        fwd_ufota_begin_in(m, 0, true);
}

void fwd_sequans_check_due(struct fwd_modem *m)
{
    check(m, true);
}

/* The client answers by an update of itself. */
void fwd_sequans_asked(struct fwd_modem *m)
{
    if (m->sequans.configured)
        check(m, false);
}

void fwd_sequans_limit_due(struct fwd_modem *m)
{
    if (!fwd_ufota_busy(m) || m->store.ufota.pushed)
        return;
    fwd_ufota_stop(m, "suspended", true);
    m->ufota.step = FWD_UFOTA_STEP_SUSPENDED;
    say(m, 1, "3");
}
