#include "manage/lwm2m/format/lwm2m_value.h"

#include "manage/lwm2m/format/lwm2m_base64.h"

#include <stdlib.h>
#include <string.h>

/* ---- lists ----------------------------------------------------------------------------------- */

bool fwd_lwm2m_list_init(struct fwd_lwm2m_list *list)
{
    *list = (struct fwd_lwm2m_list){NULL, 0, NULL, 0};
    list->records = calloc(FWD_LWM2M_RECORDS_MAX, sizeof *list->records);
    list->bytes = malloc(FWD_LWM2M_BYTES_MAX);
    if (list->records != NULL && list->bytes != NULL)
        return true;
    fwd_lwm2m_list_free(list);
    return false;
}

void fwd_lwm2m_list_free(struct fwd_lwm2m_list *list)
{
    free(list->records);
    free(list->bytes);
    *list = (struct fwd_lwm2m_list){NULL, 0, NULL, 0};
}

bool fwd_lwm2m_list_add(struct fwd_lwm2m_list *list, const struct fwd_lwm2m_path *path,
    const struct fwd_lwm2m_value *value)
{
    if (list->count == FWD_LWM2M_RECORDS_MAX || value->size > FWD_LWM2M_BYTES_MAX - list->used)
        return false;
    struct fwd_lwm2m_record *record = &list->records[list->count++];
    record->path = *path;
    record->value = *value;
    record->value.bytes = list->bytes + list->used;
    if (value->size > 0)
        memcpy(list->bytes + list->used, value->bytes, value->size);
    list->used += value->size;
    return true;
}

/* ---- values ---------------------------------------------------------------------------------- */

struct fwd_lwm2m_value fwd_lwm2m_value_integer(int64_t integer)
{
    return (struct fwd_lwm2m_value){.type = FWD_LWM2M_INTEGER, .integer = integer};
}

struct fwd_lwm2m_value fwd_lwm2m_value_boolean(bool truth)
{
    return (struct fwd_lwm2m_value){.type = FWD_LWM2M_BOOLEAN, .integer = truth ? 1 : 0};
}

struct fwd_lwm2m_value fwd_lwm2m_value_string(const char *text)
{
    return (struct fwd_lwm2m_value){
        .type = FWD_LWM2M_STRING, .bytes = (const uint8_t *)text, .size = strlen(text)};
}

bool fwd_lwm2m_value_text(const struct fwd_lwm2m_value *value, char *text, size_t room)
{
    if (value->type != FWD_LWM2M_STRING || value->size >= room ||
        (value->size > 0 && memchr(value->bytes, 0, value->size) != NULL))
        return false;
    if (value->size > 0)
        memcpy(text, value->bytes, value->size);
    text[value->size] = '\0';
    return true;
}

/* ---- TLV: big-endian, two's complement, as many bytes as it takes (1, 2, 4, 8) --------------- */

static bool integer_of_bytes(const struct fwd_lwm2m_value *value, int64_t *integer)
{
    uint64_t bits = value->size > 0 && (value->bytes[0] & 0x80) != 0 ? UINT64_MAX : 0;

    if (value->size != 1 && value->size != 2 && value->size != 4 && value->size != 8)
        return false;
    for (size_t i = 0; i < value->size; i++)
        bits = bits << 8 | value->bytes[i];
    memcpy(integer, &bits, sizeof bits);
    return true;
}

static bool real_of_bytes(const struct fwd_lwm2m_value *value, double *real)
{
    uint64_t bits = 0;
    float small;

    for (size_t i = 0; i < value->size && i < 8; i++)
        bits = bits << 8 | value->bytes[i];
    if (value->size == 4) {
        uint32_t half = (uint32_t)bits;
        memcpy(&small, &half, sizeof small);
        *real = (double)small;
        return true;
    }
    memcpy(real, &bits, sizeof *real);
    return value->size == 8;
}

static bool of_bytes(
    const struct fwd_lwm2m_value *value, enum fwd_lwm2m_type type, struct fwd_lwm2m_value *out)
{
    switch (type) {
    case FWD_LWM2M_STRING:
    case FWD_LWM2M_OPAQUE:
        *out = *value;
        out->type = type;
        return true;
    case FWD_LWM2M_INTEGER:
        return integer_of_bytes(value, &out->integer);
    case FWD_LWM2M_BOOLEAN:
        out->integer = value->size == 1 ? value->bytes[0] : 2;
        return out->integer <= 1;
    case FWD_LWM2M_FLOAT:
        return real_of_bytes(value, &out->real);
    case FWD_LWM2M_LINK:
        if (value->size != 4)
            return false;
        out->link[0] = (uint16_t)(value->bytes[0] << 8 | value->bytes[1]);
        out->link[1] = (uint16_t)(value->bytes[2] << 8 | value->bytes[3]);
        return true;
    default:
        return false;
    }
}

/* ---- plain text ------------------------------------------------------------------------------ */

static bool integer_of_text(const struct fwd_lwm2m_value *value, int64_t *integer)
{
    bool negative = value->size > 0 && value->bytes[0] == '-';
    size_t at = negative || (value->size > 0 && value->bytes[0] == '+') ? 1 : 0;
    uint64_t number = 0;

    if (at == value->size || value->size - at > 19)
        return false;
    for (; at < value->size; at++) {
        if (value->bytes[at] < '0' || value->bytes[at] > '9')
            return false;
        number = number * 10 + (uint64_t)(value->bytes[at] - '0');
    }
    if (number > (uint64_t)INT64_MAX)
        return false;
    *integer = negative ? -(int64_t)number : (int64_t)number;
    return true;
}

static bool real_of_text(const struct fwd_lwm2m_value *value, double *real)
{
    char text[64], *end;

    if (value->size == 0 || value->size >= sizeof text)
        return false;
    memcpy(text, value->bytes, value->size);
    text[value->size] = '\0';
    if (strspn(text, "+-0123456789.eE") != value->size)
        return false;
    *real = strtod(text, &end);
    return *end == '\0';
}

static bool link_of_text(const struct fwd_lwm2m_value *value, uint16_t link[2])
{
    struct fwd_lwm2m_path path = {{0}, 0};
    const uint8_t *colon = value->size > 0 ? memchr(value->bytes, ':', value->size) : NULL;
    size_t first = colon != NULL ? (size_t)(colon - value->bytes) : 0;

    if (colon == NULL || !fwd_lwm2m_path_add(&path, (const char *)value->bytes, first) ||
        !fwd_lwm2m_path_add(&path, (const char *)colon + 1, value->size - first - 1))
        return false;
    memcpy(link, path.ids, 2 * sizeof *link);
    return true;
}

static bool of_text(
    const struct fwd_lwm2m_value *value, enum fwd_lwm2m_type type, struct fwd_lwm2m_value *out)
{
    switch (type) {
    case FWD_LWM2M_STRING:
        *out = *value;
        out->type = type;
        return true;
    case FWD_LWM2M_OPAQUE: /* 1.1 Core, table 7.4.2: opaque values are Base64 in plain text */
        *out = *value;
        out->type = type;
        return fwd_lwm2m_base64_decode(
            value->bytes, value->size, (uint8_t *)(uintptr_t)value->bytes, &out->size);
    case FWD_LWM2M_INTEGER:
        return integer_of_text(value, &out->integer);
    case FWD_LWM2M_BOOLEAN:
        out->integer = value->size == 1 ? value->bytes[0] - '0' : 2;
        return out->integer == 0 || out->integer == 1;
    case FWD_LWM2M_FLOAT:
        return real_of_text(value, &out->real);
    case FWD_LWM2M_LINK:
        return link_of_text(value, out->link);
    default:
        return false;
    }
}

/* ---- from one type to another ---------------------------------------------------------------- */

bool fwd_lwm2m_value_as(
    const struct fwd_lwm2m_value *value, enum fwd_lwm2m_type type, struct fwd_lwm2m_value *out)
{
    struct fwd_lwm2m_value from = *value; /* out may be the same */

    *out = (struct fwd_lwm2m_value){.type = type};
    if (from.type == FWD_LWM2M_TLV_BYTES)
        return of_bytes(&from, type, out);
    if (from.type == FWD_LWM2M_PLAIN_TEXT)
        return of_text(&from, type, out);
    if (from.type == type) {
        *out = from;
        return true;
    }
    if (from.type == FWD_LWM2M_INTEGER && type == FWD_LWM2M_FLOAT) {
        out->real = (double)from.integer;
        return true;
    }
    if (from.type == FWD_LWM2M_FLOAT && type == FWD_LWM2M_INTEGER && from.real > -9e15 &&
        from.real < 9e15 && from.real == (double)(int64_t)from.real) {
        out->integer = (int64_t)from.real;
        return true;
    }
    return false;
}
