/* Objects 3 (Device) and 5 (Firmware Update), and the account of the client's server. */
#include "module/ufota/sequans.h"
#include "module/ufota/ufota_internal.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define SERVER_ID  721u /* of u-blox's own server */
#define VERIZON    3u
#define VERIZON_ID 102u

#define R  FWD_LWM2M_READ
#define W  FWD_LWM2M_WRITE
#define E  FWD_LWM2M_EXECUTE
#define BY FWD_LWM2M_BY_NAME
#define S  FWD_LWM2M_STREAM
#define M  FWD_LWM2M_MULTIPLE

static size_t single(void *ctx, uint16_t ids[FWD_LWM2M_INSTANCES_MAX])
{
    (void)ctx;
    ids[0] = 0;
    return 1;
}

/* ---- object 3 -------------------------------------------------------------------------------- */

enum {
    DEVICE_MANUFACTURER = 0,
    DEVICE_MODEL = 1,
    DEVICE_SERIAL = 2,
    DEVICE_FIRMWARE = 3,
    DEVICE_REBOOT = 4,
    DEVICE_ERROR = 11,
    DEVICE_TIME = 13,
    DEVICE_BINDING = 16,
    DEVICE_TYPE = 17
};

static const struct fwd_lwm2m_resource device_resources[] = {
    {DEVICE_MANUFACTURER, FWD_LWM2M_STRING, R},
    {DEVICE_MODEL, FWD_LWM2M_STRING, R},
    {DEVICE_SERIAL, FWD_LWM2M_STRING, R},
    {DEVICE_FIRMWARE, FWD_LWM2M_STRING, R},
    {DEVICE_REBOOT, FWD_LWM2M_NONE, E},
    {DEVICE_ERROR, FWD_LWM2M_INTEGER, R | M},
    {DEVICE_TIME, FWD_LWM2M_INTEGER, R},
    {DEVICE_BINDING, FWD_LWM2M_STRING, R},
    {DEVICE_TYPE, FWD_LWM2M_STRING, R},
};

static bool read_device(void *ctx, uint16_t instance, uint16_t resource, size_t index,
    uint16_t *which, struct fwd_lwm2m_value *value)
{
    static char version[FWD_VERSION_MAX + 1]; /* valid until the next call */
    struct fwd_modem *m = ctx;
    const char *texts[] = {[DEVICE_MANUFACTURER] = fwd_sequans_is(m) ? "Renesas" : "u-blox",
        [DEVICE_MODEL] = m->traits->model,
        [DEVICE_SERIAL] = m->store.imei,
        [DEVICE_FIRMWARE] = version,
        [DEVICE_BINDING] = "U",
        [DEVICE_TYPE] = "modem"};

    (void)instance;
    fwd_modem_version(m, version);
    if (resource == DEVICE_ERROR || resource == DEVICE_TIME) {
        *which = 0;
        *value = fwd_lwm2m_value_integer(resource == DEVICE_TIME ? (int64_t)time(NULL) : 0);
        return index == 0;
    }
    if (resource >= sizeof texts / sizeof *texts || texts[resource] == NULL)
        return false;
    *value = fwd_lwm2m_value_string(texts[resource]);
    return true;
}

static uint8_t execute_device(void *ctx, uint16_t instance, uint16_t resource)
{
    struct fwd_modem *m = ctx;

    (void)instance, (void)resource;
    fwd_modem_after(m, FWD_TIMER_EXECUTE, fwd_modem_peer(m, 1000));
    return FWD_COAP_CHANGED;
}

/* ---- object 5 -------------------------------------------------------------------------------- */

/* later: flag of those that came with LwM2M 1.1. A server of 1.0 does not ask for them. */
#define FIRMWARE_RESOURCES(later)                                                                  \
    {FWD_UFOTA_PACKAGE, FWD_LWM2M_OPAQUE, W | S}, {FWD_UFOTA_URI, FWD_LWM2M_STRING, R | W},        \
        {FWD_UFOTA_UPDATE, FWD_LWM2M_NONE, E}, {FWD_UFOTA_STATE, FWD_LWM2M_INTEGER, R},            \
        {FWD_UFOTA_RESULT, FWD_LWM2M_INTEGER, R}, {FWD_UFOTA_NAME, FWD_LWM2M_STRING, R},           \
        {FWD_UFOTA_VERSION, FWD_LWM2M_STRING, R}, {FWD_UFOTA_PROTOCOLS, FWD_LWM2M_INTEGER, R | M}, \
        {FWD_UFOTA_METHOD, FWD_LWM2M_INTEGER, R}, {FWD_UFOTA_CANCEL, FWD_LWM2M_NONE, E | (later)}, \
        {FWD_UFOTA_SEVERITY, FWD_LWM2M_INTEGER, R | W | (later)},                                  \
        {FWD_UFOTA_CHANGED_AT, FWD_LWM2M_INTEGER, R | (later)},                                    \
    {                                                                                              \
        FWD_UFOTA_DEFER, FWD_LWM2M_INTEGER, R | W | (later)                                        \
    }

static const struct fwd_lwm2m_resource firmware_resources[] = {FIRMWARE_RESOURCES(BY)};
static const struct fwd_lwm2m_resource firmware_resources_11[] = {FIRMWARE_RESOURCES(0)};

/* What the package that is there says of itself. */
static bool read_package(struct fwd_modem *m, bool version, struct fwd_lwm2m_value *value)
{
    static uint8_t bytes[FWD_SIGNED_MAX]; /* the value points into it */
    struct fwd_manifest manifest;

    if (m->store.package != FWD_METHOD_SERVER || !fwd_modem_peek_package(m, bytes, &manifest) ||
        manifest.component_count == 0)
        return false;
    struct fwd_text text =
        version ? manifest.components[0].target.version : manifest.components[0].name;
    *value = (struct fwd_lwm2m_value){
        .type = FWD_LWM2M_STRING, .bytes = (const uint8_t *)text.bytes, .size = text.size};
    return true;
}

static bool read_firmware(void *ctx, uint16_t instance, uint16_t resource, size_t index,
    uint16_t *which, struct fwd_lwm2m_value *value)
{
    struct fwd_modem *m = ctx;
    const struct fwd_store_ufota *u = &m->store.ufota;
    const int64_t numbers[] = {[FWD_UFOTA_STATE] = (int64_t)u->state,
        [FWD_UFOTA_RESULT] = (int64_t)u->result,
        [FWD_UFOTA_METHOD] = 2, /* pull and push */
        [FWD_UFOTA_SEVERITY] = u->severity,
        [FWD_UFOTA_CHANGED_AT] = u->changed_at,
        [FWD_UFOTA_DEFER] = u->defer};

    (void)instance;
    *which = (uint16_t)index;
    switch (resource) {
    case FWD_UFOTA_URI:
        *value = fwd_lwm2m_value_string(u->uri);
        return true;
    case FWD_UFOTA_NAME:
    case FWD_UFOTA_VERSION:
        return read_package(m, resource == FWD_UFOTA_VERSION, value);
    case FWD_UFOTA_PROTOCOLS: /* 2: HTTP, 3: HTTPS */
        *value = fwd_lwm2m_value_integer(2 + (int64_t)index);
        return index < (m->profile->ufota.https ? 2 : 1);
    case FWD_UFOTA_PACKAGE:
    case FWD_UFOTA_UPDATE:
    case FWD_UFOTA_CANCEL:
        return false;
    default:
        *value = fwd_lwm2m_value_integer(numbers[resource]);
        return true;
    }
}

static uint8_t write_firmware(
    void *ctx, uint16_t instance, uint16_t resource, const struct fwd_lwm2m_value *value)
{
    struct fwd_modem *m = ctx;
    char uri[FWD_STORE_NAME_MAX];

    (void)instance;
    if (resource == FWD_UFOTA_URI)
        return fwd_lwm2m_value_text(value, uri, sizeof uri) ? fwd_ufota_write_uri(m, uri)
                                                            : FWD_COAP_BAD_REQUEST;
    bool severity = resource == FWD_UFOTA_SEVERITY;
    if (value->integer < 0 || value->integer > (severity ? 2 : INT32_MAX))
        return FWD_COAP_BAD_REQUEST;
    *(severity ? &m->store.ufota.severity : &m->store.ufota.defer) = (uint32_t)value->integer;
    fwd_modem_save(m);
    return FWD_COAP_CHANGED;
}

static uint8_t push_firmware(void *ctx, uint16_t instance, uint16_t resource, uint64_t offset,
    const uint8_t *bytes, size_t size, bool last)
{
    (void)instance, (void)resource;
    return fwd_ufota_push(ctx, offset, bytes, size, last);
}

static uint8_t execute_firmware(void *ctx, uint16_t instance, uint16_t resource)
{
    (void)instance;
    return resource == FWD_UFOTA_UPDATE ? fwd_ufota_execute(ctx) : fwd_ufota_server_cancels(ctx);
}

/* ---- both, and the account ------------------------------------------------------------------- */

void fwd_ufota_init(struct fwd_modem *m)
{
    bool newer = m->config.lwm2m_11;

    m->ufota.told = -1;
    m->ufota.device = (struct fwd_lwm2m_object){.id = 3,
        .resources = device_resources,
        .resource_count = sizeof device_resources / sizeof *device_resources,
        .instances = single,
        .read = read_device,
        .execute = execute_device,
        .ctx = m};
    m->ufota.firmware = (struct fwd_lwm2m_object){.id = FWD_UFOTA_OBJECT,
        .version = newer ? "1.1" : NULL,
        .resources = newer ? firmware_resources_11 : firmware_resources,
        .resource_count = sizeof firmware_resources / sizeof *firmware_resources,
        .instances = single,
        .read = read_firmware,
        .write = write_firmware,
        .write_piece = push_firmware,
        .execute = execute_firmware,
        .ctx = m};
    fwd_ufota_accounts(m, NULL, NULL);
}

bool fwd_ufota_has_client(const struct fwd_modem *m)
{
    for (const struct fwd_operator *o = m->profile->operators; o->text != NULL; o++) {
        if (o->number == m->store.mno)
            return !o->no_client;
    }
    return true;
}

uint16_t fwd_ufota_server_id(const struct fwd_modem *m)
{
    if (fwd_sequans_is(m) && fwd_sequans_server((struct fwd_modem *)(uintptr_t)m) != 0)
        return fwd_sequans_server((struct fwd_modem *)(uintptr_t)m);
    return m->store.mno == VERIZON ? VERIZON_ID : SERVER_ID;
}

void fwd_ufota_accounts(struct fwd_modem *m, const struct fwd_lwm2m_security *server,
    const struct fwd_lwm2m_security *bootstrap)
{
    struct fwd_lwm2m_accounts *a = &m->ufota.accounts;
    struct fwd_lwm2m_security where = {.mode = FWD_LWM2M_NO_SECURITY};
    struct fwd_lwm2m_server own = {.used = true,
        .instance = m->profile->ufota.server_instance,
        .short_id = fwd_ufota_server_id(m),
        .lifetime = m->store.lifetime != 0 ? m->store.lifetime : (int64_t)FWD_LWM2M_LIFETIME,
        .pmin = 10,
        .pmax = 60,
        .disable_timeout = FWD_LWM2M_LIFETIME};

    fwd_lwm2m_accounts_init(a);
    if (fwd_sequans_is(m) && server == NULL && bootstrap == NULL) {
        (void)fwd_sequans_accounts(m, a);
        return;
    }
    if (bootstrap != NULL && m->store.accounts != NULL &&
        fwd_lwm2m_accounts_load(a, m->store.accounts))
        return;
    if (bootstrap != NULL)
        (void)fwd_lwm2m_accounts_add_bootstrap(a, bootstrap);
    if (bootstrap != NULL && server == NULL)
        return;
    if (server != NULL)
        where = *server;
    where.short_id = own.short_id;
    (void)snprintf(own.binding, sizeof own.binding, "%s", m->profile->ufota.binding);
    (void)fwd_lwm2m_accounts_add(a, &where, &own);
}

static bool has_bootstrap(const struct fwd_lwm2m_accounts *a)
{
    for (size_t i = 0; i < FWD_LWM2M_ACCOUNTS; i++) {
        if (a->security[i].used && a->security[i].bootstrap)
            return true;
    }
    return false;
}

/* What a bootstrap server wrote is kept as a whole; else the lifetime is all that can change. */
void fwd_ufota_accounts_changed(struct fwd_modem *m)
{
    const struct fwd_lwm2m_server *server =
        fwd_lwm2m_accounts_server(&m->ufota.accounts, fwd_ufota_server_id(m));

    if (has_bootstrap(&m->ufota.accounts)) {
        json_decref(m->store.accounts);
        m->store.accounts = fwd_lwm2m_accounts_dump(&m->ufota.accounts);
    } else if (server != NULL) {
        m->store.lifetime = server->lifetime == (int64_t)FWD_LWM2M_LIFETIME ? 0 : server->lifetime;
    }
    fwd_modem_save(m);
    if (fwd_sequans_is(m))
        fwd_sequans_accounts_changed(m);
}

/* R164, R167: each setting is told to the server at once, also when it is the same. */
bool fwd_ufota_set_lifetime(struct fwd_modem *m, int64_t seconds)
{
    uint16_t id = fwd_ufota_server_id(m);
    struct fwd_lwm2m_server *server = fwd_lwm2m_accounts_server(&m->ufota.accounts, id);

    if (server == NULL)
        return false;
    server->lifetime = seconds;
    fwd_ufota_accounts_changed(m);
    if (m->config.lwm2m != NULL && seconds > 0)
        (void)m->config.lwm2m->update(m->config.lwm2m->ctx, id);
    return true;
}
