/* The configuration of a RYZ014, and the servers that it makes. What is read was written by
 * commands, or by whoever edits module.json: nothing of it is taken for granted. */
#include "manage/coap/coap.h"
#include "module/ufota/sequans.h"

#include <stdio.h>
#include <string.h>

json_t *fwd_sequans_part(struct fwd_modem *m, const char *name)
{
    if (!json_is_object(m->store.sequans)) {
        json_decref(m->store.sequans);
        m->store.sequans = json_object();
    }
    json_t *part = json_object_get(m->store.sequans, name);
    if (!json_is_object(part)) {
        part = json_object();
        (void)json_object_set_new(m->store.sequans, name, part);
    }
    return part;
}

json_t *fwd_sequans_profile(struct fwd_modem *m, const char *name)
{
    json_t *profile = json_object_get(fwd_sequans_part(m, "profiles"), name);

    return json_is_object(profile) ? profile : NULL;
}

int64_t fwd_sequans_number(const json_t *object, const char *name, int64_t fallback)
{
    const json_t *value = json_object_get(object, name);

    return json_is_integer(value) ? json_integer_value(value) : fallback;
}

void fwd_sequans_changed(struct fwd_modem *m)
{
    json_decref(m->store.accounts);
    m->store.accounts = NULL;
    (void)json_object_del(m->store.sequans, "onboarded");
    fwd_modem_save(m);
}

bool fwd_sequans_url(const char *url)
{
    bool secure;

    return fwd_coap_uri(url, &secure);
}

/* ---- servers --------------------------------------------------------------------------------- */

/* The profile that the FOTA client uses, else the one that is there. */
static json_t *in_force(struct fwd_modem *m)
{
    json_t *profiles = fwd_sequans_part(m, "profiles");

    if (m->sequans.profile[0] != '\0')
        return fwd_sequans_profile(m, m->sequans.profile);
    return json_object_iter_value(json_object_iter(profiles));
}

static uint8_t digit(char c)
{
    return (uint8_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

static void take_key(const json_t *profile, int64_t id, struct fwd_lwm2m_security *s)
{
    size_t index;
    const json_t *key;

    json_array_foreach (json_object_get(profile, "keys"), index, key) {
        const char *identity = json_string_value(json_object_get(key, "identity"));
        const char *secret = json_string_value(json_object_get(key, "secret"));
        if (fwd_sequans_number(key, "id", 0) != id || identity == NULL || secret == NULL ||
            strlen(identity) > sizeof s->identity || strlen(secret) > 2 * sizeof s->key)
            continue;
        s->mode = FWD_LWM2M_PSK;
        s->identity_size = strlen(identity);
        memcpy(s->identity, identity, s->identity_size);
        s->key_size = strlen(secret) / 2;
        for (size_t i = 0; i < s->key_size; i++)
            s->key[i] = (uint8_t)(digit(secret[2 * i]) << 4 | digit(secret[2 * i + 1]));
    }
}

static bool is_bootstrap(const json_t *server)
{
    const char *type = json_string_value(json_object_get(server, "type"));

    return type != NULL && strcmp(type, "bs") == 0;
}

static bool add(struct fwd_lwm2m_accounts *accounts, const json_t *profile, const json_t *server)
{
    const char *url = json_string_value(json_object_get(server, "url"));
    int64_t id = fwd_sequans_number(server, "id", 0);
    struct fwd_lwm2m_security where = {.used = true, .mode = FWD_LWM2M_NO_SECURITY};
    struct fwd_lwm2m_server own = {.used = true,
        .instance = (uint16_t)id,
        .short_id = (uint16_t)id,
        .lifetime = fwd_sequans_number(server, "lifetime", FWD_LWM2M_LIFETIME),
        .disable_timeout = FWD_LWM2M_LIFETIME,
        .binding = "U"};

    if (url == NULL || strlen(url) >= sizeof where.uri || id < 1 || id > UINT16_MAX ||
        (id == FWD_LWM2M_ID_BOOTSTRAP && !is_bootstrap(server)))
        return false; /* LwM2M keeps 65535 for bootstrap servers */
    strcpy(where.uri, url);
    take_key(profile, id, &where);
    if (!is_bootstrap(server)) {
        where.short_id = own.short_id;
        return fwd_lwm2m_accounts_add(accounts, &where, &own);
    }
    where.bootstrap = true;
    where.short_id = FWD_LWM2M_ID_BOOTSTRAP;
    where.hold_off = (uint32_t)fwd_sequans_number(server, "lifetime", 10);
    return fwd_lwm2m_accounts_add_bootstrap(accounts, &where);
}

bool fwd_sequans_accounts(struct fwd_modem *m, struct fwd_lwm2m_accounts *accounts)
{
    const json_t *profile = in_force(m), *server;
    bool any = false;
    size_t index;

    if (fwd_sequans_number(profile, "service", 0) == 0)
        return false;
    if (m->store.accounts != NULL && fwd_lwm2m_accounts_load(accounts, m->store.accounts))
        return true;
    json_array_foreach (json_object_get(profile, "servers"), index, server)
        any = add(accounts, profile, server) || any;
    accounts->bootstrap_first = fwd_sequans_bootstrap(m) != 0;
    return any;
}

uint16_t fwd_sequans_bootstrap(struct fwd_modem *m)
{
    const json_t *server;
    size_t index;

    json_array_foreach (json_object_get(in_force(m), "servers"), index, server) {
        int64_t id = fwd_sequans_number(server, "id", 0);
        if (is_bootstrap(server) && id > 0 && id <= UINT16_MAX)
            return (uint16_t)id;
    }
    return 0;
}

uint16_t fwd_sequans_server(struct fwd_modem *m)
{
    for (size_t i = 0; i < FWD_LWM2M_ACCOUNTS; i++) {
        if (m->ufota.accounts.servers[i].used)
            return m->ufota.accounts.servers[i].short_id;
    }
    return 0;
}
