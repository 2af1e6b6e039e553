/* CoAP with some servers at once: requests to them, and theirs to us on the same sessions, plain or
 * in DTLS with a pre-shared key; all from one poll loop, nothing waits. The work is libcoap's; this
 * is the only header about it, and it shows nothing of it.
 *
 * Retransmissions and handshakes are timed by the real clock. Messages that come twice are answered
 * twice, and handed on once. */
#ifndef FWD_MANAGE_COAP_COAP_H
#define FWD_MANAGE_COAP_COAP_H

#include "hostio/host_error.h"

#include <jansson.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FWD_COAP_PEERS     4u
#define FWD_COAP_TOKEN_MAX 8u
#define FWD_COAP_TEXT_MAX  256u
#define FWD_COAP_QUERIES   8u
#define FWD_COAP_REPLY_MAX 65536u /* of a payload; sent in blocks of 1024 */

#define FWD_COAP_CODE(class, detail) ((uint8_t)((class) << 5 | (detail)))
enum fwd_coap_code {
    FWD_COAP_GET = 1,
    FWD_COAP_POST = 2,
    FWD_COAP_PUT = 3,
    FWD_COAP_DELETE = 4,
    FWD_COAP_CREATED = FWD_COAP_CODE(2, 1),
    FWD_COAP_DELETED = FWD_COAP_CODE(2, 2),
    FWD_COAP_CHANGED = FWD_COAP_CODE(2, 4),
    FWD_COAP_CONTENT = FWD_COAP_CODE(2, 5),
    FWD_COAP_CONTINUE = FWD_COAP_CODE(2, 31),
    FWD_COAP_BAD_REQUEST = FWD_COAP_CODE(4, 0),
    FWD_COAP_UNAUTHORIZED = FWD_COAP_CODE(4, 1),
    FWD_COAP_FORBIDDEN = FWD_COAP_CODE(4, 3),
    FWD_COAP_NOT_FOUND = FWD_COAP_CODE(4, 4),
    FWD_COAP_NOT_ALLOWED = FWD_COAP_CODE(4, 5),
    FWD_COAP_NOT_ACCEPTABLE = FWD_COAP_CODE(4, 6),
    FWD_COAP_INCOMPLETE = FWD_COAP_CODE(4, 8),
    FWD_COAP_PRECONDITION = FWD_COAP_CODE(4, 12),
    FWD_COAP_TOO_LARGE = FWD_COAP_CODE(4, 13),
    FWD_COAP_FORMAT = FWD_COAP_CODE(4, 15),
    FWD_COAP_INTERNAL = FWD_COAP_CODE(5, 0),
    FWD_COAP_UNAVAILABLE = FWD_COAP_CODE(5, 3)
};

/* Where a request came from, and where its notifications go. Kept by fwd_coap_hold(). */
struct fwd_coap_link;

struct fwd_coap_block {
    bool present;
    uint32_t number;
    bool more;
    uint8_t szx; /* blocks of 16 << szx bytes; 0..6 */
};

/* A message that came. Valid during the call. */
struct fwd_coap_message {
    unsigned peer;
    struct fwd_coap_link *link; /* NULL for a response */
    uint8_t code;
    char path[FWD_COAP_TEXT_MAX]; /* "/5/0/1"; of a 2.01: where it was created */
    char queries[FWD_COAP_QUERIES][64];
    size_t query_count;
    int32_t format, accept; /* -1: not given */
    int32_t observe;        /* -1: not given, 0 register, 1 deregister */
    struct fwd_coap_block block1;
    uint8_t token[FWD_COAP_TOKEN_MAX];
    size_t token_size;
    const uint8_t *payload;
    size_t size;
};

struct fwd_coap_reply {
    uint8_t code;
    int32_t format;                   /* -1: none */
    int32_t observe;                  /* -1: none; else its sequence number */
    struct fwd_coap_block block1;     /* echoed */
    char location[FWD_COAP_TEXT_MAX]; /* "/1/2": of what was created; "": none */
    uint8_t *payload;                 /* FWD_COAP_REPLY_MAX bytes, of the caller of the handler */
    size_t size;
};

enum fwd_coap_failure {
    FWD_COAP_TIMED_OUT, /* no answer in spite of repetition */
    FWD_COAP_RESET,     /* the other side knows nothing of it */
    FWD_COAP_UNREACHABLE,
    FWD_COAP_TLS_FAILED
};

struct fwd_coap_handlers {
    void *ctx;
    void (*request)(
        void *ctx, const struct fwd_coap_message *message, struct fwd_coap_reply *reply);
    /* To the request with this number. */
    void (*response)(void *ctx, uint32_t number, const struct fwd_coap_message *message);
    /* The request, or the notification, with this number did not arrive. */
    void (*failed)(void *ctx, unsigned peer, uint32_t number, enum fwd_coap_failure failure);
    /* For a log: {"event": "coap", ...}; not owned. NULL: no log. */
    void (*log)(void *ctx, const json_t *event);
};

struct fwd_coap;

/* FWD_FAIL_ENVIRONMENT: libcoap or memory is not as needed. */
enum fwd_fail fwd_coap_new(
    const struct fwd_coap_handlers *handlers, struct fwd_coap **out, struct fwd_error *err);
void fwd_coap_free(struct fwd_coap *coap); /* NULL-safe */

/* Is it coap://host[:port] or coaps://host[:port], so that one can send there? *secure: the
 * latter. */
bool fwd_coap_uri(const char *uri, bool *secure);

struct fwd_coap_key {
    const uint8_t *identity, *key;
    size_t identity_size, key_size;
};

/* Makes peer number `peer` reachable; the handshake begins with the first request. psk: for coaps.
 * False: the name is not known, or there is no socket; err says which. */
bool fwd_coap_open(struct fwd_coap *coap, unsigned peer, const char *uri,
    const struct fwd_coap_key *psk, struct fwd_error *err);
/* Forgets the peer, its links, and what is under way. */
void fwd_coap_close(struct fwd_coap *coap, unsigned peer);
/* The network is gone: forgets all peers and closes all sockets, so that nobody answers until a
 * peer is opened. */
void fwd_coap_leave(struct fwd_coap *coap);

/* Sends a request (confirmable) and returns its number, 0 when it could not be sent. path: "/rd" or
 * "/rd/5a3f"; queries: NULL-ended; format -1: no payload. */
uint32_t fwd_coap_request(struct fwd_coap *coap, unsigned peer, uint8_t code, const char *path,
    const char *const queries[], int32_t format, const void *payload, size_t size);

/* Sends a notification: token and sequence number are those of the observation. confirmed: it is
 * repeated until it is acknowledged; else nobody knows whether it arrived. */
uint32_t fwd_coap_notify(struct fwd_coap *coap, struct fwd_coap_link *link, bool confirmed,
    const uint8_t *token, size_t token_size, uint32_t sequence, const struct fwd_coap_reply *what);

/* The link stays usable until it is released as often as it was held, or its peer is closed. */
void fwd_coap_hold(struct fwd_coap_link *link);
void fwd_coap_release(struct fwd_coap *coap, struct fwd_coap_link *link);

/* Adds what is to be polled; lowers *wait_ms (-1: for ever). Gives how many: at most 1. */
size_t fwd_coap_watch(struct fwd_coap *coap, struct pollfd *fds, size_t room, int *wait_ms);
/* Does what can be done without waiting. Handlers are called from here only. */
void fwd_coap_perform(struct fwd_coap *coap);

#endif
