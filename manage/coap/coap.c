#include "manage/coap/coap_internal.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LIFETIME_MS  247000u /* EXCHANGE_LIFETIME of RFC 7252: so long a message may come again */
#define NOTIFICATION 0x80000000u

static uint64_t real_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}

/* ---- requests from servers ------------------------------------------------------------------- */

static struct fwd_coap_seen *find_seen(
    struct fwd_coap *coap, const coap_session_t *session, coap_mid_t mid)
{
    for (size_t i = 0; i < FWD_COAP_SEEN; i++) {
        struct fwd_coap_seen *s = &coap->seen[i];
        if (s->session == session && s->mid == mid && s->until_ms > real_ms())
            return s;
    }
    return NULL;
}

static void remember(struct fwd_coap *coap, const coap_session_t *session, coap_mid_t mid,
    const struct fwd_coap_reply *reply)
{
    struct fwd_coap_seen *s = &coap->seen[coap->seen_next];

    coap->seen_next = (coap->seen_next + 1) % FWD_COAP_SEEN;
    free(s->reply.payload);
    *s = (struct fwd_coap_seen){session, mid, real_ms() + LIFETIME_MS, *reply};
    s->reply.payload = malloc(reply->size > 0 ? reply->size : 1);
    if (s->reply.payload == NULL)
        s->session = NULL; /* it will be handed on once more */
    else if (reply->size > 0)
        memcpy(s->reply.payload, reply->payload, reply->size);
}

static void serve(struct fwd_coap *coap, coap_session_t *session, const coap_pdu_t *request,
    struct fwd_coap_message *message, coap_pdu_t *response)
{
    struct fwd_coap_reply reply = {.code = FWD_COAP_BAD_REQUEST, .format = -1, .observe = -1};

    reply.payload = coap->payload;
    message->link = (struct fwd_coap_link *)session;
    if (!fwd_coap_peer_of(coap, session, &message->peer))
        reply.code = FWD_COAP_UNAUTHORIZED;
    else if (fwd_coap_message_read(request, message))
        coap->handlers.request(coap->handlers.ctx, message, &reply);
    remember(coap, session, coap_pdu_get_mid(request), &reply);
    fwd_coap_message_write(response, request, &reply);
}

static void on_request(coap_resource_t *resource, coap_session_t *session,
    const coap_pdu_t *request, const coap_string_t *query, coap_pdu_t *response)
{
    struct fwd_coap *coap = coap_get_app_data(coap_session_get_context(session));
    const struct fwd_coap_seen *seen = find_seen(coap, session, coap_pdu_get_mid(request));
    struct fwd_coap_message message = {0};

    (void)resource, (void)query;
    if (seen != NULL)
        fwd_coap_message_write(response, request, &seen->reply);
    else
        serve(coap, session, request, &message, response);
}

/* ---- answers to our requests ----------------------------------------------------------------- */

static coap_response_t on_response(coap_session_t *session, const coap_pdu_t *sent,
    const coap_pdu_t *received, const coap_mid_t mid)
{
    struct fwd_coap *coap = coap_get_app_data(coap_session_get_context(session));
    struct fwd_coap_message message = {0};

    (void)sent, (void)mid;
    if (!fwd_coap_peer_of(coap, session, &message.peer) ||
        !fwd_coap_message_read(received, &message))
        return COAP_RESPONSE_FAIL;
    if (fwd_coap_message_number(received) != 0)
        coap->handlers.response(coap->handlers.ctx, fwd_coap_message_number(received), &message);
    return COAP_RESPONSE_OK;
}

static void on_failure(coap_session_t *session, const coap_pdu_t *sent,
    const coap_nack_reason_t reason, const coap_mid_t mid)
{
    struct fwd_coap *coap = coap_get_app_data(coap_session_get_context(session));
    enum fwd_coap_failure failure = fwd_coap_message_failure(reason);
    unsigned peer;

    if (sent == NULL || !fwd_coap_peer_of(coap, session, &peer))
        return;
    bool request = coap_pdu_get_code(sent) < COAP_RESPONSE_CODE(200);
    coap->handlers.failed(coap->handlers.ctx, peer,
        request ? fwd_coap_message_number(sent) : NOTIFICATION | (uint32_t)mid, failure);
}

/* ---- life ------------------------------------------------------------------------------------ */

static void drop_context(struct fwd_coap *coap)
{
    if (coap->context != NULL)
        coap_free_context(coap->context);
    coap->context = NULL;
    coap->leaving = false;
    memset(coap->locals, 0, sizeof coap->locals);
}

bool fwd_coap_context(struct fwd_coap *coap)
{
    static const coap_request_t methods[] = {
        COAP_REQUEST_GET, COAP_REQUEST_POST, COAP_REQUEST_PUT, COAP_REQUEST_DELETE};

    if (coap->context != NULL)
        return true;
    coap->context = coap_new_context(NULL);
    coap_resource_t *all = coap->context != NULL ? coap_resource_unknown_init(on_request) : NULL;
    if (all == NULL || coap_context_get_coap_fd(coap->context) < 0) {
        drop_context(coap);
        return false;
    }
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        coap_register_request_handler(all, methods[i], on_request);
    coap_add_resource(coap->context, all);
    coap_register_response_handler(coap->context, on_response);
    coap_register_nack_handler(coap->context, on_failure);
    coap_set_app_data(coap->context, coap);
    return true;
}

enum fwd_fail fwd_coap_new(
    const struct fwd_coap_handlers *handlers, struct fwd_coap **out, struct fwd_error *err)
{
    struct fwd_coap *coap = calloc(1, sizeof *coap);

    *out = NULL;
    if (coap == NULL)
        return fwd_error_memory(err, "CoAP");
    coap->handlers = *handlers;
    coap_startup();
    fwd_coap_log_attach(coap);
    coap->payload = malloc(FWD_COAP_REPLY_MAX);
    if (coap->payload == NULL || !fwd_coap_context(coap)) {
        fwd_coap_free(coap);
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT,
            "libcoap cannot be used: it has no memory, or was built without epoll");
    }
    /* numbers of an earlier life must not be taken for ours */
    coap->next_number = (uint32_t)real_ms() * 2654435761u & FWD_COAP_NUMBER_MAX;
    *out = coap;
    return FWD_FAIL_NONE;
}

void fwd_coap_leave(struct fwd_coap *coap)
{
    for (unsigned i = 0; i < FWD_COAP_PEERS; i++)
        fwd_coap_close(coap, i);
    if (coap->performing)
        coap->leaving = true;
    else
        drop_context(coap);
}

void fwd_coap_free(struct fwd_coap *coap)
{
    if (coap == NULL)
        return;
    fwd_coap_leave(coap);
    fwd_coap_log_attach(NULL);
    for (size_t i = 0; i < FWD_COAP_SEEN; i++)
        free(coap->seen[i].reply.payload);
    free(coap->payload);
    free(coap);
    coap_cleanup();
}

/* ---- sending --------------------------------------------------------------------------------- */

static void add_path(coap_pdu_t *pdu, const char *path)
{
    for (const char *at = path; *at == '/';) {
        size_t size = strcspn(at + 1, "/");
        (void)coap_add_option(pdu, COAP_OPTION_URI_PATH, size, (const uint8_t *)at + 1);
        at += 1 + size;
    }
}

uint32_t fwd_coap_request(struct fwd_coap *coap, unsigned peer, uint8_t code, const char *path,
    const char *const queries[], int32_t format, const void *payload, size_t size)
{
    coap_session_t *session = coap->peers[peer].session;
    uint8_t token[4], bytes[4];

    if (session == NULL)
        return 0;
    coap_pdu_t *pdu = coap_new_pdu(COAP_MESSAGE_CON, (coap_pdu_code_t)code, session);
    if (pdu == NULL)
        return 0;
    coap->next_number =
        coap->next_number >= FWD_COAP_NUMBER_MAX ? 0x1000001u : coap->next_number + 1;
    if (coap->next_number <= 0x1000000u)
        coap->next_number += 0x1000000u; /* all four bytes are there */
    for (unsigned i = 0; i < 4; i++)
        token[i] = (uint8_t)(coap->next_number >> (24 - 8 * i));
    (void)coap_add_token(pdu, sizeof token, token);
    add_path(pdu, path);
    if (format >= 0)
        (void)coap_add_option(pdu, COAP_OPTION_CONTENT_FORMAT,
            coap_encode_var_safe(bytes, sizeof bytes, (unsigned)format), bytes);
    for (size_t i = 0; queries != NULL && queries[i] != NULL; i++)
        (void)coap_add_option(
            pdu, COAP_OPTION_URI_QUERY, strlen(queries[i]), (const uint8_t *)queries[i]);
    if (size > 0)
        (void)coap_add_data(pdu, size, payload);
    return coap_send(session, pdu) == COAP_INVALID_MID ? 0 : coap->next_number;
}

uint32_t fwd_coap_notify(struct fwd_coap *coap, struct fwd_coap_link *link, bool confirmed,
    const uint8_t *token, size_t token_size, uint32_t sequence, const struct fwd_coap_reply *what)
{
    coap_session_t *session = (coap_session_t *)link;
    struct fwd_coap_reply reply = *what;
    unsigned peer;

    reply.observe = (int32_t)(sequence & 0xFFFFFF);
    if (!fwd_coap_peer_of(coap, session, &peer))
        return 0;
    coap_pdu_t *pdu = coap_new_pdu(
        confirmed ? COAP_MESSAGE_CON : COAP_MESSAGE_NON, COAP_RESPONSE_CODE(205), session);
    if (pdu == NULL)
        return 0;
    (void)coap_add_token(pdu, token_size, token);
    fwd_coap_message_write(pdu, NULL, &reply);
    coap_mid_t mid = coap_send(session, pdu);
    return mid == COAP_INVALID_MID ? 0 : NOTIFICATION | (uint32_t)mid;
}

/* One that is not acknowledged must not keep the others back. */
void fwd_coap_hold(struct fwd_coap_link *link)
{
    coap_session_set_nstart(coap_session_reference((coap_session_t *)link), FWD_COAP_AT_ONCE);
}

void fwd_coap_release(struct fwd_coap *coap, struct fwd_coap_link *link)
{
    (void)coap;
    coap_session_release((coap_session_t *)link);
}

/* ---- the poll loop --------------------------------------------------------------------------- */

size_t fwd_coap_watch(struct fwd_coap *coap, struct pollfd *fds, size_t room, int *wait_ms)
{
    coap_tick_t now;

    if (coap->context == NULL)
        return 0;
    coap_ticks(&now);
    unsigned due = coap_io_prepare_epoll(coap->context, now);
    if (due > 0 && (*wait_ms < 0 || due < (unsigned)*wait_ms))
        *wait_ms = (int)due;
    if (room == 0)
        return 0;
    fds[0] = (struct pollfd){coap_context_get_coap_fd(coap->context), POLLIN, 0};
    return 1;
}

void fwd_coap_perform(struct fwd_coap *coap)
{
    if (coap->context == NULL)
        return;
    coap->performing = true;
    (void)coap_io_process(coap->context, COAP_IO_NO_WAIT);
    coap->performing = false;
    if (coap->leaving)
        drop_context(coap);
}
