/* Shared by campaign_flow*.c only. */
#ifndef FWD_MANAGE_CAMPAIGN_FLOW_CAMPAIGN_FLOW_INTERNAL_H
#define FWD_MANAGE_CAMPAIGN_FLOW_CAMPAIGN_FLOW_INTERNAL_H

#include "manage/campaign/flow/campaign_flow.h"

/* What a device is asked or told. */
enum fwd_campaign_question {
    FWD_CAMPAIGN_OBSERVE_STATE,
    FWD_CAMPAIGN_OBSERVE_RESULT,
    FWD_CAMPAIGN_GET_STATE,
    FWD_CAMPAIGN_GET_RESULT,
    FWD_CAMPAIGN_GET_VERSION,
    FWD_CAMPAIGN_WRITE_URI,
    FWD_CAMPAIGN_CLEAR_URI,
    FWD_CAMPAIGN_EXECUTE,
    FWD_CAMPAIGN_GET_SHORT_ID,
    FWD_CAMPAIGN_WRITE_LIFETIME,
    FWD_CAMPAIGN_BOOTSTRAP,
    FWD_CAMPAIGN_QUESTIONS
};

/* What is known of it since it was asked: bits. */
enum fwd_campaign_known {
    FWD_CAMPAIGN_KNOWS_STATE = 1,
    FWD_CAMPAIGN_KNOWS_RESULT = 2,
    FWD_CAMPAIGN_KNOWS_VERSION = 4,
    FWD_CAMPAIGN_KNOWS_ALL = 7
};

#define FWD_CAMPAIGN_NO_ACCOUNT 0xFFFFu
#define FWD_CAMPAIGN_ACCOUNTS   4u
#define FWD_CAMPAIGN_SHORT_ID                                                                      \
    721 /* of the server of updates, as the modules' documents have it                             \
         */

/* A device that is registered, with this process or with an earlier one. */
struct fwd_campaign_contact {
    struct fwd_coap_link *link; /* held; NULL: nobody needs it now */
    struct fwd_coap_link *boot; /* held while it is bootstrapped; NULL: it is not */
    uint8_t boot_step;          /* requests that were answered */
    /* Its instances of object 1; with more than one it is asked which is for this server. */
    uint16_t accounts[FWD_CAMPAIGN_ACCOUNTS];
    uint8_t account_count, account_at;    /* the next one to ask for */
    uint16_t account;                     /* ours; FWD_CAMPAIGN_NO_ACCOUNT: not known */
    uint32_t lifetime;                    /* of the registration, seconds; 0: not known */
    int64_t expires;                      /* when the registration ends by itself; 0: not known */
    char location[FWD_CAMPAIGN_LOCATION]; /* "12-9f3c..." of /rd/...; "": not registered */
    char address[FWD_CAMPAIGN_ADDRESS];   /* where it can be reached without a link; "": nowhere */
    uint32_t numbers[FWD_CAMPAIGN_QUESTIONS]; /* of requests that wait, or observe; 0: none */
    uint32_t sequences[2];                    /* of the last notifications of both observations */
    bool notified[2];                         /* ... when there was one */
    uint8_t generation;                       /* of numbers; begins anywhere */
    uint8_t known;
    bool observed;  /* on this registration */
    bool over;      /* an installation has ended: all that is known was said after it */
    uint8_t doubts; /* it has nothing, and no reason for that: it was asked so often once more */
    uint32_t state, result;
    int64_t again; /* ask once more at that time; 0: no */
};

struct fwd_campaign_flow {
    struct fwd_campaign_flow_config config;
    struct fwd_coap_server *coap;
    struct fwd_campaign_contact *contacts; /* owned; by index of the campaign's devices */
    int64_t start;                         /* of the schedule */
    size_t registered;
    size_t links;                  /* that are held */
    enum fwd_campaign_phase phase; /* that was acted upon last */
    bool looked;                   /* at who was withdrawn before this process began */
    size_t sweep;                  /* the next device of a walk over all */
    bool sweeping;
    int64_t swept;                        /* when the last walk began */
    size_t open[2];                       /* devices that have not ended: of all, of the test */
    char (*uris)[FWD_CAMPAIGN_TEXT + 64]; /* owned; of the packages, without device */
    struct fwd_lwm2m_list *list;          /* owned; for reading answers */
    char server[FWD_CAMPAIGN_TEXT + 16];  /* where devices are told to register; "": nobody asks */
};

/* ---- campaign_flow_serve.c: what devices ask ------------------------------------------------- */

/* fwd_coap_server_handlers */
void fwd_campaign_flow_serve(void *ctx, const struct fwd_coap_message *message,
    const char *identity, struct fwd_coap_reply *reply);
const uint8_t *fwd_campaign_flow_key(void *ctx, const char *identity, size_t *size);
void fwd_campaign_flow_stranger(
    void *ctx, const char *identity, const char *address, bool wrong_key);
void fwd_campaign_flow_closed(void *ctx, struct fwd_coap_link *link, size_t index);

/* What devices say of themselves goes to terminals and into reports: other characters than
 * printable ones of ASCII become '?'. */
void fwd_campaign_flow_clean(char *text);
/* Takes over what an earlier process has left of registrations. */
void fwd_campaign_flow_recall(struct fwd_campaign_flow *flow);
/* The link on which a device came, or NULL. Behind DTLS it is held as long as the device is
 * registered; else only while it is the device's turn: a million sessions cost more than a million
 * addresses, and libcoap looks at all of them for every datagram. */
void fwd_campaign_flow_attach(
    struct fwd_campaign_flow *flow, size_t index, struct fwd_coap_link *link, bool secure);
/* Ends a registration that was not updated within its lifetime. */
void fwd_campaign_flow_expire(struct fwd_campaign_flow *flow, size_t index, int64_t now);
/* The registration is over. */
void fwd_campaign_flow_drop(struct fwd_campaign_flow *flow, size_t index);

/* ---- campaign_flow_ask.c: what devices are asked --------------------------------------------- */

/* Is this device's turn? Then it is asked what it runs and how far it is. */
void fwd_campaign_flow_contact(struct fwd_campaign_flow *flow, size_t index);
/* The number of a new request; answers to earlier ones of the same kind do not count any more. */
uint32_t fwd_campaign_flow_number(
    struct fwd_campaign_flow *flow, size_t index, enum fwd_campaign_question question);
/* False: it could not be sent; the device is asked when it comes again. */
bool fwd_campaign_flow_send(struct fwd_campaign_flow *flow, size_t index,
    enum fwd_campaign_question question, const char *payload);
/* fwd_coap_server_handlers */
bool fwd_campaign_flow_response(void *ctx, uint32_t number, const struct fwd_coap_message *message);
void fwd_campaign_flow_failed(void *ctx, uint32_t number, enum fwd_coap_failure failure);

/* ---- campaign_flow_decide.c: what follows from the answers ----------------------------------- */

/* All is known: the next step. */
void fwd_campaign_flow_decide(struct fwd_campaign_flow *flow, size_t index);
/* It has done what it was told. code: of CoAP. */
void fwd_campaign_flow_told(struct fwd_campaign_flow *flow, size_t index,
    enum fwd_campaign_question question, uint8_t code);
void fwd_campaign_flow_end(
    struct fwd_campaign_flow *flow, size_t index, enum fwd_campaign_outcome outcome);
/* Does the device take part in the phase, and has it not ended? */
bool fwd_campaign_flow_takes_part(const struct fwd_campaign_flow *flow, size_t index);

/* ---- campaign_flow_bootstrap.c: devices that have no server yet ------------------------------ */

/* Begins, or begins anew. */
void fwd_campaign_flow_bootstrap(
    struct fwd_campaign_flow *flow, size_t index, struct fwd_coap_link *link);
/* The answer to the last request; code: of CoAP. */
void fwd_campaign_flow_bootstrapped(struct fwd_campaign_flow *flow, size_t index, uint8_t code);
void fwd_campaign_flow_bootstrap_end(struct fwd_campaign_flow *flow, size_t index);

#endif
