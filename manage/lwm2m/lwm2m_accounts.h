/* Which servers there are: objects 0 (Security) and 1 (Server), as a bootstrap server, the server
 * itself and the host change them. An instance of each belongs together by the short server id. */
#ifndef FWD_MANAGE_LWM2M_LWM2M_ACCOUNTS_H
#define FWD_MANAGE_LWM2M_LWM2M_ACCOUNTS_H

#include "manage/lwm2m/lwm2m_object.h"

#define FWD_LWM2M_ACCOUNTS     FWD_COAP_PEERS
#define FWD_LWM2M_URI_MAX      256u
#define FWD_LWM2M_IDENTITY_MAX 128u
#define FWD_LWM2M_KEY_MAX      64u
#define FWD_LWM2M_LIFETIME     86400u
#define FWD_LWM2M_ID_BOOTSTRAP 65535u /* short id of who has none */

enum fwd_lwm2m_security_mode { FWD_LWM2M_PSK = 0, FWD_LWM2M_NO_SECURITY = 3 };

struct fwd_lwm2m_security {
    bool used;
    uint16_t instance;
    char uri[FWD_LWM2M_URI_MAX];
    bool bootstrap;
    uint8_t mode;
    uint8_t identity[FWD_LWM2M_IDENTITY_MAX], key[FWD_LWM2M_KEY_MAX];
    size_t identity_size, key_size;
    uint16_t short_id;
    uint32_t hold_off; /* seconds before a bootstrap by this client */
};

struct fwd_lwm2m_server {
    bool used;
    uint16_t instance;
    uint16_t short_id;
    int64_t lifetime; /* seconds; not positive: no updates are due */
    uint32_t pmin, pmax;
    bool periods_set; /* by a server: those of the factory are shown, but not kept to */
    bool storing;
    uint32_t disable_timeout;
    char binding[8];
};

/* How it is with one server. */
enum fwd_lwm2m_standing {
    FWD_LWM2M_APART,   /* nothing goes on */
    FWD_LWM2M_HOLDING, /* until `due`, then it tries */
    FWD_LWM2M_TRYING,
    FWD_LWM2M_TOGETHER /* registered; `due`: the next update */
};
struct fwd_lwm2m_status {
    enum fwd_lwm2m_standing standing;
    uint64_t due; /* by the clock of the client; UINT64_MAX: never */
};

struct fwd_lwm2m_accounts {
    struct fwd_lwm2m_security security[FWD_LWM2M_ACCOUNTS];
    struct fwd_lwm2m_server servers[FWD_LWM2M_ACCOUNTS];
    struct fwd_lwm2m_object object0, object1; /* to be served */
    bool bootstrap_first; /* also when a server is known: it may have become another */
    /* A server has asked for it by executing a resource; NULL: refused. */
    uint8_t (*update)(void *ctx, uint16_t short_id);
    uint8_t (*disable)(void *ctx, uint16_t short_id);
    uint8_t (*bootstrap)(void *ctx);
    /* What a server may know, or does know, has changed: lifetime, binding. */
    void (*changed)(void *ctx, uint16_t short_id);
    void *ctx;
};

/* Empty, with its two objects. accounts: must not move afterwards. */
void fwd_lwm2m_accounts_init(struct fwd_lwm2m_accounts *accounts);

/* NULL: none. */
struct fwd_lwm2m_server *fwd_lwm2m_accounts_server(
    struct fwd_lwm2m_accounts *accounts, uint16_t short_id);
/* A server as its device knows it from the factory: one instance of each object. False: no room. */
bool fwd_lwm2m_accounts_add(struct fwd_lwm2m_accounts *accounts,
    const struct fwd_lwm2m_security *security, const struct fwd_lwm2m_server *server);
/* One that only bootstraps. */
bool fwd_lwm2m_accounts_add_bootstrap(
    struct fwd_lwm2m_accounts *accounts, const struct fwd_lwm2m_security *security);

/* To keep them over a restart, keys included. NULL: no memory. */
json_t *fwd_lwm2m_accounts_dump(const struct fwd_lwm2m_accounts *accounts);
/* False: not what was dumped; the accounts are empty then. */
bool fwd_lwm2m_accounts_load(struct fwd_lwm2m_accounts *accounts, const json_t *json);

#endif
