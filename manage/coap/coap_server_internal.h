/* Shared by coap_server*.c only. */
#ifndef FWD_MANAGE_COAP_COAP_SERVER_INTERNAL_H
#define FWD_MANAGE_COAP_COAP_SERVER_INTERNAL_H

#include "manage/coap/coap_internal.h"
#include "manage/coap/coap_server.h"

#define FWD_COAP_TRIALS   64u   /* handshakes that are watched */
#define FWD_COAP_RESTARTS 64u   /* clients that may have begun anew */
#define FWD_COAP_REPEATED 1024u /* answers that are kept, in case a request comes again */

/* A handshake that has named its identity, and has not ended. */
struct fwd_coap_trial {
    const coap_session_t *session; /* NULL: free */
    uint64_t until_ms;
    char identity[FWD_COAP_TEXT_MAX], address[FWD_COAP_ADDRESS_TEXT];
};

/* A session whose client asks for a new one. */
struct fwd_coap_restart {
    coap_session_t *session; /* NULL: free */
    uint64_t until_ms;       /* so long it may answer on the old one; 0: it was not asked yet */
};

/* An answer to a request with effects. */
struct fwd_coap_repeated {
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
    struct fwd_coap_trial trials[FWD_COAP_TRIALS];
    struct fwd_coap_restart restarts[FWD_COAP_RESTARTS];
    struct fwd_coap_repeated repeated[FWD_COAP_REPEATED];
    size_t repeated_next;
    uint8_t payload[1024];
};

/* ---- coap_server.c --------------------------------------------------------------------------- */

/* Another session may get the same place in memory. */
void fwd_coap_server_forget(struct fwd_coap_server *server, const coap_session_t *session);

/* ---- coap_server_dtls.c: who is behind a session, and for how long --------------------------- */

void fwd_coap_server_text(const coap_bin_const_t *bytes, char text[FWD_COAP_TEXT_MAX]);
/* Handlers of libcoap. arg: the server. */
const coap_bin_const_t *fwd_coap_server_identity(
    coap_bin_const_t *identity, coap_session_t *session, void *arg);
int fwd_coap_server_event(coap_session_t *session, const coap_event_t event);
/* What is due: handshakes that came to nothing, sessions whose clients have begun anew. */
void fwd_coap_server_judge(struct fwd_coap_server *server);

/* ---- coap_server_restart.c: clients that begin anew from the same address and port ----------- */

/* From now on a ClientHello on this session is noticed. */
void fwd_coap_server_restart_watch(coap_session_t *session);
/* The client has shown that it still has the session, or the session has ended. */
void fwd_coap_server_restart_forget(struct fwd_coap_server *server, const coap_session_t *session);
/* Asks those that may have begun anew, and ends the sessions of those that do not answer. */
void fwd_coap_server_restart_judge(struct fwd_coap_server *server);

#endif
