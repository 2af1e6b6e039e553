#include "manage/lwm2m/lwm2m_client_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND 1000u

uint64_t fwd_lwm2m_client_now(const struct fwd_lwm2m_client *client)
{
    return client->config.now(client->config.ctx);
}

static void tell(struct fwd_lwm2m_client *c, uint16_t short_id, enum fwd_lwm2m_news news)
{
    c->config.news(c->config.ctx, short_id, news, NULL);
}

static const struct fwd_lwm2m_security *security_of(const struct fwd_lwm2m_client *c, unsigned peer)
{
    return &c->accounts->security[peer];
}

/* ---- what is due ----------------------------------------------------------------------------- */

static void try_again(struct fwd_lwm2m_client *c, unsigned peer)
{
    if (security_of(c, peer)->bootstrap)
        fwd_lwm2m_client_bootstrap_at(c, peer);
    else if (fwd_lwm2m_client_has(c, peer))
        fwd_lwm2m_client_register(c, peer);
    else
        c->sessions[peer].stage = FWD_LWM2M_STAGE_OFF;
}

static void act_on(struct fwd_lwm2m_client *c, unsigned peer)
{
    struct fwd_lwm2m_session *s = &c->sessions[peer];
    bool past = s->due <= fwd_lwm2m_client_now(c);

    if (s->failed || (s->stage == FWD_LWM2M_STAGE_BOOTSTRAPPING && past)) {
        fwd_lwm2m_client_give_up(c, peer);
        if (security_of(c, peer)->bootstrap && s->failures == 1)
            fwd_lwm2m_client_register_all(c); /* with whom is known */
    } else if (s->again && security_of(c, peer)->bootstrap) {
        fwd_lwm2m_client_close(c, peer);
        s->stage = FWD_LWM2M_STAGE_OFF;
        tell(c, FWD_LWM2M_ID_BOOTSTRAP, FWD_LWM2M_BOOTSTRAPPED);
        fwd_lwm2m_client_register_all(c);
    } else if (s->again) {
        fwd_lwm2m_client_register(c, peer);
    } else if (s->stage == FWD_LWM2M_STAGE_WAITING && past) {
        try_again(c, peer);
    } else if (s->stage == FWD_LWM2M_STAGE_REGISTERED && (past || s->update_due)) {
        fwd_lwm2m_client_update_at(c, peer);
    }
}

/* An instance that was removed by a bootstrap server has no session any more. */
static void drop_removed(struct fwd_lwm2m_client *c, unsigned peer)
{
    struct fwd_lwm2m_session *s = &c->sessions[peer];

    if (s->stage == FWD_LWM2M_STAGE_OFF || security_of(c, peer)->used)
        return;
    fwd_lwm2m_client_close(c, peer);
    s->stage = FWD_LWM2M_STAGE_OFF;
}

void fwd_lwm2m_client_perform(struct fwd_lwm2m_client *c)
{
    fwd_coap_perform(c->coap);
    if (!c->running)
        return;
    if (c->bootstrap_again) {
        c->bootstrap_again = false;
        fwd_lwm2m_client_bootstrap_all(c);
    }
    for (unsigned i = 0; i < FWD_LWM2M_ACCOUNTS && c->running; i++) {
        drop_removed(c, i);
        act_on(c, i);
    }
    fwd_lwm2m_client_notify(c);
}

uint64_t fwd_lwm2m_client_due(const struct fwd_lwm2m_client *c)
{
    uint64_t due = UINT64_MAX;

    if (!c->running)
        return due;
    for (unsigned i = 0; i < FWD_LWM2M_ACCOUNTS; i++) {
        const struct fwd_lwm2m_session *s = &c->sessions[i];
        bool timed = s->stage == FWD_LWM2M_STAGE_WAITING ||
                     s->stage == FWD_LWM2M_STAGE_REGISTERED ||
                     s->stage == FWD_LWM2M_STAGE_BOOTSTRAPPING;
        if (s->failed || s->again || (s->update_due && s->stage == FWD_LWM2M_STAGE_REGISTERED))
            return 0;
        if (timed && s->due < due)
            due = s->due;
    }
    uint64_t notify = fwd_lwm2m_client_notify_due(c);
    return notify < due ? notify : due;
}

size_t fwd_lwm2m_client_watch(
    struct fwd_lwm2m_client *c, struct pollfd *fds, size_t room, int *wait_ms)
{
    return fwd_coap_watch(c->coap, fds, room, wait_ms);
}

/* ---- what the owner asks for ----------------------------------------------------------------- */

void fwd_lwm2m_client_start(struct fwd_lwm2m_client *c)
{
    fwd_lwm2m_client_stop(c);
    c->running = true;
    if (fwd_lwm2m_client_has_any(c) && !c->accounts->bootstrap_first)
        fwd_lwm2m_client_register_all(c);
    else
        fwd_lwm2m_client_bootstrap_all(c);
}

void fwd_lwm2m_client_stop(struct fwd_lwm2m_client *c)
{
    c->running = false;
    for (unsigned i = 0; i < FWD_LWM2M_ACCOUNTS; i++) {
        fwd_lwm2m_client_close(c, i);
        c->sessions[i].stage = FWD_LWM2M_STAGE_OFF;
        c->sessions[i].failures = 0;
    }
    fwd_coap_leave(c->coap);
}

static bool find_peer(const struct fwd_lwm2m_client *c, uint16_t short_id, unsigned *peer)
{
    for (unsigned i = 0; i < FWD_LWM2M_ACCOUNTS; i++) {
        if (fwd_lwm2m_client_has(c, i) && security_of(c, i)->short_id == short_id) {
            *peer = i;
            return true;
        }
    }
    return false;
}

bool fwd_lwm2m_client_update(struct fwd_lwm2m_client *c, uint16_t short_id)
{
    unsigned peer;

    if (!c->running || !find_peer(c, short_id, &peer))
        return false;
    struct fwd_lwm2m_session *s = &c->sessions[peer];
    s->update_due = true;
    if (s->stage == FWD_LWM2M_STAGE_OFF || s->stage == FWD_LWM2M_STAGE_DEREGISTERED ||
        s->stage == FWD_LWM2M_STAGE_WAITING || s->stage == FWD_LWM2M_STAGE_DEREGISTERING)
        fwd_lwm2m_client_wait(c, peer, 0);
    return true;
}

void fwd_lwm2m_client_deregister(struct fwd_lwm2m_client *c)
{
    for (unsigned i = 0; i < FWD_LWM2M_ACCOUNTS; i++) {
        struct fwd_lwm2m_session *s = &c->sessions[i];
        if (!fwd_lwm2m_client_has(c, i))
            continue;
        bool known = s->location[0] != '\0';
        s->stage = known ? FWD_LWM2M_STAGE_DEREGISTERING : FWD_LWM2M_STAGE_DEREGISTERED;
        if (known)
            s->number =
                fwd_coap_request(c->coap, i, FWD_COAP_DELETE, s->location, NULL, -1, NULL, 0);
        s->location[0] = '\0';
        fwd_lwm2m_client_forget_all(c, i);
        tell(c, security_of(c, i)->short_id, FWD_LWM2M_DEREGISTERED);
    }
}

bool fwd_lwm2m_client_registered(const struct fwd_lwm2m_client *c, uint16_t short_id)
{
    unsigned peer;

    return find_peer(c, short_id, &peer) &&
           (c->sessions[peer].stage == FWD_LWM2M_STAGE_REGISTERED ||
               c->sessions[peer].stage == FWD_LWM2M_STAGE_UPDATING);
}

static enum fwd_lwm2m_standing standing_of(const struct fwd_lwm2m_client *c, unsigned peer)
{
    switch (c->sessions[peer].stage) {
    case FWD_LWM2M_STAGE_WAITING:
        return FWD_LWM2M_HOLDING;
    case FWD_LWM2M_STAGE_BOOTSTRAPPING:
    case FWD_LWM2M_STAGE_REGISTERING:
        return FWD_LWM2M_TRYING;
    case FWD_LWM2M_STAGE_REGISTERED:
    case FWD_LWM2M_STAGE_UPDATING:
        return FWD_LWM2M_TOGETHER;
    default:
        return FWD_LWM2M_APART;
    }
}

struct fwd_lwm2m_status fwd_lwm2m_client_status(const struct fwd_lwm2m_client *c, uint16_t short_id)
{
    struct fwd_lwm2m_status status = {FWD_LWM2M_APART, UINT64_MAX};

    for (unsigned i = 0; i < FWD_LWM2M_ACCOUNTS; i++) {
        const struct fwd_lwm2m_security *a = security_of(c, i);
        bool meant = short_id == FWD_LWM2M_ID_BOOTSTRAP ? a->bootstrap : a->short_id == short_id;
        if (!a->used || !meant)
            continue;
        status.standing = standing_of(c, i);
        if (status.standing == FWD_LWM2M_HOLDING || status.standing == FWD_LWM2M_TOGETHER)
            status.due = c->sessions[i].due;
        return status;
    }
    return status;
}

const struct fwd_lwm2m_object *fwd_lwm2m_client_object(
    const struct fwd_lwm2m_client *c, uint16_t id)
{
    if (id <= 1)
        return id == 0 ? &c->accounts->object0 : &c->accounts->object1;
    for (size_t i = 0; i < c->config.object_count; i++) {
        if (c->config.objects[i]->id == id)
            return c->config.objects[i];
    }
    return NULL;
}

/* ---- what servers ask for in object 1 -------------------------------------------------------- */

static bool bootstrapping(const struct fwd_lwm2m_client *c)
{
    for (unsigned i = 0; i < FWD_LWM2M_ACCOUNTS; i++) {
        if (c->sessions[i].stage == FWD_LWM2M_STAGE_BOOTSTRAPPING)
            return true;
    }
    return false;
}

static uint8_t on_update(void *ctx, uint16_t short_id)
{
    if (!fwd_lwm2m_client_update(ctx, short_id))
        return FWD_COAP_BAD_REQUEST;
    tell(ctx, short_id, FWD_LWM2M_ASKED);
    return FWD_COAP_CHANGED;
}

/* Away for the time that the server has set, then back again. */
static uint8_t on_disable(void *ctx, uint16_t short_id)
{
    struct fwd_lwm2m_client *c = ctx;
    const struct fwd_lwm2m_server *server = fwd_lwm2m_accounts_server(c->accounts, short_id);
    unsigned peer;

    if (server == NULL || !find_peer(c, short_id, &peer))
        return FWD_COAP_BAD_REQUEST;
    if (c->sessions[peer].location[0] != '\0')
        (void)fwd_coap_request(
            c->coap, peer, FWD_COAP_DELETE, c->sessions[peer].location, NULL, -1, NULL, 0);
    c->sessions[peer].location[0] = '\0';
    fwd_lwm2m_client_wait(c, peer, (uint64_t)server->disable_timeout * SECOND);
    return FWD_COAP_CHANGED;
}

static uint8_t on_bootstrap(void *ctx)
{
    struct fwd_lwm2m_client *c = ctx;

    for (unsigned i = 0; i < FWD_LWM2M_ACCOUNTS; i++)
        c->bootstrap_again =
            c->bootstrap_again || (security_of(c, i)->used && security_of(c, i)->bootstrap);
    return c->bootstrap_again ? FWD_COAP_CHANGED : FWD_COAP_NOT_ALLOWED;
}

static void on_account_changed(void *ctx, uint16_t short_id)
{
    struct fwd_lwm2m_client *c = ctx;

    if (c->running && !bootstrapping(c))
        (void)fwd_lwm2m_client_update(c, short_id); /* a new lifetime is told at once */
    if (c->config.accounts_changed != NULL)
        c->config.accounts_changed(c->config.ctx);
}

/* ---- life ------------------------------------------------------------------------------------ */

static void on_log(void *ctx, const json_t *event)
{
    const struct fwd_lwm2m_client *c = ctx;

    c->config.log(c->config.ctx, event);
}

static bool take_memory(struct fwd_lwm2m_client *c)
{
    bool fine = fwd_lwm2m_list_init(&c->list);

    c->payload = malloc(FWD_COAP_REPLY_MAX);
    for (unsigned i = 0; i < FWD_LWM2M_ACCOUNTS; i++) {
        c->sessions[i].gather = malloc(FWD_LWM2M_GATHER_MAX);
        fine = fine && c->sessions[i].gather != NULL;
    }
    return fine && c->payload != NULL;
}

enum fwd_fail fwd_lwm2m_client_new(const struct fwd_lwm2m_client_config *config,
    struct fwd_lwm2m_accounts *accounts, struct fwd_lwm2m_client **out, struct fwd_error *err)
{
    struct fwd_lwm2m_client *c = calloc(1, sizeof *c);

    *out = NULL;
    if (c == NULL)
        return fwd_error_memory(err, "a LwM2M client");
    c->config = *config;
    c->accounts = accounts;
    (void)snprintf(c->endpoint, sizeof c->endpoint, "%s", config->endpoint);
    accounts->update = on_update;
    accounts->disable = on_disable;
    accounts->bootstrap = on_bootstrap;
    accounts->changed = on_account_changed;
    accounts->ctx = c;
    struct fwd_coap_handlers handlers = {c, fwd_lwm2m_client_serve, fwd_lwm2m_client_response,
        fwd_lwm2m_client_failed, config->log != NULL ? on_log : NULL};
    enum fwd_fail fail = take_memory(c) ? FWD_FAIL_NONE : fwd_error_memory(err, "a LwM2M client");
    if (fail == FWD_FAIL_NONE)
        fail = fwd_coap_new(&handlers, &c->coap, err);
    if (fail != FWD_FAIL_NONE)
        fwd_lwm2m_client_free(c);
    else
        *out = c;
    return fail;
}

void fwd_lwm2m_client_free(struct fwd_lwm2m_client *c)
{
    if (c == NULL)
        return;
    if (c->coap != NULL)
        fwd_lwm2m_client_stop(c);
    fwd_coap_free(c->coap);
    for (unsigned i = 0; i < FWD_LWM2M_ACCOUNTS; i++)
        free(c->sessions[i].gather);
    fwd_lwm2m_list_free(&c->list);
    free(c->payload);
    free(c);
}
