/* What devices ask: to register, to update, to deregister. */
#include "manage/campaign/flow/campaign_flow_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define LATE_S 300 /* so much later than its lifetime asks for an update may come */

static const char urn[] = "urn:imei:";

/* ---- who is it? ------------------------------------------------------------------------------ */

/* Index of the device that an endpoint, or an identity, names. */
static size_t device_of(const struct fwd_campaign *c, const char *name)
{
    size_t skip = strncmp(name, urn, sizeof urn - 1) == 0 ? sizeof urn - 1 : 0;

    return fwd_campaign_find(c, name + skip);
}

static size_t owner_of(const struct fwd_campaign *c, const char *identity)
{
    size_t index = device_of(c, identity);

    if (index < c->device_count && c->devices[index].identity == NULL)
        return index;
    for (size_t i = 0; i < c->device_count; i++) {
        if (c->devices[i].identity != NULL && strcmp(c->devices[i].identity, identity) == 0)
            return i;
    }
    return c->device_count;
}

const uint8_t *fwd_campaign_flow_key(void *ctx, const char *identity, size_t *size)
{
    const struct fwd_campaign_flow *f = ctx;
    const struct fwd_campaign *c = f->config.campaign;
    size_t index = owner_of(c, identity);

    if (index == c->device_count || c->devices[index].key_size == 0)
        return NULL;
    *size = c->devices[index].key_size;
    return c->devices[index].key;
}

void fwd_campaign_flow_clean(char *text)
{
    for (; *text != '\0'; text++)
        *text = *text >= ' ' && *text <= '~' ? *text : '?';
}

static void refuse(
    struct fwd_campaign_flow *f, const char *who, const char *address, const char *why)
{
    char name[201], line[512];

    (void)snprintf(name, sizeof name, "%s", who);
    fwd_campaign_flow_clean(name);
    if (!fwd_campaign_state_stranger(
            f->config.state, name, address, why, f->config.now(f->config.ctx)))
        return;
    (void)snprintf(line, sizeof line, "refused: %s at %s: %s", name, address, why);
    f->config.say(f->config.ctx, line);
}

void fwd_campaign_flow_stranger(
    void *ctx, const char *identity, const char *address, bool wrong_key)
{
    refuse(ctx, identity, address, wrong_key ? "wrong key" : "unknown identity");
}

/* NULL: it may be this device. */
static const char *objection(
    const struct fwd_campaign *c, size_t index, const char *endpoint, const char *identity)
{
    if (endpoint == NULL)
        return "no endpoint name";
    if (index == c->device_count)
        return "unknown endpoint";
    if (identity != NULL && owner_of(c, identity) != index)
        return "another device's endpoint";
    if (identity == NULL && c->devices[index].key_size > 0)
        return "without its key";
    return NULL;
}

static const char *query(const struct fwd_coap_message *message, const char *name)
{
    size_t size = strlen(name);

    for (size_t i = 0; i < message->query_count; i++) {
        if (strncmp(message->queries[i], name, size) == 0 && message->queries[i][size] == '=')
            return message->queries[i] + size + 1;
    }
    return NULL;
}

/* The device that asks, or device_count: refused, and *code says how. */
static size_t asking(struct fwd_campaign_flow *f, const struct fwd_coap_message *message,
    const char *identity, uint8_t *code)
{
    const struct fwd_campaign *c = f->config.campaign;
    const char *endpoint = query(message, "ep");
    size_t index = endpoint != NULL ? device_of(c, endpoint) : c->device_count;
    const char *why = objection(c, index, endpoint, identity);
    char address[FWD_COAP_ADDRESS_TEXT];

    if (why == NULL)
        return index;
    fwd_coap_server_address(message->link, address);
    refuse(f, endpoint != NULL ? endpoint : identity != NULL ? identity : "?", address, why);
    *code = endpoint == NULL ? FWD_COAP_BAD_REQUEST : FWD_COAP_FORBIDDEN;
    return c->device_count;
}

/* ---- registrations --------------------------------------------------------------------------- */

static void recall_row(void *ctx, const char *a, const char *b, const char *c, int64_t n)
{
    struct fwd_campaign_flow *f = ctx;
    size_t index = fwd_campaign_find(f->config.campaign, a);

    (void)n;
    if (index == f->config.campaign->device_count || c[0] == '\0')
        return;
    (void)snprintf(f->contacts[index].address, sizeof f->contacts[index].address, "%s", b);
    (void)snprintf(f->contacts[index].location, sizeof f->contacts[index].location, "%s", c);
    f->registered++;
}

void fwd_campaign_flow_recall(struct fwd_campaign_flow *f)
{
    fwd_campaign_state_rows(f->config.state, "contact", recall_row, f);
}

void fwd_campaign_flow_attach(
    struct fwd_campaign_flow *f, size_t index, struct fwd_coap_link *link, bool secure)
{
    struct fwd_campaign_contact *c = &f->contacts[index];
    struct fwd_coap_link *before = c->link;

    c->link = secure || fwd_campaign_flow_takes_part(f, index) ? link : NULL;
    if (c->link != before)
        c->observed = false;
    if (c->link != NULL) {
        fwd_coap_server_hold(c->link, index);
        f->links++;
    }
    if (before != NULL) {
        fwd_coap_server_release(before);
        f->links--;
    }
}

void fwd_campaign_flow_closed(void *ctx, struct fwd_coap_link *link, size_t index)
{
    struct fwd_campaign_flow *f = ctx;

    if (f->contacts[index].boot == link)
        fwd_campaign_flow_bootstrap_end(f, index);
    if (f->contacts[index].link == link) /* it is still registered, and will say from where */
        fwd_campaign_flow_attach(f, index, NULL, false);
}

void fwd_campaign_flow_drop(struct fwd_campaign_flow *f, size_t index)
{
    struct fwd_campaign_contact *c = &f->contacts[index];

    if (c->location[0] == '\0')
        return;
    fwd_campaign_flow_attach(f, index, NULL, false);
    f->registered--;
    *c = (struct fwd_campaign_contact){.generation = c->generation,
        .boot = c->boot,
        .boot_step = c->boot_step,
        .account = FWD_CAMPAIGN_NO_ACCOUNT,
        .numbers = {[FWD_CAMPAIGN_BOOTSTRAP] = c->numbers[FWD_CAMPAIGN_BOOTSTRAP]}};
}

/* In the file before the device hears that it is registered: it does not say so again for a day.
 * False: it could not be written, which the server's loop finds, too. Behind DTLS nobody is reached
 * but on the session that the device has made. */
static bool keep_contact(
    struct fwd_campaign_flow *f, size_t index, const struct fwd_coap_link *link, bool secure)
{
    struct fwd_campaign_contact *c = &f->contacts[index];
    char address[FWD_COAP_ADDRESS_TEXT] = "";
    struct fwd_error err;

    if (!secure && link != NULL)
        fwd_coap_server_address(link, address);
    if (link != NULL && strcmp(address, c->address) == 0 && !secure)
        return true;
    (void)snprintf(c->address, sizeof c->address, "%s", address);
    fwd_campaign_state_contact(f->config.state, index, address, c->location);
    return fwd_campaign_state_commit(f->config.state, &err) == FWD_FAIL_NONE;
}

/* A day, unless it says so. */
static void note_lifetime(
    struct fwd_campaign_flow *f, size_t index, const struct fwd_coap_message *message)
{
    struct fwd_campaign_contact *c = &f->contacts[index];
    const char *text = query(message, "lt");
    unsigned long seconds = text != NULL ? strtoul(text, NULL, 10) : 0;

    if (seconds > 0 && seconds <= UINT32_MAX)
        c->lifetime = (uint32_t)seconds;
    c->expires = f->config.now(f->config.ctx) +
                 (c->lifetime != 0 ? c->lifetime : FWD_CAMPAIGN_LIFETIME) + LATE_S;
}

/* Its instances of object 1, among the links that it sends. */
static void note_accounts(struct fwd_campaign_contact *c, const struct fwd_coap_message *message)
{
    static const char link[] = "</1/";

    for (size_t i = 0; i + sizeof link < message->size; i++) {
        if (c->account_count == FWD_CAMPAIGN_ACCOUNTS ||
            memcmp(message->payload + i, link, sizeof link - 1) != 0)
            continue;
        uint32_t number = 0;
        for (i += sizeof link - 1; i < message->size && number < FWD_CAMPAIGN_NO_ACCOUNT &&
                                   message->payload[i] >= '0' && message->payload[i] <= '9';
             i++)
            number = 10 * number + (uint32_t)(message->payload[i] - '0');
        if (number < FWD_CAMPAIGN_NO_ACCOUNT)
            c->accounts[c->account_count++] = (uint16_t)number;
    }
    c->account = c->account_count == 1 ? c->accounts[0] : FWD_CAMPAIGN_NO_ACCOUNT;
}

static void note_visit(struct fwd_campaign_flow *f, size_t index)
{
    struct fwd_campaign_unit *u = fwd_campaign_state_unit(f->config.state, index);

    u->seen = f->config.now(f->config.ctx);
    fwd_campaign_state_save(f->config.state, index, u->seen);
}

static uint8_t register_device(struct fwd_campaign_flow *f, const struct fwd_coap_message *message,
    size_t index, bool secure, struct fwd_coap_reply *reply)
{
    struct fwd_campaign_contact *c = &f->contacts[index];
    uint64_t random = 0;

    fwd_campaign_flow_drop(f, index);
    if (getrandom(&random, sizeof random, 0) != (ssize_t)sizeof random)
        return FWD_COAP_INTERNAL;
    f->registered++;
    (void)snprintf(
        c->location, sizeof c->location, "%zu-%016llx", index, (unsigned long long)random);
    (void)snprintf(reply->location, sizeof reply->location, "/rd/%s", c->location);
    fwd_campaign_flow_attach(f, index, message->link, secure);
    if (!keep_contact(f, index, message->link, secure))
        return FWD_COAP_UNAVAILABLE;
    note_accounts(c, message);
    note_lifetime(f, index, message);
    note_visit(f, index);
    fwd_campaign_flow_contact(f, index);
    return FWD_COAP_CREATED;
}

static uint8_t take_registration(struct fwd_campaign_flow *f,
    const struct fwd_coap_message *message, const char *identity, struct fwd_coap_reply *reply)
{
    uint8_t code = FWD_COAP_INTERNAL;
    size_t index = asking(f, message, identity, &code);

    return index < f->config.campaign->device_count
               ? register_device(f, message, index, identity != NULL, reply)
               : code;
}

static uint8_t take_bootstrap(
    struct fwd_campaign_flow *f, const struct fwd_coap_message *message, const char *identity)
{
    uint8_t code = FWD_COAP_CHANGED;
    size_t index = asking(f, message, identity, &code);

    if (index < f->config.campaign->device_count)
        fwd_campaign_flow_bootstrap(f, index, message->link);
    return code;
}

/* The device whose registration is at a path; device_count: none. */
static size_t registration(const struct fwd_campaign_flow *f, const char *path)
{
    size_t count = f->config.campaign->device_count;
    char *end;

    if (strncmp(path, "/rd/", 4) != 0)
        return count;
    unsigned long index = strtoul(path + 4, &end, 10);
    bool known = index < count && strcmp(f->contacts[index].location, path + 4) == 0;
    return known ? (size_t)index : count;
}

/* An update may come from another address: what is behind a NAT gets a new one. */
static uint8_t update(
    struct fwd_campaign_flow *f, size_t index, const struct fwd_coap_message *message, bool secure)
{
    fwd_campaign_flow_attach(f, index, message->link, secure);
    if (!keep_contact(f, index, message->link, secure))
        return FWD_COAP_UNAVAILABLE;
    note_lifetime(f, index, message);
    note_visit(f, index);
    fwd_campaign_flow_contact(f, index);
    return FWD_COAP_CHANGED;
}

void fwd_campaign_flow_expire(struct fwd_campaign_flow *f, size_t index, int64_t now)
{
    if (f->contacts[index].expires == 0 || now <= f->contacts[index].expires)
        return;
    fwd_campaign_flow_drop(f, index);
    (void)keep_contact(f, index, NULL, true);
}

static uint8_t serve_registration(
    struct fwd_campaign_flow *f, const struct fwd_coap_message *message, const char *identity)
{
    const struct fwd_campaign *campaign = f->config.campaign;
    size_t index = registration(f, message->path);

    if (index == campaign->device_count)
        return FWD_COAP_NOT_FOUND; /* of an earlier life: the device registers anew */
    if (identity != NULL && owner_of(campaign, identity) != index)
        return FWD_COAP_FORBIDDEN;
    if (message->code == FWD_COAP_POST || message->code == FWD_COAP_PUT)
        return update(f, index, message, identity != NULL);
    if (message->code != FWD_COAP_DELETE)
        return FWD_COAP_NOT_ALLOWED;
    fwd_campaign_flow_drop(f, index);
    (void)keep_contact(f, index, NULL, true);
    return FWD_COAP_DELETED;
}

void fwd_campaign_flow_serve(void *ctx, const struct fwd_coap_message *message,
    const char *identity, struct fwd_coap_reply *reply)
{
    struct fwd_campaign_flow *f = ctx;

    if (strcmp(message->path, "/bs") == 0 && f->server[0] != '\0')
        reply->code = message->code == FWD_COAP_POST ? take_bootstrap(f, message, identity)
                                                     : FWD_COAP_NOT_ALLOWED;
    else if (strcmp(message->path, "/rd") == 0 || strcmp(message->path, "/rd/") == 0)
        reply->code = message->code == FWD_COAP_POST
                          ? take_registration(f, message, identity, reply)
                          : FWD_COAP_NOT_ALLOWED;
    else
        reply->code = serve_registration(f, message, identity);
}
