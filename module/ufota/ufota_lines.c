/* The lines that tell the host of it: +ULWM2MSTAT in SARA-R4's words, +UFOTASTAT and +ULWM2MSTAT in
 * those of the others (R150..R156, R258). Host libraries switch +UFOTASTAT on for every family. */
#include "module/ufota/sequans.h"
#include "module/ufota/ufota_internal.h"

static bool lwm2m_lines(const struct fwd_modem *m)
{
    const char *set = m->store.urc_ulwm2mstat;

    return set[0] == '\0' ? m->traits->lwm2m_lines_on : set[0] != '0';
}

static bool r4(const struct fwd_modem *m)
{
    return m->profile->ufota.lwm2m_lines;
}

static void say_r4(struct fwd_modem *m, unsigned event, unsigned value)
{
    if (r4(m) && lwm2m_lines(m))
        fwd_modem_urc(m, "+ULWM2MSTAT: %u,%u", event, value);
}

static void say(struct fwd_modem *m, unsigned event, unsigned status, unsigned value)
{
    if (m->store.urc_ufotastat[0] == '1')
        fwd_modem_urc(m, "+UFOTASTAT: %u,%u,%u", event, status, value);
}

static unsigned percent(const struct fwd_modem *m)
{
    return m->total > 0 ? (unsigned)(m->stored * 100 / m->total) : 0;
}

void fwd_ufota_say_started(struct fwd_modem *m)
{
    say(m, 3, 1, 0);
    if (fwd_sequans_is(m))
        fwd_sequans_client_starts(m);
}

void fwd_ufota_say_begin(struct fwd_modem *m)
{
    say_r4(m, 0, 0);
    say(m, 1, 0, 0);
    if (fwd_sequans_is(m))
        fwd_sequans_begins(m);
}

/* The whole is told by the line of completion. */
void fwd_ufota_say_progress(struct fwd_modem *m)
{
    unsigned now = percent(m);

    if (fwd_sequans_is(m))
        fwd_sequans_progress(m);
    if (m->total == 0 || m->stored >= m->total || (int)now <= m->ufota.told)
        return;
    m->ufota.told = (int)now;
    say_r4(m, 1, now);
    say(m, 0, 1, now);
}

void fwd_ufota_say_paused(struct fwd_modem *m)
{
    say(m, 0, 2, percent(m));
}

void fwd_ufota_say_question(struct fwd_modem *m)
{
    say(m, 0, 3, 0);
}

void fwd_ufota_say_complete(struct fwd_modem *m)
{
    say_r4(m, 2, 100);
    say(m, 2, 2, 100);
    if (fwd_sequans_is(m))
        fwd_sequans_complete(m);
}

/* SARA-R4's documents have one line for every end without a package. */
void fwd_ufota_say_failed(struct fwd_modem *m, enum fwd_ufota_cause cause)
{
    bool printed = cause == FWD_UFOTA_CAUSE_USER && m->config.cancel_as_printed &&
                   m->traits->family == FWD_FAMILY_R5;

    say_r4(m, 3, 100);
    say(m, printed ? 3 : 2, 3, (unsigned)cause);
}

/* ---- the client ------------------------------------------------------------------------------ */

void fwd_ufota_registered(struct fwd_modem *m, uint16_t short_id)
{
    if (fwd_sequans_is(m))
        fwd_sequans_registered(m);
    else if (!r4(m) && lwm2m_lines(m))
        fwd_modem_urc(m, "+ULWM2MSTAT: 1,%u,3", (unsigned)short_id);
}

void fwd_ufota_asked(struct fwd_modem *m)
{
    if (fwd_sequans_is(m))
        fwd_sequans_asked(m);
}

/* R258: of the resource State. */
void fwd_ufota_notified(struct fwd_modem *m, uint16_t short_id, const struct fwd_lwm2m_path *path)
{
    bool state = path->level == FWD_LWM2M_RESOURCE && path->ids[0] == FWD_UFOTA_OBJECT &&
                 path->ids[2] == FWD_UFOTA_STATE;

    if (state && !r4(m) && lwm2m_lines(m))
        fwd_modem_urc(m, "+ULWM2MSTAT: 3,%u,%s", (unsigned)short_id, m->profile->ufota.state);
}
