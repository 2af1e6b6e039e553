/* What devices are asked, and their answers. */
#include "manage/campaign/flow/campaign_flow_internal.h"
#include "manage/lwm2m/format/lwm2m_format.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define QUESTION_BITS 4u
#define INDEX_BITS    20u  /* FWD_CAMPAIGN_DEVICES is below 2^20 */
#define GENERATIONS   127u /* a number has 31 bits */
#define AGAIN_S       60
#define PATIENCE_S    1800 /* a notification may get lost: who is silent for so long is asked */

static const struct {
    uint8_t code;
    const char *path;
    bool observe;
} questions[FWD_CAMPAIGN_QUESTIONS] = {
    [FWD_CAMPAIGN_OBSERVE_STATE] = {FWD_COAP_GET, "/5/0/3", true},
    [FWD_CAMPAIGN_OBSERVE_RESULT] = {FWD_COAP_GET, "/5/0/5", true},
    [FWD_CAMPAIGN_GET_STATE] = {FWD_COAP_GET, "/5/0/3", false},
    [FWD_CAMPAIGN_GET_RESULT] = {FWD_COAP_GET, "/5/0/5", false},
    [FWD_CAMPAIGN_GET_VERSION] = {FWD_COAP_GET, "/3/0/3", false},
    [FWD_CAMPAIGN_WRITE_URI] = {FWD_COAP_PUT, "/5/0/1", false},
    [FWD_CAMPAIGN_CLEAR_URI] = {FWD_COAP_PUT, "/5/0/1", false},
    [FWD_CAMPAIGN_EXECUTE] = {FWD_COAP_POST, "/5/0/2", false},
    [FWD_CAMPAIGN_GET_SHORT_ID] = {FWD_COAP_GET, NULL, false},   /* of one of its accounts */
    [FWD_CAMPAIGN_WRITE_LIFETIME] = {FWD_COAP_PUT, NULL, false}, /* of its own account */
    [FWD_CAMPAIGN_BOOTSTRAP] = {FWD_COAP_PUT, NULL, false},      /* more than one */
};

/* ---- asking ---------------------------------------------------------------------------------- */

/* A number tells whose and which question it is; generations keep late answers apart. */
static uint32_t number_of(size_t index, enum fwd_campaign_question question, uint8_t generation)
{
    return (uint32_t)generation << (QUESTION_BITS + INDEX_BITS) | (uint32_t)question << INDEX_BITS |
           (uint32_t)index;
}

uint32_t fwd_campaign_flow_number(
    struct fwd_campaign_flow *f, size_t index, enum fwd_campaign_question question)
{
    struct fwd_campaign_contact *c = &f->contacts[index];

    c->generation = (uint8_t)(c->generation % GENERATIONS + 1);
    c->numbers[question] = number_of(index, question, c->generation);
    return c->numbers[question];
}

/* Of an instance of object 1. */
static void print_account(const struct fwd_campaign_contact *c, enum fwd_campaign_question question,
    char text[FWD_LWM2M_PATH_TEXT])
{
    bool id = question == FWD_CAMPAIGN_GET_SHORT_ID;
    struct fwd_lwm2m_path path = id ? fwd_lwm2m_path_of(1, c->accounts[c->account_at], 0)
                                    : fwd_lwm2m_path_of(1, c->account, 1);

    fwd_lwm2m_path_print(&path, text);
}

bool fwd_campaign_flow_send(struct fwd_campaign_flow *f, size_t index,
    enum fwd_campaign_question question, const char *payload)
{
    struct fwd_campaign_contact *c = &f->contacts[index];

    char account[FWD_LWM2M_PATH_TEXT];
    const char *path = questions[question].path;

    if (c->link == NULL)
        return false;
    if (path == NULL) {
        print_account(c, question, account);
        path = account;
    }
    uint32_t number = fwd_campaign_flow_number(f, index, question);
    if (questions[question].observe)
        c->notified[question == FWD_CAMPAIGN_OBSERVE_STATE ? 0 : 1] = false;
    if (fwd_coap_server_request(f->coap, c->link, number, questions[question].code, path,
            questions[question].observe ? 0 : -1, payload != NULL ? FWD_LWM2M_FORMAT_TEXT : -1,
            payload, payload != NULL ? strlen(payload) : 0))
        return true;
    c->numbers[question] = 0;
    c->again = f->config.now(f->config.ctx) + AGAIN_S;
    return false;
}

/* A device that checks in more often is found sooner by a server that was killed, or moved. */
static void set_lifetime(struct fwd_campaign_flow *f, size_t index)
{
    const struct fwd_campaign_contact *c = &f->contacts[index];
    uint32_t wanted = f->config.campaign->lifetime_s;
    char text[16];

    if (wanted == 0 || c->lifetime == wanted)
        return;
    (void)snprintf(text, sizeof text, "%" PRIu32, wanted);
    if (c->account != FWD_CAMPAIGN_NO_ACCOUNT)
        (void)fwd_campaign_flow_send(f, index, FWD_CAMPAIGN_WRITE_LIFETIME, text);
    else if (c->account_at < c->account_count)
        (void)fwd_campaign_flow_send(f, index, FWD_CAMPAIGN_GET_SHORT_ID, NULL);
}

void fwd_campaign_flow_contact(struct fwd_campaign_flow *f, size_t index)
{
    struct fwd_campaign_contact *c = &f->contacts[index];
    bool first = !c->observed;

    if (c->link == NULL || !fwd_campaign_flow_takes_part(f, index))
        return;
    c->known = 0;
    c->over = false;
    c->again = 0;
    set_lifetime(f, index);
    c->observed = fwd_campaign_flow_send(f, index,
                      first ? FWD_CAMPAIGN_OBSERVE_STATE : FWD_CAMPAIGN_GET_STATE, NULL) &&
                  fwd_campaign_flow_send(f, index,
                      first ? FWD_CAMPAIGN_OBSERVE_RESULT : FWD_CAMPAIGN_GET_RESULT, NULL) &&
                  fwd_campaign_flow_send(f, index, FWD_CAMPAIGN_GET_VERSION, NULL);
}

/* ---- answers --------------------------------------------------------------------------------- */

/* The value that an answer has; false: none that is understood. */
static bool value_of(struct fwd_campaign_flow *f, const char *path,
    const struct fwd_coap_message *message, enum fwd_lwm2m_type type, struct fwd_lwm2m_value *value)
{
    uint32_t number = message->format >= 0 ? (uint32_t)message->format : FWD_LWM2M_FORMAT_TEXT;
    const struct fwd_lwm2m_format *format = fwd_lwm2m_format_find(number);
    struct fwd_lwm2m_path base;

    f->list->count = f->list->used = 0;
    return format != NULL && fwd_lwm2m_path_parse(path, strlen(path), &base) &&
           format->decode(&base, message->payload, message->size, f->list) && f->list->count > 0 &&
           fwd_lwm2m_value_as(&f->list->records[0].value, type, value);
}

static bool take_number(struct fwd_campaign_flow *f, enum fwd_campaign_question question,
    const struct fwd_coap_message *message, uint32_t *number)
{
    struct fwd_lwm2m_value value;

    if (!value_of(f, questions[question].path, message, FWD_LWM2M_INTEGER, &value) ||
        value.integer < 0 || value.integer > 255)
        return false;
    *number = (uint32_t)value.integer;
    return true;
}

static bool take_version(struct fwd_campaign_flow *f, struct fwd_campaign_unit *u,
    const struct fwd_coap_message *message)
{
    struct fwd_lwm2m_value value;

    if (!value_of(f, "/3/0/3", message, FWD_LWM2M_STRING, &value) ||
        !fwd_lwm2m_value_text(&value, u->after, sizeof u->after))
        return false;
    fwd_campaign_flow_clean(u->after);
    if (u->before[0] == '\0')
        memcpy(u->before, u->after, sizeof u->before);
    return true;
}

/* RFC 7641, 3.4: one that was overtaken, or is repeated, says what was. */
static bool is_stale(struct fwd_campaign_contact *c, enum fwd_campaign_question question,
    const struct fwd_coap_message *message)
{
    int i = question == FWD_CAMPAIGN_OBSERVE_STATE ? 0 : 1;
    uint32_t sequence = (uint32_t)message->observe;

    if (!questions[question].observe || message->observe < 0)
        return false;
    if (c->notified[i] && ((sequence - c->sequences[i]) & 0xFFFFFFu) >= 0x800000u)
        return true;
    c->notified[i] = true;
    c->sequences[i] = sequence;
    return false;
}

/* An installation ends with state 0: some devices register anew then, some only say that the state
 * has changed. What was said before does not count, nor what is still under way: the version may
 * be the one that has just been replaced. */
static void look_for_the_end(struct fwd_campaign_flow *f, size_t index)
{
    struct fwd_campaign_contact *c = &f->contacts[index];
    enum fwd_campaign_step step = fwd_campaign_state_unit(f->config.state, index)->step;
    bool over = (step == FWD_CAMPAIGN_EXECUTING || step == FWD_CAMPAIGN_INSTALLING) &&
                (c->known & FWD_CAMPAIGN_KNOWS_STATE) != 0 && c->state == 0;

    if (over && !c->over) {
        c->known = FWD_CAMPAIGN_KNOWS_STATE;
        (void)(fwd_campaign_flow_send(f, index, FWD_CAMPAIGN_GET_RESULT, NULL) &&
               fwd_campaign_flow_send(f, index, FWD_CAMPAIGN_GET_VERSION, NULL));
    }
    c->over = over;
}

static void learn(struct fwd_campaign_flow *f, size_t index, enum fwd_campaign_question question,
    const struct fwd_coap_message *message)
{
    struct fwd_campaign_contact *c = &f->contacts[index];
    struct fwd_campaign_unit *u = fwd_campaign_state_unit(f->config.state, index);
    bool state = question == FWD_CAMPAIGN_OBSERVE_STATE || question == FWD_CAMPAIGN_GET_STATE;

    if (message->code != FWD_COAP_CONTENT || is_stale(c, question, message))
        return; /* it has no such resource (now) */
    if (question == FWD_CAMPAIGN_GET_VERSION)
        c->known |= take_version(f, u, message) ? FWD_CAMPAIGN_KNOWS_VERSION : 0;
    else if (state)
        c->known |= take_number(f, question, message, &c->state) ? FWD_CAMPAIGN_KNOWS_STATE : 0;
    else
        c->known |= take_number(f, question, message, &c->result) ? FWD_CAMPAIGN_KNOWS_RESULT : 0;
    look_for_the_end(f, index);
    if (c->known == FWD_CAMPAIGN_KNOWS_ALL)
        fwd_campaign_flow_decide(f, index);
}

/* Whose account is it? One that it does not show is another server's. */
static void take_short_id(
    struct fwd_campaign_flow *f, size_t index, const struct fwd_coap_message *message)
{
    struct fwd_campaign_contact *c = &f->contacts[index];
    struct fwd_lwm2m_value value;
    char path[FWD_LWM2M_PATH_TEXT];

    print_account(c, FWD_CAMPAIGN_GET_SHORT_ID, path);
    if (message->code == FWD_COAP_CONTENT &&
        value_of(f, path, message, FWD_LWM2M_INTEGER, &value) &&
        value.integer == FWD_CAMPAIGN_SHORT_ID)
        c->account = c->accounts[c->account_at];
    c->account_at++;
    set_lifetime(f, index);
}

/* False: not one that is waited for. */
static bool find(const struct fwd_campaign_flow *f, uint32_t number, size_t *index,
    enum fwd_campaign_question *question)
{
    *index = number & ((1u << INDEX_BITS) - 1);
    *question = (enum fwd_campaign_question)(number >> INDEX_BITS & ((1u << QUESTION_BITS) - 1));
    return *index < f->config.campaign->device_count && *question < FWD_CAMPAIGN_QUESTIONS &&
           f->contacts[*index].numbers[*question] == number;
}

bool fwd_campaign_flow_response(void *ctx, uint32_t number, const struct fwd_coap_message *message)
{
    struct fwd_campaign_flow *f = ctx;
    enum fwd_campaign_question question;
    size_t index;

    if (!find(f, number, &index, &question))
        /* late: only an observation must be told to end */
        return question < FWD_CAMPAIGN_QUESTIONS && !questions[question].observe;
    struct fwd_campaign_contact *c = &f->contacts[index];
    if (!questions[question].observe || message->observe < 0)
        c->numbers[question] = 0;
    if (question == FWD_CAMPAIGN_BOOTSTRAP) {
        fwd_campaign_flow_bootstrapped(f, index, message->code);
        return true;
    }
    c->again = c->again != 0 ? c->again : f->config.now(f->config.ctx) + PATIENCE_S;
    if (question == FWD_CAMPAIGN_GET_SHORT_ID)
        take_short_id(f, index, message);
    else if (questions[question].code == FWD_COAP_GET)
        learn(f, index, question, message);
    else if (question == FWD_CAMPAIGN_WRITE_LIFETIME)
        c->lifetime = f->config.campaign->lifetime_s; /* taken, or not wanted */
    else
        fwd_campaign_flow_told(f, index, question, message->code);
    return true;
}

/* It does not answer: it will come again by itself. */
void fwd_campaign_flow_failed(void *ctx, uint32_t number, enum fwd_coap_failure failure)
{
    struct fwd_campaign_flow *f = ctx;
    enum fwd_campaign_question question;
    size_t index;

    (void)failure;
    if (!find(f, number, &index, &question))
        return;
    if (question == FWD_CAMPAIGN_BOOTSTRAP) {
        fwd_campaign_flow_bootstrap_end(f, index);
        return;
    }
    f->contacts[index].numbers[question] = 0;
    f->contacts[index].observed = false;
    f->contacts[index].known = 0;
    f->contacts[index].again = f->config.now(f->config.ctx) + AGAIN_S;
}
