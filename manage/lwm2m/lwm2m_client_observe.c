/* Observations: who wants to know of what, and when it may be told (RFC 7641; 1.1 Core, 6.4). */
#include "manage/lwm2m/lwm2m_client_internal.h"

#include <stdlib.h>
#include <string.h>

#define SECOND 1000u

/* ---- beginning and ending -------------------------------------------------------------------- */

static bool has_token(const struct fwd_lwm2m_observation *o, const struct fwd_coap_message *m)
{
    return o->used && o->peer == m->peer && o->token_size == m->token_size &&
           memcmp(o->token, m->token, m->token_size) == 0;
}

static void end(struct fwd_lwm2m_client *c, struct fwd_lwm2m_observation *o)
{
    if (o->used)
        fwd_coap_release(c->coap, o->link);
    *o = (struct fwd_lwm2m_observation){.used = false};
}

/* That with the same token is replaced, and so is one of the same path from the same place: the
 * server has forgotten it. */
static struct fwd_lwm2m_observation *place_for(
    struct fwd_lwm2m_client *c, const struct fwd_coap_message *m, const struct fwd_lwm2m_path *path)
{
    struct fwd_lwm2m_observation *vacant = NULL;

    for (size_t i = 0; i < FWD_LWM2M_OBSERVATIONS; i++) {
        struct fwd_lwm2m_observation *o = &c->observations[i];
        bool same = o->used && o->peer == m->peer && fwd_lwm2m_path_equal(&o->path, path);
        if (has_token(o, m) || same)
            end(c, o);
        if (!o->used && vacant == NULL)
            vacant = o;
    }
    return vacant;
}

bool fwd_lwm2m_client_observe(struct fwd_lwm2m_client *c, const struct fwd_coap_message *m,
    const struct fwd_lwm2m_path *path, int32_t format, uint32_t *sequence)
{
    struct fwd_lwm2m_observation *o = place_for(c, m, path);

    if (o == NULL)
        return false;
    *o = (struct fwd_lwm2m_observation){.used = true,
        .peer = m->peer,
        .link = m->link,
        .token_size = m->token_size,
        .path = *path,
        .format = format,
        .sequence = 1,
        .told = fwd_lwm2m_client_now(c)};
    memcpy(o->token, m->token, m->token_size);
    fwd_coap_hold(o->link);
    *sequence = o->sequence;
    return true;
}

void fwd_lwm2m_client_forget(struct fwd_lwm2m_client *c, const struct fwd_coap_message *m)
{
    for (size_t i = 0; i < FWD_LWM2M_OBSERVATIONS; i++) {
        if (has_token(&c->observations[i], m))
            end(c, &c->observations[i]);
    }
}

void fwd_lwm2m_client_forget_all(struct fwd_lwm2m_client *c, unsigned peer)
{
    for (size_t i = 0; i < FWD_LWM2M_OBSERVATIONS; i++) {
        if (c->observations[i].used && c->observations[i].peer == peer)
            end(c, &c->observations[i]);
    }
    for (size_t i = 0; i < FWD_LWM2M_ATTRIBUTES; i++) {
        if (c->attributes[i].peer == peer)
            c->attributes[i].used = false;
    }
}

void fwd_lwm2m_client_unconfirmed(struct fwd_lwm2m_client *c, unsigned peer, uint32_t number)
{
    for (size_t i = 0; i < FWD_LWM2M_OBSERVATIONS; i++) {
        struct fwd_lwm2m_observation *o = &c->observations[i];
        if (o->used && o->peer == peer && o->number == number)
            o->unconfirmed = true;
    }
}

void fwd_lwm2m_client_unwanted(struct fwd_lwm2m_client *c, unsigned peer, uint32_t number)
{
    for (size_t i = 0; i < FWD_LWM2M_OBSERVATIONS; i++) {
        struct fwd_lwm2m_observation *o = &c->observations[i];
        if (o->used && o->peer == peer && o->number == number)
            end(c, o);
    }
}

/* ---- attributes ------------------------------------------------------------------------------ */

static struct fwd_lwm2m_attribute *find(
    const struct fwd_lwm2m_client *c, unsigned peer, const struct fwd_lwm2m_path *path)
{
    for (size_t i = 0; i < FWD_LWM2M_ATTRIBUTES; i++) {
        const struct fwd_lwm2m_attribute *a = &c->attributes[i];
        if (a->used && a->peer == peer && fwd_lwm2m_path_equal(&a->path, path))
            return (struct fwd_lwm2m_attribute *)(uintptr_t)a;
    }
    return NULL;
}

const struct fwd_lwm2m_attribute *fwd_lwm2m_client_attribute(
    const struct fwd_lwm2m_client *c, unsigned peer, const struct fwd_lwm2m_path *path)
{
    return find(c, peer, path);
}

static struct fwd_lwm2m_attribute *make(
    struct fwd_lwm2m_client *c, unsigned peer, const struct fwd_lwm2m_path *path)
{
    struct fwd_lwm2m_attribute *known = find(c, peer, path);

    if (known != NULL)
        return known;
    for (size_t i = 0; i < FWD_LWM2M_ATTRIBUTES; i++) {
        struct fwd_lwm2m_attribute *a = &c->attributes[i];
        if (a->used)
            continue;
        *a = (struct fwd_lwm2m_attribute){true, peer, *path, -1, -1};
        return a;
    }
    return NULL;
}

/* "pmin=10"; "pmin" alone takes it away. False: not one of the two, or not a number. */
static bool take(const char *query, int64_t *pmin, int64_t *pmax)
{
    int64_t *target = strncmp(query, "pmin", 4) == 0   ? pmin
                      : strncmp(query, "pmax", 4) == 0 ? pmax
                                                       : NULL;
    size_t size = strlen(query);

    if (target == NULL || (size > 4 && query[4] != '=') || size > 14 ||
        (size > 4 && (size == 5 || strspn(query + 5, "0123456789") != size - 5)))
        return false;
    *target = size == 4 ? -1 : strtoll(query + 5, NULL, 10);
    return true;
}

uint8_t fwd_lwm2m_client_set_attributes(
    struct fwd_lwm2m_client *c, const struct fwd_coap_message *m, const struct fwd_lwm2m_path *path)
{
    const struct fwd_lwm2m_object *object = fwd_lwm2m_client_object(c, path->ids[0]);
    const struct fwd_lwm2m_attribute *before = find(c, m->peer, path);
    int64_t pmin = before != NULL ? before->pmin : -1, pmax = before != NULL ? before->pmax : -1;

    if (object == NULL ||
        (path->level >= FWD_LWM2M_INSTANCE && !fwd_lwm2m_object_has(object, path->ids[1])) ||
        (path->level >= FWD_LWM2M_RESOURCE &&
            fwd_lwm2m_object_resource(object, path->ids[2]) == NULL))
        return FWD_COAP_NOT_FOUND;
    for (size_t i = 0; i < m->query_count; i++) {
        if (!take(m->queries[i], &pmin, &pmax))
            return FWD_COAP_BAD_REQUEST;
    }
    struct fwd_lwm2m_attribute *a = make(c, m->peer, path);
    if (a == NULL)
        return FWD_COAP_BAD_REQUEST;
    a->pmin = pmin;
    a->pmax = pmax;
    return FWD_COAP_CHANGED;
}

/* What holds for a path: its own, else that of its instance, of its object, of the server. */
static void periods(const struct fwd_lwm2m_client *c, const struct fwd_lwm2m_observation *o,
    int64_t *pmin, int64_t *pmax)
{
    const struct fwd_lwm2m_server *server =
        fwd_lwm2m_accounts_server(c->accounts, c->accounts->security[o->peer].short_id);
    struct fwd_lwm2m_path path = o->path;

    *pmin = *pmax = -1;
    for (; path.level > FWD_LWM2M_ROOT; path.level--) {
        const struct fwd_lwm2m_attribute *a = find(c, o->peer, &path);
        *pmin = a != NULL && *pmin < 0 ? a->pmin : *pmin;
        *pmax = a != NULL && *pmax < 0 ? a->pmax : *pmax;
    }
    if (server == NULL || !server->periods_set)
        return;
    *pmin = *pmin < 0 ? (int64_t)server->pmin : *pmin;
    *pmax = *pmax < 0 && server->pmax > 0 ? (int64_t)server->pmax : *pmax;
}

/* ---- telling --------------------------------------------------------------------------------- */

void fwd_lwm2m_client_changed(struct fwd_lwm2m_client *c, const struct fwd_lwm2m_path *path)
{
    for (size_t i = 0; i < FWD_LWM2M_OBSERVATIONS; i++) {
        struct fwd_lwm2m_observation *o = &c->observations[i];
        if (!o->used ||
            !(fwd_lwm2m_path_within(path, &o->path) || fwd_lwm2m_path_within(&o->path, path)))
            continue;
        o->pending = true;
        o->what = *path;
    }
}

/* When this one may, or must, be told; UINT64_MAX: nothing to tell. */
static uint64_t due_of(const struct fwd_lwm2m_client *c, const struct fwd_lwm2m_observation *o)
{
    int64_t pmin, pmax;
    uint64_t due = UINT64_MAX;

    if (!o->used)
        return due;
    periods(c, o, &pmin, &pmax);
    if (o->pending)
        due = o->told + (pmin > 0 ? (uint64_t)pmin * SECOND : 0);
    if (pmax > 0 && pmax > pmin && o->told + (uint64_t)pmax * SECOND < due)
        due = o->told + (uint64_t)pmax * SECOND;
    return due;
}

uint64_t fwd_lwm2m_client_notify_due(const struct fwd_lwm2m_client *c)
{
    uint64_t due = UINT64_MAX;

    for (size_t i = 0; i < FWD_LWM2M_OBSERVATIONS; i++) {
        uint64_t one = due_of(c, &c->observations[i]);
        due = one < due ? one : due;
    }
    return due;
}

static void send(struct fwd_lwm2m_client *c, struct fwd_lwm2m_observation *o)
{
    struct fwd_coap_reply reply = {.format = -1, .observe = -1, .payload = c->payload};
    bool changed = o->pending;

    fwd_lwm2m_client_read(c, &o->path, o->format, &reply);
    o->pending = false;
    o->told = fwd_lwm2m_client_now(c);
    if (reply.code != FWD_COAP_CONTENT)
        return; /* it is not there (now): nothing that could be told */
    o->sequence++;
    o->number = fwd_coap_notify(
        c->coap, o->link, !o->unconfirmed, o->token, o->token_size, o->sequence, &reply);
    if (changed && o->number != 0)
        c->config.news(
            c->config.ctx, c->accounts->security[o->peer].short_id, FWD_LWM2M_NOTIFIED, &o->what);
}

void fwd_lwm2m_client_notify(struct fwd_lwm2m_client *c)
{
    uint64_t now = fwd_lwm2m_client_now(c);

    for (size_t i = 0; i < FWD_LWM2M_OBSERVATIONS; i++) {
        if (due_of(c, &c->observations[i]) <= now)
            send(c, &c->observations[i]);
    }
}
