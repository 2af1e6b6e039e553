/* The package comes in the server's own messages: a write of resource 0 in blocks. */
#include "module/ufota/ufota_internal.h"

#define SILENCE_MS 247000u /* no server repeats a message later than that */

static uint8_t begin(struct fwd_modem *m)
{
    struct fwd_store_ufota *u = &m->store.ufota;
    bool others = m->running != FWD_METHOD_SERVER &&
                  fwd_exclusion_refuses(m->profile, m->running, FWD_USE_SERVER);

    if (m->phase != FWD_MODEM_PHASE_NORMAL || others)
        return FWD_COAP_UNAVAILABLE;
    if (u->state == FWD_UFOTA_UPDATING || u->mode == FWD_UFOTA_DISABLED || u->mode == FWD_UFOTA_ASK)
        return FWD_COAP_NOT_ALLOWED;
    fwd_ufota_stop(m, "cancelled", false);
    fwd_ufota_forget(m);
    if (!fwd_modem_inbox_open(m, 0)) {
        fwd_modem_inbox_close(m, false);
        return FWD_COAP_INTERNAL;
    }
    fwd_modem_begin(m, FWD_METHOD_SERVER, FWD_PORT_UART);
    m->ufota.step = FWD_UFOTA_STEP_RUNNING;
    u->uri[0] = '\0';
    u->pushed = true;
    u->paused = u->waiting = false;
    fwd_modem_log_transfer(m, "begin");
    fwd_ufota_say_begin(m);
    fwd_ufota_set(m, FWD_UFOTA_DOWNLOADING, FWD_UFOTA_INITIAL);
    return FWD_COAP_CHANGED;
}

static uint8_t take(struct fwd_modem *m, const uint8_t *bytes, size_t size)
{
    if (m->stored + size > fwd_modem_package_room(m)) {
        fwd_ufota_fail(m, FWD_UFOTA_NO_ROOM, FWD_UFOTA_CAUSE_MEMORY);
        return FWD_COAP_TOO_LARGE;
    }
    if (!fwd_modem_inbox_write(m, bytes, size)) {
        fwd_ufota_fail(m, FWD_UFOTA_NO_ROOM, FWD_UFOTA_CAUSE_MEMORY);
        return FWD_COAP_INTERNAL;
    }
    fwd_modem_after(m, FWD_TIMER_UFOTA, fwd_modem_peer(m, SILENCE_MS));
    return FWD_COAP_CHANGED;
}

uint8_t fwd_ufota_push(
    struct fwd_modem *m, uint64_t offset, const uint8_t *bytes, size_t size, bool last)
{
    uint8_t code = FWD_COAP_CHANGED;

    if (offset == 0 && last && size == 0)
        return fwd_ufota_write_uri(m, ""); /* 1.0, E.6: back to idle */
    if (offset == 0)
        code = begin(m);
    else if (!m->store.ufota.pushed || m->running != FWD_METHOD_SERVER || offset != m->stored)
        code = FWD_COAP_INCOMPLETE;
    if (code == FWD_COAP_CHANGED)
        code = take(m, bytes, size);
    if (code != FWD_COAP_CHANGED || !last)
        return code;
    m->total = m->stored;
    fwd_ufota_complete(m);
    return m->store.ufota.state == FWD_UFOTA_DOWNLOADED ? FWD_COAP_CHANGED : FWD_COAP_INTERNAL;
}
