/* An installation, from the first check to the line that tells its result and the start after it.
 */
#include "module/modem/modem_internal.h"
#include "module/modem/retention.h"

#include <string.h>

struct installation {
    struct fwd_modem *m;
    bool resume;
    bool ended; /* it had ended before; only its result was not told */
    bool again; /* the device tries again at its next start: there is no result yet */
};

static bool tries_again(struct fwd_modem *m)
{
    struct fwd_boot_choice choice;

    return m->reason != FWD_OK && fwd_boot_decide(&m->update, &choice) == FWD_OK &&
           choice.action == FWD_BOOT_RESUME;
}

/* Runs on the device. */
static void install(void *arg)
{
    struct installation *in = arg;
    struct fwd_modem *m = in->m;
    struct fwd_boot_choice choice;

    if (in->resume) {
        m->reason = fwd_update_resume(&m->update);
        in->again = tries_again(m);
        return;
    }
    if (fwd_boot_decide(&m->update, &choice) == FWD_OK && choice.outcome_pending &&
        !fwd_modem_has_package(m)) {
        in->ended = true;
        m->reason = choice.outcome;
        return;
    }
    m->reason = fwd_update_install(&m->update,
        m->command == FWD_PROFILE_UPDATE && m->profile->update_takes_full ? FWD_COMMAND_FULL
                                                                          : FWD_COMMAND_DELTA);
    in->again = tries_again(m);
}

/* Runs on the device. */
static void record_reported(void *arg)
{
    struct fwd_modem *m = arg;
    enum fwd_reason reason = fwd_update_reported(&m->update);

    (void)reason; /* if it cannot be recorded, the next start tells the result again */
}

/* ---- where its lines go ---------------------------------------------------------------------- */

static const struct fwd_channel *configured(const struct fwd_modem *m)
{
    if (m->command == FWD_PROFILE_UPDATE)
        return &m->store.update;
    return m->machine->nvm.channel_readable ? &m->machine->nvm.channel : NULL;
}

static void choose_channel(struct fwd_modem *m, uint16_t code)
{
    m->channel = fwd_profile_channel(m->profile, m->command, code, configured(m));
    fwd_modem_speed(m, m->channel.port == 2 ? FWD_PORT_AUX : FWD_PORT_UART, m->channel.baud);
}

/* An update by the server is silent unless the host has asked for its lines (R117). */
static bool speaks(const struct fwd_modem *m)
{
    return m->store.package != FWD_METHOD_SERVER || m->store.urc_install;
}

/* ---- its end --------------------------------------------------------------------------------- */

/* Did it change anything, or was the version there already? */
static bool changed(const struct fwd_modem *m)
{
    struct fwd_status status;

    fwd_update_status(&m->update, &status);
    return m->reason == FWD_OK && m->update_ready && status.state == FWD_STATUS_DONE;
}

static void conclude(struct fwd_modem *m, bool told_again)
{
    struct fwd_line_sink sink = fwd_modem_sink(m);
    uint16_t code = fwd_profile_code(m->profile, m->reason, m->config.umbrella);
    bool lines = m->lines;

    if (changed(m) && !told_again)
        fwd_retention_apply(m);
    m->store.pending = FWD_PENDING_NOTHING;
    m->hooks->installed(m);
    m->store.package = FWD_METHOD_NONE;
    fwd_modem_save(m);
    choose_channel(m, code);
    if (lines && !m->traits->tells_after_start)
        (void)fwd_line_sink_final(&sink, m->reason);
    fwd_modem_log_result(m, code);
    if (!m->update_ready || fwd_modem_on_device(m, record_reported, m)) {
        fwd_modem_log_flash(m);
        fwd_modem_reset(m, "end of the installation");
    }
}

void fwd_modem_run_installation(struct fwd_modem *m, bool resume)
{
    struct installation in = {.m = m, .resume = resume};
    enum fwd_store_pending pending = m->store.pending;

    fwd_modem_phase(m, FWD_MODEM_PHASE_INSTALLING,
        m->command == FWD_PROFILE_UPDATE ? "+UFWUPD" : "+UFWINSTALL");
    m->hooks->installing(m);
    choose_channel(m, 0);
    m->lines = speaks(m);
    m->installed = fwd_modem_peek_installed(m);
    m->validating = false;
    if (m->update_ready && !fwd_modem_on_device(m, install, &in))
        return;
    if (!in.again) {
        conclude(m, in.ended && pending == FWD_PENDING_NOTHING);
        return;
    }
    fwd_modem_log_flash(m);
    fwd_modem_reset(m, "another attempt");
}
