#include "module/ufota/sequans.h"
#include "module/ufota/ufota_internal.h"

#include <string.h>
#include <time.h>

#define HOUR_MS 3600000u
#define SOON_MS 1000u /* "at the next practical opportunity" */

/* ---- state and result ------------------------------------------------------------------------ */

static void notify_changed(struct fwd_modem *m, uint16_t resource)
{
    struct fwd_lwm2m_path path = fwd_lwm2m_path_of(FWD_UFOTA_OBJECT, 0, resource);

    if (m->config.lwm2m != NULL)
        m->config.lwm2m->changed(m->config.lwm2m->ctx, &path);
}

void fwd_ufota_set(struct fwd_modem *m, enum fwd_ufota_state state, enum fwd_ufota_result result)
{
    struct fwd_store_ufota *u = &m->store.ufota;
    bool state_changed = u->state != state, result_changed = u->result != result;

    u->state = state;
    u->result = result;
    if (state_changed)
        u->changed_at = (uint32_t)time(NULL);
    if (state == FWD_UFOTA_IDLE)
        u->paused = u->waiting = u->pushed = u->dropped = false;
    fwd_modem_save(m);
    if (result_changed)
        notify_changed(m, FWD_UFOTA_RESULT);
    if (state_changed)
        notify_changed(m, FWD_UFOTA_STATE);
}

/* 10, or what 1.0 has for it. */
static enum fwd_ufota_result result_of_cancel(const struct fwd_modem *m)
{
    return m->config.lwm2m_11 ? FWD_UFOTA_CANCELLED : FWD_UFOTA_FAILED;
}

void fwd_ufota_fail(struct fwd_modem *m, enum fwd_ufota_result result, enum fwd_ufota_cause cause)
{
    fwd_ufota_stop(m, cause == FWD_UFOTA_CAUSE_USER ? "cancelled" : "failed", false);
    m->ufota.step = FWD_UFOTA_STEP_NONE;
    fwd_ufota_say_failed(m, cause);
    if (fwd_sequans_is(m))
        fwd_sequans_fails(m, result);
    fwd_ufota_set(m, FWD_UFOTA_IDLE, result);
}

void fwd_ufota_complete(struct fwd_modem *m)
{
    enum fwd_reason reason = fwd_modem_inbox_commit(m, FWD_METHOD_SERVER, 0);

    if (m->power != FWD_MODEM_ON)
        return;
    if (reason != FWD_OK) {
        fwd_ufota_fail(m, FWD_UFOTA_NO_ROOM, FWD_UFOTA_CAUSE_MEMORY);
        return;
    }
    fwd_ufota_stop(m, "complete", false);
    m->ufota.step = FWD_UFOTA_STEP_NONE;
    fwd_ufota_say_complete(m);
    fwd_ufota_set(m, FWD_UFOTA_DOWNLOADED, FWD_UFOTA_INITIAL);
}

bool fwd_ufota_busy(const struct fwd_modem *m)
{
    return m->store.ufota.state == FWD_UFOTA_DOWNLOADING;
}

void fwd_ufota_forget(struct fwd_modem *m)
{
    if (m->store.package == FWD_METHOD_SERVER)
        m->store.package = FWD_METHOD_NONE;
}

/* ---- a package is wanted --------------------------------------------------------------------- */

/* R160, R161: an hour of silence is a yes. */
static void ask(struct fwd_modem *m)
{
    m->store.ufota.waiting = true;
    fwd_modem_save(m);
    m->ufota.step = FWD_UFOTA_STEP_ANSWER;
    fwd_ufota_say_question(m);
    fwd_modem_after(m, FWD_TIMER_UFOTA, HOUR_MS);
}

static void wanted(struct fwd_modem *m)
{
    fwd_ufota_set(m, FWD_UFOTA_DOWNLOADING, FWD_UFOTA_INITIAL);
    if (fwd_sequans_is(m))
        fwd_sequans_wanted(m);
    if (m->store.ufota.mode == FWD_UFOTA_DISABLED) { /* R162 */
        fwd_ufota_say_begin(m);
        fwd_ufota_fail(m, result_of_cancel(m), FWD_UFOTA_CAUSE_USER);
    } else if (m->store.ufota.mode == FWD_UFOTA_ASK) {
        ask(m);
    } else {
        fwd_ufota_begin_in(m, SOON_MS, false);
    }
}

/* An empty URI, or an empty package: all is as before. */
static uint8_t take_back(struct fwd_modem *m)
{
    if (m->store.ufota.state == FWD_UFOTA_UPDATING)
        return FWD_COAP_NOT_ALLOWED;
    fwd_ufota_stop(m, "cancelled", false);
    m->ufota.step = FWD_UFOTA_STEP_NONE;
    fwd_ufota_forget(m);
    m->store.ufota.uri[0] = '\0';
    fwd_ufota_set(m, FWD_UFOTA_IDLE, FWD_UFOTA_INITIAL);
    return FWD_COAP_CHANGED;
}

/* What can be stored: module.json holds printable characters only. */
static bool printable(const char *text)
{
    while (*text >= ' ' && *text <= '~')
        text++;
    return *text == '\0';
}

uint8_t fwd_ufota_write_uri(struct fwd_modem *m, const char *uri)
{
    struct fwd_transfer_request request;
    struct fwd_store_ufota *u = &m->store.ufota;

    if (m->phase != FWD_MODEM_PHASE_NORMAL)
        return FWD_COAP_UNAVAILABLE;
    if (uri[0] == '\0')
        return take_back(m);
    if (u->state == FWD_UFOTA_UPDATING || strlen(uri) >= sizeof u->uri)
        return u->state == FWD_UFOTA_UPDATING ? FWD_COAP_NOT_ALLOWED : FWD_COAP_BAD_REQUEST;
    if (fwd_exclusion_refuses(m->profile, m->running, FWD_USE_SERVER) &&
        m->running != FWD_METHOD_SERVER)
        return FWD_COAP_UNAVAILABLE; /* R142..R147: another download runs */
    if (u->state == FWD_UFOTA_DOWNLOADING && strcmp(u->uri, uri) == 0)
        return FWD_COAP_CHANGED; /* it is on its way */
    fwd_ufota_stop(m, "cancelled", false);
    fwd_ufota_forget(m);
    strcpy(u->uri, printable(uri) ? uri : "");
    u->pushed = u->paused = u->waiting = u->dropped = false;
    enum fwd_ufota_result result = fwd_ufota_split(m, u->uri, &request);
    if (result == FWD_UFOTA_INITIAL)
        wanted(m);
    else
        fwd_ufota_fail(m, result, FWD_UFOTA_CAUSE_URI);
    return FWD_COAP_CHANGED;
}

/* ---- the host decides ------------------------------------------------------------------------ */

bool fwd_ufota_cancel(struct fwd_modem *m)
{
    if (!fwd_ufota_busy(m)) /* R153, R154: only while it comes */
        return false;
    fwd_ufota_fail(m, result_of_cancel(m), FWD_UFOTA_CAUSE_USER);
    return true;
}

uint8_t fwd_ufota_server_cancels(struct fwd_modem *m)
{
    enum fwd_ufota_state state = m->store.ufota.state;

    if (state != FWD_UFOTA_DOWNLOADING && state != FWD_UFOTA_DOWNLOADED)
        return FWD_COAP_NOT_ALLOWED;
    fwd_ufota_forget(m);
    fwd_ufota_fail(m, FWD_UFOTA_CANCELLED, FWD_UFOTA_CAUSE_USER);
    return FWD_COAP_CHANGED;
}

bool fwd_ufota_pause(struct fwd_modem *m)
{
    if (!fwd_ufota_busy(m) || m->store.ufota.paused || m->store.ufota.waiting ||
        m->store.ufota.pushed)
        return false;
    fwd_ufota_stop(m, "paused", true);
    m->store.ufota.total = m->total;
    m->store.ufota.paused = true;
    m->ufota.step = FWD_UFOTA_STEP_PAUSED;
    fwd_modem_save(m);
    fwd_ufota_say_paused(m);
    return true;
}

bool fwd_ufota_resume(struct fwd_modem *m)
{
    if (!fwd_ufota_busy(m) || !m->store.ufota.paused)
        return false;
    m->store.ufota.paused = false;
    fwd_modem_save(m);
    fwd_ufota_begin_in(m, 0, true);
    return true;
}

bool fwd_ufota_answer(struct fwd_modem *m, uint32_t seconds)
{
    if (!m->store.ufota.waiting)
        return false;
    m->store.ufota.waiting = false;
    fwd_modem_save(m);
    if (seconds == 0)
        fwd_ufota_fail(m, result_of_cancel(m), FWD_UFOTA_CAUSE_USER);
    else
        fwd_ufota_begin_in(m, (uint64_t)seconds * 1000u, false);
    return true;
}

/* ---- the server executes --------------------------------------------------------------------- */

uint8_t fwd_ufota_execute(struct fwd_modem *m)
{
    struct fwd_store_ufota *u = &m->store.ufota;

    if (u->state != FWD_UFOTA_DOWNLOADED || !fwd_modem_has_package(m) ||
        m->phase != FWD_MODEM_PHASE_NORMAL)
        return FWD_COAP_NOT_ALLOWED;
    if (u->mode == FWD_UFOTA_DOWNLOAD_ONLY)
        return FWD_COAP_NOT_ALLOWED; /* R159: the host installs */
    m->store.pending = FWD_PENDING_INSTALL;
    fwd_ufota_set(m, FWD_UFOTA_UPDATING, FWD_UFOTA_INITIAL);
    if (fwd_sequans_is(m))
        fwd_sequans_executes(m);
    /* its answer and the news of the state are to get there */
    fwd_modem_after(m, FWD_TIMER_EXECUTE, fwd_modem_peer(m, SOON_MS));
    return FWD_COAP_CHANGED;
}

void fwd_ufota_execute_due(struct fwd_modem *m)
{
    fwd_modem_reset(m, "server");
}

/* ---- the module's life ----------------------------------------------------------------------- */

/* What the last moment before a power cut did not get to. */
static void settle(struct fwd_modem *m)
{
    struct fwd_store_ufota *u = &m->store.ufota;
    bool here = m->store.package == FWD_METHOD_SERVER && fwd_modem_has_package(m);

    if (u->state == FWD_UFOTA_DOWNLOADING && here)
        fwd_ufota_set(m, FWD_UFOTA_DOWNLOADED, FWD_UFOTA_INITIAL);
    else if (u->state == FWD_UFOTA_DOWNLOADED && !here)
        fwd_ufota_set(m, FWD_UFOTA_IDLE, u->result);
    else if (u->state == FWD_UFOTA_UPDATING && m->store.pending == FWD_PENDING_NOTHING)
        fwd_ufota_set(m, FWD_UFOTA_IDLE, FWD_UFOTA_FAILED);
}

static void go_on(struct fwd_modem *m)
{
    struct fwd_store_ufota *u = &m->store.ufota;

    if (u->state != FWD_UFOTA_DOWNLOADING || m->ufota.step == FWD_UFOTA_STEP_SUSPENDED)
        return;
    if (u->dropped || u->pushed)
        fwd_ufota_fail(m, FWD_UFOTA_LOST, FWD_UFOTA_CAUSE_LOST);
    else if (u->paused)
        m->ufota.step = FWD_UFOTA_STEP_PAUSED;
    else if (u->waiting && m->ufota.step == FWD_UFOTA_STEP_NONE)
        ask(m);
    else if (m->ufota.step == FWD_UFOTA_STEP_NONE)
        fwd_ufota_begin_in(m, SOON_MS, m->ufota.resume || m->profile->ufota.resumes);
}

void fwd_ufota_online(struct fwd_modem *m)
{
    settle(m);
    if (m->config.lwm2m != NULL && fwd_ufota_has_client(m)) {
        fwd_ufota_say_started(m);
        m->config.lwm2m->start(m->config.lwm2m->ctx);
    }
    go_on(m);
}

/* R163: a loss of the network is tried again; R72: what the host has switched off is not. */
void fwd_ufota_offline(struct fwd_modem *m)
{
    const struct fwd_ufota_traits *t = &m->profile->ufota;
    bool radio = m->cfun != 1 && !t->radio_resumes;
    bool detached = m->detached && t->detach_suspends;
    bool running = m->ufota.step == FWD_UFOTA_STEP_RUNNING;

    if (m->config.lwm2m != NULL)
        m->config.lwm2m->stop(m->config.lwm2m->ctx);
    if (!fwd_ufota_busy(m) || m->ufota.step == FWD_UFOTA_STEP_PAUSED)
        return;
    if (m->store.ufota.pushed) {
        fwd_ufota_fail(m, FWD_UFOTA_LOST, FWD_UFOTA_CAUSE_LOST);
    } else if (radio || detached) {
        fwd_ufota_stop(m, "suspended", true);
        m->ufota.step = FWD_UFOTA_STEP_SUSPENDED;
    } else if (running) {
        const struct fwd_transfer_report lost = {.state = FWD_TRANSFER_LOST};
        m->config.fetcher->cancel(m->config.fetcher->ctx);
        fwd_ufota_fetched(m, &lost);
    }
}

void fwd_ufota_resetting(struct fwd_modem *m)
{
    if (m->config.lwm2m != NULL)
        m->config.lwm2m->stop(m->config.lwm2m->ctx);
    m->ufota.step = FWD_UFOTA_STEP_NONE;
    m->ufota.resume = false;
    m->ufota.attempts = 0;
    m->ufota.told = -1;
}

/* R71: only a download that comes is ended. R72 names the reset as the way on for one that the host
 * has suspended, and one that has not begun has nothing to lose: a host's start-up, which switches
 * the radio off and resets the module, must not cost the server its package. */
void fwd_ufota_host_resets(struct fwd_modem *m)
{
    bool comes = m->ufota.step == FWD_UFOTA_STEP_RUNNING || m->ufota.step == FWD_UFOTA_STEP_AGAIN;

    if (!fwd_ufota_busy(m) || !m->profile->ufota.reset_ends || m->detached || !comes)
        return;
    m->store.ufota.dropped = true;
    fwd_modem_save(m);
}

/* Another package is there: what the server has sent is not. */
void fwd_ufota_stored(struct fwd_modem *m, enum fwd_method method)
{
    struct fwd_store_ufota *u = &m->store.ufota;

    if (method != FWD_METHOD_SERVER && u->state == FWD_UFOTA_DOWNLOADED)
        fwd_ufota_set(m, FWD_UFOTA_IDLE, FWD_UFOTA_INITIAL);
}

/* R176, R181: told to the server once the client is registered again. */
void fwd_ufota_installed(struct fwd_modem *m)
{
    struct fwd_store_ufota *u = &m->store.ufota;

    if (fwd_sequans_is(m))
        fwd_sequans_installed(m);
    if (m->store.package != FWD_METHOD_SERVER && u->state != FWD_UFOTA_UPDATING)
        return;
    fwd_ufota_set(
        m, FWD_UFOTA_IDLE, (enum fwd_ufota_result)fwd_profile_lwm2m(m->profile, m->reason));
}

void fwd_ufota_due(struct fwd_modem *m)
{
    if (m->ufota.step == FWD_UFOTA_STEP_ANSWER) {
        m->store.ufota.waiting = false;
        fwd_modem_save(m);
        fwd_ufota_begin(m);
    } else if (m->store.ufota.pushed) {
        fwd_ufota_fail(m, FWD_UFOTA_LOST, FWD_UFOTA_CAUSE_LOST);
    } else if (m->ufota.step == FWD_UFOTA_STEP_BEGIN || m->ufota.step == FWD_UFOTA_STEP_AGAIN) {
        fwd_ufota_begin(m);
    }
}
