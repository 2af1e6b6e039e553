/* A device that has no server yet asks for one (LwM2M 1.0, 5.2.7.3): what it knows is taken away,
 * it is told this server, and that this was all. One request at a time, each after the answer to
 * the one before. */
#include "manage/campaign/flow/campaign_flow_internal.h"
#include "manage/lwm2m/format/lwm2m_format.h"

#include <stdio.h>
#include <string.h>

#define INSTANCE 10u /* as the modules' documents have it for the server of updates */

enum { SECURITY = 0, SERVER = 1 };
enum { WITH_KEY = 0, WITHOUT_SECURITY = 3 };

static bool put(struct fwd_lwm2m_list *list, uint16_t object, uint16_t resource,
    const struct fwd_lwm2m_value *value)
{
    struct fwd_lwm2m_path path = fwd_lwm2m_path_of(object, INSTANCE, resource);

    return fwd_lwm2m_list_add(list, &path, value);
}

static bool put_text(
    struct fwd_lwm2m_list *list, uint16_t object, uint16_t resource, const char *text)
{
    struct fwd_lwm2m_value value = fwd_lwm2m_value_string(text);

    return put(list, object, resource, &value);
}

static bool put_number(
    struct fwd_lwm2m_list *list, uint16_t object, uint16_t resource, int64_t number)
{
    struct fwd_lwm2m_value value = fwd_lwm2m_value_integer(number);

    return put(list, object, resource, &value);
}

static bool put_truth(struct fwd_lwm2m_list *list, uint16_t object, uint16_t resource, bool truth)
{
    struct fwd_lwm2m_value value = fwd_lwm2m_value_boolean(truth);

    return put(list, object, resource, &value);
}

static bool put_opaque(
    struct fwd_lwm2m_list *list, uint16_t resource, const void *bytes, size_t size)
{
    struct fwd_lwm2m_value value = {.type = FWD_LWM2M_OPAQUE, .bytes = bytes, .size = size};

    return put(list, SECURITY, resource, &value);
}

/* /0: where the server is, and with which key. */
static bool put_security(struct fwd_campaign_flow *f, size_t index)
{
    const struct fwd_campaign_device *d = &f->config.campaign->devices[index];
    char endpoint[48];
    bool key = strncmp(f->server, "coaps://", 8) == 0;
    const char *identity = d->identity != NULL ? d->identity : endpoint;

    (void)snprintf(endpoint, sizeof endpoint, "urn:imei:%s", d->imei);
    return put_text(f->list, SECURITY, 0, f->server) && put_truth(f->list, SECURITY, 1, false) &&
           put_number(f->list, SECURITY, 2, key ? WITH_KEY : WITHOUT_SECURITY) &&
           put_opaque(f->list, 3, identity, key ? strlen(identity) : 0) &&
           put_opaque(f->list, 4, "", 0) && put_opaque(f->list, 5, d->key, key ? d->key_size : 0) &&
           put_number(f->list, SECURITY, 10, FWD_CAMPAIGN_SHORT_ID);
}

/* /1: how it is registered there. */
static bool put_server(struct fwd_campaign_flow *f)
{
    uint32_t lifetime = f->config.campaign->lifetime_s;

    return put_number(f->list, SERVER, 0, FWD_CAMPAIGN_SHORT_ID) &&
           put_number(f->list, SERVER, 1, lifetime != 0 ? lifetime : FWD_CAMPAIGN_LIFETIME) &&
           put_truth(f->list, SERVER, 6, false) && put_text(f->list, SERVER, 7, "U");
}

/* False: it does not fit. */
static bool encode(struct fwd_campaign_flow *f, size_t index, uint16_t object, uint8_t *bytes,
    size_t room, size_t *size)
{
    const struct fwd_lwm2m_format *tlv = fwd_lwm2m_format_find(FWD_LWM2M_FORMAT_TLV);
    struct fwd_lwm2m_path base = {.ids = {object, INSTANCE}, .level = FWD_LWM2M_INSTANCE};

    f->list->count = f->list->used = 0;
    return (object == SECURITY ? put_security(f, index) : put_server(f)) &&
           tlv->encode(&base, f->list, bytes, room, size);
}

void fwd_campaign_flow_bootstrap_end(struct fwd_campaign_flow *f, size_t index)
{
    struct fwd_campaign_contact *c = &f->contacts[index];

    if (c->boot != NULL)
        fwd_coap_server_release(c->boot);
    c->boot = NULL;
    c->numbers[FWD_CAMPAIGN_BOOTSTRAP] = 0;
}

static void ask(struct fwd_campaign_flow *f, size_t index)
{
    static const struct {
        uint8_t code;
        uint8_t object; /* that is written */
        const char *path;
    } requests[] = {
        {FWD_COAP_DELETE, 0, "/0"},
        {FWD_COAP_DELETE, 0, "/1"},
        {FWD_COAP_PUT, SECURITY, "/0/10"},
        {FWD_COAP_PUT, SERVER, "/1/10"},
        {FWD_COAP_POST, 0, "/bs"},
    };
    struct fwd_campaign_contact *c = &f->contacts[index];
    uint8_t bytes[512];
    size_t size = 0;

    if (c->boot_step == sizeof requests / sizeof *requests) {
        fwd_campaign_flow_bootstrap_end(f, index);
        return;
    }
    bool written = requests[c->boot_step].code == FWD_COAP_PUT;
    if ((written && !encode(f, index, requests[c->boot_step].object, bytes, sizeof bytes, &size)) ||
        !fwd_coap_server_request(f->coap, c->boot,
            fwd_campaign_flow_number(f, index, FWD_CAMPAIGN_BOOTSTRAP), requests[c->boot_step].code,
            requests[c->boot_step].path, -1, written ? FWD_LWM2M_FORMAT_TLV : -1, bytes, size))
        fwd_campaign_flow_bootstrap_end(f, index); /* the device asks again */
}

void fwd_campaign_flow_bootstrap(
    struct fwd_campaign_flow *f, size_t index, struct fwd_coap_link *link)
{
    fwd_campaign_flow_bootstrap_end(f, index);
    f->contacts[index].boot = link;
    f->contacts[index].boot_step = 0;
    fwd_coap_server_hold(link, index);
    ask(f, index);
}

void fwd_campaign_flow_bootstrapped(struct fwd_campaign_flow *f, size_t index, uint8_t code)
{
    if (f->contacts[index].boot == NULL)
        return;
    if (code != FWD_COAP_CHANGED && code != FWD_COAP_DELETED) {
        fwd_campaign_flow_bootstrap_end(f, index);
        return;
    }
    f->contacts[index].boot_step++;
    ask(f, index);
}
