/* A module starts: what was pending goes on, else it takes command lines. */
#include "module/modem/modem_internal.h"

#include <stdlib.h>
#include <string.h>

/* ---- off and on ------------------------------------------------------------------------------ */

/* What does not survive a start. */
static void forget(struct fwd_modem *m)
{
    fwd_modem_store_forget(&m->store);
    memset(m->ftp, 0, sizeof m->ftp);
    memset(m->http, 0, sizeof m->http);
    memset(m->http_error, 0, sizeof m->http_error);
    m->ftp_error = (struct fwd_transfer_error){0, 0};
    m->ftp_login = false;
    m->cfun = 1;
    m->detached = m->attached = m->asleep = m->versions_asked = false;
    memset(m->registration_lines, 0, sizeof m->registration_lines);
    m->operator_form = m->cell_form = 0;
    memset(m->client_cids, 0, sizeof m->client_cids);
    memset(m->client_active, 0, sizeof m->client_active);
    m->call[0] = '\0';
    m->pin_entered = false;
    m->cmee = (uint8_t)fwd_modem_store_u32(&m->store, "+CMEE", 2);
    m->echo = fwd_modem_store_u32(&m->store, "E", 1) != 0;
    for (int i = 0; i < FWD_PORTS; i++) {
        m->ports[i].mode = FWD_PORT_MODE_DEAF;
        m->ports[i].size = 0;
        m->ports[i].overflow = false;
    }
    for (int i = 0; i < FWD_TIMERS; i++)
        fwd_modem_stop(m, (unsigned)i);
}

static void drop_downloads(struct fwd_modem *m)
{
    bool keep = m->store.resume_name[0] != '\0' || m->store.ufota.state == FWD_UFOTA_DOWNLOADING;

    if (m->config.fetcher != NULL) {
        m->config.fetcher->cancel(m->config.fetcher->ctx);
        m->config.fetcher->hang_up(m->config.fetcher->ctx);
    }
    if (m->running != FWD_METHOD_NONE)
        fwd_modem_end(m, "failed");
    fwd_modem_inbox_close(m, keep);
    for (int i = 0; i < FWD_PORTS; i++)
        m->hooks->raw_drop(m, (enum fwd_port)i);
    m->xmodem_on = false;
    m->login = false;
}

/* What the boot loader does first. */
static void load(struct fwd_modem *m)
{
    m->reason = fwd_update_init(&m->update, &m->machine->device);
    m->update_ready = m->reason == FWD_OK;
}

static void power_up(struct fwd_modem *m)
{
    forget(m);
    fwd_machine_power_cycle(m->machine);
    fwd_modem_after(m, FWD_TIMER_BOOT, FWD_BOOT_MS);
}

/* RX is low while nobody answers; CTS is high in an installation. */
static void set_pins(struct fwd_modem *m, bool answers)
{
    if (m->traits->pins & FWD_PIN_GPIO)
        fwd_modem_log_pin(m, "gpio", answers ? 1 : 0);
    if (m->traits->pins & FWD_PIN_RX)
        fwd_modem_log_pin(m, "rx", answers ? 1 : 0);
    if (m->traits->pins & FWD_PIN_CTS)
        fwd_modem_log_pin(m, "cts", answers ? 0 : 1);
    if ((m->traits->pins & FWD_PIN_DSR_RTS) &&
        (answers || m->store.pending != FWD_PENDING_NOTHING)) {
        fwd_modem_log_pin(m, "dsr", answers ? 1 : 0);
        fwd_modem_log_pin(m, "rts", answers ? 1 : 0);
    }
}

static void show_usb(struct fwd_modem *m, bool present)
{
    if (m->traits->ports[FWD_PORT_USB] && m->config.present != NULL)
        m->config.present(m->config.ctx, FWD_PORT_USB, present);
}

void fwd_modem_reset(struct fwd_modem *m, const char *by)
{
    m->hooks->resetting(m);
    drop_downloads(m);
    fwd_modem_phase(m, FWD_MODEM_PHASE_STARTING, by);
    set_pins(m, false);
    show_usb(m, false);
    power_up(m);
}

void fwd_modem_switch_on(struct fwd_modem *m)
{
    m->power = FWD_MODEM_ON;
    m->off_asked = false;
    m->counts = fwd_nor_counts(m->machine->nor);
    power_up(m);
    load(m); /* for the version in the log */
    fwd_modem_log_power(m, "on");
    fwd_modem_phase(m, FWD_MODEM_PHASE_STARTING, "power on");
    set_pins(m, false);
    show_usb(m, false);
}

void fwd_modem_switch_off(struct fwd_modem *m)
{
    m->off_asked = true;
    if (m->power != FWD_MODEM_ON || m->phase == FWD_MODEM_PHASE_INSTALLING)
        return;
    drop_downloads(m);
    m->power = FWD_MODEM_OFF;
    fwd_modem_phase(m, FWD_MODEM_PHASE_OFF, "switched off");
    fwd_modem_log_flash(m);
    fwd_modem_log_power(m, "off");
}

/* ---- started --------------------------------------------------------------------------------- */

/* R244: EasyFlash has armed it. */
static void make_backup(struct fwd_modem *m)
{
    if (!m->store.armed_backup)
        return;
    m->store.armed_backup = false;
    m->store.backups++;
    fwd_modem_save(m);
}

static void go_normal(struct fwd_modem *m)
{
    uint32_t baud = fwd_modem_store_u32(&m->store, "+IPR", FWD_BAUD);

    m->telit.autobaud = m->traits->autobaud && fwd_modem_store_u32(&m->store, "+IPR", 0) == 0;
    if (baud == 0)
        baud = FWD_BAUD;
    for (int i = 0; i < FWD_PORTS; i++) {
        fwd_modem_speed(m, (enum fwd_port)i, baud);
        m->ports[i].mode = FWD_PORT_MODE_COMMAND;
    }
    make_backup(m);
    show_usb(m, true);
    set_pins(m, true);
    fwd_modem_phase(m, FWD_MODEM_PHASE_NORMAL, "start");
    m->hooks->awake(m);
    fwd_modem_network(m);
}

/* Firmware update mode: nothing but an image by Xmodem is taken. */
static void go_update_mode(struct fwd_modem *m, const char *by)
{
    bool chosen = m->traits->update_needs_speed;
    enum fwd_port port = chosen && m->store.update.port == 2 ? FWD_PORT_AUX : FWD_PORT_UART;

    fwd_modem_phase(m, FWD_MODEM_PHASE_UPDATE_MODE, by);
    fwd_modem_speed(m, port, chosen ? m->store.update.baud : FWD_BAUD);
    if (m->store.pending == FWD_PENDING_RECEIVE) {
        /* R66: a power cut from here on leads back to the old firmware */
        m->store.pending = FWD_PENDING_NOTHING;
        fwd_modem_save(m);
        fwd_modem_line(m, port, "+UFWUPD: ONGOING");
    }
    fwd_modem_begin(m, FWD_METHOD_XMODEM, port);
    m->hooks->xmodem_begin(m, port);
}

/* Runs on the device: the update that was interrupted is given up, or left alone at this start. */
static void abandon(void *arg)
{
    struct fwd_modem *m = arg;
    enum fwd_reason reason = fwd_update_abandon(&m->update, FWD_E_PACKAGE_LOST);

    if (reason == FWD_OK)
        reason = fwd_update_reported(&m->update);
    (void)reason; /* the next start does it again */
}

/* Runs on the device: what has failed before is tried again, without a word. */
static void resume(void *arg)
{
    struct fwd_modem *m = arg;

    m->reason = fwd_update_resume(&m->update);
}

/* R62: the image of an interrupted +UFWUPD is not kept. What was written stays incomplete. */
static bool must_resend(const struct fwd_modem *m, const struct fwd_status *status)
{
    return m->profile->power[FWD_PROFILE_UPDATE] == FWD_POWER_RESENDS &&
           status->command == FWD_COMMAND_FULL && status->state != FWD_STATUS_COMMITTING;
}

static bool decide(struct fwd_modem *m, struct fwd_boot_choice *choice);

/* Nothing is resumed at this start: what can start does, else the module waits for an image. */
static void start_without(struct fwd_modem *m)
{
    struct fwd_boot_choice choice;

    m->store.pending = FWD_PENDING_NOTHING;
    m->store.package = FWD_METHOD_NONE;
    fwd_modem_save(m);
    if (!decide(m, &choice))
        return;
    if (choice.action == FWD_BOOT_RUN)
        go_normal(m);
    else
        go_update_mode(m, "interrupted +UFWUPD");
}

static void start_interrupted(struct fwd_modem *m)
{
    struct fwd_status status;

    fwd_update_status(&m->update, &status);
    m->command = status.command == FWD_COMMAND_FULL ? FWD_PROFILE_UPDATE : FWD_PROFILE_INSTALL;
    if (m->config.legacy_boot_window && fwd_modem_peek_boot_code(m)) {
        fwd_modem_phase(m, FWD_MODEM_PHASE_DEAD, "boot code is incomplete"); /* R64 */
        return;
    }
    if (must_resend(m, &status)) {
        if (fwd_modem_on_device(m, abandon, m))
            start_without(m);
    } else if (status.exhausted) {
        if (!fwd_modem_on_device(m, resume, m))
            return;
        if (m->reason == FWD_OK)
            fwd_modem_run_installation(m, false); /* tells it */
        else
            start_without(m);
    } else {
        fwd_modem_run_installation(m, true);
    }
}

/* Runs on the device. */
struct decision {
    struct fwd_machine *machine;
    struct fwd_update *update;
    struct fwd_boot_choice *choice;
};

static void run_decide(void *arg)
{
    struct decision *d = arg;

    if (fwd_boot_decide(d->update, d->choice) != FWD_OK)
        d->choice->action = FWD_BOOT_RUN;
    else if (d->choice->action == FWD_BOOT_RUN)
        fwd_machine_started(d->machine, d->update);
}

/* False: power failed meanwhile. */
static bool decide(struct fwd_modem *m, struct fwd_boot_choice *choice)
{
    struct decision d = {m->machine, &m->update, choice};

    return fwd_modem_on_device(m, run_decide, &d);
}

/* The operator profile is used again only after one more start (R85). */
static void restore_operator(struct fwd_modem *m)
{
    m->second_start = false;
    fwd_modem_reset(m, "operator profile restored");
}

void fwd_modem_started(struct fwd_modem *m)
{
    struct fwd_boot_choice choice = {.action = FWD_BOOT_RUN};
    enum fwd_store_pending pending = m->store.pending;
    bool begun = pending == FWD_PENDING_INSTALL || pending == FWD_PENDING_UPDATE;

    load(m);
    /* R57: with some, a start is enough when the server has sent a package */
    begun = begun || (m->traits->reset_installs && m->store.package == FWD_METHOD_SERVER &&
                         fwd_modem_has_package(m));
    m->command = pending == FWD_PENDING_UPDATE ? FWD_PROFILE_UPDATE : FWD_PROFILE_INSTALL;
    if (m->update_ready && !decide(m, &choice))
        return;
    if (choice.action == FWD_BOOT_RESUME)
        start_interrupted(m);
    else if (begun || choice.outcome_pending)
        fwd_modem_run_installation(m, false);
    else if (choice.action == FWD_BOOT_RECOVERY)
        go_update_mode(m, "incomplete firmware");
    else if (pending == FWD_PENDING_RECEIVE)
        go_update_mode(m, "+UFWUPD");
    else if (m->second_start)
        restore_operator(m);
    else
        go_normal(m);
}
