/* The LwM2M client of a running module, in its poll loop. */
#ifndef FWD_MODULE_PROCESS_MODULE_LWM2M_H
#define FWD_MODULE_PROCESS_MODULE_LWM2M_H

#include "manage/lwm2m/lwm2m_client.h"
#include "module/modem/modem_internal.h"

struct fwd_module_lwm2m_options {
    /* coap://HOST:PORT or coaps://HOST:PORT; both NULL: no client. Without a server its bootstrap
     * server says where one is. */
    const char *server, *bootstrap;
    const char *endpoint; /* NULL: urn:imei:<IMEI> */
    const char *identity; /* of the pre-shared key; NULL: the endpoint */
    bool own;             /* the module's own configuration may name servers */
    const uint8_t *key;   /* NULL: none */
    size_t key_size;
    bool version_11;
};

struct fwd_module_lwm2m {
    struct fwd_modem *modem;
    struct fwd_lwm2m_client *client;             /* NULL: no server was named */
    struct fwd_lwm2m_security server, bootstrap; /* used: it was named */
    bool own;
    struct fwd_modem_lwm2m port; /* for the module */
    const struct fwd_lwm2m_object *objects[2];
    void *ctx;
    void (*log)(void *ctx, const json_t *event); /* NULL: none */
};

/* Before the module is made: its config points to lwm2m->port when there is a server.
 * FWD_FAIL_USAGE: not a server, or its key is missing or too long. */
enum fwd_fail fwd_module_lwm2m_prepare(struct fwd_module_lwm2m *lwm2m,
    const struct fwd_module_lwm2m_options *options, struct fwd_error *err);
bool fwd_module_lwm2m_used(const struct fwd_module_lwm2m *lwm2m);
/* Afterwards. ctx: for now and log. */
enum fwd_fail fwd_module_lwm2m_open(struct fwd_module_lwm2m *lwm2m, struct fwd_modem *modem,
    const struct fwd_module_lwm2m_options *options, struct fwd_error *err);
void fwd_module_lwm2m_close(struct fwd_module_lwm2m *lwm2m);

/* Adds what is to be watched; lowers *wait (real milliseconds), and *due (virtual ones). */
size_t fwd_module_lwm2m_watch(
    struct fwd_module_lwm2m *lwm2m, struct pollfd *fds, size_t room, int *wait, uint64_t *due);
/* Does what is due. */
void fwd_module_lwm2m_perform(struct fwd_module_lwm2m *lwm2m);

#endif
