/* A package that the LwM2M client downloads: only what the AT interface sees of it (R57, R119,
 * R120, R141). */
#include "module/modem/modem_internal.h"

#include <string.h>

static bool listens(const struct fwd_modem *m)
{
    if (m->traits->family == FWD_FAMILY_R4)
        return m->store.urc_ulwm2mstat[0] != '0'; /* on at the factory */
    return m->store.urc_ufotastat[0] == '1';
}

static void tell(struct fwd_modem *m, const char *r4, const char *others, unsigned percent)
{
    if (!listens(m))
        return;
    if (m->traits->family == FWD_FAMILY_R4)
        fwd_modem_urc(m, "+ULWM2MSTAT: %s%u", r4, percent);
    else
        fwd_modem_urc(m, "+UFOTASTAT: %s%u", others, percent);
}

bool fwd_modem_server_begin(struct fwd_modem *m, uint32_t total)
{
    if (m->power != FWD_MODEM_ON || m->phase != FWD_MODEM_PHASE_NORMAL ||
        m->running != FWD_METHOD_NONE || total > fwd_modem_package_room(m) ||
        !fwd_modem_inbox_open(m, 0))
        return false;
    fwd_modem_begin(m, FWD_METHOD_SERVER, FWD_PORT_UART);
    m->total = total;
    fwd_modem_log_transfer(m, "begin");
    tell(m, "0,", "1,0,", 0);
    return true;
}

bool fwd_modem_server_write(struct fwd_modem *m, const uint8_t *bytes, size_t size)
{
    if (m->running != FWD_METHOD_SERVER || m->stored + size > m->total ||
        !fwd_modem_inbox_write(m, bytes, size))
        return false;
    if (m->stored < m->total) /* else the last line tells it */
        tell(m, "1,", "0,1,", (unsigned)(m->stored * 100 / m->total));
    return true;
}

bool fwd_modem_server_end(struct fwd_modem *m)
{
    if (m->running != FWD_METHOD_SERVER)
        return false;
    bool whole = m->stored == m->total && fwd_modem_inbox_commit(m, FWD_METHOD_SERVER, 0) == FWD_OK;
    if (m->power != FWD_MODEM_ON)
        return false;
    fwd_modem_inbox_close(m, false);
    fwd_modem_end(m, whole ? "complete" : "failed");
    tell(m, whole ? "2," : "3,", whole ? "2,2," : "2,3,", 100);
    return whole;
}

bool fwd_modem_server_execute(struct fwd_modem *m)
{
    if (m->store.package != FWD_METHOD_SERVER || !fwd_modem_has_package(m) ||
        m->phase != FWD_MODEM_PHASE_NORMAL)
        return false;
    m->store.pending = FWD_PENDING_INSTALL;
    fwd_modem_save(m);
    fwd_modem_reset(m, "server");
    return true;
}

void fwd_modem_fetching(struct fwd_modem *m, uint64_t total)
{
    if (total > 0)
        m->total = total;
    m->hooks->fetching(m);
}

void fwd_modem_fetched(struct fwd_modem *m, const struct fwd_transfer_report *report)
{
    fwd_modem_fetching(m, report->total);
    m->hooks->fetched(m, report);
}
