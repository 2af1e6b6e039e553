#include "manage/lwm2m/format/lwm2m_json.h"

#include "manage/lwm2m/format/lwm2m_base64.h"
#include "manage/lwm2m/format/lwm2m_senml.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the two call the members of a value. */
struct names {
    const char *number, *string, *boolean, *data, *link;
};

static const struct names lwm2m_names = {"v", "sv", "bv", NULL, "ov"};
static const struct names senml_names = {"v", "vs", "vb", "vd", "vlo"};

/* ---- reading --------------------------------------------------------------------------------- */

static bool add_data(
    const struct fwd_lwm2m_path *path, const char *text, size_t size, struct fwd_lwm2m_list *out)
{
    struct fwd_lwm2m_value value = {.type = FWD_LWM2M_OPAQUE};
    uint8_t *bytes = malloc(size + 1);
    bool fine =
        bytes != NULL && fwd_lwm2m_base64_decode((const uint8_t *)text, size, bytes, &value.size);

    value.bytes = bytes;
    fine = fine && fwd_lwm2m_list_add(out, path, &value);
    free(bytes);
    return fine;
}

/* In JSON of 1.0 an opaque value is a text in Base64, too: what is plain text can become one. */
static bool add_string(const struct names *names, const struct fwd_lwm2m_path *path,
    const json_t *text, struct fwd_lwm2m_list *out)
{
    struct fwd_lwm2m_value value = {
        .type = names->data == NULL ? FWD_LWM2M_PLAIN_TEXT : FWD_LWM2M_STRING,
        .bytes = (const uint8_t *)json_string_value(text),
        .size = json_string_length(text)};

    return fwd_lwm2m_list_add(out, path, &value);
}

static bool add_entry(const struct names *names, const struct fwd_lwm2m_path *path,
    const json_t *entry, struct fwd_lwm2m_list *out)
{
    const json_t *number = json_object_get(entry, names->number);
    const json_t *string = json_object_get(entry, names->string);
    const json_t *boolean = json_object_get(entry, names->boolean);
    const json_t *link = json_object_get(entry, names->link);
    const json_t *data = names->data != NULL ? json_object_get(entry, names->data) : NULL;
    struct fwd_lwm2m_value value = {.type = FWD_LWM2M_FLOAT, .real = json_number_value(number)};

    if (json_is_integer(number))
        value = fwd_lwm2m_value_integer(json_integer_value(number));
    if (json_is_number(number))
        return fwd_lwm2m_list_add(out, path, &value);
    if (json_is_string(string))
        return add_string(names, path, string, out);
    if (json_is_boolean(boolean)) {
        value = fwd_lwm2m_value_boolean(json_is_true(boolean));
        return fwd_lwm2m_list_add(out, path, &value);
    }
    if (json_is_string(data))
        return add_data(path, json_string_value(data), json_string_length(data), out);
    return json_is_string(link) && fwd_lwm2m_senml_link(json_string_value(link), &value) &&
           fwd_lwm2m_list_add(out, path, &value);
}

static bool text_of(const json_t *object, const char *name, const char **text)
{
    const json_t *value = json_object_get(object, name);

    *text = value != NULL ? json_string_value(value) : "";
    return *text != NULL;
}

static bool add_entries(const struct names *names, const struct fwd_lwm2m_path *base,
    const char *base_name, const json_t *entries, struct fwd_lwm2m_list *out)
{
    const char *name, *own_base = base_name, *own;
    struct fwd_lwm2m_path path;

    for (size_t i = 0; i < json_array_size(entries); i++) {
        const json_t *entry = json_array_get(entries, i);
        if (!text_of(entry, "bn", &own) || !text_of(entry, "n", &name))
            return false;
        own_base = own[0] != '\0' ? own : own_base; /* RFC 8428, 4.1: until the next one */
        if (!fwd_lwm2m_senml_path(base, own_base, name, &path) ||
            !add_entry(names, &path, entry, out))
            return false;
    }
    return json_is_array(entries);
}

bool fwd_lwm2m_json_decode(const struct fwd_lwm2m_path *base, const uint8_t *bytes, size_t size,
    struct fwd_lwm2m_list *out)
{
    json_t *root = json_loadb((const char *)bytes, size, JSON_REJECT_DUPLICATES, NULL);
    const char *base_name = "";
    bool fine = json_is_object(root) && text_of(root, "bn", &base_name) &&
                add_entries(&lwm2m_names, base, base_name, json_object_get(root, "e"), out);

    json_decref(root);
    return fine;
}

bool fwd_lwm2m_json_decode_senml(const struct fwd_lwm2m_path *base, const uint8_t *bytes,
    size_t size, struct fwd_lwm2m_list *out)
{
    json_t *root = json_loadb((const char *)bytes, size, JSON_REJECT_DUPLICATES, NULL);
    bool fine = add_entries(&senml_names, base, "", root, out);

    json_decref(root);
    return fine;
}

/* ---- writing --------------------------------------------------------------------------------- */

static json_t *data_text(const struct fwd_lwm2m_value *value)
{
    char *text = malloc(FWD_LWM2M_BASE64_SIZE(value->size) + 1);
    json_t *json = NULL;

    if (text != NULL) {
        fwd_lwm2m_base64_encode(value->bytes, value->size, text);
        json = json_string(text);
    }
    free(text);
    return json;
}

static void set_value(const struct names *names, json_t *entry, const struct fwd_lwm2m_value *value)
{
    char link[16];

    switch (value->type) {
    case FWD_LWM2M_STRING:
        (void)json_object_set_new(
            entry, names->string, json_stringn((const char *)value->bytes, value->size));
        break;
    case FWD_LWM2M_INTEGER:
        (void)json_object_set_new(entry, names->number, json_integer(value->integer));
        break;
    case FWD_LWM2M_FLOAT:
        (void)json_object_set_new(entry, names->number, json_real(value->real));
        break;
    case FWD_LWM2M_BOOLEAN:
        (void)json_object_set_new(entry, names->boolean, json_boolean(value->integer != 0));
        break;
    case FWD_LWM2M_LINK:
        (void)snprintf(
            link, sizeof link, "%u:%u", (unsigned)value->link[0], (unsigned)value->link[1]);
        (void)json_object_set_new(entry, names->link, json_string(link));
        break;
    default:
        (void)json_object_set_new(
            entry, names->data != NULL ? names->data : names->string, data_text(value));
    }
}

static json_t *entry_of(const struct names *names, const struct fwd_lwm2m_path *base,
    const struct fwd_lwm2m_record *record)
{
    char name[FWD_LWM2M_PATH_TEXT];

    fwd_lwm2m_senml_name(base, &record->path, name);
    json_t *entry = json_pack("{s:s}", "n", name);
    if (entry != NULL)
        set_value(names, entry, &record->value);
    return entry;
}

static bool write_out(json_t *root, size_t flags, uint8_t *bytes, size_t room, size_t *size)
{
    *size = root != NULL ? json_dumpb(root, (char *)bytes, room, flags) : 0;
    json_decref(root);
    return *size > 0 && *size <= room;
}

static json_t *make(const struct fwd_lwm2m_path *base, const struct fwd_lwm2m_list *list)
{
    char base_name[FWD_LWM2M_PATH_TEXT];

    fwd_lwm2m_senml_base(base, base_name);
    json_t *entries = json_array();
    for (size_t i = 0; i < list->count; i++)
        (void)json_array_append_new(entries, entry_of(&lwm2m_names, base, &list->records[i]));
    return json_pack("{s:s, s:o}", "bn", base_name, "e", entries);
}

bool fwd_lwm2m_json_encode(const struct fwd_lwm2m_path *base, const struct fwd_lwm2m_list *list,
    uint8_t *bytes, size_t room, size_t *size)
{
    return write_out(make(base, list), JSON_COMPACT, bytes, room, size);
}

bool fwd_lwm2m_json_print(
    const struct fwd_lwm2m_path *base, const struct fwd_lwm2m_list *list, char *text, size_t room)
{
    size_t size = 0;
    bool fine = fwd_lwm2m_json_encode(base, list, (uint8_t *)text, room - 1, &size);

    text[fine ? size : 0] = '\0';
    return fine;
}

bool fwd_lwm2m_json_encode_senml(const struct fwd_lwm2m_path *base,
    const struct fwd_lwm2m_list *list, uint8_t *bytes, size_t room, size_t *size)
{
    char base_name[FWD_LWM2M_PATH_TEXT];
    json_t *root = json_array();

    fwd_lwm2m_senml_base(base, base_name);
    for (size_t i = 0; i < list->count; i++) {
        json_t *entry = i == 0 ? json_pack("{s:s}", "bn", base_name) : NULL;
        json_t *rest = entry_of(&senml_names, base, &list->records[i]);
        if (entry != NULL && rest != NULL)
            (void)json_object_update(entry, rest);
        (void)json_array_append_new(root, entry != NULL ? entry : json_incref(rest));
        json_decref(rest);
    }
    return write_out(root, JSON_COMPACT, bytes, room, size);
}
