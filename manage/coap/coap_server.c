#include "manage/coap/coap_server.h"

#include "manage/coap/coap_internal.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define IDLE_SESSIONS 256u /* of clients that nobody holds */
#define HANDSHAKES    4096u
#define IDLE_S        60u
#define TRIALS        64u   /* handshakes that are watched */
#define TRIAL_MS      5000u /* so long may one take */
#define REPEATED      1024u /* answers that are kept, in case a request comes again */

/* A handshake that has named its identity, and has not ended. */
struct trial {
    const coap_session_t *session; /* NULL: free */
    uint64_t until_ms;
    char identity[FWD_COAP_TEXT_MAX], address[FWD_COAP_ADDRESS_TEXT];
};

/* An answer to a request with effects. */
struct repeated {
    const coap_session_t *session; /* NULL: free */
    coap_mid_t mid;
    uint8_t code;
    char location[FWD_COAP_SERVER_LOCATION];
};

struct fwd_coap_server {
    struct fwd_coap_server_handlers handlers;
    coap_context_t *context;
    coap_address_t plain; /* where it listens without DTLS; size 0: nowhere */
    coap_bin_const_t key; /* of the identity that was asked for last */
    struct trial trials[TRIALS];
    struct repeated repeated[REPEATED];
    size_t repeated_next;
    uint8_t payload[1024];
};

static uint64_t real_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}

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

static void text_of(const coap_bin_const_t *bytes, char text[FWD_COAP_TEXT_MAX])
{
    size_t size = bytes->length < FWD_COAP_TEXT_MAX ? bytes->length : FWD_COAP_TEXT_MAX - 1;

    for (size_t i = 0; i < size; i++)
        text[i] = bytes->s[i] > ' ' && bytes->s[i] <= '~' ? (char)bytes->s[i] : '?';
    text[size] = '\0';
}

static void watch_trial(
    struct fwd_coap_server *server, const coap_session_t *session, const char *identity)
{
    for (size_t i = 0; i < TRIALS; i++) {
        struct trial *t = &server->trials[i];
        if (t->session != NULL && t->session != session)
            continue;
        t->session = session;
        t->until_ms = real_ms() + TRIAL_MS;
        (void)snprintf(t->identity, sizeof t->identity, "%s", identity);
        fwd_coap_server_address((const struct fwd_coap_link *)session, t->address);
        return;
    }
}

/* The handshake has ended. A wrong key makes its last message unreadable, and DTLS drops what it
 * cannot read: it shows only in that nothing follows. */
static void end_trial(struct fwd_coap_server *server, const coap_session_t *session, bool failed)
{
    for (size_t i = 0; i < TRIALS; i++) {
        struct trial *t = &server->trials[i];
        if (t->session != session)
            continue;
        t->session = NULL;
        if (failed)
            server->handlers.stranger(server->handlers.ctx, t->identity, t->address, true);
    }
}

static void end_late_trials(struct fwd_coap_server *server)
{
    uint64_t now = real_ms();

    for (size_t i = 0; i < TRIALS; i++) {
        if (server->trials[i].session != NULL && server->trials[i].until_ms < now)
            end_trial(server, server->trials[i].session, true);
    }
}

/* libcoap compares the key with what the client proves. */
static const coap_bin_const_t *on_identity(
    coap_bin_const_t *identity, coap_session_t *session, void *arg)
{
    struct fwd_coap_server *server = arg;
    char text[FWD_COAP_TEXT_MAX], address[FWD_COAP_ADDRESS_TEXT];
    size_t size = 0;

    text_of(identity, text);
    const uint8_t *key = server->handlers.key(server->handlers.ctx, text, &size);
    if (key == NULL) {
        fwd_coap_server_address((const struct fwd_coap_link *)session, address);
        server->handlers.stranger(server->handlers.ctx, text, address, false);
        return NULL;
    }
    watch_trial(server, session, text);
    server->key = (coap_bin_const_t){size, key};
    return &server->key;
}

static int on_event(coap_session_t *session, const coap_event_t event)
{
    struct fwd_coap_server *server = coap_get_app_data(coap_session_get_context(session));

    if (event == COAP_EVENT_DTLS_CONNECTED || event == COAP_EVENT_SERVER_SESSION_DEL)
        end_trial(server, session, false);
    else if (event == COAP_EVENT_DTLS_ERROR)
        end_trial(server, session, true);
    if (event == COAP_EVENT_SERVER_SESSION_DEL) { /* its place in memory may be used again */
        for (size_t i = 0; i < REPEATED; i++) {
            if (server->repeated[i].session == session)
                server->repeated[i].session = NULL;
        }
    }
    return 0;
}

/* ---- requests -------------------------------------------------------------------------------- */

static const struct repeated *find_repeated(
    const struct fwd_coap_server *server, const coap_session_t *session, coap_mid_t mid)
{
    for (size_t i = 0; i < REPEATED; i++) {
        if (server->repeated[i].session == session && server->repeated[i].mid == mid)
            return &server->repeated[i];
    }
    return NULL;
}

static void remember(struct fwd_coap_server *server, const coap_session_t *session, coap_mid_t mid,
    const struct fwd_coap_reply *reply)
{
    struct repeated *r = &server->repeated[server->repeated_next];

    server->repeated_next = (server->repeated_next + 1) % REPEATED;
    *r = (struct repeated){session, mid, reply->code, ""};
    (void)snprintf(
        r->location, sizeof r->location, "%.*s", (int)sizeof r->location - 1, reply->location);
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
        text_of(identity, text);
    server->handlers.request(server->handlers.ctx, &message, identity != NULL ? text : NULL, reply);
    reply->block1 = message.block1;
}

static void on_request(coap_resource_t *resource, coap_session_t *session,
    const coap_pdu_t *request, const coap_string_t *query, coap_pdu_t *response)
{
    struct fwd_coap_server *server = coap_get_app_data(coap_session_get_context(session));
    const struct repeated *r = find_repeated(server, session, coap_pdu_get_mid(request));
    struct fwd_coap_reply reply = {.code = FWD_COAP_BAD_REQUEST, .format = -1, .observe = -1};

    (void)resource, (void)query;
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
    if (sent != NULL)
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

void fwd_coap_server_hold(struct fwd_coap_link *link)
{
    coap_session_set_nstart(coap_session_reference((coap_session_t *)link), FWD_COAP_AT_ONCE);
}

void fwd_coap_server_release(struct fwd_coap_link *link)
{
    coap_session_release((coap_session_t *)link);
}

/* ---- life ------------------------------------------------------------------------------------ */

static bool prepare(struct fwd_coap_server *server)
{
    static const coap_request_t methods[] = {
        COAP_REQUEST_GET, COAP_REQUEST_POST, COAP_REQUEST_PUT, COAP_REQUEST_DELETE};
    coap_dtls_spsk_t setup = {.version = COAP_DTLS_SPSK_SETUP_VERSION,
        .validate_id_call_back = on_identity,
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
    coap_register_event_handler(server->context, on_event);
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
    (void)coap_io_process(server->context, COAP_IO_NO_WAIT);
    end_late_trials(server);
}
