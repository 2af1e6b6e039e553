#include "module/modem/modem_internal.h"
#include "module/modem/retention.h"

#include <stdlib.h>
#include <string.h>

/* ---- life ------------------------------------------------------------------------------------ */

static void progress(void *ctx, enum fwd_progress phase, uint32_t percent);
static void reached(void *ctx, enum fwd_point point);

enum fwd_fail fwd_modem_new(struct fwd_machine *machine, const struct fwd_profile *profile,
    const struct fwd_modem_hooks *hooks, const struct fwd_modem_config *config,
    struct fwd_modem **out, struct fwd_error *err)
{
    struct fwd_modem *m = calloc(1, sizeof *m);

    *out = NULL;
    if (m == NULL)
        return fwd_error_memory(err, machine->folder);
    m->machine = machine;
    m->hooks = hooks;
    m->profile = profile;
    m->traits = &profile->traits;
    m->config = *config;
    m->inbox = -1;
    m->power = FWD_MODEM_OFF;
    for (int i = 0; i < FWD_TIMERS; i++)
        m->due[i] = UINT64_MAX;
    machine->progress = progress;
    machine->reached = reached;
    machine->progress_ctx = m;
    enum fwd_fail fail = fwd_modem_store_init(&m->store, machine->folder, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_modem_store_load(&m->store, machine->folder, err);
    if (fail != FWD_FAIL_NONE) {
        fwd_modem_free(m);
        return fail;
    }
    hooks->made(m);
    *out = m;
    return fail;
}

void fwd_modem_free(struct fwd_modem *m)
{
    if (m == NULL)
        return;
    m->machine->progress = NULL;
    m->machine->reached = NULL;
    for (int i = 0; i < FWD_PORTS; i++)
        m->hooks->raw_drop(m, (enum fwd_port)i);
    fwd_modem_inbox_close(m, true);
    fwd_modem_store_free(&m->store);
    free(m);
}

enum fwd_modem_power fwd_modem_power(const struct fwd_modem *m)
{
    return m->power;
}

const struct fwd_traits *fwd_modem_traits(const struct fwd_modem *m)
{
    return m->traits;
}

void fwd_modem_save(struct fwd_modem *m)
{
    /* a disk that refuses is like a memory that did not take it: the next start decides */
    (void)fwd_modem_store_save(&m->store, m->machine->folder, NULL);
}

/* ---- bytes from the host --------------------------------------------------------------------- */

static void end_line(struct fwd_modem *m, enum fwd_port port)
{
    struct fwd_modem_port *p = &m->ports[port];
    size_t size = p->size;
    bool overflow = p->overflow;

    p->size = 0;
    p->overflow = false;
    if (overflow)
        m->hooks->line_too_long(m, port);
    else if (size > 0)
        m->hooks->line(m, port, p->line, size);
}

/* V.250, 5.2.1: a command line begins with AT; what comes before is no part of it. */
static bool belongs(struct fwd_modem_port *p, char c)
{
    if (p->size == 1 && c != 'T' && c != 't')
        p->size = 0;
    return p->size > 0 || c == 'A' || c == 'a';
}

static void take_character(struct fwd_modem *m, enum fwd_port port, char c)
{
    struct fwd_modem_port *p = &m->ports[port];

    if (m->echo)
        fwd_modem_bytes(m, port, &c, 1);
    if (!belongs(p, c))
        return;
    if (c == '\r')
        end_line(m, port);
    else if ((c == '\b' || c == 0x7F) && p->size > 0)
        p->size--;
    else if (c == '\n' || c == '\b' || c == 0x7F)
        return; /* line feeds of terminals that send both */
    else if (p->size < sizeof p->line)
        p->line[p->size++] = c;
    else
        p->overflow = true;
}

/* A sender whose EOT was acknowledged in vain sends it again: it gets its ACK, and the next command
 * line is not spoiled, nor is anything else. */
static size_t answer_eot(struct fwd_modem *m, enum fwd_port port, const uint8_t *bytes, size_t size)
{
    static const uint8_t ack = FWD_XMODEM_ACK;
    size_t n = 0;

    for (; n < size && bytes[n] == FWD_XMODEM_EOT; n++)
        fwd_modem_bytes(m, port, &ack, 1);
    m->ports[port].eot = n == size;
    return n;
}

void fwd_modem_receive(struct fwd_modem *m, enum fwd_port port, const uint8_t *bytes, size_t size)
{
    struct fwd_modem_port *p = &m->ports[port];

    if (p->mode != FWD_PORT_MODE_DEAF)
        fwd_modem_psm_active(m);
    m->telit.autobaud = m->telit.autobaud && p->mode != FWD_PORT_MODE_COMMAND;
    size_t at = p->eot && p->mode != FWD_PORT_MODE_XMODEM ? answer_eot(m, port, bytes, size) : 0;

    while (at < size && m->power == FWD_MODEM_ON) {
        switch (p->mode) {
        case FWD_PORT_MODE_COMMAND:
            take_character(m, port, (char)bytes[at++]);
            break;
        case FWD_PORT_MODE_RAW:
            at += m->hooks->raw_feed(m, port, bytes + at, size - at);
            break;
        case FWD_PORT_MODE_XMODEM:
            at += m->hooks->xmodem_feed(m, bytes + at, size - at);
            break;
        default:
            return; /* nobody listens */
        }
    }
}

/* ---- an installation at work ----------------------------------------------------------------- */

static void print_line(void *ctx, const char *line)
{
    struct fwd_modem *m = ctx;

    fwd_modem_line(m, m->channel.port == 2 ? FWD_PORT_AUX : FWD_PORT_UART, line);
}

struct fwd_line_sink fwd_modem_sink(struct fwd_modem *m)
{
    return (struct fwd_line_sink){.profile = m->profile,
        .command = m->command,
        .spelling = m->config.spelling,
        .umbrella = m->config.umbrella,
        .ctx = m,
        .print = print_line};
}

/* R240: the period is ours. */
static void toggle_dcd(struct fwd_modem *m, uint32_t ms)
{
    for (m->telit.toggles_ms += ms; m->telit.toggles_ms >= FWD_DCD_MS;
         m->telit.toggles_ms -= FWD_DCD_MS) {
        m->telit.dcd = !m->telit.dcd;
        fwd_modem_log_pin(m, "dcd", m->telit.dcd ? 1 : 0);
    }
}

/* The flash worked: that takes time. */
static void pass_time(struct fwd_modem *m)
{
    uint64_t ns = fwd_nor_counts(m->machine->nor).nanoseconds;
    uint64_t ms = (ns - m->flash_ns) / 1000000;

    uint64_t passed = ms < m->flash_ago ? ms : m->flash_ago;

    if ((m->traits->pins & FWD_PIN_DSR_RTS) && m->phase == FWD_MODEM_PHASE_INSTALLING)
        toggle_dcd(m, (uint32_t)ms);
    m->flash_ns += ms * 1000000;
    m->flash_ago -= passed;
    if (m->config.busy != NULL)
        m->config.busy(m->config.ctx, ms - passed);
}

static void progress(void *ctx, enum fwd_progress phase, uint32_t percent)
{
    struct fwd_modem *m = ctx;
    static const struct fwd_nor_cut now = {.operation = 1, .tear = FWD_NOR_BEFORE};
    struct fwd_line_sink sink = fwd_modem_sink(m);

    if (m->phase != FWD_MODEM_PHASE_INSTALLING)
        return;
    bool printed = phase == FWD_PROGRESS_VALIDATION && percent == 0 && m->validating;
    if (m->lines && !printed)
        fwd_line_sink_progress(&sink, phase, percent);
    pass_time(m);
    if (m->off_asked)
        fwd_nor_arm(m->machine->nor, &now);
}

/* Validation begins with a line before its first check, unless it will turn out that there is
 * nothing to do. */
static void reached(void *ctx, enum fwd_point point)
{
    struct fwd_modem *m = ctx;

    if (point != FWD_POINT_VALIDATION || m->installed || m->phase != FWD_MODEM_PHASE_INSTALLING)
        return;
    progress(m, FWD_PROGRESS_VALIDATION, 0);
    m->validating = true;
}

bool fwd_modem_on_device(struct fwd_modem *m, void (*fn)(void *arg), void *arg)
{
    m->flash_ns = fwd_nor_counts(m->machine->nor).nanoseconds;
    bool whole = fwd_nor_run(m->machine->nor, fn, arg);
    pass_time(m);
    if (whole && !fwd_nor_fired(m->machine->nor))
        return true;
    m->power = m->off_asked ? FWD_MODEM_OFF : FWD_MODEM_CUT;
    fwd_modem_log_flash(m);
    fwd_modem_log_power(m, "cut");
    return false;
}
