/* Power saving, as far as updates are concerned (R219, R245): once nothing has happened for as long
 * as +CPSMS says, the module sleeps, but not while a package comes or is installed. Asleep it still
 * answers: the first character wakes it, as does whatever is due. The log tells. */
#include "module/modem/modem_internal.h"

#include <string.h>

#define SHORTEST_MS 1000u

/* T3324, the last of five parameters, as 3GPP TS 24.008 has it: three bits of unit, five of value.
 * 0: switched off. */
static uint64_t active_ms(const char *value)
{
    static const uint64_t units_ms[] = {2000, 60000, 360000};
    const char *last = strrchr(value, '"');
    unsigned bits = 0, unit;

    if (value[0] != '1')
        return 0;
    if (last == NULL || last - value < 9)
        return SHORTEST_MS;
    for (const char *c = last - 8; c < last; c++) {
        if (*c != '0' && *c != '1')
            return SHORTEST_MS;
        bits = bits << 1 | (*c == '1' ? 1u : 0u);
    }
    unit = bits >> 5;
    if (unit > 2)
        return 0;
    uint64_t ms = units_ms[unit] * (bits & 31);
    return ms > SHORTEST_MS ? ms : SHORTEST_MS;
}

void fwd_modem_psm_active(struct fwd_modem *m)
{
    uint64_t ms = m->traits->psm ? active_ms(fwd_modem_store_get(&m->store, "+CPSMS", "0")) : 0;

    if (m->asleep)
        fwd_modem_log_psm(m, "left");
    m->asleep = false;
    if (ms == 0 || !m->attached)
        fwd_modem_stop(m, FWD_TIMER_PSM);
    else
        fwd_modem_after(m, FWD_TIMER_PSM, ms);
}

/* A package comes: also between two attempts of a server's download. */
static bool downloads(const struct fwd_modem *m)
{
    return m->running != FWD_METHOD_NONE || m->store.ufota.state == FWD_UFOTA_DOWNLOADING;
}

void fwd_modem_psm_due(struct fwd_modem *m)
{
    if (m->phase != FWD_MODEM_PHASE_NORMAL || !m->attached)
        return;
    if (downloads(m)) {
        fwd_modem_psm_active(m);
        fwd_modem_log_psm(m, "held off");
        return;
    }
    m->asleep = true;
    fwd_modem_log_psm(m, "entered");
}
