/* +UFWUPD and +UFWINSTALL (R91..R110, R115..R122). */
#include "module/at/at_command.h"
#include "module/ufota/ufota.h"

#include <string.h>

#define FAST 3000000u

/* ---- +UFWUPD --------------------------------------------------------------------------------- */

/* SARA-R5: the module starts in firmware update mode, on the port and at the speed given (R96). */
static enum fwd_at_answer update_at(struct fwd_modem *m, const struct fwd_at_call *call)
{
    int64_t port = fwd_at_param(call, 0)->value, baud = fwd_at_param(call, 1)->value;

    if (call->count != 2 || fwd_at_param(call, 0)->kind != FWD_AT_NUMBER || port < 1 || port > 2 ||
        baud < 0 || !fwd_traits_speed((uint32_t)baud))
        return FWD_AT_PARAMETERS;
    m->store.update = (struct fwd_channel){(uint8_t)port, (uint32_t)baud};
    m->store.pending = FWD_PENDING_RECEIVE;
    fwd_modem_save(m);
    fwd_modem_reset(m, "+UFWUPD");
    return FWD_AT_LATER;
}

static enum fwd_at_answer update_here(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    bool uart = port == FWD_PORT_UART || port == FWD_PORT_AUX;

    if (call->count != 1 || fwd_at_param(call, 0)->value != 3)
        return FWD_AT_PARAMETERS;
    if (uart && m->ports[port].baud == FAST && !m->traits->uart_3m_xmodem)
        return FWD_AT_NOT_ALLOWED; /* R106 */
    fwd_modem_begin(m, FWD_METHOD_XMODEM, port);
    m->ports[port].mode = FWD_PORT_MODE_BUSY;
    fwd_modem_after(m, FWD_TIMER_READY, m->traits->update_ready_ms);
    return FWD_AT_LATER;
}

static enum fwd_at_answer update(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    if (call->form == FWD_AT_TEST) {
        fwd_modem_linef(m, port, "+UFWUPD: %s%s%s",
            m->traits->update_needs_speed ? "(1,2),(" : "(3",
            m->traits->update_needs_speed ? fwd_traits_speeds : "", ")");
        return FWD_AT_OK;
    }
    if (fwd_at_refused(m, FWD_USE_XMODEM))
        return FWD_AT_IN_USE;
    return m->traits->update_needs_speed ? update_at(m, call) : update_here(m, port, call);
}

void fwd_at_update_ready(struct fwd_modem *m)
{
    fwd_modem_line(m, m->running_port, "+UFWUPD: ONGOING");
    fwd_at_xmodem_begin(m, m->running_port);
}

/* ---- the file is there, or will not come ----------------------------------------------------- */

/* LARA and SARA-R5 install by themselves; SARA-R4 waits for +UFWINSTALL and says nothing (R93). */
static void received(struct fwd_modem *m, enum fwd_port port)
{
    bool update_mode = m->phase == FWD_MODEM_PHASE_UPDATE_MODE;

    m->command = FWD_PROFILE_UPDATE;
    if (!m->profile->update_takes_full && !update_mode) {
        m->ports[port].mode = FWD_PORT_MODE_COMMAND;
        return;
    }
    m->store.pending = FWD_PENDING_UPDATE;
    fwd_modem_save(m);
    if (update_mode) {
        m->ports[port].mode = FWD_PORT_MODE_DEAF;
        fwd_modem_run_installation(m, false);
        return;
    }
    fwd_at_finish(m, port, FWD_AT_OK);
    fwd_modem_reset(m, "+UFWUPD");
}

/* R102, R103: nothing has changed. */
static void not_received(struct fwd_modem *m, enum fwd_port port, bool timeout)
{
    bool update_mode = m->phase == FWD_MODEM_PHASE_UPDATE_MODE;

    if (timeout && m->traits->says_timeout)
        fwd_modem_line(m, port, "Timeout");
    if (!timeout || m->traits->says_error1)
        fwd_modem_line(m, port, "ERROR1");
    if (update_mode) {
        m->store.pending = FWD_PENDING_NOTHING;
        fwd_modem_save(m);
        fwd_modem_reset(m, "+UFWUPD failed");
        return;
    }
    m->ports[port].mode = FWD_PORT_MODE_COMMAND;
    if (timeout && m->config.ok_after_error1)
        fwd_modem_line(m, port, "OK");
}

void fwd_at_update_received(struct fwd_modem *m, enum fwd_xmodem_result result)
{
    enum fwd_port port = m->running_port;
    bool done = result == FWD_XMODEM_DONE && m->stored > 0;
    uint32_t padding = (uint32_t)(m->xmodem.block > 0 ? m->xmodem.block - 1 : 0);

    if (done)
        done = fwd_modem_inbox_commit(m, FWD_METHOD_XMODEM, padding) == FWD_OK;
    if (m->power != FWD_MODEM_ON)
        return;
    fwd_modem_inbox_close(m, false);
    fwd_modem_end(m, done ? "complete" : result == FWD_XMODEM_CANCELLED ? "cancelled" : "failed");
    if (done)
        received(m, port);
    else
        not_received(m, port, result == FWD_XMODEM_TIMEOUT);
}

/* ---- +UFWINSTALL ----------------------------------------------------------------------------- */

/* A port that is left out is the one that was spoken to, if it can be named. */
static bool read_channel(
    enum fwd_port port, const struct fwd_at_call *call, struct fwd_channel *channel)
{
    int64_t baud = fwd_at_param(call, 1)->value;

    if (fwd_at_param(call, 0)->kind == FWD_AT_NUMBER)
        channel->port = (uint8_t)fwd_at_param(call, 0)->value;
    else if (call->form == FWD_AT_SET && port != FWD_PORT_USB)
        channel->port = port == FWD_PORT_AUX ? 2 : 1;
    if (fwd_at_param(call, 1)->kind != FWD_AT_NUMBER)
        return true;
    channel->baud = (uint32_t)baud;
    return fwd_traits_speed((uint32_t)baud);
}

/* R117: the fourth parameter only switches lines on, for an update by the server. */
static enum fwd_at_answer switch_lines_on(struct fwd_modem *m)
{
    m->store.urc_install = true;
    fwd_modem_save(m);
    return FWD_AT_OK;
}

static enum fwd_at_answer install(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    struct fwd_channel channel = m->machine->nvm.channel;

    if (fwd_at_param(call, 2)->kind != FWD_AT_EMPTY || !read_channel(port, call, &channel))
        return FWD_AT_PARAMETERS;
    bool only_lines = fwd_at_param(call, 3)->kind == FWD_AT_NUMBER;
    if (!only_lines && (m->running != FWD_METHOD_NONE || fwd_ufota_busy(m)))
        return FWD_AT_IN_USE;
    if (!only_lines && (!fwd_modem_has_package(m) || !m->store.installable))
        return FWD_AT_NOT_ALLOWED; /* R118, R119 */
    m->machine->nvm.channel = channel;
    if (call->form == FWD_AT_SET && fwd_machine_save(m->machine, NULL) != FWD_FAIL_NONE)
        return FWD_AT_MEMORY;
    if (only_lines)
        return switch_lines_on(m);
    m->store.pending = FWD_PENDING_INSTALL;
    fwd_modem_save(m);
    return FWD_AT_RESET;
}

/* ---- the commands ---------------------------------------------------------------------------- */

#define OPTION (FWD_AT_NUMBER | FWD_AT_EMPTY)

static const struct fwd_at_command commands[] = {
    {"+UFWUPD", FWD_FAMILY_ALL, FWD_AT_SET | FWD_AT_TEST,
        {{FWD_AT_NUMBER, 0, 9, 0}, {OPTION, 0, 0, 0}}, "", update},
    {"+UFWINSTALL", FWD_FAMILY_R4, FWD_AT_RUN | FWD_AT_TEST, {{0}}, NULL, install},
    {"+UFWINSTALL", FWD_FAMILY_LARA, FWD_AT_RUN | FWD_AT_SET | FWD_AT_TEST,
        {{OPTION, 1, 2, 0}, {OPTION, 0, 0, 0}, {FWD_AT_EMPTY, 0, 0, 0}, {OPTION, 1, 1, 0}}, NULL,
        install},
    {"+UFWINSTALL", FWD_FAMILY_R5, FWD_AT_SET | FWD_AT_TEST,
        {{OPTION, 1, 2, 0}, {OPTION, 0, 0, 0}, {FWD_AT_EMPTY, 0, 0, 0}, {OPTION, 1, 1, 0}}, NULL,
        install},
};

const struct fwd_at_table fwd_at_update = {commands, sizeof commands / sizeof *commands};
