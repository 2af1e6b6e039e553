/* The server's side of CoAP: clients come to its ports, plain or in DTLS with a pre-shared key, and
 * are asked over the sessions on which they came. As in coap.h nothing waits, and nothing of
 * libcoap shows. */
#ifndef FWD_MANAGE_COAP_COAP_SERVER_H
#define FWD_MANAGE_COAP_COAP_SERVER_H

#include "manage/coap/coap.h"

#define FWD_COAP_ADDRESS_TEXT    64u
#define FWD_COAP_SERVER_LOCATION 64u /* of an answer, with its zero */

struct fwd_coap_server;

struct fwd_coap_server_handlers {
    void *ctx;
    /* A request; message->link is the session it came on. identity: of its pre-shared key, NULL on
     * a plain session. */
    void (*request)(void *ctx, const struct fwd_coap_message *message, const char *identity,
        struct fwd_coap_reply *reply);
    /* To the request with this number; again and again for one that observes. False: nobody waits
     * for it (any more), and its sender is told so. */
    bool (*response)(void *ctx, uint32_t number, const struct fwd_coap_message *message);
    void (*failed)(void *ctx, uint32_t number, enum fwd_coap_failure failure);
    /* The key of an identity, NULL: nobody's. */
    const uint8_t *(*key)(void *ctx, const char *identity, size_t *size);
    /* Somebody tried an identity that nobody has, or one without its key. */
    void (*stranger)(void *ctx, const char *identity, const char *address, bool wrong_key);
    /* The session of a link that was held has ended: its client said so, or began anew without a
     * word. The link must be released, or the client is not heard at its address any more. */
    void (*closed)(void *ctx, struct fwd_coap_link *link, size_t owner);
};

/* FWD_FAIL_ENVIRONMENT: libcoap or memory is not as needed. */
enum fwd_fail fwd_coap_server_new(const struct fwd_coap_server_handlers *handlers,
    struct fwd_coap_server **out, struct fwd_error *err);
void fwd_coap_server_free(struct fwd_coap_server *server); /* NULL-safe */

/* Listens at coap://HOST:PORT or coaps://HOST:PORT; port 0 takes one that is free, and *port says
 * which. FWD_FAIL_USAGE: not such a URI; FWD_FAIL_ENVIRONMENT: the port is taken. */
enum fwd_fail fwd_coap_server_listen(
    struct fwd_coap_server *server, const char *uri, uint16_t *port, struct fwd_error *err);

/* Sends a confirmable request; its answers come with this number (1 to 2^31 - 1, the caller's),
 * which must not be in use. observe: 0 asks to be told of changes, -1 does not. format -1: no
 * payload. A GET asks for plain text. False: it could not be sent. */
bool fwd_coap_server_request(struct fwd_coap_server *server, struct fwd_coap_link *link,
    uint32_t number, uint8_t code, const char *path, int32_t observe, int32_t format,
    const void *payload, size_t size);

/* A link to a client that came to the plain port before this process did ("127.0.0.1:40000"); held.
 * NULL: not such an address, or there is no plain port. */
struct fwd_coap_link *fwd_coap_server_reach(struct fwd_coap_server *server, const char *address);
/* The link stays usable until it is released. owner: the caller's, for closed(); one for each link.
 */
void fwd_coap_server_hold(struct fwd_coap_link *link, size_t owner);
void fwd_coap_server_release(struct fwd_coap_link *link);
/* Where it leads to: "127.0.0.1:5683". */
void fwd_coap_server_address(const struct fwd_coap_link *link, char text[FWD_COAP_ADDRESS_TEXT]);

size_t fwd_coap_server_watch(
    struct fwd_coap_server *server, struct pollfd *fds, size_t room, int *wait_ms);
void fwd_coap_server_perform(struct fwd_coap_server *server);

#endif
