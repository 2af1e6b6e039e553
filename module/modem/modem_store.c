#include "module/modem/modem_store.h"

#include "hostio/host_file.h"
#include "sim/device/json.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FACTORY_IMSI   "001010123456789"
#define FACTORY_NUMBER "+15550100"
#define PATH_MAX_SIZE  4096u

static const char *const pending_words[FWD_PENDING_STATES] = {
    "nothing", "install", "update", "receive"};

/* Fifteen digits of which the last makes the sum right (Luhn). */
static void make_imei(const char *seed, char imei[16])
{
    uint64_t hash = 1469598103934665603u; /* FNV-1a */
    unsigned sum = 0;

    for (; *seed != '\0'; seed++)
        hash = (hash ^ (unsigned char)*seed) * 1099511628211u;
    snprintf(imei, 16, "35759108%06u", (unsigned)(hash % 1000000u));
    for (unsigned i = 0; i < 14; i++) {
        unsigned d = (unsigned)(imei[i] - '0') * (i % 2 == 1 ? 2 : 1);
        sum += d > 9 ? d - 9 : d;
    }
    imei[14] = (char)('0' + (10 - sum % 10) % 10);
    imei[15] = '\0';
}

enum fwd_fail fwd_modem_store_init(
    struct fwd_modem_store *store, const char *seed, struct fwd_error *err)
{
    memset(store, 0, sizeof *store);
    make_imei(seed, store->imei);
    store->mno = FWD_STORE_MNO_GLOBAL;
    store->update = (struct fwd_channel){1, 115200};
    store->ufota.severity = 1;
    memcpy(store->imsi, FACTORY_IMSI, sizeof FACTORY_IMSI);
    memcpy(store->number, FACTORY_NUMBER, sizeof FACTORY_NUMBER);
    store->settings = json_object();
    store->held = json_object();
    return store->settings != NULL && store->held != NULL ? FWD_FAIL_NONE
                                                          : fwd_error_memory(err, "module.json");
}

void fwd_modem_store_free(struct fwd_modem_store *store)
{
    json_decref(store->settings);
    json_decref(store->held);
    json_decref(store->accounts);
    json_decref(store->sequans);
    json_decref(store->telit);
    store->settings = store->held = store->accounts = store->sequans = store->telit = NULL;
}

static bool path_of(const char *folder, char path[PATH_MAX_SIZE])
{
    int length = snprintf(path, PATH_MAX_SIZE, "%s/module.json", folder);

    return length > 0 && (unsigned)length < PATH_MAX_SIZE;
}

/* ---- reading --------------------------------------------------------------------------------- */

static void read_settings(
    struct fwd_json *json, const struct fwd_json_node *root, struct fwd_modem_store *store)
{
    struct fwd_json_node node = fwd_json_object(json, root, "settings", false);
    const char *name;
    json_t *value;
    void *next;

    if (node.value == NULL)
        return;
    /* the iterators of jansson take no const object */
    json_t *copy = json_deep_copy(node.value);
    json_object_foreach_safe (copy, next, name, value) {
        if (!json_is_string(value) || strlen(json_string_value(value)) > FWD_STORE_SET_MAX ||
            !fwd_modem_store_set(store, name, json_string_value(value)))
            fwd_json_refuse(json, &node, name, "a text of at most 512 printable characters");
    }
    json_decref(copy);
}

static void read_urcs(
    struct fwd_json *json, const struct fwd_json_node *root, struct fwd_modem_store *store)
{
    static const char *const names[] = {"install", "ufotastat", "ulwm2mstat", NULL};
    struct fwd_json_node node = fwd_json_object(json, root, "urcs", false);

    fwd_json_only(json, &node, names);
    store->urc_install = fwd_json_bool_or(json, &node, "install", false);
    fwd_json_text(json, &node, "ufotastat", store->urc_ufotastat, 16, false);
    fwd_json_text(json, &node, "ulwm2mstat", store->urc_ulwm2mstat, 16, false);
}

static void read_package(
    struct fwd_json *json, const struct fwd_json_node *root, struct fwd_modem_store *store)
{
    static const char *const names[] = {"source", "installable", NULL};
    static const char *const resume_names[] = {"name", "stored", "total", NULL};
    const char *methods[FWD_METHODS];

    for (int i = 0; i < FWD_METHODS; i++)
        methods[i] = fwd_method_name((enum fwd_method)i);
    struct fwd_json_node node = fwd_json_object(json, root, "package", false);
    fwd_json_only(json, &node, names);
    store->package = (enum fwd_method)fwd_json_choice(
        json, &node, "source", methods, FWD_METHODS, FWD_METHOD_NONE);
    store->installable = fwd_json_bool_or(json, &node, "installable", false);
    node = fwd_json_object(json, root, "resume", false);
    fwd_json_only(json, &node, resume_names);
    fwd_json_text(json, &node, "name", store->resume_name, FWD_STORE_NAME_MAX, false);
    store->resume_stored = fwd_json_u32_or(json, &node, "stored", 0, UINT32_MAX, 0);
    store->resume_total = fwd_json_u32_or(json, &node, "total", 0, UINT32_MAX, 0);
}

static void read_ufota(
    struct fwd_json *json, const struct fwd_json_node *root, struct fwd_store_ufota *u)
{
    static const char *const names[] = {"state", "result", "uri", "mode", "paused", "waiting",
        "pushed", "dropped", "total", "severity", "defer", "changed_at", NULL};
    struct fwd_json_node node = fwd_json_object(json, root, "ufota", false);

    fwd_json_only(json, &node, names);
    u->state = (enum fwd_ufota_state)fwd_json_u32_or(json, &node, "state", 0, 3, 0);
    u->result = (enum fwd_ufota_result)fwd_json_u32_or(json, &node, "result", 0, 10, 0);
    fwd_json_text(json, &node, "uri", u->uri, sizeof u->uri, false);
    u->mode = (enum fwd_ufota_mode)fwd_json_u32_or(json, &node, "mode", 0, FWD_UFOTA_MODES - 1, 0);
    u->paused = fwd_json_bool_or(json, &node, "paused", false);
    u->waiting = fwd_json_bool_or(json, &node, "waiting", false);
    u->pushed = fwd_json_bool_or(json, &node, "pushed", false);
    u->dropped = fwd_json_bool_or(json, &node, "dropped", false);
    u->total = fwd_json_u32_or(json, &node, "total", 0, UINT32_MAX, 0);
    u->severity = fwd_json_u32_or(json, &node, "severity", 0, 2, 1);
    u->defer = fwd_json_u32_or(json, &node, "defer", 0, UINT32_MAX, 0);
    u->changed_at = fwd_json_u32_or(json, &node, "changed_at", 0, UINT32_MAX, 0);
}

/* Its content is read by who uses it. */
static void read_accounts(
    struct fwd_json *json, const struct fwd_json_node *root, struct fwd_modem_store *store)
{
    struct fwd_json_node node = fwd_json_object(json, root, "accounts", false);

    if (node.value != NULL)
        store->accounts = json_deep_copy(node.value);
    node = fwd_json_object(json, root, "sequans", false);
    if (node.value != NULL)
        store->sequans = json_deep_copy(node.value);
    node = fwd_json_object(json, root, "telit", false);
    if (node.value != NULL)
        store->telit = json_deep_copy(node.value);
    store->lifetime = (int64_t)fwd_json_u32_or(json, root, "lifetime", 0, INT32_MAX, 0);
    if (fwd_json_bool_or(json, root, "lifetime_off", false))
        store->lifetime = -1;
}

static void read_sim(
    struct fwd_json *json, const struct fwd_json_node *root, struct fwd_modem_store *store)
{
    char imsi[sizeof store->imsi], number[sizeof store->number];

    fwd_json_text(json, root, "imsi", imsi, sizeof imsi, false);
    if (imsi[0] != '\0')
        memcpy(store->imsi, imsi, sizeof imsi);
    fwd_json_text(json, root, "number", number, sizeof number, false);
    if (number[0] != '\0')
        memcpy(store->number, number, sizeof number);
}

static void read_scalars(
    struct fwd_json *json, const struct fwd_json_node *root, struct fwd_modem_store *store)
{
    char imei[16];

    fwd_json_text(json, root, "imei", imei, sizeof imei, false);
    if (imei[0] != '\0')
        memcpy(store->imei, imei, sizeof imei);
    fwd_json_text(json, root, "pin", store->pin, sizeof store->pin, false);
    read_sim(json, root, store);
    store->armed_backup = fwd_json_bool_or(json, root, "armed_backup", false);
    store->needs_cpms = fwd_json_bool_or(json, root, "needs_cpms", false);
    store->backups = fwd_json_u32_or(json, root, "backups", 0, UINT32_MAX, 0);
    store->mno = fwd_json_u32_or(json, root, "mno_profile", 0, 999, FWD_STORE_MNO_GLOBAL);
    store->pending = (enum fwd_store_pending)fwd_json_choice(
        json, root, "pending", pending_words, FWD_PENDING_STATES, FWD_PENDING_NOTHING);
    store->update.port = (uint8_t)fwd_json_u32_or(json, root, "update_port", 1, 9, 1);
    store->update.baud = fwd_json_u32_or(json, root, "update_baud", 300, 10000000, 115200);
}

enum fwd_fail fwd_modem_store_load(
    struct fwd_modem_store *store, const char *folder, struct fwd_error *err)
{
    static const char *const names[] = {"imei", "backups", "mno_profile", "pin", "settings", "urcs",
        "package", "pending", "resume", "update_port", "update_baud", "ufota", "lifetime",
        "lifetime_off", "accounts", "sequans", "telit", "imsi", "number", "armed_backup",
        "needs_cpms", NULL};
    char path[PATH_MAX_SIZE];
    struct fwd_json json;

    if (!path_of(folder, path))
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s: the name is too long", folder);
    if (access(path, F_OK) != 0 && errno == ENOENT)
        return FWD_FAIL_NONE; /* a device that was never a module before */
    fwd_json_open(&json, path, err);
    struct fwd_json_node root = fwd_json_root(&json);
    fwd_json_only(&json, &root, names);
    read_scalars(&json, &root, store);
    read_settings(&json, &root, store);
    read_urcs(&json, &root, store);
    read_package(&json, &root, store);
    read_ufota(&json, &root, &store->ufota);
    read_accounts(&json, &root, store);
    fwd_json_close(&json);
    return json.fail;
}

/* ---- writing --------------------------------------------------------------------------------- */

static json_t *dump_ufota(const struct fwd_store_ufota *u)
{
    json_t *json = json_pack("{s:i, s:i, s:i, s:b, s:b, s:b, s:b, s:I, s:I, s:I, s:I}", "state",
        (int)u->state, "result", (int)u->result, "mode", (int)u->mode, "paused", u->paused ? 1 : 0,
        "waiting", u->waiting ? 1 : 0, "pushed", u->pushed ? 1 : 0, "dropped", u->dropped ? 1 : 0,
        "total", (json_int_t)u->total, "severity", (json_int_t)u->severity, "defer",
        (json_int_t)u->defer, "changed_at", (json_int_t)u->changed_at);

    if (u->uri[0] != '\0')
        json_object_set_new(json, "uri", json_string(u->uri));
    return json;
}

static json_t *dump(const struct fwd_modem_store *s)
{
    json_t *root = json_pack("{s:s, s:I, s:I, s:O, s:s, s:i, s:I}", "imei", s->imei, "backups",
        (json_int_t)s->backups, "mno_profile", (json_int_t)s->mno, "settings", s->settings,
        "pending", pending_words[s->pending], "update_port", (int)s->update.port, "update_baud",
        (json_int_t)s->update.baud);
    json_t *urcs = json_pack("{s:b}", "install", s->urc_install ? 1 : 0);

    /* an empty text is left out: the reader wants at least one character */
    if (s->urc_ufotastat[0] != '\0')
        json_object_set_new(urcs, "ufotastat", json_string(s->urc_ufotastat));
    if (s->urc_ulwm2mstat[0] != '\0')
        json_object_set_new(urcs, "ulwm2mstat", json_string(s->urc_ulwm2mstat));
    json_object_set_new(root, "urcs", urcs);
    if (s->pin[0] != '\0')
        json_object_set_new(root, "pin", json_string(s->pin));
    json_object_set_new(root, "package",
        json_pack("{s:s, s:b}", "source", fwd_method_name(s->package), "installable",
            s->installable ? 1 : 0));
    json_object_set_new(root, "ufota", dump_ufota(&s->ufota));
    if (s->lifetime != 0)
        json_object_set_new(root, s->lifetime > 0 ? "lifetime" : "lifetime_off",
            s->lifetime > 0 ? json_integer(s->lifetime) : json_true());
    if (s->accounts != NULL)
        json_object_set(root, "accounts", s->accounts);
    if (s->sequans != NULL)
        json_object_set(root, "sequans", s->sequans);
    if (s->telit != NULL)
        json_object_set(root, "telit", s->telit);
    if (s->armed_backup)
        json_object_set_new(root, "armed_backup", json_true());
    if (s->needs_cpms)
        json_object_set_new(root, "needs_cpms", json_true());
    json_object_set_new(root, "imsi", json_string(s->imsi));
    json_object_set_new(root, "number", json_string(s->number));
    if (s->resume_name[0] != '\0')
        json_object_set_new(root, "resume",
            json_pack("{s:s, s:I, s:I}", "name", s->resume_name, "stored",
                (json_int_t)s->resume_stored, "total", (json_int_t)s->resume_total));
    return root;
}

enum fwd_fail fwd_modem_store_save(
    const struct fwd_modem_store *store, const char *folder, struct fwd_error *err)
{
    char path[PATH_MAX_SIZE];

    if (!path_of(folder, path))
        return fwd_error_fail(err, FWD_FAIL_ENVIRONMENT, "%s: the name is too long", folder);
    json_t *root = dump(store);
    char *text = root != NULL ? json_dumps(root, JSON_INDENT(2) | JSON_SORT_KEYS) : NULL;
    json_decref(root);
    if (text == NULL)
        return fwd_error_memory(err, path);
    enum fwd_fail fail = fwd_file_write_atomic(path, text, strlen(text), 0666, true, err);
    free(text);
    return fail;
}

/* ---- settings -------------------------------------------------------------------------------- */

static const char *get(const json_t *settings, const char *name, const char *fallback)
{
    const char *value = json_string_value(json_object_get(settings, name));

    return value != NULL ? value : fallback;
}

static bool set(json_t *settings, const char *name, const char *value)
{
    for (const char *c = value; *c != '\0'; c++) {
        if (*c < ' ' || *c > '~')
            return false;
    }
    return json_object_set_new(settings, name, json_string(value)) == 0;
}

const char *fwd_modem_store_get(
    const struct fwd_modem_store *store, const char *name, const char *fallback)
{
    return get(store->settings, name, fallback);
}

uint32_t fwd_modem_store_u32(
    const struct fwd_modem_store *store, const char *name, uint32_t fallback)
{
    const char *value = fwd_modem_store_get(store, name, NULL);
    char *end = NULL;

    if (value == NULL || *value < '0' || *value > '9')
        return fallback;
    unsigned long number = strtoul(value, &end, 10);
    return *end == '\0' && number <= UINT32_MAX ? (uint32_t)number : fallback;
}

bool fwd_modem_store_set(struct fwd_modem_store *store, const char *name, const char *value)
{
    return set(store->settings, name, value);
}

const char *fwd_modem_store_held(
    const struct fwd_modem_store *store, const char *name, const char *fallback)
{
    return get(store->held, name, fallback);
}

bool fwd_modem_store_hold(struct fwd_modem_store *store, const char *name, const char *value)
{
    return set(store->held, name, value);
}

void fwd_modem_store_forget(struct fwd_modem_store *store)
{
    json_object_clear(store->held);
}
