/* Accounts as JSON, to keep them over a restart. */
#include "manage/lwm2m/format/lwm2m_base64.h"
#include "manage/lwm2m/lwm2m_accounts.h"

#include <stdlib.h>
#include <string.h>

/* ---- writing --------------------------------------------------------------------------------- */

static json_t *bytes_text(const uint8_t *bytes, size_t size)
{
    char text[FWD_LWM2M_BASE64_SIZE(FWD_LWM2M_IDENTITY_MAX) + 1];

    fwd_lwm2m_base64_encode(bytes, size, text);
    return json_string(text);
}

static json_t *dump_security(const struct fwd_lwm2m_security *s)
{
    return json_pack("{s:i, s:s, s:b, s:i, s:o, s:o, s:i, s:I}", "instance", (int)s->instance,
        "uri", s->uri, "bootstrap", s->bootstrap ? 1 : 0, "mode", (int)s->mode, "identity",
        bytes_text(s->identity, s->identity_size), "key", bytes_text(s->key, s->key_size), "id",
        (int)s->short_id, "hold_off", (json_int_t)s->hold_off);
}

static json_t *dump_server(const struct fwd_lwm2m_server *s)
{
    return json_pack("{s:i, s:i, s:I, s:I, s:I, s:b, s:b, s:I, s:s}", "instance", (int)s->instance,
        "id", (int)s->short_id, "lifetime", (json_int_t)s->lifetime, "pmin", (json_int_t)s->pmin,
        "pmax", (json_int_t)s->pmax, "periods_set", s->periods_set ? 1 : 0, "storing",
        s->storing ? 1 : 0, "disable_timeout", (json_int_t)s->disable_timeout, "binding",
        s->binding);
}

json_t *fwd_lwm2m_accounts_dump(const struct fwd_lwm2m_accounts *accounts)
{
    json_t *security = json_array(), *servers = json_array();

    for (size_t i = 0; i < FWD_LWM2M_ACCOUNTS; i++) {
        if (accounts->security[i].used)
            (void)json_array_append_new(security, dump_security(&accounts->security[i]));
        if (accounts->servers[i].used)
            (void)json_array_append_new(servers, dump_server(&accounts->servers[i]));
    }
    return json_pack("{s:o, s:o}", "security", security, "servers", servers);
}

/* ---- reading --------------------------------------------------------------------------------- */

static bool load_bytes(const char *text, uint8_t *bytes, size_t room, size_t *size)
{
    uint8_t all[FWD_LWM2M_BASE64_SIZE(FWD_LWM2M_IDENTITY_MAX)];
    size_t length = strlen(text);

    if (length > sizeof all || !fwd_lwm2m_base64_decode((const uint8_t *)text, length, all, size) ||
        *size > room)
        return false;
    memcpy(bytes, all, *size);
    return true;
}

static bool load_text(const char *text, char *out, size_t room)
{
    size_t length = strlen(text);

    if (length >= room)
        return false;
    memcpy(out, text, length + 1);
    return true;
}

static bool load_security(const json_t *json, struct fwd_lwm2m_security *s)
{
    int instance, mode, id, bootstrap;
    json_int_t hold_off;
    const char *uri, *identity, *key;

    if (json_unpack((json_t *)(uintptr_t)json, "{s:i, s:s, s:b, s:i, s:s, s:s, s:i, s:I}",
            "instance", &instance, "uri", &uri, "bootstrap", &bootstrap, "mode", &mode, "identity",
            &identity, "key", &key, "id", &id, "hold_off", &hold_off) != 0)
        return false;
    *s = (struct fwd_lwm2m_security){.used = true,
        .instance = (uint16_t)instance,
        .bootstrap = bootstrap != 0,
        .mode = (uint8_t)mode,
        .short_id = (uint16_t)id,
        .hold_off = (uint32_t)hold_off};
    return load_text(uri, s->uri, sizeof s->uri) &&
           load_bytes(identity, s->identity, sizeof s->identity, &s->identity_size) &&
           load_bytes(key, s->key, sizeof s->key, &s->key_size);
}

static bool load_server(const json_t *json, struct fwd_lwm2m_server *s)
{
    int instance, id, set, storing;
    json_int_t lifetime, pmin, pmax, disable;
    const char *binding;

    if (json_unpack((json_t *)(uintptr_t)json, "{s:i, s:i, s:I, s:I, s:I, s:b, s:b, s:I, s:s}",
            "instance", &instance, "id", &id, "lifetime", &lifetime, "pmin", &pmin, "pmax", &pmax,
            "periods_set", &set, "storing", &storing, "disable_timeout", &disable, "binding",
            &binding) != 0)
        return false;
    *s = (struct fwd_lwm2m_server){.used = true,
        .instance = (uint16_t)instance,
        .short_id = (uint16_t)id,
        .lifetime = lifetime,
        .pmin = (uint32_t)pmin,
        .pmax = (uint32_t)pmax,
        .periods_set = set != 0,
        .storing = storing != 0,
        .disable_timeout = (uint32_t)disable};
    return load_text(binding, s->binding, sizeof s->binding);
}

static bool load_all(struct fwd_lwm2m_accounts *a, const json_t *json)
{
    const json_t *security = json_object_get(json, "security");
    const json_t *servers = json_object_get(json, "servers");
    bool fine = json_array_size(security) <= FWD_LWM2M_ACCOUNTS &&
                json_array_size(servers) <= FWD_LWM2M_ACCOUNTS && json_is_array(security) &&
                json_is_array(servers);

    for (size_t i = 0; fine && i < json_array_size(security); i++)
        fine = load_security(json_array_get(security, i), &a->security[i]);
    for (size_t i = 0; fine && i < json_array_size(servers); i++)
        fine = load_server(json_array_get(servers, i), &a->servers[i]);
    return fine;
}

bool fwd_lwm2m_accounts_load(struct fwd_lwm2m_accounts *accounts, const json_t *json)
{
    if (load_all(accounts, json))
        return true;
    memset(accounts->security, 0, sizeof accounts->security);
    memset(accounts->servers, 0, sizeof accounts->servers);
    return false;
}
