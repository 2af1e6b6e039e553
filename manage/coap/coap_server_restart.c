/* A client that was started anew may come from the address and port that it had: many bind the same
 * port each time, and a NAT keeps its mapping. libcoap gives what it says to the session that was
 * there, and OpenSSL drops a ClientHello that comes in the middle of one; so it would not be heard
 * for as long as the old session is held.
 *
 * RFC 6347, 4.2.8: a new handshake may take an old session's place, but not because of a datagram
 * that anybody may have sent. The client is asked on the old session, which nobody but the one that
 * made it can answer. When no answer comes, the old session ends, and the client's next
 * ClientHello, which it repeats for half a minute, begins a new one. */
#include "manage/coap/coap_server_internal.h"

#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <time.h>

#define ANSWER_MS 3000u /* OpenSSL's clients repeat themselves after 1, 3, 7, 15 and 31 seconds */

/* Of a datagram: its first record (RFC 6347, 4.1), and in it a handshake message (4.2.2). */
enum { CONTENT_TYPE = 0, EPOCH = 3, HANDSHAKE_TYPE = 13 };
enum { HANDSHAKE = 22, CLIENT_HELLO = 1 };

static uint64_t real_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}

static bool is_client_hello(const uint8_t *datagram, size_t size)
{
    return size > HANDSHAKE_TYPE && datagram[CONTENT_TYPE] == HANDSHAKE && datagram[EPOCH] == 0 &&
           datagram[EPOCH + 1] == 0 && datagram[HANDSHAKE_TYPE] == CLIENT_HELLO;
}

/* When all places are taken, it is noted at one of its repetitions. */
static void note(struct fwd_coap_server *server, coap_session_t *session)
{
    struct fwd_coap_restart *room = NULL;

    for (size_t i = 0; i < FWD_COAP_RESTARTS; i++) {
        if (server->restarts[i].session == session)
            return;
        if (server->restarts[i].session == NULL && room == NULL)
            room = &server->restarts[i];
    }
    if (room != NULL)
        *room = (struct fwd_coap_restart){session, 0};
}

/* Called before and after all that OpenSSL does with the datagrams of a session. */
static long on_datagram(BIO *bio, int operation, const char *bytes, size_t room, int argi,
    long argl, int result, size_t *size)
{
    coap_session_t *session = (coap_session_t *)(void *)BIO_get_callback_arg(bio);

    (void)room, (void)argi, (void)argl;
    if (operation == (BIO_CB_READ | BIO_CB_RETURN) && result > 0 && size != NULL &&
        is_client_hello((const uint8_t *)bytes, *size))
        note(coap_get_app_data(coap_session_get_context(session)), session);
    return result;
}

void fwd_coap_server_restart_watch(coap_session_t *session)
{
    coap_tls_library_t library = COAP_TLS_LIBRARY_NOTLS;
    SSL *ssl = coap_session_get_tls(session, &library);

    if (ssl == NULL || library != COAP_TLS_LIBRARY_OPENSSL)
        return;
    BIO_set_callback_arg(SSL_get_rbio(ssl), (char *)session);
    BIO_set_callback_ex(SSL_get_rbio(ssl), on_datagram);
}

void fwd_coap_server_restart_forget(struct fwd_coap_server *server, const coap_session_t *session)
{
    for (size_t i = 0; i < FWD_COAP_RESTARTS; i++) {
        if (server->restarts[i].session == session)
            server->restarts[i].session = NULL;
    }
}

/* Ending it tells fwd_coap_server_event(), which forgets it here. */
void fwd_coap_server_restart_judge(struct fwd_coap_server *server)
{
    uint64_t now = real_ms();

    for (size_t i = 0; i < FWD_COAP_RESTARTS; i++) {
        struct fwd_coap_restart *r = &server->restarts[i];
        if (r->session == NULL)
            continue;
        if (r->until_ms == 0) {
            r->until_ms = now + ANSWER_MS;
            (void)coap_session_send_ping(r->session);
        } else if (r->until_ms < now) {
            coap_session_disconnected(r->session, COAP_NACK_TLS_FAILED);
        }
    }
}
