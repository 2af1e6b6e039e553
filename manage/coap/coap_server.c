#include "manage/coap/coap_server_internal.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IDLE_SESSIONS                                                                              \
    1024u /* of clients that nobody holds; handshakes count, and the oldest goes when all are      \
             taken */
#define HANDSHAKES 4096u
#define IDLE_S     60u

/* ---- who is there ---------------------------------------------------------------------------- */

void fwd_coap_server_address(const struct fwd_coap_link *link, char text[FWD_COAP_ADDRESS_TEXT])
{
    const coap_address_t *a = coap_session_get_addr_remote((const coap_session_t *)link);
    char host[INET6_ADDRSTRLEN] = "?";
    bool v6 = a->addr.sa.sa_family == AF_INET6;

    (void)inet_ntop(a->addr.sa.sa_family,
        v6 ? (const void *)&a->addr.sin6.sin6_addr : (const void *)&a->addr.sin.sin_addr, host,
        sizeof host);
    (void)snprintf(text, FWD_COAP_ADDRESS_TEXT, v6 ? "[%s]:%u" : "%s:%u", host,
        (unsigned)ntohs(v6 ? a->addr.sin6.sin6_port : a->addr.sin.sin_port));
}

/* ---- requests -------------------------------------------------------------------------------- */

static const struct fwd_coap_repeated *find_repeated(
    const struct fwd_coap_server *server, const coap_session_t *session, coap_mid_t mid)
{
    for (size_t i = 0; i < FWD_COAP_REPEATED; i++) {
        if (server->repeated[i].session == session && server->repeated[i].mid == mid)
            return &server->repeated[i];
    }
    return NULL;
}

static void remember(struct fwd_coap_server *server, const coap_session_t *session, coap_mid_t mid,
    const struct fwd_coap_reply *reply)
{
    struct fwd_coap_repeated *r = &server->repeated[server->repeated_next];

    server->repeated_next = (server->repeated_next + 1) % FWD_COAP_REPEATED;
    *r = (struct fwd_coap_repeated){session, mid, reply->code, ""};
    (void)snprintf(
        r->location, sizeof r->location, "%.*s", (int)sizeof r->location - 1, reply->location);
}

void fwd_coap_server_forget(struct fwd_coap_server *server, const coap_session_t *session)
{
    for (size_t i = 0; i < FWD_COAP_REPEATED; i++) {
        if (server->repeated[i].session == session)
            server->repeated[i].session = NULL;
    }
}

static void serve(struct fwd_coap_server *server, coap_session_t *session,
    const coap_pdu_t *request, struct fwd_coap_reply *reply)
{
    struct fwd_coap_message message = {.link = (struct fwd_coap_link *)session};
    const coap_bin_const_t *identity = coap_session_get_proto(session) == COAP_PROTO_DTLS
                                           ? coap_session_get_psk_identity(session)
                                           : NULL;
    char text[FWD_COAP_TEXT_MAX];

    if (!fwd_coap_message_read(request, &message))
        return;
    if (message.block1.present && message.block1.more) { /* only the query of /rd counts */
        reply->code = FWD_COAP_CONTINUE;
        reply->block1 = message.block1;
        return;
    }
    if (identity != NULL)
        fwd_coap_server_text(identity, text);
    server->handlers.request(server->handlers.ctx, &message, identity != NULL ? text : NULL, reply);
    reply->block1 = message.block1;
}

static void on_request(coap_resource_t *resource, coap_session_t *session,
    const coap_pdu_t *request, const coap_string_t *query, coap_pdu_t *response)
{
    struct fwd_coap_server *server = coap_get_app_data(coap_session_get_context(session));
    const struct fwd_coap_repeated *r = find_repeated(server, session, coap_pdu_get_mid(request));
    struct fwd_coap_reply reply = {.code = FWD_COAP_BAD_REQUEST, .format = -1, .observe = -1};

    (void)resource, (void)query;
    fwd_coap_server_restart_forget(server, session);
    reply.payload = server->payload;
    if (r != NULL) {
        reply.code = r->code;
        (void)snprintf(reply.location, sizeof reply.location, "%s", r->location);
    } else {
        serve(server, session, request, &reply);
        if (reply.code != FWD_COAP_CONTINUE)
            remember(server, session, coap_pdu_get_mid(request), &reply);
    }
    fwd_coap_message_write(response, request, &reply);
}

/* ---- answers --------------------------------------------------------------------------------- */

/* An answer that nobody waits for is reset: its sender learns that the observation is over. */
static coap_response_t on_response(coap_session_t *session, const coap_pdu_t *sent,
    const coap_pdu_t *received, const coap_mid_t mid)
{
    struct fwd_coap_server *server = coap_get_app_data(coap_session_get_context(session));
    struct fwd_coap_message message = {.link = (struct fwd_coap_link *)session};

    (void)sent, (void)mid;
    if (fwd_coap_message_number(received) == 0 || !fwd_coap_message_read(received, &message))
        return COAP_RESPONSE_FAIL;
    return server->handlers.response(
               server->handlers.ctx, fwd_coap_message_number(received), &message)
               ? COAP_RESPONSE_OK
               : COAP_RESPONSE_FAIL;
}

static void on_failure(coap_session_t *session, const coap_pdu_t *sent,
    const coap_nack_reason_t reason, const coap_mid_t mid)
{
    struct fwd_coap_server *server = coap_get_app_data(coap_session_get_context(session));
    enum fwd_coap_failure failure = fwd_coap_message_failure(reason);

    (void)mid;
    if (sent != NULL && coap_pdu_get_code(sent) == COAP_EMPTY_CODE) {
        if (failure == FWD_COAP_RESET) /* that is how a ping is answered (RFC 7252, 4.3) */
            fwd_coap_server_restart_forget(server, session);
    } else if (sent != NULL)
        server->handlers.failed(server->handlers.ctx, fwd_coap_message_number(sent), failure);
}

static void add_path(coap_pdu_t *pdu, const char *path)
{
    for (const char *at = path; *at == '/';) {
        size_t size = strcspn(at + 1, "/");
        (void)coap_add_option(pdu, COAP_OPTION_URI_PATH, size, (const uint8_t *)at + 1);
        at += 1 + size;
    }
}

bool fwd_coap_server_request(struct fwd_coap_server *server, struct fwd_coap_link *link,
    uint32_t number, uint8_t code, const char *path, int32_t observe, int32_t format,
    const void *payload, size_t size)
{
    coap_session_t *session = (coap_session_t *)link;
    coap_pdu_t *pdu = coap_new_pdu(COAP_MESSAGE_CON, (coap_pdu_code_t)code, session);
    uint8_t token[4], bytes[4];

    (void)server;
    if (pdu == NULL)
        return false;
    for (unsigned i = 0; i < 4; i++)
        token[i] = (uint8_t)(number >> (24 - 8 * i));
    (void)coap_add_token(pdu, sizeof token, token);
    if (observe >= 0)
        (void)coap_add_option(pdu, COAP_OPTION_OBSERVE,
            coap_encode_var_safe(bytes, sizeof bytes, (unsigned)observe), bytes);
    add_path(pdu, path);
    if (format >= 0)
        (void)coap_add_option(pdu, COAP_OPTION_CONTENT_FORMAT,
            coap_encode_var_safe(bytes, sizeof bytes, (unsigned)format), bytes);
    if (code == FWD_COAP_GET)
        (void)coap_add_option(pdu, COAP_OPTION_ACCEPT, coap_encode_var_safe(bytes, sizeof bytes, 0),
            bytes); /* plain text */
    if (size > 0)
        (void)coap_add_data(pdu, size, payload);
    return coap_send(session, pdu) != COAP_INVALID_MID;
}

/* From the port that it listens at: that is where the client expects it, and where it answers. */
struct fwd_coap_link *fwd_coap_server_reach(struct fwd_coap_server *server, const char *address)
{
    char uri[FWD_COAP_ADDRESS_TEXT + 8];
    coap_address_t remote;
    bool secure;

    (void)snprintf(uri, sizeof uri, "coap://%s", address);
    if (server->plain.size == 0 || !fwd_coap_address(uri, &secure, &remote) ||
        remote.addr.sa.sa_family != server->plain.addr.sa.sa_family)
        return NULL;
    coap_session_t *session =
        coap_new_client_session(server->context, &server->plain, &remote, COAP_PROTO_UDP);
    if (session != NULL)
        coap_session_set_nstart(session, FWD_COAP_AT_ONCE);
    return (struct fwd_coap_link *)session;
}

void fwd_coap_server_hold(struct fwd_coap_link *link, size_t owner)
{
    coap_session_t *session = coap_session_reference((coap_session_t *)link);

    coap_session_set_nstart(session, FWD_COAP_AT_ONCE);
    coap_session_set_app_data(session, (void *)(uintptr_t)(owner + 1));
}

/* Sessions to clients end without an event, when nobody holds them any more. */
void fwd_coap_server_release(struct fwd_coap_link *link)
{
    coap_session_t *session = (coap_session_t *)link;

    if (coap_session_get_type(session) == COAP_SESSION_TYPE_CLIENT)
        fwd_coap_server_forget(coap_get_app_data(coap_session_get_context(session)), session);
    coap_session_release(session);
}

/* ---- life ------------------------------------------------------------------------------------ */

static bool prepare(struct fwd_coap_server *server)
{
    static const coap_request_t methods[] = {
        COAP_REQUEST_GET, COAP_REQUEST_POST, COAP_REQUEST_PUT, COAP_REQUEST_DELETE};
    coap_dtls_spsk_t setup = {.version = COAP_DTLS_SPSK_SETUP_VERSION,
        .validate_id_call_back = fwd_coap_server_identity,
        .id_call_back_arg = server};

    server->context = coap_new_context(NULL);
    coap_resource_t *all = server->context != NULL ? coap_resource_unknown_init(on_request) : NULL;
    if (all == NULL || coap_context_get_coap_fd(server->context) < 0)
        return false;
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        coap_register_request_handler(all, methods[i], on_request);
    coap_add_resource(server->context, all);
    coap_register_response_handler(server->context, on_response);
    coap_register_nack_handler(server->context, on_failure);
    coap_register_event_handler(server->context, fwd_coap_server_event);
    coap_set_app_data(server->context, server);
    coap_context_set_max_idle_sessions(server->context, IDLE_SESSIONS);
    coap_context_set_session_timeout(server->context, IDLE_S);
    coap_context_set_max_handshake_sessions(server->context, HANDSHAKES);
    /* without this key libcoap offers no DTLS with keys at all; nobody is given it */
    setup.psk_info.hint = (coap_bin_const_t){0, (const uint8_t *)""};
    setup.psk_info.key = (coap_bin_const_t){1, (const uint8_t *)"\xFF"};
    return coap_context_set_psk2(server->context, &setup) == 1;
}

enum fwd_fail fwd_coap_server_new(const struct fwd_coap_server_handlers *handlers,
    struct fwd_coap_server **out, struct fwd_error *err)
{
    struct fwd_coap_server *server = calloc(1, sizeof *server);

    *out = NULL;
    if (server == NULL)
        return fwd_error_memory(err, "CoAP");
    server->handlers = *handlers;
    coap_startup();
    fwd_coap_log_attach(NULL);
    if (!prepare(server)) {
        fwd_coap_server_free(server);
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
            "libcoap cannot be used: it has no memory, or was built without epoll or DTLS");
    }
    *out = server;
    return FWD_FAIL_NONE;
}

void fwd_coap_server_free(struct fwd_coap_server *server)
{
    if (server == NULL)
        return;
    if (server->context != NULL)
        coap_free_context(server->context);
    free(server);
    coap_cleanup();
}

enum fwd_fail fwd_coap_server_listen(
    struct fwd_coap_server *server, const char *uri, uint16_t *port, struct fwd_error *err)
{
    coap_address_t address;
    bool secure;

    if (!fwd_coap_address(uri, &secure, &address))
        return fwd_error_fail(err, FWD_FAIL_USAGE,
            "'%s' is not an address to listen at; expected coap://HOST:PORT or coaps://HOST:PORT",
            uri);
    if (!fwd_coap_free_port(&address))
        return fwd_error_fail(
            err, FWD_FAIL_ENVIRONMENT, "%s: the address cannot be used; is it taken?", uri);
    *port = ntohs(address.addr.sa.sa_family == AF_INET6 ? address.addr.sin6.sin6_port
                                                        : address.addr.sin.sin_port);
    if (coap_new_endpoint(server->context, &address, secure ? COAP_PROTO_DTLS : COAP_PROTO_UDP) ==
        NULL)
        return fwd_error_fail(
            err, FWD_FAIL_ENVIRONMENT, "%s: the address cannot be used; is it taken?", uri);
    if (!secure && server->plain.size == 0) /* of several, the first one */
        server->plain = address;
    return FWD_FAIL_NONE;
}

size_t fwd_coap_server_watch(
    struct fwd_coap_server *server, struct pollfd *fds, size_t room, int *wait_ms)
{
    coap_tick_t now;

    coap_ticks(&now);
    unsigned due = coap_io_prepare_epoll(server->context, now);
    if (due > 0 && (*wait_ms < 0 || due < (unsigned)*wait_ms))
        *wait_ms = (int)due;
    if (room == 0)
        return 0;
    fds[0] = (struct pollfd){coap_context_get_coap_fd(server->context), POLLIN, 0};
    return 1;
}

void fwd_coap_server_perform(struct fwd_coap_server *server)
{
    struct pollfd more = {coap_context_get_coap_fd(server->context), POLLIN, 0};

    (void)coap_io_process(server->context, COAP_IO_NO_WAIT);
    if (poll(&more, 1, 0) == 0) /* nobody is late whose message waits to be read */
        fwd_coap_server_judge(server);
}
