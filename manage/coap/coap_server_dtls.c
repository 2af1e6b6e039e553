/* Who is behind a session: keys, handshakes, and how a session ends. */
#include "manage/coap/coap_server_internal.h"

#include <stdio.h>
#include <time.h>

#define TRIAL_MS 5000u /* so long may a handshake take */

static uint64_t real_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}

/* ---- handshakes ------------------------------------------------------------------------------ */

void fwd_coap_server_text(const coap_bin_const_t *bytes, char text[FWD_COAP_TEXT_MAX])
{
    size_t size = bytes->length < FWD_COAP_TEXT_MAX ? bytes->length : FWD_COAP_TEXT_MAX - 1;

    for (size_t i = 0; i < size; i++)
        text[i] = bytes->s[i] > ' ' && bytes->s[i] <= '~' ? (char)bytes->s[i] : '?';
    text[size] = '\0';
}

static void watch_trial(
    struct fwd_coap_server *server, const coap_session_t *session, const char *identity)
{
    for (size_t i = 0; i < FWD_COAP_TRIALS; i++) {
        struct fwd_coap_trial *t = &server->trials[i];
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
    for (size_t i = 0; i < FWD_COAP_TRIALS; i++) {
        struct fwd_coap_trial *t = &server->trials[i];
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

    for (size_t i = 0; i < FWD_COAP_TRIALS; i++) {
        if (server->trials[i].session != NULL && server->trials[i].until_ms < now)
            end_trial(server, server->trials[i].session, true);
    }
}

/* libcoap compares the key with what the client proves. */
const coap_bin_const_t *fwd_coap_server_identity(
    coap_bin_const_t *identity, coap_session_t *session, void *arg)
{
    struct fwd_coap_server *server = arg;
    char text[FWD_COAP_TEXT_MAX], address[FWD_COAP_ADDRESS_TEXT];
    size_t size = 0;

    fwd_coap_server_text(identity, text);
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

/* ---- the end of a session -------------------------------------------------------------------- */

/* libcoap gives no datagram of its address to another session before this one is released. */
static void tell_owner(struct fwd_coap_server *server, coap_session_t *session)
{
    uintptr_t owner = (uintptr_t)coap_session_get_app_data(session);

    fwd_coap_server_restart_forget(server, session);
    if (owner != 0)
        server->handlers.closed(
            server->handlers.ctx, (struct fwd_coap_link *)session, (size_t)owner - 1);
}

int fwd_coap_server_event(coap_session_t *session, const coap_event_t event)
{
    struct fwd_coap_server *server = coap_get_app_data(coap_session_get_context(session));

    if (event == COAP_EVENT_DTLS_CONNECTED || event == COAP_EVENT_SERVER_SESSION_DEL)
        end_trial(server, session, false);
    else if (event == COAP_EVENT_DTLS_ERROR)
        end_trial(server, session, true);
    if (event == COAP_EVENT_DTLS_CONNECTED)
        fwd_coap_server_restart_watch(session);
    else if (event == COAP_EVENT_DTLS_CLOSED)
        tell_owner(server, session);
    else if (event == COAP_EVENT_SERVER_SESSION_DEL)
        fwd_coap_server_forget(server, session);
    return 0;
}

void fwd_coap_server_judge(struct fwd_coap_server *server)
{
    end_late_trials(server);
    fwd_coap_server_restart_judge(server);
}
