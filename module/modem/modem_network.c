/* Is the module registered with a network? +CFUN, +COPS and the PIN decide; it takes its time. */
#include "module/modem/modem_internal.h"

bool fwd_modem_online(const struct fwd_modem *m)
{
    return m->attached;
}

/* "1" or "0" of +CREG and its like, and of +CGATT. */
unsigned fwd_modem_registration(const struct fwd_modem *m)
{
    return m->attached ? 1 : m->due[FWD_TIMER_ATTACH] != UINT64_MAX ? 2 : 0;
}

static bool wanted(const struct fwd_modem *m)
{
    bool locked = m->store.pin[0] != '\0' && !m->pin_entered;

    return m->phase == FWD_MODEM_PHASE_NORMAL && m->cfun == 1 && !m->detached && !locked;
}

static void tell(struct fwd_modem *m)
{
    static const char *const names[FWD_MODEM_REGISTRATIONS] = {"+CREG", "+CGREG", "+CEREG"};

    for (int i = 0; i < FWD_MODEM_REGISTRATIONS; i++) {
        if (m->registration_lines[i] == 1)
            fwd_modem_urc(m, "%s: %u", names[i], fwd_modem_registration(m));
        else if (m->registration_lines[i] >= 2 && m->attached)
            fwd_modem_urc(m, "%s: 1," FWD_MODEM_CELL, names[i]);
        else if (m->registration_lines[i] >= 2)
            fwd_modem_urc(m, "%s: %u", names[i], fwd_modem_registration(m));
    }
}

void fwd_modem_network(struct fwd_modem *m)
{
    if (wanted(m) && !m->attached && m->due[FWD_TIMER_ATTACH] == UINT64_MAX)
        fwd_modem_after(m, FWD_TIMER_ATTACH, FWD_ATTACH_MS);
    if (wanted(m))
        return;
    fwd_modem_stop(m, FWD_TIMER_ATTACH);
    if (!m->attached)
        return;
    m->attached = false;
    fwd_modem_psm_active(m);
    tell(m);
    m->hooks->network(m, false);
}

void fwd_modem_attached(struct fwd_modem *m)
{
    m->attached = true;
    fwd_modem_psm_active(m);
    tell(m);
    m->hooks->network(m, true);
}
