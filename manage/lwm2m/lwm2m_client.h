/* A LwM2M client (1.0, and the formats of 1.1): bootstraps, registers, updates, serves its objects,
 * notifies; with up to FWD_LWM2M_ACCOUNTS servers at once. It has no loop of its own: the owner
 * polls and calls fwd_lwm2m_client_perform().
 *
 * Lifetimes, periods and waiting before another attempt are milliseconds of the owner's clock,
 * which may be a virtual one; CoAP's repetitions are real. */
#ifndef FWD_MANAGE_LWM2M_LWM2M_CLIENT_H
#define FWD_MANAGE_LWM2M_LWM2M_CLIENT_H

#include "manage/lwm2m/lwm2m_accounts.h"

#define FWD_LWM2M_OBJECTS_MAX 6u

enum fwd_lwm2m_news {
    FWD_LWM2M_BOOTSTRAPPED,
    FWD_LWM2M_REGISTERED,
    FWD_LWM2M_UPDATED,
    FWD_LWM2M_DEREGISTERED,
    FWD_LWM2M_NOTIFIED, /* path: what has changed */
    FWD_LWM2M_LOST,     /* the server does not answer, or refused */
    FWD_LWM2M_ASKED     /* the server wants an update now */
};

struct fwd_lwm2m_client_config {
    void *ctx;
    uint64_t (*now)(void *ctx); /* milliseconds; never goes back */
    const char *endpoint;       /* "urn:imei:..." */
    const char *version;        /* "1.0" or "1.1" */
    uint32_t floor_ms;          /* no attempt follows another faster than this */
    /* Objects besides 0 and 1. */
    const struct fwd_lwm2m_object *const *objects;
    size_t object_count;
    /* Something that the owner tells about; short_id 65535: the bootstrap server. */
    void (*news)(
        void *ctx, uint16_t short_id, enum fwd_lwm2m_news news, const struct fwd_lwm2m_path *path);
    void (*accounts_changed)(void *ctx);         /* to be kept; NULL: nobody does */
    void (*log)(void *ctx, const json_t *event); /* NULL: no log */
};

struct fwd_lwm2m_client;

/* accounts: of the owner; outlives the client, and is changed by it. */
enum fwd_fail fwd_lwm2m_client_new(const struct fwd_lwm2m_client_config *config,
    struct fwd_lwm2m_accounts *accounts, struct fwd_lwm2m_client **out, struct fwd_error *err);
void fwd_lwm2m_client_free(
    struct fwd_lwm2m_client *client); /* NULL-safe; says nothing to servers */

/* The network is there: bootstraps if there is no account, else registers with all. */
void fwd_lwm2m_client_start(struct fwd_lwm2m_client *client);
/* It is gone: sessions, registrations and observations are forgotten. */
void fwd_lwm2m_client_stop(struct fwd_lwm2m_client *client);
/* A registration update, or a registration, at once. False: there is no such server, or no network.
 */
bool fwd_lwm2m_client_update(struct fwd_lwm2m_client *client, uint16_t short_id);
/* With all servers, until fwd_lwm2m_client_update() or the next start. */
void fwd_lwm2m_client_deregister(struct fwd_lwm2m_client *client);
bool fwd_lwm2m_client_registered(const struct fwd_lwm2m_client *client, uint16_t short_id);

/* short_id 65535: the bootstrap server. */
struct fwd_lwm2m_status fwd_lwm2m_client_status(
    const struct fwd_lwm2m_client *client, uint16_t short_id);

/* The value at path has changed: whoever observes it is told. */
void fwd_lwm2m_client_changed(struct fwd_lwm2m_client *client, const struct fwd_lwm2m_path *path);

/* Objects by id; NULL: none. */
const struct fwd_lwm2m_object *fwd_lwm2m_client_object(
    const struct fwd_lwm2m_client *client, uint16_t id);

/* Adds what is to be polled; lowers *wait_ms. */
size_t fwd_lwm2m_client_watch(
    struct fwd_lwm2m_client *client, struct pollfd *fds, size_t room, int *wait_ms);
/* When something is due by config.now; UINT64_MAX: nothing. */
uint64_t fwd_lwm2m_client_due(const struct fwd_lwm2m_client *client);
/* Does what is due and what came. */
void fwd_lwm2m_client_perform(struct fwd_lwm2m_client *client);

#endif
