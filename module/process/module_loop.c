#include "module/process/module_loop.h"

#include "hostio/host_signal.h"
#include "module/at/at_hooks.h"
#include "module/process/event_log.h"
#include "module/process/line_pace.h"
#include "module/process/module_fetch.h"
#include "module/process/pin_file.h"
#include "module/process/pty_port.h"
#include "module/process/tcp_port.h"
#include "module/process/vclock.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIECE        4096u
#define LAST_LINE_MS 100

struct loop {
    struct fwd_modem *modem;
    struct fwd_vclock clock;
    struct fwd_event_log log;
    struct fwd_pin_file pins;
    struct fwd_pty_port ptys[FWD_PORTS];
    struct fwd_tcp_port tcp;
    struct fwd_line_pace in[FWD_PORTS], out[FWD_PORTS];
    struct fwd_module_fetch fetch;
    struct fwd_module_lwm2m lwm2m;
    struct fwd_module_ota ota;
    struct fwd_modem_config config;
    struct fwd_module_terminal terminals[FWD_PORTS];
    size_t terminal_count;
    bool strict_speed;
    uint32_t speeds[FWD_PORTS]; /* of the module; 0: not set yet */
};

/* ---- what the module asks for ---------------------------------------------------------------- */

static uint64_t now(void *ctx)
{
    const struct loop *l = ctx;

    return fwd_vclock_now(&l->clock);
}

static void speed(void *ctx, enum fwd_port port, uint32_t baud)
{
    struct loop *l = ctx;

    l->speeds[port] = baud;
}

/* At different speeds neither side sees what the other sends. */
static bool speeds_differ(const struct loop *l, enum fwd_port port)
{
    return l->strict_speed && l->speeds[port] != 0 && l->ptys[port].other < 0 &&
           fwd_pty_speed(&l->ptys[port]) != l->speeds[port];
}

/* What waits and may go by now. all: at once, because nobody will look again. */
static void flush(struct loop *l, enum fwd_port port, bool all)
{
    uint64_t now_us = fwd_vclock_now_us(&l->clock);
    size_t room = fwd_line_pace_room(&l->out[port], now_us, l->speeds[port], FWD_PTY_QUEUE);

    if ((l->ptys[port].master < 0 && l->ptys[port].other < 0) || (room == 0 && !all))
        return;
    size_t n = fwd_pty_flush(&l->ptys[port], all ? FWD_PTY_QUEUE : room);
    fwd_line_pace_take(&l->out[port], now_us, l->speeds[port], n);
}

static void write_bytes(void *ctx, enum fwd_port port, const void *bytes, size_t size)
{
    struct loop *l = ctx;
    uint8_t junk[64];

    if (!speeds_differ(l, port)) {
        fwd_pty_write(&l->ptys[port], bytes, size);
        flush(l, port, false);
        return;
    }
    memset(junk, 0xF8, sizeof junk);
    for (size_t left = size; left > 0; left -= left < sizeof junk ? left : sizeof junk)
        fwd_pty_write(&l->ptys[port], junk, left < sizeof junk ? left : sizeof junk);
    flush(l, port, false);
}

static void present(void *ctx, enum fwd_port port, bool there)
{
    struct loop *l = ctx;

    fwd_pty_show(&l->ptys[port], there);
}

static void event(void *ctx, const json_t *e)
{
    struct loop *l = ctx;

    fwd_event_log_write(&l->log, fwd_vclock_now(&l->clock), e);
    fwd_pin_file_event(&l->pins, e);
}

static void flush_all(struct loop *l)
{
    for (int i = 0; i < FWD_PORTS; i++)
        flush(l, (enum fwd_port)i, true);
}

/* The flash works, the ports go on being emptied. */
static void busy(void *ctx, uint64_t ms)
{
    struct loop *l = ctx;

    flush_all(l);
    fwd_vclock_sleep(&l->clock, ms);
    if (fwd_signal_seen())
        fwd_modem_switch_off(l->modem);
}

/* ---- opening --------------------------------------------------------------------------------- */

static enum fwd_fail open_port(
    struct loop *l, enum fwd_port port, const char *link, struct fwd_error *err)
{
    struct fwd_module_terminal *t = &l->terminals[l->terminal_count];
    int length = snprintf(t->link, sizeof t->link, "%s%s%s", link, port > 0 ? "." : "",
        port > 0 ? fwd_port_name(port) : "");

    if (length < 0 || (size_t)length >= sizeof t->link)
        return fwd_error_fail(err, FWD_FAIL_USAGE, "--pty: the name is too long");
    enum fwd_fail fail = fwd_pty_open(&l->ptys[port], t->link, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    const char *name = ttyname(l->ptys[port].slave);
    snprintf(t->terminal, sizeof t->terminal, "%s", name != NULL ? name : "?");
    t->port = port;
    l->terminal_count++;
    return FWD_FAIL_NONE;
}

/* Machines of CI may have no pseudo-terminals; a module with a TCP port does without. */
static enum fwd_fail open_ports(struct loop *l, const struct fwd_traits *traits,
    const struct fwd_module_loop_options *options, struct fwd_error *err)
{
    enum fwd_fail fail = FWD_FAIL_NONE;

    for (int i = 0; i < FWD_PORTS && fail == FWD_FAIL_NONE; i++) {
        if (!traits->ports[i])
            continue;
        fail = open_port(l, (enum fwd_port)i, options->link, err);
        if (fail == FWD_FAIL_ENVIRONMENT && options->tcp > 0 && l->ptys[i].master < 0) {
            *err = (struct fwd_error){""};
            return FWD_FAIL_NONE;
        }
    }
    return fail;
}

static enum fwd_fail open_loop(struct loop *l, struct fwd_machine *machine,
    const struct fwd_module_loop_options *o, struct fwd_error *err)
{
    enum fwd_fail fail = FWD_FAIL_NONE;
    struct fwd_module_lwm2m_options lwm2m = o->lwm2m;

    lwm2m.own = o->profile->traits.family == FWD_FAMILY_RYZ;
    l->config = o->config;
    l->config.ctx = l;
    l->config.now = now;
    l->config.write = write_bytes;
    l->config.speed = speed;
    l->config.present = present;
    l->config.event = event;
    l->config.busy = busy;
    l->strict_speed = o->strict_speed;
    l->config.fetcher = &l->fetch.fetcher;
    l->config.scale = o->scale;
    l->config.peer_floor_ms = FWD_XMODEM_FLOOR_MS * o->scale;
    l->config.peer_quiet_ms = 200 * o->scale;
    if (o->log != NULL)
        fail = fwd_event_log_open(&l->log, o->log, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_module_fetch_open(&l->fetch, o->ca_file, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_module_lwm2m_prepare(&l->lwm2m, &lwm2m, err);
    l->config.lwm2m = fwd_module_lwm2m_used(&l->lwm2m) ? &l->lwm2m.port : NULL;
    l->config.lwm2m_11 = o->lwm2m.version_11;
    if (fail == FWD_FAIL_NONE)
        fail = fwd_module_ota_prepare(&l->ota, &o->ota, err);
    l->config.ota = &l->ota.radio;
    l->lwm2m.ctx = l;
    l->lwm2m.log = o->log != NULL ? event : NULL;
    if (fail == FWD_FAIL_NONE)
        fail = fwd_modem_new(machine, o->profile, &fwd_at_hooks, &l->config, &l->modem, err);
    l->fetch.modem = l->modem;
    if (fail == FWD_FAIL_NONE)
        fwd_pin_file_open(&l->pins, machine->folder);
    if (fail == FWD_FAIL_NONE) /* its IMEI is its own from the first start on */
        fwd_modem_save(l->modem);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_module_lwm2m_open(&l->lwm2m, l->modem, &lwm2m, err);
    if (fail == FWD_FAIL_NONE)
        fail = fwd_module_ota_open(&l->ota, l->modem, &o->ota, err);
    return fail;
}

static enum fwd_fail close_loop(struct loop *l, struct fwd_error *err)
{
    fwd_module_lwm2m_close(&l->lwm2m);
    fwd_modem_free(l->modem);
    fwd_module_ota_close(&l->ota);
    fwd_tcp_close(&l->tcp);
    for (int i = 0; i < FWD_PORTS; i++)
        fwd_pty_close(&l->ptys[i]);
    fwd_module_fetch_close(&l->fetch);
    fwd_pin_file_close(&l->pins);
    enum fwd_fail fail = fwd_event_log_close(&l->log, err);
    free(l);
    return fail;
}

/* ---- running --------------------------------------------------------------------------------- */

/* The module has switched itself off: its last line is for a host that still reads. */
static void let_read(const struct loop *l)
{
    size_t before = SIZE_MAX;

    for (;;) {
        size_t unread = 0;
        for (int i = 0; i < FWD_PORTS; i++)
            unread += fwd_pty_unread(&l->ptys[i]);
        if (unread == 0 || unread >= before || fwd_signal_seen())
            return;
        before = unread;
        (void)poll(NULL, 0, LAST_LINE_MS);
    }
}

static size_t watch(struct loop *l, struct pollfd *fds, size_t room, int *wait)
{
    uint64_t due = fwd_modem_due(l->modem), now_us = fwd_vclock_now_us(&l->clock);
    size_t count = 0;

    for (int i = 0; i < FWD_PORTS; i++) {
        const struct fwd_pty_port *p = &l->ptys[i];
        uint64_t in = fwd_line_pace_due(&l->in[i], now_us);
        uint64_t out = p->queued > 0 ? fwd_line_pace_due(&l->out[i], now_us) : 0;
        short events = (short)((in == 0 ? POLLIN : 0) | (p->queued > 0 && out == 0 ? POLLOUT : 0));
        int fd = p->other >= 0 ? p->other : p->link != NULL ? p->master : -1;
        fds[count++] = (struct pollfd){fd, events, 0};
        due = in > 0 && in < due ? in : due;
        due = out > 0 && out < due ? out : due;
    }
    fds[count++] = (struct pollfd){l->tcp.listener, POLLIN, 0};
    int lwm2m_wait = -1;
    count += fwd_module_lwm2m_watch(&l->lwm2m, fds + count, room - count, &lwm2m_wait, &due);
    *wait = fwd_vclock_wait(&l->clock, due);
    if (lwm2m_wait >= 0 && (*wait < 0 || lwm2m_wait < *wait))
        *wait = lwm2m_wait;
    count += fwd_module_ota_watch(&l->ota, fds + count, wait);
    return count + fwd_module_fetch_watch(&l->fetch, fds + count, room - count, wait);
}

static void serve(struct loop *l, enum fwd_port port)
{
    uint8_t bytes[PIECE];
    uint64_t now_us = fwd_vclock_now_us(&l->clock);
    size_t room = fwd_line_pace_room(&l->in[port], now_us, l->speeds[port], sizeof bytes);

    size_t n = room > 0 ? fwd_pty_read(&l->ptys[port], bytes, room) : 0;
    fwd_line_pace_take(&l->in[port], now_us, l->speeds[port], n);
    if (speeds_differ(l, port))
        memset(bytes, 0xF8, n);
    if (n > 0)
        fwd_modem_receive(l->modem, port, bytes, n);
}

/* Whoever has connected speaks in place of the primary UART's terminal. */
static void serve_connections(struct loop *l)
{
    struct fwd_pty_port *p = &l->ptys[FWD_PORT_UART];

    if (p->ended)
        fwd_tcp_drop(&l->tcp);
    p->ended = false;
    fwd_tcp_accept(&l->tcp);
    p->other = l->tcp.connection;
}

static void run(struct loop *l)
{
    struct pollfd fds[FWD_PORTS + 1 + FWD_TRANSFER_FDS + 1 + 2];
    int wait;

    fwd_modem_switch_on(l->modem);
    while (fwd_modem_power(l->modem) == FWD_MODEM_ON) {
        if (fwd_signal_seen()) {
            fwd_modem_switch_off(l->modem);
            continue;
        }
        size_t count = watch(l, fds, sizeof fds / sizeof *fds, &wait);
        int ready = poll(fds, (nfds_t)count, wait);
        for (int i = 0; i < FWD_PORTS; i++) {
            if (ready > 0 && fds[i].revents != 0)
                serve(l, (enum fwd_port)i);
            flush(l, (enum fwd_port)i, false);
        }
        serve_connections(l);
        fwd_module_fetch_perform(&l->fetch);
        fwd_module_lwm2m_perform(&l->lwm2m);
        fwd_module_ota_perform(&l->ota);
        fwd_modem_tick(l->modem);
    }
    flush_all(l);
    let_read(l);
}

enum fwd_fail fwd_module_loop(struct fwd_machine *machine,
    const struct fwd_module_loop_options *options,
    void (*ready)(void *ready_ctx, const struct fwd_module_terminal *terminals, size_t count),
    void *ready_ctx, enum fwd_modem_power *end, struct fwd_error *err)
{
    struct loop *l = calloc(1, sizeof *l);

    if (l == NULL)
        return fwd_error_memory(err, machine->folder);
    for (int i = 0; i < FWD_PORTS; i++)
        l->ptys[i].master = l->ptys[i].slave = l->ptys[i].other = -1;
    l->tcp.listener = l->tcp.connection = -1;
    l->ota.centre.fd = l->ota.server.fd = -1;
    for (int i = 0; i < FWD_PORTS; i++) {
        fwd_line_pace_start(&l->in[i], options->scale);
        fwd_line_pace_start(&l->out[i], options->scale);
    }
    fwd_vclock_start(&l->clock, options->scale);
    fwd_signal_hold();
    enum fwd_fail fail = open_loop(l, machine, options, err);
    if (fail == FWD_FAIL_NONE)
        fail = open_ports(l, fwd_modem_traits(l->modem), options, err);
    if (fail == FWD_FAIL_NONE && options->tcp > 0)
        fail = fwd_tcp_open(&l->tcp, (uint16_t)options->tcp, err);
    if (fail == FWD_FAIL_NONE) {
        ready(ready_ctx, l->terminals, l->terminal_count);
        fwd_nor_arm(machine->nor, options->cut);
        run(l);
        *end = fwd_modem_power(l->modem);
    }
    enum fwd_fail closed = close_loop(l, fail == FWD_FAIL_NONE ? err : NULL);
    return fail == FWD_FAIL_NONE ? closed : fail;
}
