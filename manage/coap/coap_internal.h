/* Shared by coap*.c only. */
#ifndef FWD_MANAGE_COAP_COAP_INTERNAL_H
#define FWD_MANAGE_COAP_COAP_INTERNAL_H

#include "manage/coap/coap.h"

#include <coap3/coap.h>

#define FWD_COAP_AT_ONCE    8u          /* messages that may wait for their acknowledgement */
#define FWD_COAP_NUMBER_MAX 0x7FFFFFFFu /* of a request */
#define FWD_COAP_SEEN       8u /* requests whose answers are kept, in case they come again */

/* An answer that was given. */
struct fwd_coap_seen {
    const coap_session_t *session; /* NULL: free */
    coap_mid_t mid;
    uint64_t until_ms;
    struct fwd_coap_reply reply; /* its payload is owned */
};

struct fwd_coap_peer {
    coap_session_t *session; /* NULL: not open */
    coap_address_t address;
    bool secure;
};

struct fwd_coap {
    struct fwd_coap_handlers handlers;
    coap_context_t *context; /* NULL: there is no network */
    bool performing;         /* inside libcoap: the context must stay */
    bool leaving;            /* it goes after that */
    /* Plain only: for requests that a server sends from another port than the one it is registered
     * at. By family of addresses; they last as long as the context. */
    struct fwd_coap_local {
        coap_endpoint_t *endpoint;
        coap_address_t address; /* its own, and that of the plain sessions */
    } locals[2];
    struct fwd_coap_peer peers[FWD_COAP_PEERS];
    uint32_t next_number;
    uint8_t *payload; /* of the reply that is being made */
    struct fwd_coap_seen seen[FWD_COAP_SEEN];
    size_t seen_next;
};

/* ---- coap.c ---------------------------------------------------------------------------------- */

/* There is one, from here on. */
bool fwd_coap_context(struct fwd_coap *coap);

/* ---- coap_message.c -------------------------------------------------------------------------- */

/* Our tokens are our numbers. 0: not one of ours. */
uint32_t fwd_coap_message_number(const coap_pdu_t *pdu);
enum fwd_coap_failure fwd_coap_message_failure(coap_nack_reason_t reason);

/* False: something in it is larger than there is room for. */
bool fwd_coap_message_read(const coap_pdu_t *pdu, struct fwd_coap_message *message);

/* Fills a response or notification; slices its payload when it is larger than a block, as the
 * request (NULL: none) asked for. */
void fwd_coap_message_write(
    coap_pdu_t *pdu, const coap_pdu_t *request, const struct fwd_coap_reply *reply);

/* ---- coap_peer.c ----------------------------------------------------------------------------- */

/* Whose session is it? A server may ask from another port than it is registered at, but not from
 * another host, and not without the security that was agreed on. */
bool fwd_coap_peer_of(const struct fwd_coap *coap, const coap_session_t *session, unsigned *peer);

/* The address of a URI. False: not coap://... or coaps://..., or its name is not known. */
bool fwd_coap_address(const char *uri, bool *secure, coap_address_t *address);
/* Is the address free now? Port 0 becomes one that is. */
bool fwd_coap_free_port(coap_address_t *address);

/* ---- coap_log.c ------------------------------------------------------------------------------ */

/* One context at a time is listened to; NULL: none. */
void fwd_coap_log_attach(struct fwd_coap *coap);

#endif
