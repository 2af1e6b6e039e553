#include "sim/device/json.h"

#include "hostio/host_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- files ----------------------------------------------------------------------------------- */

void fwd_json_parse(
    struct fwd_json *json, const char *file, const char *text, size_t size, struct fwd_error *err)
{
    json_error_t where;

    json->file = file;
    json->err = err;
    json->fail = FWD_FAIL_NONE;
    if (size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) { /* a byte order mark */
        text += 3;
        size -= 3;
    }
    if (size >= 2 && (memcmp(text, "\xFF\xFE", 2) == 0 || memcmp(text, "\xFE\xFF", 2) == 0)) {
        json->root = NULL;
        json->fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: is UTF-16, as its byte order mark says; save it as UTF-8", file);
        return;
    }
    json->root = json_loadb(text, size, JSON_REJECT_DUPLICATES, &where);
    if (json->root == NULL) {
        json->fail = fwd_error_fail(err, FWD_FAIL_REFUSED,
            "%s: line %d: JSON is expected, but: %s; correct it there", file, where.line,
            where.text);
    } else if (!json_is_object(json->root)) {
        json->fail = fwd_error_fail(
            err, FWD_FAIL_REFUSED, "%s: a JSON object ({...}) is expected at the top", file);
    }
}

void fwd_json_open(struct fwd_json *json, const char *file, struct fwd_error *err)
{
    struct fwd_bytes bytes = {NULL, 0};
    enum fwd_fail fail = fwd_file_read_as("a JSON file", file, FWD_JSON_FILE_MAX, &bytes, err);

    if (fail == FWD_FAIL_NONE) {
        fwd_json_parse(json, file, (const char *)bytes.data, bytes.size, err);
    } else {
        json->file = file;
        json->err = err;
        json->fail = fail;
        json->root = NULL;
    }
    fwd_bytes_free(&bytes);
}

void fwd_json_close(struct fwd_json *json)
{
    json_decref(json->root);
    json->root = NULL;
}

/* ---- errors ---------------------------------------------------------------------------------- */

static void describe(const json_t *value, char *text, size_t size)
{
    if (value == NULL)
        snprintf(text, size, "nothing");
    else if (json_is_string(value))
        snprintf(text, size, "\"%.40s\"", json_string_value(value));
    else if (json_is_integer(value))
        snprintf(text, size, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_is_real(value))
        snprintf(text, size, "%g", json_real_value(value));
    else if (json_is_boolean(value))
        snprintf(text, size, "%s", json_is_true(value) ? "true" : "false");
    else if (json_is_array(value))
        snprintf(text, size, "a list of %zu", json_array_size(value));
    else
        snprintf(text, size, "%s", json_is_object(value) ? "an object" : "null");
}

static void path_of(const struct fwd_json_node *object, const char *name, char path[FWD_JSON_PATH])
{
    bool both = object->path[0] != '\0' && name != NULL;

    /* A path that does not fit is cut: it serves people only. */
    if (snprintf(path, FWD_JSON_PATH, "%s%s%s", object->path, both ? "." : "",
            name != NULL ? name : "") < 0)
        path[0] = '\0';
}

void fwd_json_refuse(struct fwd_json *json, const struct fwd_json_node *object, const char *name,
    const char *expected)
{
    char path[FWD_JSON_PATH];
    char found[64];

    if (json->fail != FWD_FAIL_NONE)
        return;
    path_of(object, name, path);
    describe(
        name != NULL ? json_object_get(object->value, name) : object->value, found, sizeof found);
    json->fail = fwd_error_fail(json->err, FWD_FAIL_REFUSED,
        "%s: member \"%s\": %s is expected, but found %s", json->file, path, expected, found);
}

/* ---- structure ------------------------------------------------------------------------------- */

struct fwd_json_node fwd_json_root(const struct fwd_json *json)
{
    struct fwd_json_node node = {json->fail == FWD_FAIL_NONE ? json->root : NULL, ""};

    return node;
}

/* The member, or NULL when it is absent or something failed before. */
static const json_t *member(
    const struct fwd_json *json, const struct fwd_json_node *object, const char *name)
{
    return json->fail == FWD_FAIL_NONE ? json_object_get(object->value, name) : NULL;
}

void fwd_json_only(
    struct fwd_json *json, const struct fwd_json_node *object, const char *const *names)
{
    const char *key;
    json_t *value;

    if (json->fail != FWD_FAIL_NONE || object->value == NULL)
        return;
    json_object_foreach ((json_t *)(uintptr_t)object->value, key, value) {
        const char *const *name = names;

        while (*name != NULL && strcmp(*name, key) != 0)
            name++;
        if (*name == NULL) {
            fwd_json_refuse(json, object, key, "no member of this name");
            return;
        }
    }
}

struct fwd_json_node fwd_json_object(
    struct fwd_json *json, const struct fwd_json_node *object, const char *name, bool required)
{
    struct fwd_json_node node = {member(json, object, name), ""};

    path_of(object, name, node.path);
    if (node.value == NULL ? required : !json_is_object(node.value)) {
        fwd_json_refuse(json, object, name, "an object");
        node.value = NULL;
    }
    return node;
}

struct fwd_json_node fwd_json_array(struct fwd_json *json, const struct fwd_json_node *object,
    const char *name, size_t min, size_t max, bool required)
{
    struct fwd_json_node node = {member(json, object, name), ""};
    char expected[64];

    path_of(object, name, node.path);
    if (node.value == NULL && !required)
        return node;
    if (!json_is_array(node.value) || json_array_size(node.value) < min ||
        json_array_size(node.value) > max) {
        snprintf(expected, sizeof expected, "a list of %zu to %zu", min, max);
        fwd_json_refuse(json, object, name, expected);
        node.value = NULL;
    }
    return node;
}

struct fwd_json_node fwd_json_item(
    struct fwd_json *json, const struct fwd_json_node *array, size_t index)
{
    struct fwd_json_node node = {NULL, ""};

    if (snprintf(node.path, sizeof node.path, "%.120s[%zu]", array->path, index) < 0)
        node.path[0] = '\0';
    if (json->fail != FWD_FAIL_NONE)
        return node;
    node.value = json_array_get(array->value, index);
    if (!json_is_object(node.value)) {
        fwd_json_refuse(json, &node, NULL, "an object");
        node.value = NULL;
    }
    return node;
}

/* ---- values ---------------------------------------------------------------------------------- */

uint32_t fwd_json_u32_or(struct fwd_json *json, const struct fwd_json_node *object,
    const char *name, uint32_t min, uint32_t max, uint32_t fallback)
{
    if (json->fail == FWD_FAIL_NONE && json_object_get(object->value, name) == NULL)
        return fallback;
    return fwd_json_u32(json, object, name, min, max);
}

uint32_t fwd_json_u32(struct fwd_json *json, const struct fwd_json_node *object, const char *name,
    uint32_t min, uint32_t max)
{
    const json_t *value = member(json, object, name);
    char expected[64];

    if (json->fail != FWD_FAIL_NONE)
        return 0;
    if (json_is_integer(value) && json_integer_value(value) >= (json_int_t)min &&
        json_integer_value(value) <= (json_int_t)max)
        return (uint32_t)json_integer_value(value);
    snprintf(expected, sizeof expected, "a whole number from %" PRIu32 " to %" PRIu32, min, max);
    fwd_json_refuse(json, object, name, expected);
    return 0;
}

bool fwd_json_bool_or(
    struct fwd_json *json, const struct fwd_json_node *object, const char *name, bool fallback)
{
    const json_t *value = member(json, object, name);

    if (value == NULL)
        return fallback;
    if (!json_is_boolean(value))
        fwd_json_refuse(json, object, name, "true or false");
    return json_is_true(value);
}

static bool printable(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] < 0x20 || text[i] > 0x7E)
            return false;
    }
    return true;
}

void fwd_json_text(struct fwd_json *json, const struct fwd_json_node *object, const char *name,
    char *out, size_t size, bool required)
{
    const json_t *value = member(json, object, name);
    size_t length = json_string_length(value);
    char expected[64];

    out[0] = '\0';
    if (json->fail != FWD_FAIL_NONE || (value == NULL && !required))
        return;
    if (!json_is_string(value) || length == 0 || length >= size ||
        !printable(json_string_value(value), length)) {
        snprintf(expected, sizeof expected, "a text of 1 to %zu printable characters", size - 1);
        fwd_json_refuse(json, object, name, expected);
        return;
    }
    memcpy(out, json_string_value(value), length + 1);
}

int fwd_json_choice(struct fwd_json *json, const struct fwd_json_node *object, const char *name,
    const char *const *words, int count, int fallback)
{
    const json_t *value = member(json, object, name);
    char expected[256] = "one of";
    size_t at = strlen(expected);

    if (json->fail != FWD_FAIL_NONE || (value == NULL && fallback >= 0))
        return fallback < 0 ? 0 : fallback;
    for (int i = 0; i < count; i++) {
        if (json_is_string(value) && strcmp(json_string_value(value), words[i]) == 0)
            return i;
        int more =
            snprintf(expected + at, sizeof expected - at, "%s \"%s\"", i > 0 ? "," : "", words[i]);
        if (more > 0 && at + (size_t)more < sizeof expected)
            at += (size_t)more;
    }
    fwd_json_refuse(json, object, name, expected);
    return 0;
}
