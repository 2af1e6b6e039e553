/* What is said to one server, and what it answers: bootstrap, registration, update. */
#include "manage/lwm2m/lwm2m_client_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SECOND         1000u
#define RETRY_FIRST_MS (30u * SECOND)
#define RETRY_MOST_MS  (900u * SECOND)
#define MARGIN_MOST_MS (100u * SECOND) /* an update comes so long before the lifetime ends */
#define BOOTSTRAP_MS   (600u * SECOND) /* the longest that a bootstrap may take */
#define NO_LIFETIME    31536000        /* what a server is told when no updates are due */

static void tell(struct fwd_lwm2m_client *c, uint16_t short_id, enum fwd_lwm2m_news news)
{
    c->config.news(c->config.ctx, short_id, news, NULL);
}

/* ---- one server ------------------------------------------------------------------------------ */

static const struct fwd_lwm2m_security *security_of(const struct fwd_lwm2m_client *c, unsigned peer)
{
    return &c->accounts->security[peer];
}

void fwd_lwm2m_client_close(struct fwd_lwm2m_client *c, unsigned peer)
{
    struct fwd_lwm2m_session *s = &c->sessions[peer];

    fwd_lwm2m_client_forget_all(c, peer);
    fwd_coap_close(c->coap, peer);
    s->number = 0;
    s->failed = s->again = s->update_due = false;
    s->location[0] = '\0';
    s->gathered = 0;
    s->gather_path[0] = '\0';
}

void fwd_lwm2m_client_wait(struct fwd_lwm2m_client *c, unsigned peer, uint64_t ms)
{
    c->sessions[peer].stage = FWD_LWM2M_STAGE_WAITING;
    c->sessions[peer].due = fwd_lwm2m_client_now(c) + ms;
}

/* The server does not answer, or does not want this client: again, later and later. */
void fwd_lwm2m_client_give_up(struct fwd_lwm2m_client *c, unsigned peer)
{
    struct fwd_lwm2m_session *s = &c->sessions[peer];
    uint64_t ms = RETRY_FIRST_MS;

    for (unsigned i = 0; i < s->failures && ms < RETRY_MOST_MS; i++)
        ms *= 2;
    if (ms > RETRY_MOST_MS)
        ms = RETRY_MOST_MS;
    s->failures++;
    fwd_lwm2m_client_close(c, peer);
    fwd_lwm2m_client_wait(c, peer, ms > c->config.floor_ms ? ms : c->config.floor_ms);
    tell(c, security_of(c, peer)->short_id, FWD_LWM2M_LOST);
}

static void set_update_due(struct fwd_lwm2m_client *c, unsigned peer, int64_t lifetime)
{
    uint64_t ms = lifetime > 0 ? (uint64_t)lifetime * SECOND : UINT64_MAX;
    uint64_t margin = ms / 10 < MARGIN_MOST_MS ? ms / 10 : MARGIN_MOST_MS;

    c->sessions[peer].due = ms == UINT64_MAX ? UINT64_MAX : fwd_lwm2m_client_now(c) + (ms - margin);
}

static void log_failure(struct fwd_lwm2m_client *c, const char *text)
{
    json_t *event = json_pack("{s:s, s:s}", "event", "lwm2m", "failure", text);

    if (event != NULL && c->config.log != NULL)
        c->config.log(c->config.ctx, event);
    json_decref(event);
}

static bool open_session(struct fwd_lwm2m_client *c, unsigned peer)
{
    const struct fwd_lwm2m_security *a = security_of(c, peer);
    struct fwd_coap_key key = {a->identity, a->key, a->identity_size, a->key_size};
    bool has_key = a->mode == FWD_LWM2M_PSK && a->key_size > 0;
    struct fwd_error err = {""};

    fwd_lwm2m_client_close(c, peer);
    if (fwd_coap_open(c->coap, peer, a->uri, has_key ? &key : NULL, &err))
        return true;
    log_failure(c, err.text);
    return false;
}

/* ---- requests of ours ------------------------------------------------------------------------ */

static void sent(
    struct fwd_lwm2m_client *c, unsigned peer, enum fwd_lwm2m_stage stage, uint32_t number)
{
    if (number == 0) {
        fwd_lwm2m_client_give_up(c, peer);
        return;
    }
    c->sessions[peer].stage = stage;
    c->sessions[peer].number = number;
}

void fwd_lwm2m_client_register(struct fwd_lwm2m_client *c, unsigned peer)
{
    const struct fwd_lwm2m_server *server =
        fwd_lwm2m_accounts_server(c->accounts, security_of(c, peer)->short_id);
    char name[160], lifetime[32], version[16], links[1000];
    const char *queries[] = {name, lifetime, version, "b=U", NULL};

    if (server == NULL || !open_session(c, peer)) {
        fwd_lwm2m_client_give_up(c, peer);
        return;
    }
    int64_t told = server->lifetime > 0 ? server->lifetime : NO_LIFETIME;
    (void)snprintf(name, sizeof name, "ep=%s", c->endpoint);
    (void)snprintf(lifetime, sizeof lifetime, "lt=%" PRId64, told);
    (void)snprintf(version, sizeof version, "lwm2m=%s", c->config.version);
    size_t size = fwd_lwm2m_client_links(c, links, sizeof links);
    c->sessions[peer].lifetime_told = told;
    sent(c, peer, FWD_LWM2M_STAGE_REGISTERING,
        fwd_coap_request(c->coap, peer, FWD_COAP_POST, "/rd", queries, 40, links, size));
}

/* Only what has changed is told; an update of nothing extends the lifetime. */
void fwd_lwm2m_client_update_at(struct fwd_lwm2m_client *c, unsigned peer)
{
    struct fwd_lwm2m_session *s = &c->sessions[peer];
    const struct fwd_lwm2m_server *server =
        fwd_lwm2m_accounts_server(c->accounts, security_of(c, peer)->short_id);
    char lifetime[32];
    const char *queries[] = {NULL, NULL};

    if (server == NULL) {
        fwd_lwm2m_client_give_up(c, peer);
        return;
    }
    int64_t told = server->lifetime > 0 ? server->lifetime : NO_LIFETIME;
    (void)snprintf(lifetime, sizeof lifetime, "lt=%" PRId64, told);
    if (told != s->lifetime_told)
        queries[0] = lifetime;
    s->lifetime_told = told;
    s->update_due = false;
    sent(c, peer, FWD_LWM2M_STAGE_UPDATING,
        fwd_coap_request(c->coap, peer, FWD_COAP_POST, s->location, queries, -1, NULL, 0));
}

void fwd_lwm2m_client_bootstrap_at(struct fwd_lwm2m_client *c, unsigned peer)
{
    char name[160];
    const char *queries[] = {name, NULL};

    (void)snprintf(name, sizeof name, "ep=%s", c->endpoint);
    if (!open_session(c, peer)) {
        fwd_lwm2m_client_give_up(c, peer);
        return;
    }
    c->sessions[peer].due = fwd_lwm2m_client_now(c) + BOOTSTRAP_MS;
    sent(c, peer, FWD_LWM2M_STAGE_BOOTSTRAPPING,
        fwd_coap_request(c->coap, peer, FWD_COAP_POST, "/bs", queries, -1, NULL, 0));
}

/* ---- answers --------------------------------------------------------------------------------- */

static void registered(struct fwd_lwm2m_client *c, unsigned peer, const char *location)
{
    struct fwd_lwm2m_session *s = &c->sessions[peer];

    s->stage = FWD_LWM2M_STAGE_REGISTERED;
    s->failures = 0;
    (void)snprintf(s->location, sizeof s->location, "%s", location);
    set_update_due(c, peer, s->lifetime_told == NO_LIFETIME ? 0 : s->lifetime_told);
    tell(c, security_of(c, peer)->short_id, FWD_LWM2M_REGISTERED);
}

static void updated(struct fwd_lwm2m_client *c, unsigned peer)
{
    struct fwd_lwm2m_session *s = &c->sessions[peer];

    s->stage = FWD_LWM2M_STAGE_REGISTERED;
    s->failures = 0;
    set_update_due(c, peer, s->lifetime_told == NO_LIFETIME ? 0 : s->lifetime_told);
    tell(c, security_of(c, peer)->short_id, FWD_LWM2M_UPDATED);
}

void fwd_lwm2m_client_response(void *ctx, uint32_t number, const struct fwd_coap_message *message)
{
    struct fwd_lwm2m_client *c = ctx;
    struct fwd_lwm2m_session *s = &c->sessions[message->peer];

    if (number != s->number)
        return; /* of an earlier life */
    s->number = 0;
    if (s->stage == FWD_LWM2M_STAGE_REGISTERING && message->code == FWD_COAP_CREATED)
        registered(c, message->peer, message->path);
    else if (s->stage == FWD_LWM2M_STAGE_UPDATING && message->code == FWD_COAP_CHANGED)
        updated(c, message->peer);
    else if (s->stage == FWD_LWM2M_STAGE_UPDATING)
        s->again = true; /* it does not know this registration (any more) */
    else if (s->stage == FWD_LWM2M_STAGE_DEREGISTERING)
        s->stage = FWD_LWM2M_STAGE_DEREGISTERED;
    else if (s->stage != FWD_LWM2M_STAGE_BOOTSTRAPPING || message->code != FWD_COAP_CHANGED)
        s->failed = true;
}

/* A notification that is reset ends its observation, and one without acknowledgement says little:
 * some servers never acknowledge. In both cases an update shows whether the server still knows this
 * client, or is there at all. */
void fwd_lwm2m_client_failed(
    void *ctx, unsigned peer, uint32_t number, enum fwd_coap_failure failure)
{
    struct fwd_lwm2m_client *c = ctx;
    struct fwd_lwm2m_session *s = &c->sessions[peer];
    bool silent = failure == FWD_COAP_TIMED_OUT;

    if (number == s->number || (failure != FWD_COAP_RESET && !silent)) {
        s->failed = true;
        return;
    }
    if (silent)
        fwd_lwm2m_client_unconfirmed(c, peer, number);
    else
        fwd_lwm2m_client_unwanted(c, peer, number);
    s->update_due = true;
}

/* ---- bootstrap ------------------------------------------------------------------------------- */

bool fwd_lwm2m_client_has(const struct fwd_lwm2m_client *c, unsigned peer)
{
    const struct fwd_lwm2m_security *a = security_of(c, peer);

    return a->used && !a->bootstrap && a->uri[0] != '\0' &&
           fwd_lwm2m_accounts_server(c->accounts, a->short_id) != NULL;
}

bool fwd_lwm2m_client_has_any(const struct fwd_lwm2m_client *c)
{
    for (unsigned i = 0; i < FWD_LWM2M_ACCOUNTS; i++) {
        if (fwd_lwm2m_client_has(c, i))
            return true;
    }
    return false;
}

uint8_t fwd_lwm2m_client_bootstrapped(struct fwd_lwm2m_client *c, unsigned peer)
{
    if (!fwd_lwm2m_client_has_any(c))
        return FWD_COAP_NOT_ACCEPTABLE;
    c->sessions[peer].stage = FWD_LWM2M_STAGE_DEREGISTERED; /* see act_on() */
    c->sessions[peer].again = true;
    return FWD_COAP_CHANGED;
}

void fwd_lwm2m_client_register_all(struct fwd_lwm2m_client *c)
{
    for (unsigned i = 0; i < FWD_LWM2M_ACCOUNTS; i++) {
        c->sessions[i].failures = 0;
        if (fwd_lwm2m_client_has(c, i))
            fwd_lwm2m_client_register(c, i);
    }
}

void fwd_lwm2m_client_bootstrap_all(struct fwd_lwm2m_client *c)
{
    for (unsigned i = 0; i < FWD_LWM2M_ACCOUNTS; i++) {
        const struct fwd_lwm2m_security *a = security_of(c, i);
        fwd_lwm2m_client_close(c, i);
        c->sessions[i].stage = FWD_LWM2M_STAGE_OFF;
        if (a->used && a->bootstrap)
            fwd_lwm2m_client_wait(c, i, (uint64_t)a->hold_off * SECOND);
    }
}
