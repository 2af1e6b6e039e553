/* The interface itself: echo, +CMEE, +IPR, AT&W, and what a line without wires does not have. */
#include "module/at/at_command.h"

#include <stdio.h>

static enum fwd_at_answer echo(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    (void)port;
    m->echo = fwd_at_param(call, 0)->value != 0;
    return FWD_AT_OK;
}

static bool remember(struct fwd_modem *m, const char *name, int64_t value)
{
    char text[24];

    snprintf(text, sizeof text, "%lld", (long long)value);
    return fwd_modem_store_set(&m->store, name, text);
}

/* What is not stored by its own command is stored by this one. */
static enum fwd_at_answer write_settings(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    (void)port, (void)call;
    if (!remember(m, "E", m->echo) || !remember(m, "+CMEE", m->cmee))
        return FWD_AT_MEMORY;
    fwd_modem_save(m);
    return FWD_AT_OK;
}

static enum fwd_at_answer error_form(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    if (call->form == FWD_AT_READ)
        fwd_modem_linef(m, port, "+CMEE: %u", (unsigned)m->cmee);
    else
        m->cmee = (uint8_t)fwd_at_param(call, 0)->value;
    return FWD_AT_OK;
}

/* R105: OK still comes at the old speed. The speed is that of every port, and kept. */
static enum fwd_at_answer speed(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    if (call->form == FWD_AT_READ) {
        bool automatic = m->traits->autobaud && fwd_modem_store_u32(&m->store, "+IPR", 0) == 0;
        fwd_modem_linef(m, port, "+IPR: %u", automatic ? 0 : (unsigned)m->ports[port].baud);
        return FWD_AT_OK;
    }
    int64_t baud = fwd_at_param(call, 0)->value;
    bool automatic = baud == 0 && m->traits->autobaud;
    if (!automatic && (baud < 0 || !fwd_traits_speed((uint32_t)baud)))
        return FWD_AT_PARAMETERS;
    if (!remember(m, "+IPR", baud))
        return FWD_AT_MEMORY;
    fwd_modem_save(m);
    if (automatic)
        return FWD_AT_OK; /* as the host speaks now */
    fwd_modem_line(m, port, "OK");
    for (int i = 0; i < FWD_PORTS; i++)
        fwd_modem_speed(m, (enum fwd_port)i, (uint32_t)baud);
    return FWD_AT_LATER;
}

/* Circuits, flow control, forms of results, factory values of those: accepted, with no effect on a
 * pseudo-terminal. */
static enum fwd_at_answer wires(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    (void)m, (void)port, (void)call;
    return FWD_AT_OK;
}

#define SET_READ_TEST (FWD_AT_SET | FWD_AT_READ | FWD_AT_TEST)
#define OPTION        (FWD_AT_NUMBER | FWD_AT_EMPTY)

#define WIRES(name, most)                                                                          \
    {                                                                                              \
        name, FWD_FAMILY_ALL, FWD_AT_RUN | FWD_AT_SET, {{FWD_AT_NUMBER, 0, most, 0}}, NULL, wires  \
    }

static const struct fwd_at_command commands[] = {
    WIRES("&C", 1),
    WIRES("&D", 2),
    WIRES("&F", 1),
    WIRES("&K", 6),
    WIRES("&S", 1),
    {"E", FWD_FAMILY_ANY, FWD_AT_RUN | FWD_AT_SET, {{FWD_AT_NUMBER, 0, 1, 0}}, NULL, echo},
    {"&W", FWD_FAMILY_ANY, FWD_AT_RUN | FWD_AT_SET, {{FWD_AT_NUMBER, 0, 1, 0}}, NULL,
        write_settings},
    {"+CMEE", FWD_FAMILY_ANY, SET_READ_TEST, {{FWD_AT_NUMBER, 0, 2, 0}}, "(0-2)", error_form},
    {"+IPR", FWD_FAMILY_ANY, SET_READ_TEST, {{FWD_AT_NUMBER, 0, 0, 0}},
        "(),(9600,19200,38400,57600,115200,230400,460800,921600,3000000)", speed},
};

const struct fwd_at_table fwd_at_serial = {commands, sizeof commands / sizeof *commands};
