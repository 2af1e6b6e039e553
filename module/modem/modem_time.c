#include "module/modem/modem_internal.h"

uint64_t fwd_modem_now(const struct fwd_modem *m)
{
    return m->config.now(m->config.ctx);
}

void fwd_modem_after(struct fwd_modem *m, unsigned timer, uint64_t ms)
{
    m->due[timer] = fwd_modem_now(m) + ms;
}

void fwd_modem_stop(struct fwd_modem *m, unsigned timer)
{
    m->due[timer] = UINT64_MAX;
}

uint64_t fwd_modem_peer(const struct fwd_modem *m, uint64_t ms)
{
    return ms > m->config.peer_floor_ms ? ms : m->config.peer_floor_ms;
}

static void fire(struct fwd_modem *m, int timer)
{
    if (timer == FWD_TIMER_BOOT)
        fwd_modem_started(m);
    else if (timer == FWD_TIMER_READY)
        m->hooks->update_ready(m);
    else if (timer >= FWD_TIMER_PROMPT && timer < FWD_TIMER_IDLE)
        m->hooks->raw_ready(m, (enum fwd_port)(timer - FWD_TIMER_PROMPT));
    else if (timer >= FWD_TIMER_IDLE && timer < FWD_TIMER_FETCH)
        m->hooks->raw_timeout(m, (enum fwd_port)(timer - FWD_TIMER_IDLE));
    else if (timer == FWD_TIMER_FETCH)
        m->hooks->ftp_ready(m);
    else if (timer == FWD_TIMER_UFOTA)
        m->hooks->ufota_due(m);
    else if (timer == FWD_TIMER_EXECUTE)
        m->hooks->execute_due(m);
    else if (timer == FWD_TIMER_CHECK)
        m->hooks->check_due(m);
    else if (timer == FWD_TIMER_LIMIT)
        m->hooks->limit_due(m);
    else if (timer == FWD_TIMER_PSM)
        fwd_modem_psm_due(m);
    else if (timer == FWD_TIMER_OTA_ANSWER)
        m->hooks->ota_answer_due(m);
    else if (timer == FWD_TIMER_OTA_STEP)
        m->hooks->ota_step_due(m);
    else if (timer == FWD_TIMER_ATTACH)
        fwd_modem_attached(m);
    else
        m->hooks->ftp_cancelled(m);
}

void fwd_modem_tick(struct fwd_modem *m)
{
    for (int i = 0; i < FWD_TIMERS && m->power == FWD_MODEM_ON; i++) {
        if (m->due[i] > fwd_modem_now(m))
            continue;
        m->due[i] = UINT64_MAX;
        if (m->asleep)
            fwd_modem_psm_active(m); /* what is due wakes it */
        fire(m, i);
    }
    if (m->power == FWD_MODEM_ON && m->xmodem_on)
        m->hooks->xmodem_tick(m);
}

uint64_t fwd_modem_due(const struct fwd_modem *m)
{
    uint64_t due = UINT64_MAX;

    if (m->power != FWD_MODEM_ON)
        return due;
    for (int i = 0; i < FWD_TIMERS; i++)
        due = m->due[i] < due ? m->due[i] : due;
    uint64_t xmodem = m->xmodem_on ? fwd_xmodem_deadline(&m->xmodem) : UINT64_MAX;
    if (xmodem != UINT64_MAX && xmodem + m->xmodem_lag < due)
        due = xmodem + m->xmodem_lag;
    return due;
}
