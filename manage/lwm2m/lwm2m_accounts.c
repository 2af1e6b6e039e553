#include "manage/lwm2m/lwm2m_accounts.h"

#include <string.h>

/* ---- finding --------------------------------------------------------------------------------- */

struct fwd_lwm2m_server *fwd_lwm2m_accounts_server(
    struct fwd_lwm2m_accounts *accounts, uint16_t short_id)
{
    for (size_t i = 0; i < FWD_LWM2M_ACCOUNTS; i++) {
        struct fwd_lwm2m_server *s = &accounts->servers[i];
        if (s->used && s->short_id == short_id)
            return s;
    }
    return NULL;
}

/* Both objects keep their instances in the same way, in an array of their own. */
enum kind { SECURITY, SERVER };

static bool occupied(
    const struct fwd_lwm2m_accounts *a, enum kind kind, size_t place, uint16_t *instance)
{
    *instance = kind == SECURITY ? a->security[place].instance : a->servers[place].instance;
    return kind == SECURITY ? a->security[place].used : a->servers[place].used;
}

/* FWD_LWM2M_ACCOUNTS: there is none. */
static size_t place_of(const struct fwd_lwm2m_accounts *a, enum kind kind, uint16_t instance)
{
    uint16_t own;
    size_t place = 0;

    while (place < FWD_LWM2M_ACCOUNTS && !(occupied(a, kind, place, &own) && own == instance))
        place++;
    return place;
}

static size_t free_place(const struct fwd_lwm2m_accounts *a, enum kind kind)
{
    uint16_t own;
    size_t place = 0;

    while (place < FWD_LWM2M_ACCOUNTS && occupied(a, kind, place, &own))
        place++;
    return place;
}

/* In ascending order. */
static size_t list_instances(
    const struct fwd_lwm2m_accounts *a, enum kind kind, uint16_t ids[FWD_LWM2M_INSTANCES_MAX])
{
    size_t count = 0;
    uint16_t own;

    for (size_t place = 0; place < FWD_LWM2M_ACCOUNTS; place++) {
        if (!occupied(a, kind, place, &own))
            continue;
        size_t at = count++;
        for (; at > 0 && ids[at - 1] > own; at--)
            ids[at] = ids[at - 1];
        ids[at] = own;
    }
    return count;
}

static struct fwd_lwm2m_security *security_at(struct fwd_lwm2m_accounts *a, uint16_t instance)
{
    size_t place = place_of(a, SECURITY, instance);

    return place < FWD_LWM2M_ACCOUNTS ? &a->security[place] : NULL;
}

static struct fwd_lwm2m_server *server_at(struct fwd_lwm2m_accounts *a, uint16_t instance)
{
    size_t place = place_of(a, SERVER, instance);

    return place < FWD_LWM2M_ACCOUNTS ? &a->servers[place] : NULL;
}

/* ---- object 0: what only a bootstrap server may know and change ------------------------------ */

enum {
    SECURITY_URI = 0,
    SECURITY_BOOTSTRAP = 1,
    SECURITY_MODE = 2,
    SECURITY_IDENTITY = 3,
    SECURITY_SERVER_KEY = 4,
    SECURITY_KEY = 5,
    SECURITY_SHORT_ID = 10,
    SECURITY_HOLD_OFF = 11,
    SECURITY_TIMEOUT = 12
};

static const struct fwd_lwm2m_resource security_resources[] = {
    {SECURITY_URI, FWD_LWM2M_STRING, 0},
    {SECURITY_BOOTSTRAP, FWD_LWM2M_BOOLEAN, 0},
    {SECURITY_MODE, FWD_LWM2M_INTEGER, 0},
    {SECURITY_IDENTITY, FWD_LWM2M_OPAQUE, 0},
    {SECURITY_SERVER_KEY, FWD_LWM2M_OPAQUE, 0},
    {SECURITY_KEY, FWD_LWM2M_OPAQUE, 0},
    {SECURITY_SHORT_ID, FWD_LWM2M_INTEGER, 0},
    {SECURITY_HOLD_OFF, FWD_LWM2M_INTEGER, 0},
    {SECURITY_TIMEOUT, FWD_LWM2M_INTEGER, 0},
};

static size_t security_instances(void *ctx, uint16_t ids[FWD_LWM2M_INSTANCES_MAX])
{
    return list_instances(ctx, SECURITY, ids);
}

/* Keys are never shown: it is what the host reads, too. */
static bool read_security(void *ctx, uint16_t instance, uint16_t resource, size_t index,
    uint16_t *which, struct fwd_lwm2m_value *value)
{
    const struct fwd_lwm2m_security *s = security_at(ctx, instance);

    (void)index, (void)which;
    switch (resource) {
    case SECURITY_URI:
        *value = fwd_lwm2m_value_string(s->uri);
        return true;
    case SECURITY_BOOTSTRAP:
        *value = fwd_lwm2m_value_boolean(s->bootstrap);
        return true;
    case SECURITY_MODE:
        *value = fwd_lwm2m_value_integer(s->mode);
        return true;
    case SECURITY_SHORT_ID:
        *value = fwd_lwm2m_value_integer(s->short_id);
        return !s->bootstrap;
    case SECURITY_HOLD_OFF:
        *value = fwd_lwm2m_value_integer(s->hold_off);
        return true;
    default:
        return false;
    }
}

static uint8_t set_bytes(
    const struct fwd_lwm2m_value *value, uint8_t *bytes, size_t room, size_t *size)
{
    if (value->size > room)
        return FWD_COAP_BAD_REQUEST;
    if (value->size > 0)
        memcpy(bytes, value->bytes, value->size);
    *size = value->size;
    return FWD_COAP_CHANGED;
}

static uint8_t set_number(
    const struct fwd_lwm2m_value *value, int64_t min, int64_t max, uint32_t *number)
{
    if (value->integer < min || value->integer > max)
        return FWD_COAP_BAD_REQUEST;
    *number = (uint32_t)value->integer;
    return FWD_COAP_CHANGED;
}

static uint8_t set_uri(struct fwd_lwm2m_security *s, const struct fwd_lwm2m_value *value)
{
    char uri[FWD_LWM2M_URI_MAX];
    bool secure;

    if (!fwd_lwm2m_value_text(value, uri, sizeof uri) || !fwd_coap_uri(uri, &secure))
        return FWD_COAP_BAD_REQUEST;
    memcpy(s->uri, uri, sizeof uri);
    return FWD_COAP_CHANGED;
}

static uint8_t set_mode(struct fwd_lwm2m_security *s, const struct fwd_lwm2m_value *value)
{
    if (value->integer != FWD_LWM2M_PSK && value->integer != FWD_LWM2M_NO_SECURITY)
        return FWD_COAP_BAD_REQUEST; /* no certificates here */
    s->mode = (uint8_t)value->integer;
    return FWD_COAP_CHANGED;
}

static uint8_t write_security(
    void *ctx, uint16_t instance, uint16_t resource, const struct fwd_lwm2m_value *value)
{
    struct fwd_lwm2m_security *s = security_at(ctx, instance);
    uint32_t number = s->short_id;
    uint8_t code;

    switch (resource) {
    case SECURITY_URI:
        return set_uri(s, value);
    case SECURITY_BOOTSTRAP:
        s->bootstrap = value->integer != 0;
        return FWD_COAP_CHANGED;
    case SECURITY_MODE:
        return set_mode(s, value);
    case SECURITY_IDENTITY:
        return set_bytes(value, s->identity, sizeof s->identity, &s->identity_size);
    case SECURITY_KEY:
        return set_bytes(value, s->key, sizeof s->key, &s->key_size);
    case SECURITY_SHORT_ID:
        code = set_number(value, 1, 65534, &number);
        s->short_id = (uint16_t)number;
        return code;
    case SECURITY_HOLD_OFF:
        return set_number(value, 0, INT32_MAX, &s->hold_off);
    default:
        return FWD_COAP_CHANGED; /* known, and of no use here */
    }
}

static uint8_t create_security(void *ctx, uint16_t instance)
{
    struct fwd_lwm2m_accounts *a = ctx;
    size_t place = free_place(a, SECURITY);

    if (place == FWD_LWM2M_ACCOUNTS)
        return FWD_COAP_BAD_REQUEST;
    a->security[place] = (struct fwd_lwm2m_security){.used = true,
        .instance = instance,
        .mode = FWD_LWM2M_NO_SECURITY,
        .short_id = FWD_LWM2M_ID_BOOTSTRAP};
    return FWD_COAP_CREATED;
}

static uint8_t remove_security(void *ctx, uint16_t instance)
{
    security_at(ctx, instance)->used = false;
    return FWD_COAP_DELETED;
}

/* ---- object 1 -------------------------------------------------------------------------------- */

enum {
    SERVER_SHORT_ID = 0,
    SERVER_LIFETIME = 1,
    SERVER_PMIN = 2,
    SERVER_PMAX = 3,
    SERVER_DISABLE = 4,
    SERVER_DISABLE_TIMEOUT = 5,
    SERVER_STORING = 6,
    SERVER_BINDING = 7,
    SERVER_UPDATE = 8,
    SERVER_BOOTSTRAP = 9
};

#define RW (FWD_LWM2M_READ | FWD_LWM2M_WRITE)

static const struct fwd_lwm2m_resource server_resources[] = {
    {SERVER_SHORT_ID, FWD_LWM2M_INTEGER, FWD_LWM2M_READ},
    {SERVER_LIFETIME, FWD_LWM2M_INTEGER, RW},
    {SERVER_PMIN, FWD_LWM2M_INTEGER, RW},
    {SERVER_PMAX, FWD_LWM2M_INTEGER, RW},
    {SERVER_DISABLE, FWD_LWM2M_NONE, FWD_LWM2M_EXECUTE},
    {SERVER_DISABLE_TIMEOUT, FWD_LWM2M_INTEGER, RW},
    {SERVER_STORING, FWD_LWM2M_BOOLEAN, RW},
    {SERVER_BINDING, FWD_LWM2M_STRING, RW},
    {SERVER_UPDATE, FWD_LWM2M_NONE, FWD_LWM2M_EXECUTE},
    {SERVER_BOOTSTRAP, FWD_LWM2M_NONE, FWD_LWM2M_EXECUTE},
};

static size_t server_instances(void *ctx, uint16_t ids[FWD_LWM2M_INSTANCES_MAX])
{
    return list_instances(ctx, SERVER, ids);
}

static bool read_server(void *ctx, uint16_t instance, uint16_t resource, size_t index,
    uint16_t *which, struct fwd_lwm2m_value *value)
{
    const struct fwd_lwm2m_server *s = server_at(ctx, instance);
    const int64_t numbers[] = {[SERVER_SHORT_ID] = s->short_id,
        [SERVER_LIFETIME] = s->lifetime,
        [SERVER_PMIN] = s->pmin,
        [SERVER_PMAX] = s->pmax,
        [SERVER_DISABLE_TIMEOUT] = s->disable_timeout};

    (void)index, (void)which;
    if (resource == SERVER_STORING)
        *value = fwd_lwm2m_value_boolean(s->storing);
    else if (resource == SERVER_BINDING)
        *value = fwd_lwm2m_value_string(s->binding);
    else if (resource < sizeof numbers / sizeof *numbers)
        *value = fwd_lwm2m_value_integer(numbers[resource]);
    else
        return false;
    return true;
}

static uint8_t write_binding(struct fwd_lwm2m_server *s, const struct fwd_lwm2m_value *value)
{
    char text[sizeof s->binding];

    if (!fwd_lwm2m_value_text(value, text, sizeof text) || text[0] == '\0' ||
        strspn(text, "UQSTN") != strlen(text))
        return FWD_COAP_BAD_REQUEST;
    memcpy(s->binding, text, sizeof text);
    return FWD_COAP_CHANGED;
}

static uint8_t write_period(
    struct fwd_lwm2m_server *s, const struct fwd_lwm2m_value *value, uint32_t *period)
{
    uint8_t code = set_number(value, 0, INT32_MAX, period);

    s->periods_set = s->periods_set || code == FWD_COAP_CHANGED;
    return code;
}

static uint8_t write_lifetime(struct fwd_lwm2m_server *s, const struct fwd_lwm2m_value *value)
{
    if (value->integer < 1 || value->integer > INT32_MAX)
        return FWD_COAP_BAD_REQUEST;
    s->lifetime = value->integer;
    return FWD_COAP_CHANGED;
}

static uint8_t set_server(
    struct fwd_lwm2m_server *s, uint16_t resource, const struct fwd_lwm2m_value *value)
{
    uint32_t number = s->short_id;
    uint8_t code;

    switch (resource) {
    case SERVER_SHORT_ID:
        code = set_number(value, 1, 65534, &number);
        s->short_id = (uint16_t)number;
        return code;
    case SERVER_LIFETIME:
        return write_lifetime(s, value);
    case SERVER_PMIN:
        return write_period(s, value, &s->pmin);
    case SERVER_PMAX:
        return write_period(s, value, &s->pmax);
    case SERVER_DISABLE_TIMEOUT:
        return set_number(value, 0, INT32_MAX, &s->disable_timeout);
    case SERVER_STORING:
        s->storing = value->integer != 0;
        return FWD_COAP_CHANGED;
    case SERVER_BINDING:
        return write_binding(s, value);
    default:
        return FWD_COAP_NOT_ALLOWED;
    }
}

static uint8_t write_server(
    void *ctx, uint16_t instance, uint16_t resource, const struct fwd_lwm2m_value *value)
{
    struct fwd_lwm2m_accounts *a = ctx;
    struct fwd_lwm2m_server *s = server_at(a, instance);
    uint8_t code = set_server(s, resource, value);

    if (code == FWD_COAP_CHANGED && a->changed != NULL)
        a->changed(a->ctx, s->short_id);
    return code;
}

static uint8_t execute_server(void *ctx, uint16_t instance, uint16_t resource)
{
    struct fwd_lwm2m_accounts *a = ctx;
    uint16_t short_id = server_at(a, instance)->short_id;

    if (resource == SERVER_UPDATE && a->update != NULL)
        return a->update(a->ctx, short_id);
    if (resource == SERVER_DISABLE && a->disable != NULL)
        return a->disable(a->ctx, short_id);
    if (resource == SERVER_BOOTSTRAP && a->bootstrap != NULL)
        return a->bootstrap(a->ctx);
    return FWD_COAP_NOT_ALLOWED;
}

static uint8_t create_server(void *ctx, uint16_t instance)
{
    struct fwd_lwm2m_accounts *a = ctx;
    size_t place = free_place(a, SERVER);

    if (place == FWD_LWM2M_ACCOUNTS)
        return FWD_COAP_BAD_REQUEST;
    a->servers[place] = (struct fwd_lwm2m_server){.used = true,
        .instance = instance,
        .lifetime = FWD_LWM2M_LIFETIME,
        .disable_timeout = FWD_LWM2M_LIFETIME,
        .binding = "U"};
    return FWD_COAP_CREATED;
}

static uint8_t remove_server(void *ctx, uint16_t instance)
{
    server_at(ctx, instance)->used = false;
    return FWD_COAP_DELETED;
}

/* ---- both ------------------------------------------------------------------------------------ */

void fwd_lwm2m_accounts_init(struct fwd_lwm2m_accounts *accounts)
{
    memset(accounts, 0, sizeof *accounts);
    accounts->object0 = (struct fwd_lwm2m_object){.id = 0,
        .resources = security_resources,
        .resource_count = sizeof security_resources / sizeof *security_resources,
        .instances = security_instances,
        .read = read_security,
        .write = write_security,
        .create = create_security,
        .remove = remove_security,
        .ctx = accounts};
    accounts->object1 = (struct fwd_lwm2m_object){.id = 1,
        .resources = server_resources,
        .resource_count = sizeof server_resources / sizeof *server_resources,
        .instances = server_instances,
        .read = read_server,
        .write = write_server,
        .execute = execute_server,
        .create = create_server,
        .remove = remove_server,
        .ctx = accounts};
}

bool fwd_lwm2m_accounts_add_bootstrap(
    struct fwd_lwm2m_accounts *accounts, const struct fwd_lwm2m_security *security)
{
    size_t place = free_place(accounts, SECURITY);
    uint16_t instance = 0;

    if (place == FWD_LWM2M_ACCOUNTS)
        return false;
    while (security_at(accounts, instance) != NULL)
        instance++;
    accounts->security[place] = *security;
    accounts->security[place].used = true;
    accounts->security[place].instance = instance;
    return true;
}

bool fwd_lwm2m_accounts_add(struct fwd_lwm2m_accounts *accounts,
    const struct fwd_lwm2m_security *security, const struct fwd_lwm2m_server *server)
{
    size_t place = free_place(accounts, SERVER);

    if (place == FWD_LWM2M_ACCOUNTS || !fwd_lwm2m_accounts_add_bootstrap(accounts, security))
        return false;
    accounts->servers[place] = *server;
    accounts->servers[place].used = true;
    return true;
}
