#include "module/process/module_lwm2m.h"

#include "module/ufota/ufota.h"

#include <stdio.h>
#include <string.h>

static void make_accounts(struct fwd_module_lwm2m *l)
{
    fwd_ufota_accounts(
        l->modem, l->server.used ? &l->server : NULL, l->bootstrap.used ? &l->bootstrap : NULL);
}

/* ---- what the module asks for ---------------------------------------------------------------- */

/* The server is the operator's, and the host may have chosen another operator. */
static void start(void *ctx)
{
    struct fwd_module_lwm2m *l = ctx;
    struct fwd_lwm2m_accounts *a = &l->modem->ufota.accounts;
    struct fwd_lwm2m_accounts before = *a;

    make_accounts(l);
    a->update = before.update;
    a->disable = before.disable;
    a->bootstrap = before.bootstrap;
    a->changed = before.changed;
    a->ctx = before.ctx;
    fwd_lwm2m_client_start(l->client);
}

static void stop(void *ctx)
{
    struct fwd_module_lwm2m *l = ctx;

    if (l->client != NULL)
        fwd_lwm2m_client_stop(l->client);
}

static void changed(void *ctx, const struct fwd_lwm2m_path *path)
{
    struct fwd_module_lwm2m *l = ctx;

    if (l->client != NULL)
        fwd_lwm2m_client_changed(l->client, path);
}

static bool update(void *ctx, uint16_t short_id)
{
    struct fwd_module_lwm2m *l = ctx;

    return fwd_lwm2m_client_update(l->client, short_id);
}

static void deregister(void *ctx)
{
    struct fwd_module_lwm2m *l = ctx;

    fwd_lwm2m_client_deregister(l->client);
}

static bool registered(void *ctx, uint16_t short_id)
{
    struct fwd_module_lwm2m *l = ctx;

    return fwd_lwm2m_client_registered(l->client, short_id);
}

static struct fwd_lwm2m_status status(void *ctx, uint16_t short_id)
{
    struct fwd_module_lwm2m *l = ctx;

    return fwd_lwm2m_client_status(l->client, short_id);
}

/* ---- what the client asks for and tells ------------------------------------------------------ */

static uint64_t now(void *ctx)
{
    struct fwd_module_lwm2m *l = ctx;

    return fwd_modem_now(l->modem);
}

static void log_event(void *ctx, const json_t *event)
{
    struct fwd_module_lwm2m *l = ctx;

    l->log(l->ctx, event);
}

static void log_news(struct fwd_module_lwm2m *l, uint16_t short_id, enum fwd_lwm2m_news news)
{
    static const char *const words[] = {
        "bootstrapped", "registered", "updated", "deregistered", "notified", "lost", "asked"};

    if (l->log == NULL)
        return;
    json_t *event = json_pack(
        "{s:s, s:s, s:i}", "event", "lwm2m", "state", words[news], "server", (int)short_id);
    if (event != NULL)
        l->log(l->ctx, event);
    json_decref(event);
}

static void on_news(
    void *ctx, uint16_t short_id, enum fwd_lwm2m_news news, const struct fwd_lwm2m_path *path)
{
    struct fwd_module_lwm2m *l = ctx;

    log_news(l, short_id, news);
    if (news == FWD_LWM2M_REGISTERED)
        fwd_ufota_registered(l->modem, short_id);
    else if (news == FWD_LWM2M_NOTIFIED)
        fwd_ufota_notified(l->modem, short_id, path);
    else if (news == FWD_LWM2M_ASKED)
        fwd_ufota_asked(l->modem);
    else if (news == FWD_LWM2M_BOOTSTRAPPED)
        fwd_ufota_accounts_changed(l->modem);
}

static void on_accounts_changed(void *ctx)
{
    struct fwd_module_lwm2m *l = ctx;

    fwd_ufota_accounts_changed(l->modem);
}

/* ---- life ------------------------------------------------------------------------------------ */

static enum fwd_fail take_uri(struct fwd_lwm2m_security *s, const char *uri,
    const struct fwd_module_lwm2m_options *o, struct fwd_error *err)
{
    bool secure;

    if (uri == NULL)
        return FWD_FAIL_NONE;
    if (!fwd_coap_uri(uri, &secure) || strlen(uri) >= sizeof s->uri)
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "'%s' is not a LwM2M server; expected coap://HOST:PORT or coaps://HOST:PORT", uri);
    if (secure && o->key == NULL)
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "'%s': coaps:// needs a pre-shared key; give it with --psk FILE", uri);
    s->used = true;
    s->mode = secure ? FWD_LWM2M_PSK : FWD_LWM2M_NO_SECURITY;
    s->short_id = FWD_LWM2M_ID_BOOTSTRAP;
    strcpy(s->uri, uri);
    if (secure && o->key_size > 0)
        memcpy(s->key, o->key, o->key_size);
    s->key_size = secure ? o->key_size : 0;
    return FWD_FAIL_NONE;
}

enum fwd_fail fwd_module_lwm2m_prepare(
    struct fwd_module_lwm2m *l, const struct fwd_module_lwm2m_options *o, struct fwd_error *err)
{
    memset(l, 0, sizeof *l);
    l->port =
        (struct fwd_modem_lwm2m){l, start, stop, changed, update, deregister, registered, status};
    if (o->key_size > sizeof l->server.key)
        return fwd_error_fail(err, FWD_FAIL_USAGE, "--psk: a key has at most %zu bytes, found %zu",
            sizeof l->server.key, o->key_size);
    enum fwd_fail fail = take_uri(&l->server, o->server, o, err);
    if (fail == FWD_FAIL_NONE)
        fail = take_uri(&l->bootstrap, o->bootstrap, o, err);
    l->bootstrap.bootstrap = true;
    l->own = o->own;
    bool secure = (l->server.used && l->server.mode == FWD_LWM2M_PSK) ||
                  (l->bootstrap.used && l->bootstrap.mode == FWD_LWM2M_PSK);
    if (fail == FWD_FAIL_NONE && o->key != NULL && !secure)
        fail = fwd_error_fail(
            err, FWD_FAIL_USAGE, "--psk: no server with coaps:// is named that could use the key");
    return fail;
}

bool fwd_module_lwm2m_used(const struct fwd_module_lwm2m *l)
{
    return l->server.used || l->bootstrap.used || l->own;
}

static enum fwd_fail take_identity(
    struct fwd_module_lwm2m *l, const char *identity, struct fwd_error *err)
{
    struct fwd_lwm2m_security *const both[] = {&l->server, &l->bootstrap};
    size_t size = strlen(identity);

    if (size > FWD_LWM2M_IDENTITY_MAX)
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "--psk-identity: at most %u characters, found %zu", FWD_LWM2M_IDENTITY_MAX, size);
    for (size_t i = 0; i < 2; i++) {
        memcpy(both[i]->identity, identity, size);
        both[i]->identity_size = size;
    }
    return FWD_FAIL_NONE;
}

enum fwd_fail fwd_module_lwm2m_open(struct fwd_module_lwm2m *l, struct fwd_modem *modem,
    const struct fwd_module_lwm2m_options *o, struct fwd_error *err)
{
    char usual[32];

    l->modem = modem;
    if (!fwd_module_lwm2m_used(l))
        return FWD_FAIL_NONE;
    (void)snprintf(usual, sizeof usual, "urn:imei:%s", modem->store.imei);
    const char *endpoint = o->endpoint != NULL ? o->endpoint : usual;
    enum fwd_fail fail = take_identity(l, o->identity != NULL ? o->identity : endpoint, err);
    if (fail != FWD_FAIL_NONE)
        return fail;
    l->objects[0] = &modem->ufota.device;
    l->objects[1] = &modem->ufota.firmware;
    const struct fwd_lwm2m_client_config config = {.ctx = l,
        .now = now,
        .endpoint = endpoint,
        .version = o->version_11 ? "1.1" : "1.0",
        .floor_ms = modem->config.peer_floor_ms,
        .objects = l->objects,
        .object_count = 2,
        .news = on_news,
        .accounts_changed = on_accounts_changed,
        .log = l->log != NULL ? log_event : NULL};
    make_accounts(l);
    return fwd_lwm2m_client_new(&config, &modem->ufota.accounts, &l->client, err);
}

void fwd_module_lwm2m_close(struct fwd_module_lwm2m *l)
{
    fwd_lwm2m_client_free(l->client);
    l->client = NULL;
}

size_t fwd_module_lwm2m_watch(
    struct fwd_module_lwm2m *l, struct pollfd *fds, size_t room, int *wait, uint64_t *due)
{
    if (l->client == NULL)
        return 0;
    uint64_t own = fwd_lwm2m_client_due(l->client);
    *due = own < *due ? own : *due;
    return fwd_lwm2m_client_watch(l->client, fds, room, wait);
}

void fwd_module_lwm2m_perform(struct fwd_module_lwm2m *l)
{
    if (l->client != NULL)
        fwd_lwm2m_client_perform(l->client);
}
