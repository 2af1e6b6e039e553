#include "module/at/at_hooks.h"

#include "module/at/at_command.h"
#include "module/telit/telit.h"
#include "module/ufota/sequans.h"
#include "module/ufota/ufota.h"

static void too_long(struct fwd_modem *m, enum fwd_port port)
{
    fwd_at_final(m, port, FWD_AT_PARAMETERS);
}

static void fetching(struct fwd_modem *m)
{
    if (fwd_telit_is(m))
        return;
    if (m->running == FWD_METHOD_FTP)
        fwd_at_ftp_status(m);
    else if (m->running == FWD_METHOD_SERVER)
        fwd_ufota_fetching(m);
    else if (fwd_sequans_is(m))
        fwd_at_upgrade_fetching(m);
}

static void fetched(struct fwd_modem *m, const struct fwd_transfer_report *report)
{
    if (fwd_telit_is(m))
        fwd_telit_fetched(m, report);
    else if (fwd_sequans_is(m) && m->running == FWD_METHOD_HTTP)
        fwd_at_upgrade_fetched(m, report);
    else if (m->login || m->running == FWD_METHOD_FTP)
        fwd_at_ftp_done(m, report);
    else if (m->running == FWD_METHOD_HTTP)
        fwd_at_http_done(m, report);
    else if (m->running == FWD_METHOD_SERVER)
        fwd_ufota_fetched(m, report);
}

static void fail_transfers(struct fwd_modem *m)
{
    struct fwd_transfer_report lost = {.state = FWD_TRANSFER_LOST, .stored = m->stored};
    bool running = m->login || m->running == FWD_METHOD_FTP || m->running == FWD_METHOD_HTTP;

    m->ftp_login = false;
    if (!running || m->due[FWD_TIMER_FETCH] != UINT64_MAX)
        return;
    m->config.fetcher->cancel(m->config.fetcher->ctx);
    fetched(m, &lost);
}

static void network(struct fwd_modem *m, bool online)
{
    if (fwd_telit_is(m)) {
        fwd_telit_network(m, online);
        return;
    }
    if (online) {
        fwd_ufota_online(m);
        return;
    }
    fwd_at_call_drop(m);
    fail_transfers(m);
    fwd_ufota_offline(m);
}

static void awake(struct fwd_modem *m)
{
    if (fwd_sequans_is(m))
        fwd_sequans_awake(m);
    else if (fwd_telit_is(m))
        fwd_telit_awake(m);
}

static void resetting(struct fwd_modem *m)
{
    fwd_at_call_drop(m);
    if (fwd_telit_is(m))
        fwd_telit_resetting(m);
    else
        fwd_ufota_resetting(m);
}

static void installing(struct fwd_modem *m)
{
    if (fwd_telit_is(m))
        fwd_telit_installing(m);
}

static void installed(struct fwd_modem *m)
{
    if (fwd_telit_is(m))
        fwd_telit_installed(m);
    else
        fwd_ufota_installed(m);
}

static void stored(struct fwd_modem *m, enum fwd_method method)
{
    if (!fwd_telit_is(m))
        fwd_ufota_stored(m, method);
}

void fwd_at_hooks_sms(struct fwd_modem *m, const char *from, const char *coding, const char *text)
{
    if (!fwd_telit_is(m) || !fwd_telit_sms(m, from, coding, text))
        fwd_at_message_came(m, from, text);
}

const struct fwd_modem_hooks fwd_at_hooks = {
    .line = fwd_at_line,
    .line_too_long = too_long,
    .xmodem_begin = fwd_at_xmodem_begin,
    .xmodem_feed = fwd_at_xmodem_feed,
    .xmodem_tick = fwd_at_xmodem_tick,
    .update_ready = fwd_at_update_ready,
    .raw_ready = fwd_at_download_ready,
    .raw_feed = fwd_at_download_feed,
    .raw_timeout = fwd_at_download_timeout,
    .raw_drop = fwd_at_download_drop,
    .ftp_ready = fwd_at_ftp_ready,
    .ftp_cancelled = fwd_at_ftp_cancelled,
    .network = network,
    .stored = stored,
    .installing = installing,
    .installed = installed,
    .ufota_due = fwd_ufota_due,
    .execute_due = fwd_ufota_execute_due,
    .made = fwd_ufota_init,
    .resetting = resetting,
    .awake = awake,
    .check_due = fwd_sequans_check_due,
    .limit_due = fwd_sequans_limit_due,
    .ota_answer_due = fwd_telit_answer_due,
    .ota_step_due = fwd_telit_step_due,
    .fetching = fetching,
    .fetched = fetched,
};
