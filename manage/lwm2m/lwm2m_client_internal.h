/* Shared by lwm2m_client*.c only. */
#ifndef FWD_MANAGE_LWM2M_LWM2M_CLIENT_INTERNAL_H
#define FWD_MANAGE_LWM2M_LWM2M_CLIENT_INTERNAL_H

#include "manage/lwm2m/lwm2m_client.h"

#define FWD_LWM2M_OBSERVATIONS 32u
#define FWD_LWM2M_ATTRIBUTES   32u
#define FWD_LWM2M_GATHER_MAX   16384u /* of a write that comes in blocks and is not a stream */

enum fwd_lwm2m_stage {
    FWD_LWM2M_STAGE_OFF,
    FWD_LWM2M_STAGE_WAITING, /* for `due`, then it tries (again) */
    FWD_LWM2M_STAGE_BOOTSTRAPPING,
    FWD_LWM2M_STAGE_REGISTERING,
    FWD_LWM2M_STAGE_REGISTERED,
    FWD_LWM2M_STAGE_UPDATING,
    FWD_LWM2M_STAGE_DEREGISTERING,
    FWD_LWM2M_STAGE_DEREGISTERED
};

/* What goes on with the server of one instance of object 0; its index is that of the peer. */
struct fwd_lwm2m_session {
    enum fwd_lwm2m_stage stage;
    uint64_t due;    /* of WAITING: the attempt; of REGISTERED: the update */
    uint32_t number; /* of the request that is under way; 0: none */
    unsigned failures;
    bool failed;     /* found out inside a handler; acted upon outside */
    bool again;      /* register anew at once */
    bool update_due; /* something to tell since the last update */
    int64_t lifetime_told;
    char location[FWD_COAP_TEXT_MAX];
    /* a write in blocks */
    char gather_path[FWD_LWM2M_PATH_TEXT];
    uint8_t *gather; /* owned; FWD_LWM2M_GATHER_MAX */
    size_t gathered;
};

struct fwd_lwm2m_attribute {
    bool used;
    unsigned peer;
    struct fwd_lwm2m_path path;
    int64_t pmin, pmax; /* seconds; -1: not set */
};

struct fwd_lwm2m_observation {
    bool used;
    unsigned peer;
    struct fwd_coap_link *link; /* held */
    uint8_t token[FWD_COAP_TOKEN_MAX];
    size_t token_size;
    struct fwd_lwm2m_path path;
    int32_t format;
    uint32_t sequence;
    bool pending;
    struct fwd_lwm2m_path what; /* has changed */
    uint64_t told;              /* when */
    uint32_t number;            /* of the last notification */
    bool unconfirmed;           /* the server lives, but acknowledges none */
};

struct fwd_lwm2m_client {
    struct fwd_lwm2m_client_config config;
    char endpoint[128];
    struct fwd_lwm2m_accounts *accounts;
    struct fwd_coap *coap;
    bool running;
    bool bootstrap_again; /* asked for */
    struct fwd_lwm2m_session sessions[FWD_LWM2M_ACCOUNTS];
    struct fwd_lwm2m_observation observations[FWD_LWM2M_OBSERVATIONS];
    struct fwd_lwm2m_attribute attributes[FWD_LWM2M_ATTRIBUTES];
    struct fwd_lwm2m_list list; /* for reading and writing, one request at a time */
    uint8_t *payload;           /* of notifications; FWD_COAP_REPLY_MAX */
};

/* ---- lwm2m_client.c -------------------------------------------------------------------------- */

uint64_t fwd_lwm2m_client_now(const struct fwd_lwm2m_client *client);

/* ---- lwm2m_client_session.c ------------------------------------------------------------------ */

/* Forgets what is under way with a server, and its observations. */
void fwd_lwm2m_client_close(struct fwd_lwm2m_client *client, unsigned peer);
/* The next attempt, so many milliseconds from now. */
void fwd_lwm2m_client_wait(struct fwd_lwm2m_client *client, unsigned peer, uint64_t ms);
/* The server does not answer, or does not want this client: again, later and later. */
void fwd_lwm2m_client_give_up(struct fwd_lwm2m_client *client, unsigned peer);
void fwd_lwm2m_client_register(struct fwd_lwm2m_client *client, unsigned peer);
void fwd_lwm2m_client_update_at(struct fwd_lwm2m_client *client, unsigned peer);
void fwd_lwm2m_client_bootstrap_at(struct fwd_lwm2m_client *client, unsigned peer);
void fwd_lwm2m_client_register_all(struct fwd_lwm2m_client *client);
void fwd_lwm2m_client_bootstrap_all(struct fwd_lwm2m_client *client);
/* Is there a server, and what is needed to register with it? */
bool fwd_lwm2m_client_has(const struct fwd_lwm2m_client *client, unsigned peer);
bool fwd_lwm2m_client_has_any(const struct fwd_lwm2m_client *client);
/* fwd_coap_handlers.response, .failed */
void fwd_lwm2m_client_response(void *ctx, uint32_t number, const struct fwd_coap_message *message);
void fwd_lwm2m_client_failed(
    void *ctx, unsigned peer, uint32_t number, enum fwd_coap_failure failure);
/* The bootstrap server has finished. FWD_COAP_CHANGED, or FWD_COAP_NOT_ACCEPTABLE: what it wrote
 * does not make an account. */
uint8_t fwd_lwm2m_client_bootstrapped(struct fwd_lwm2m_client *client, unsigned peer);

/* ---- lwm2m_client_serve.c -------------------------------------------------------------------- */

/* A request of a server; fwd_coap_handlers.request. */
void fwd_lwm2m_client_serve(
    void *ctx, const struct fwd_coap_message *message, struct fwd_coap_reply *reply);
/* Reads path in a format (-1: the usual one) into reply. */
void fwd_lwm2m_client_read(struct fwd_lwm2m_client *client, const struct fwd_lwm2m_path *path,
    int32_t format, struct fwd_coap_reply *reply);

/* ---- lwm2m_client_links.c -------------------------------------------------------------------- */

/* What is there, in the format of links: for a registration, or the answer to a Discover of path.
 * Gives the size; 0: no room. */
size_t fwd_lwm2m_client_links(const struct fwd_lwm2m_client *client, char *text, size_t room);
size_t fwd_lwm2m_client_discover(const struct fwd_lwm2m_client *client, unsigned peer,
    const struct fwd_lwm2m_path *path, char *text, size_t room);

/* ---- lwm2m_client_observe.c ------------------------------------------------------------------ */

/* An observation begins or ends. False: there is no room for another. */
bool fwd_lwm2m_client_observe(struct fwd_lwm2m_client *client,
    const struct fwd_coap_message *message, const struct fwd_lwm2m_path *path, int32_t format,
    uint32_t *sequence);
void fwd_lwm2m_client_forget(
    struct fwd_lwm2m_client *client, const struct fwd_coap_message *message);
/* All of a server end. */
void fwd_lwm2m_client_forget_all(struct fwd_lwm2m_client *client, unsigned peer);
/* The notification with this number was not acknowledged. */
void fwd_lwm2m_client_unconfirmed(struct fwd_lwm2m_client *client, unsigned peer, uint32_t number);
/* It was not wanted. */
void fwd_lwm2m_client_unwanted(struct fwd_lwm2m_client *client, unsigned peer, uint32_t number);
/* Sends what may be sent now. */
void fwd_lwm2m_client_notify(struct fwd_lwm2m_client *client);
uint64_t fwd_lwm2m_client_notify_due(const struct fwd_lwm2m_client *client);

/* Sets pmin and pmax ("pmin=10") of a path for a server. FWD_COAP_CHANGED or FWD_COAP_BAD_REQUEST.
 */
uint8_t fwd_lwm2m_client_set_attributes(struct fwd_lwm2m_client *client,
    const struct fwd_coap_message *message, const struct fwd_lwm2m_path *path);
/* NULL: none is set for this path itself. */
const struct fwd_lwm2m_attribute *fwd_lwm2m_client_attribute(
    const struct fwd_lwm2m_client *client, unsigned peer, const struct fwd_lwm2m_path *path);

#endif
