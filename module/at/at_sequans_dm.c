/* RYZ014: +SQNDMCFG, the profiles of DM servers; only in manufacturing mode, +CFUN=5 (R209, R210).
 * The document prints its answers with "=" and so do we. */
#include "module/at/at_command.h"
#include "module/ufota/sequans.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MANUFACTURING 5u
#define URL_MAX       256u
#define SECRET_MAX    (2 * FWD_LWM2M_KEY_MAX)
#define KEY_BYTES     32u
#define SHOWN         4 /* digits of a secret */
#define PROFILES_MAX  8u

struct request {
    struct fwd_modem *m;
    enum fwd_port port;
    const struct fwd_at_call *call;
    char name[FWD_SEQUANS_NAME_MAX + 1];
    json_t *profile; /* NULL: it is not there yet */
};

static json_t *make_profile(struct request *r)
{
    json_t *profiles = fwd_sequans_part(r->m, "profiles");

    if (r->profile == NULL) {
        r->profile = json_pack("{s:i, s:[], s:[]}", "service", 0, "servers", "keys");
        (void)json_object_set_new(profiles, r->name, r->profile);
    }
    return r->profile;
}

static enum fwd_at_answer done(struct request *r)
{
    fwd_sequans_changed(r->m);
    return FWD_AT_OK;
}

/* ---- "service" ------------------------------------------------------------------------------- */

static enum fwd_at_answer service(struct request *r)
{
    const struct fwd_at_param *on = fwd_at_param(r->call, 2);

    if (on->kind == FWD_AT_EMPTY) {
        fwd_modem_linef(r->m, r->port, "+SQNDMCFG=\"%s\",\"service\",%lld", r->name,
            (long long)fwd_sequans_number(r->profile, "service", 0));
        return FWD_AT_OK;
    }
    if (on->kind != FWD_AT_NUMBER || on->value > 1)
        return FWD_AT_PARAMETERS;
    (void)json_object_set_new(make_profile(r), "service", json_integer(on->value));
    return done(r);
}

/* ---- "server" -------------------------------------------------------------------------------- */

/* The documents quote numbers here and there. */
static bool take_number(
    const struct fwd_at_param *p, int64_t fallback, int64_t least, int64_t most, int64_t *value)
{
    char text[16], *end;

    *value = fallback;
    if (p->kind == FWD_AT_EMPTY || (p->kind == FWD_AT_TEXT && p->size == 0))
        return fallback >= 0;
    if (!fwd_at_copy(p, text, sizeof text) || text[0] < '0' || text[0] > '9')
        return false;
    *value = strtoll(text, &end, 10);
    return *end == '\0' && *value >= least && *value <= most;
}

static void remove_id(json_t *array, int64_t id)
{
    for (size_t i = json_array_size(array); i > 0; i--) {
        if (fwd_sequans_number(json_array_get(array, i - 1), "id", 0) == id)
            (void)json_array_remove(array, i - 1);
    }
}

static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text != NULL ? text : "";
}

static void show_servers(struct request *r, int64_t id)
{
    const json_t *server;
    size_t index;

    json_array_foreach (json_object_get(r->profile, "servers"), index, server) {
        int64_t own = fwd_sequans_number(server, "id", 0);
        if (id == 0 || id == own)
            fwd_modem_linef(r->m, r->port,
                "+SQNDMCFG=\"%s\",\"server\",%lld,%lld,\"%s\",%lld,\"%s\"", r->name, (long long)own,
                (long long)fwd_sequans_number(server, "lifetime", 0), text_of(server, "url"),
                (long long)fwd_sequans_number(server, "cid", 1), text_of(server, "type"));
    }
}

static bool is_url(const struct fwd_at_param *p)
{
    return p->kind == FWD_AT_TEXT && p->size > 4 && memcmp(p->text, "coap", 4) == 0;
}

static enum fwd_at_answer set_server(struct request *r, int64_t id)
{
    int64_t lifetime, cid;
    char url[URL_MAX + 1], type[4] = "dm";
    size_t at = is_url(fwd_at_param(r->call, 3)) ? 3 : 4; /* the lifetime may be left out */
    const struct fwd_at_param *kind = fwd_at_param(r->call, at + 2);

    if (!take_number(at == 4 ? fwd_at_param(r->call, 3) : fwd_at_param(r->call, FWD_AT_PARAMS_MAX),
            FWD_LWM2M_LIFETIME, 0, 32000000, &lifetime) ||
        !fwd_at_copy(fwd_at_param(r->call, at), url, sizeof url) || !fwd_sequans_url(url) ||
        !take_number(fwd_at_param(r->call, at + 1), 1, 1, 8, &cid) ||
        (kind->kind != FWD_AT_EMPTY && !fwd_at_copy(kind, type, sizeof type)) ||
        (strcmp(type, "bs") != 0 && strcmp(type, "dm") != 0))
        return FWD_AT_PARAMETERS;
    json_t *servers = json_object_get(make_profile(r), "servers");
    json_t *server = json_pack("{s:I, s:I, s:s, s:I, s:s}", "id", (json_int_t)id, "lifetime",
        (json_int_t)lifetime, "url", url, "cid", (json_int_t)cid, "type", type);
    if (server == NULL)
        return FWD_AT_PARAMETERS; /* not UTF-8 */
    remove_id(servers, id);
    if (json_array_size(servers) >= FWD_LWM2M_ACCOUNTS) {
        json_decref(server);
        return FWD_AT_MEMORY;
    }
    (void)json_array_append_new(servers, server);
    return done(r);
}

static enum fwd_at_answer servers(struct request *r)
{
    int64_t id = 0;
    bool all = fwd_at_param(r->call, 2)->kind == FWD_AT_EMPTY;

    if (!all && !take_number(fwd_at_param(r->call, 2), -1, 1, UINT16_MAX, &id))
        return FWD_AT_PARAMETERS;
    if (r->call->count > 3)
        return set_server(r, id);
    show_servers(r, id);
    return FWD_AT_OK;
}

/* ---- "psk" ----------------------------------------------------------------------------------- */

/* R210: the first digits only. */
static void show_keys(struct request *r, int64_t id)
{
    const json_t *key;
    size_t index;

    json_array_foreach (json_object_get(r->profile, "keys"), index, key) {
        int64_t own = fwd_sequans_number(key, "id", 0);
        if (id == 0 || id == own)
            fwd_modem_linef(r->m, r->port, "+SQNDMCFG=\"%s\",\"psk\",%lld,\"%s\",\"%.*s\"", r->name,
                (long long)own, text_of(key, "identity"), SHOWN, text_of(key, "secret"));
    }
}

static bool is_secret(const char *text)
{
    size_t size = strlen(text);

    return size % 2 == 0 && size <= 2 * KEY_BYTES && /* R268 */
           strspn(text, "0123456789abcdefABCDEF") == size;
}

static enum fwd_at_answer set_key(struct request *r, int64_t id)
{
    char identity[FWD_LWM2M_IDENTITY_MAX + 1], secret[SECRET_MAX + 1];

    if (!fwd_at_copy(fwd_at_param(r->call, 3), identity, sizeof identity) ||
        !fwd_at_copy(fwd_at_param(r->call, 4), secret, sizeof secret) || !is_secret(secret) ||
        (identity[0] == '\0') != (secret[0] == '\0'))
        return FWD_AT_PARAMETERS;
    json_t *keys = json_object_get(make_profile(r), "keys");
    remove_id(keys, id);
    if (json_array_size(keys) >= FWD_LWM2M_ACCOUNTS)
        return FWD_AT_MEMORY;
    if (identity[0] != '\0') {
        if (strlen(secret) != 2 * KEY_BYTES)
            fwd_modem_log_warning(r->m, "the pre-shared key does not have 32 bytes");
        json_t *key = json_pack(
            "{s:I, s:s, s:s}", "id", (json_int_t)id, "identity", identity, "secret", secret);
        if (key == NULL)
            return FWD_AT_PARAMETERS;
        (void)json_array_append_new(keys, key);
    }
    return done(r);
}

static enum fwd_at_answer keys(struct request *r)
{
    int64_t id = 0;
    bool all = fwd_at_param(r->call, 2)->kind == FWD_AT_EMPTY;

    if (!all && !take_number(fwd_at_param(r->call, 2), -1, 1, UINT16_MAX, &id))
        return FWD_AT_PARAMETERS;
    if (r->call->count > 3)
        return set_key(r, id);
    show_keys(r, id);
    return FWD_AT_OK;
}

/* ---- the command ----------------------------------------------------------------------------- */

static enum fwd_at_answer delete_profile(struct request *r)
{
    if (r->profile == NULL)
        return FWD_AT_NOT_ALLOWED;
    (void)json_object_del(fwd_sequans_part(r->m, "profiles"), r->name);
    return done(r);
}

static bool is_name(const char *text)
{
    return text[0] != '\0' && strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                           "0123456789-_.") == strlen(text);
}

static enum fwd_at_answer configure(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    struct request r = {.m = m, .port = port, .call = call};
    const struct fwd_at_param *what = fwd_at_param(call, 1);

    if (m->cfun != MANUFACTURING)
        return FWD_AT_NOT_ALLOWED;
    if (!fwd_at_copy(fwd_at_param(call, 0), r.name, sizeof r.name) || !is_name(r.name))
        return FWD_AT_PARAMETERS;
    r.profile = fwd_sequans_profile(m, r.name);
    if (r.profile == NULL && json_object_size(fwd_sequans_part(m, "profiles")) >= PROFILES_MAX)
        return FWD_AT_MEMORY;
    return fwd_at_is(what, "service")                 ? service(&r)
           : fwd_at_is(what, "server")                ? servers(&r)
           : fwd_at_is(what, "psk")                   ? keys(&r)
           : fwd_at_is(what, "delete-profile-config") ? delete_profile(&r)
                                                      : FWD_AT_PARAMETERS;
}

#define TEXT(size)                                                                                 \
    {                                                                                              \
        FWD_AT_TEXT, 0, 0, size                                                                    \
    }
#define ANY                                                                                        \
    {                                                                                              \
        FWD_AT_EMPTY | FWD_AT_NUMBER | FWD_AT_TEXT, 0, 0, URL_MAX                                  \
    }

static const struct fwd_at_command commands[] = {
    {"+SQNDMCFG", FWD_FAMILY_RYZ, FWD_AT_SET | FWD_AT_TEST,
        {TEXT(FWD_SEQUANS_NAME_MAX), TEXT(24), ANY, ANY, ANY, ANY, ANY},
        "32,(\"service\",\"server\",\"psk\",\"delete-profile-config\"),(1-65535),(0-32000000),256,"
        "(1-8),(bs,dm)",
        configure},
};

const struct fwd_at_table fwd_at_sequans_dm = {commands, sizeof commands / sizeof *commands};
