/* The LwM2M client as the host sees it: +ULWM2MLIST, +ULWM2MREAD, +ULWM2MWRITE, +ULWM2MREG,
 * +ULWM2MDEREG, +ULWM2MCFG (R166..R169, R260). */
#include "manage/lwm2m/format/lwm2m_json.h"
#include "module/at/at_command.h"
#include "module/ufota/ufota.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ANSWER_MAX 3500u

static const struct fwd_lwm2m_object *object_of(const struct fwd_modem *m, uint16_t id)
{
    const struct fwd_lwm2m_object *const objects[] = {&m->ufota.accounts.object0,
        &m->ufota.accounts.object1, &m->ufota.device, &m->ufota.firmware};

    for (size_t i = 0; i < sizeof objects / sizeof *objects; i++) {
        if (objects[i]->id == id)
            return objects[i];
    }
    return NULL;
}

/* All between the first and the last quote: SARA-R5's JSON has plain quotes in it. */
static bool whole_text(const struct fwd_at_call *call, const char **text, size_t *size)
{
    const char *from = memchr(call->raw, '"', call->raw_size);
    size_t end = call->raw_size;

    while (end > 0 && call->raw[end - 1] != '"')
        end--;
    if (from == NULL || call->raw + end <= from + 1)
        return false;
    *text = from + 1;
    *size = (size_t)(call->raw + end - 1 - *text);
    return true;
}

static bool path_of(const struct fwd_at_call *call, struct fwd_lwm2m_path *path)
{
    const char *text;
    size_t size;

    return whole_text(call, &text, &size) && fwd_lwm2m_path_parse(text, size, path);
}

/* ---- +ULWM2MLIST ----------------------------------------------------------------------------- */

struct listing {
    char text[ANSWER_MAX];
    size_t size;
    const char *comma;
};

static void list_one(struct listing *l, const struct fwd_lwm2m_path *path)
{
    char text[FWD_LWM2M_PATH_TEXT];

    fwd_lwm2m_path_print(path, text);
    if (l->size + sizeof text + 4 < sizeof l->text)
        l->size += (size_t)snprintf(l->text + l->size, sizeof l->text - l->size, "%s\"%s\"",
            l->size > 0 ? l->comma : "", text);
}

static void list_below(
    struct listing *l, const struct fwd_lwm2m_object *object, const struct fwd_lwm2m_path *path)
{
    uint16_t ids[FWD_LWM2M_INSTANCES_MAX];
    size_t count = object->instances(object->ctx, ids);

    for (size_t i = 0; i < count && path->level == FWD_LWM2M_OBJECT; i++) {
        struct fwd_lwm2m_path one = {{object->id, ids[i], 0, 0}, FWD_LWM2M_INSTANCE};
        list_one(l, &one);
    }
    for (size_t i = 0; i < object->resource_count && path->level >= FWD_LWM2M_INSTANCE; i++) {
        struct fwd_lwm2m_path one =
            fwd_lwm2m_path_of(object->id, path->ids[1], object->resources[i].id);
        if (fwd_lwm2m_path_within(&one, path))
            list_one(l, &one);
    }
}

static enum fwd_at_answer list(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    struct listing l = {.comma = m->profile->ufota.json_spaces ? ", " : ","};
    struct fwd_lwm2m_path path;

    if (!path_of(call, &path))
        return FWD_AT_PARAMETERS;
    if (path.level == FWD_LWM2M_ROOT) {
        fwd_modem_linef(m, port, "+ULWM2MLIST: %s", m->profile->ufota.objects);
        return FWD_AT_OK;
    }
    const struct fwd_lwm2m_object *object = object_of(m, path.ids[0]);
    if (object == NULL ||
        (path.level >= FWD_LWM2M_INSTANCE && !fwd_lwm2m_object_has(object, path.ids[1])))
        return FWD_AT_NOT_ALLOWED;
    list_below(&l, object, &path);
    if (l.size == 0)
        return FWD_AT_NOT_ALLOWED;
    fwd_modem_linef(m, port, "+ULWM2MLIST: %s", l.text);
    return FWD_AT_OK;
}

/* ---- +ULWM2MREAD ----------------------------------------------------------------------------- */

/* The documents' server instance has resources that mean nothing here: they are shown. */
static bool has_more(const struct fwd_modem *m, const struct fwd_lwm2m_path *path)
{
    const struct fwd_ufota_traits *t = &m->profile->ufota;

    return path->level == FWD_LWM2M_INSTANCE && path->ids[0] == 1 &&
           path->ids[1] == t->server_instance && t->more != NULL;
}

/* As the documents print it: what was asked for is the base name, a single resource's, too. */
static bool as_printed(
    const struct fwd_modem *m, const struct fwd_lwm2m_path *path, char text[ANSWER_MAX])
{
    const struct fwd_ufota_traits *t = &m->profile->ufota;
    json_t *root = json_loads(text, 0, NULL);
    json_t *more = has_more(m, path) ? json_loads(t->more, 0, NULL) : json_array();
    char base[FWD_LWM2M_PATH_TEXT + 1];

    fwd_lwm2m_path_print(path, base);
    strcat(base, "/");
    bool fine = json_array_extend(json_object_get(root, "e"), more) == 0 &&
                json_object_set_new(root, "bn", json_string(base)) == 0;
    char *printed = fine ? json_dumps(root, t->json_spaces ? 0 : JSON_COMPACT) : NULL;
    fine = printed != NULL && strlen(printed) < ANSWER_MAX;
    if (fine)
        strcpy(text, printed);
    free(printed);
    json_decref(root);
    json_decref(more);
    return fine;
}

static uint8_t read_values(
    struct fwd_modem *m, const struct fwd_lwm2m_path *path, char text[ANSWER_MAX])
{
    const struct fwd_lwm2m_object *object = object_of(m, path->ids[0]);
    struct fwd_lwm2m_list values;
    uint8_t code = FWD_COAP_NOT_FOUND;

    if (object == NULL || !fwd_lwm2m_list_init(&values))
        return code;
    code = fwd_lwm2m_object_read(object, path, false, &values);
    if (code == FWD_COAP_CONTENT &&
        (!fwd_lwm2m_json_print(path, &values, text, ANSWER_MAX) || !as_printed(m, path, text)))
        code = FWD_COAP_NOT_ALLOWED;
    fwd_lwm2m_list_free(&values);
    return code;
}

static enum fwd_at_answer read(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    struct fwd_lwm2m_path path;
    char text[ANSWER_MAX];

    if (!path_of(call, &path) || path.level == FWD_LWM2M_ROOT)
        return FWD_AT_PARAMETERS;
    if (read_values(m, &path, text) != FWD_COAP_CONTENT)
        return FWD_AT_NOT_ALLOWED;
    fwd_modem_linef(m, port, "+ULWM2MREAD: %s", text);
    return FWD_AT_OK;
}

/* ---- +ULWM2MWRITE ---------------------------------------------------------------------------- */

/* LARA's documents escape the inner quotes, SARA-R5's do not. */
static size_t unescape(const char *text, size_t size, char *out)
{
    size_t n = 0;

    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\\' && i + 1 < size && (text[i + 1] == '"' || text[i + 1] == '\\'))
            i++;
        out[n++] = text[i];
    }
    return n;
}

/* A lifetime that is written is told to the server, also when it is the same (R167). */
static bool is_lifetime(const struct fwd_modem *m, const struct fwd_lwm2m_record *record)
{
    return record->path.ids[0] == 1 && record->path.ids[2] == 1 &&
           record->path.ids[1] == m->profile->ufota.server_instance;
}

static uint8_t write_records(struct fwd_modem *m, const struct fwd_lwm2m_list *values)
{
    uint8_t code = values->count > 0 ? FWD_COAP_CHANGED : FWD_COAP_BAD_REQUEST;

    for (size_t i = 0; i < values->count && code == FWD_COAP_CHANGED; i++) {
        const struct fwd_lwm2m_record *r = &values->records[i];
        const struct fwd_lwm2m_object *object = object_of(m, r->path.ids[0]);
        /* the server's side of the firmware object is the server's */
        if (object == NULL || object->id != 1)
            return FWD_COAP_NOT_ALLOWED;
        code = fwd_lwm2m_object_write(object, r, false);
        if (code == FWD_COAP_CHANGED && is_lifetime(m, r))
            (void)fwd_ufota_set_lifetime(
                m, fwd_lwm2m_accounts_server(&m->ufota.accounts, fwd_ufota_server_id(m))->lifetime);
    }
    return code;
}

static enum fwd_at_answer write(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    const struct fwd_lwm2m_path root = {{0}, FWD_LWM2M_ROOT};
    struct fwd_lwm2m_list values;
    char json[FWD_MODEM_LINE_MAX];
    const char *text;
    size_t size;

    (void)port;
    if (!whole_text(call, &text, &size) || !fwd_lwm2m_list_init(&values))
        return FWD_AT_PARAMETERS;
    size = unescape(text, size, json);
    bool fine = fwd_lwm2m_json_decode(&root, (const uint8_t *)json, size, &values);
    uint8_t code = fine ? write_records(m, &values) : FWD_COAP_BAD_REQUEST;
    fwd_lwm2m_list_free(&values);
    if (code == FWD_COAP_CHANGED)
        return FWD_AT_OK;
    return code == FWD_COAP_BAD_REQUEST ? FWD_AT_PARAMETERS : FWD_AT_NOT_ALLOWED;
}

/* ---- registration ---------------------------------------------------------------------------- */

static enum fwd_at_answer enroll(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    const struct fwd_modem_lwm2m *lwm2m = m->config.lwm2m;
    const struct fwd_at_param *id = fwd_at_param(call, 0);
    uint16_t server = id->kind == FWD_AT_NUMBER ? (uint16_t)id->value : fwd_ufota_server_id(m);

    (void)port;
    if (lwm2m == NULL || !fwd_modem_online(m) || !lwm2m->update(lwm2m->ctx, server))
        return FWD_AT_NOT_ALLOWED;
    return FWD_AT_OK;
}

static enum fwd_at_answer resign(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    (void)port, (void)call;
    if (m->config.lwm2m == NULL || !fwd_modem_online(m))
        return FWD_AT_NOT_ALLOWED;
    m->config.lwm2m->deregister(m->config.lwm2m->ctx);
    return FWD_AT_OK;
}

/* R168: minutes, for Verizon's test. */
static enum fwd_at_answer configure(
    struct fwd_modem *m, enum fwd_port port, const struct fwd_at_call *call)
{
    (void)port;
    return fwd_ufota_set_lifetime(m, fwd_at_param(call, 1)->value * 60) ? FWD_AT_OK
                                                                        : FWD_AT_NOT_ALLOWED;
}

/* ---- the commands ---------------------------------------------------------------------------- */

#define LARA_R5  (FWD_FAMILY_LARA | FWD_FAMILY_R5)
#define SET_TEST (FWD_AT_SET | FWD_AT_TEST)
#define RUN_SET  (FWD_AT_RUN | FWD_AT_SET | FWD_AT_TEST)
#define OPTION   (FWD_AT_NUMBER | FWD_AT_EMPTY)

static const struct fwd_at_command commands[] = {
    {"+ULWM2MLIST", LARA_R5, SET_TEST, {{FWD_AT_TEXT, 0, 0, 0}}, NULL, list},
    {"+ULWM2MREAD", LARA_R5, SET_TEST, {{FWD_AT_TEXT, 0, 0, 0}}, NULL, read},
    {"+ULWM2MWRITE", LARA_R5, SET_TEST | FWD_AT_WHOLE, {{0}}, NULL, write},
    {"+ULWM2MREG", LARA_R5, RUN_SET, {{OPTION, 1, 65534, 0}}, NULL, enroll},
    {"+ULWM2MDEREG", LARA_R5, RUN_SET, {{OPTION, 1, 65534, 0}}, NULL, resign},
    {"+ULWM2MCFG", FWD_FAMILY_R4, SET_TEST,
        {{FWD_AT_NUMBER, 120, 120, 0}, {FWD_AT_NUMBER, 1, 525600, 0}}, NULL, configure},
};

const struct fwd_at_table fwd_at_lwm2m = {commands, sizeof commands / sizeof *commands};
