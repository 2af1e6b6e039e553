/* The Xmodem receiver at work for +UFWUPD. */
#include "module/at/at_command.h"

#include <string.h>

static bool sink(void *ctx, const uint8_t *data, size_t size)
{
    struct fwd_modem *m = ctx;

    /* the last block may be filled up */
    if (m->stored + size > fwd_modem_package_room(m) + FWD_XMODEM_BLOCK_MAX)
        return false;
    return fwd_modem_inbox_write(m, data, size);
}

/* Times are virtual, and so is the floor: two real seconds, however fast time goes. A sender that
 * is a real program would else find a line full of C's and NAKs. */
static struct fwd_xmodem_setup setup(struct fwd_modem *m)
{
    struct fwd_xmodem_times times = fwd_xmodem_times(1, 0);
    uint32_t *const facing[] = {&times.crc, &times.sum, &times.block, &times.gap};

    for (size_t i = 0; i < sizeof facing / sizeof *facing; i++) {
        if (*facing[i] < m->config.peer_floor_ms)
            *facing[i] = m->config.peer_floor_ms;
    }
    if (m->config.peer_quiet_ms > 0)
        times.quiet = m->config.peer_quiet_ms;
    return fwd_xmodem_setup(&times, sink, m);
}

static void send_output(struct fwd_modem *m)
{
    uint8_t bytes[16];
    size_t n;

    while ((n = fwd_xmodem_output(&m->xmodem, bytes, sizeof bytes)) > 0)
        fwd_modem_bytes(m, m->running_port, bytes, n);
}

/* The receiver's time stands still while this process cannot run. */
static uint64_t receiver_now(const struct fwd_modem *m)
{
    return fwd_modem_now(m) - m->xmodem_lag;
}

void fwd_at_xmodem_begin(struct fwd_modem *m, enum fwd_port port)
{
    struct fwd_xmodem_setup s = setup(m);

    m->xmodem_on = fwd_modem_inbox_open(m, 0);
    if (!m->xmodem_on) {
        fwd_modem_inbox_close(m, false);
        fwd_at_update_received(m, FWD_XMODEM_REFUSED);
        return;
    }
    m->ports[port].mode = FWD_PORT_MODE_XMODEM;
    m->ports[port].eot = false;
    fwd_modem_log_transfer(m, "begin");
    m->xmodem_lag = 0;
    fwd_xmodem_start(&m->xmodem, &s, fwd_modem_now(m));
    send_output(m);
}

/* Is the line ours again? */
static void look(struct fwd_modem *m)
{
    send_output(m);
    if (m->xmodem.result == FWD_XMODEM_RUNNING)
        return;
    m->xmodem_on = false;
    m->ports[m->running_port].eot = m->xmodem.result == FWD_XMODEM_DONE;
    fwd_modem_log_data(m, m->running_port);
    fwd_at_update_received(m, m->xmodem.result);
}

size_t fwd_at_xmodem_feed(struct fwd_modem *m, const uint8_t *bytes, size_t size)
{
    uint64_t due = fwd_xmodem_deadline(&m->xmodem);

    /* What is there already came in time, however late this process looks: a NAK now would cross
     * the sender's next block. */
    if (receiver_now(m) >= due)
        m->xmodem_lag += receiver_now(m) - due + 1;
    size_t used = fwd_xmodem_feed(&m->xmodem, bytes, size, receiver_now(m));

    m->ports[m->running_port].raw += used;
    look(m);
    return used;
}

void fwd_at_xmodem_tick(struct fwd_modem *m)
{
    fwd_xmodem_tick(&m->xmodem, receiver_now(m));
    look(m);
}
