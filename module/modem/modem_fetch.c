/* News of the download that runs. */
#include "module/modem/modem_internal.h"

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
