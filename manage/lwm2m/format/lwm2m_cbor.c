#include "manage/lwm2m/format/lwm2m_cbor.h"

#include "manage/lwm2m/format/lwm2m_senml.h"

#include <cbor.h>
#include <string.h>

/* RFC 8428, 6: labels that are numbers. */
enum label {
    LABEL_BASE_NAME = -2,
    LABEL_NAME = 0,
    LABEL_VALUE = 2,
    LABEL_STRING = 3,
    LABEL_BOOLEAN = 4,
    LABEL_DATA = 8,
    LABEL_LINK = 1000, /* "vlo" of LwM2M, a text */
    LABEL_OTHER = 1001 /* times, units: not looked at */
};

/* ---- reading: one item after the other, nothing is allocated --------------------------------- */

enum item_kind {
    ITEM_NONE, /* not allowed here */
    ITEM_INTEGER,
    ITEM_REAL,
    ITEM_BOOLEAN,
    ITEM_TEXT,
    ITEM_BYTES,
    ITEM_ARRAY,
    ITEM_MAP,
    ITEM_BREAK
};

struct item {
    enum item_kind kind;
    int64_t integer;
    double real;
    const uint8_t *bytes;
    size_t size; /* of bytes; elements of ARRAY and MAP */
    bool indefinite;
};

static void set_integer(void *ctx, uint64_t number, bool negative)
{
    struct item *item = ctx;

    if (number > (uint64_t)INT64_MAX)
        return; /* stays ITEM_NONE */
    item->kind = ITEM_INTEGER;
    item->integer = negative ? -1 - (int64_t)number : (int64_t)number;
}

static void on_uint8(void *ctx, uint8_t n)
{
    set_integer(ctx, n, false);
}

static void on_uint16(void *ctx, uint16_t n)
{
    set_integer(ctx, n, false);
}

static void on_uint32(void *ctx, uint32_t n)
{
    set_integer(ctx, n, false);
}

static void on_uint64(void *ctx, uint64_t n)
{
    set_integer(ctx, n, false);
}

static void on_negint8(void *ctx, uint8_t n)
{
    set_integer(ctx, n, true);
}

static void on_negint16(void *ctx, uint16_t n)
{
    set_integer(ctx, n, true);
}

static void on_negint32(void *ctx, uint32_t n)
{
    set_integer(ctx, n, true);
}

static void on_negint64(void *ctx, uint64_t n)
{
    set_integer(ctx, n, true);
}

static void on_float(void *ctx, float real)
{
    struct item *item = ctx;

    item->kind = ITEM_REAL;
    item->real = (double)real;
}

static void on_double(void *ctx, double real)
{
    struct item *item = ctx;

    item->kind = ITEM_REAL;
    item->real = real;
}

static void on_boolean(void *ctx, bool truth)
{
    struct item *item = ctx;

    item->kind = ITEM_BOOLEAN;
    item->integer = truth ? 1 : 0;
}

static void on_text(void *ctx, cbor_data bytes, size_t size)
{
    *(struct item *)ctx = (struct item){.kind = ITEM_TEXT, .bytes = bytes, .size = size};
}

static void on_bytes(void *ctx, cbor_data bytes, size_t size)
{
    *(struct item *)ctx = (struct item){.kind = ITEM_BYTES, .bytes = bytes, .size = size};
}

static void on_array(void *ctx, size_t size)
{
    *(struct item *)ctx = (struct item){.kind = ITEM_ARRAY, .size = size};
}

static void on_array_open(void *ctx)
{
    *(struct item *)ctx = (struct item){.kind = ITEM_ARRAY, .indefinite = true};
}

static void on_map(void *ctx, size_t size)
{
    *(struct item *)ctx = (struct item){.kind = ITEM_MAP, .size = size};
}

static void on_map_open(void *ctx)
{
    *(struct item *)ctx = (struct item){.kind = ITEM_MAP, .indefinite = true};
}

static void on_break(void *ctx)
{
    ((struct item *)ctx)->kind = ITEM_BREAK;
}

static void on_other(void *ctx)
{
    (void)ctx;
}

static void on_tag(void *ctx, uint64_t tag)
{
    (void)ctx, (void)tag;
}

static const struct cbor_callbacks callbacks = {.uint8 = on_uint8,
    .uint16 = on_uint16,
    .uint32 = on_uint32,
    .uint64 = on_uint64,
    .negint8 = on_negint8,
    .negint16 = on_negint16,
    .negint32 = on_negint32,
    .negint64 = on_negint64,
    .byte_string_start = on_other,
    .byte_string = on_bytes,
    .string = on_text,
    .string_start = on_other,
    .indef_array_start = on_array_open,
    .array_start = on_array,
    .indef_map_start = on_map_open,
    .map_start = on_map,
    .tag = on_tag,
    .float2 = on_float,
    .float4 = on_float,
    .float8 = on_double,
    .undefined = on_other,
    .null = on_other,
    .boolean = on_boolean,
    .indef_break = on_break};

struct cursor {
    const uint8_t *at, *end;
};

/* False: the bytes end, or what comes is not allowed. */
static bool next_item(struct cursor *c, struct item *item)
{
    *item = (struct item){.kind = ITEM_NONE};
    if (c->at == c->end)
        return false;
    struct cbor_decoder_result result =
        cbor_stream_decode(c->at, (size_t)(c->end - c->at), &callbacks, item);
    if (result.status != CBOR_DECODER_FINISHED)
        return false;
    c->at += result.read;
    return item->kind != ITEM_NONE;
}

/* ---- records --------------------------------------------------------------------------------- */

struct record {
    char name[FWD_LWM2M_NAME_MAX];
    struct fwd_lwm2m_value value;
};

static enum label label_of(const struct item *key)
{
    if (key->kind == ITEM_INTEGER && key->integer >= -16 && key->integer <= 16)
        return (enum label)key->integer;
    if (key->kind == ITEM_TEXT && key->size == 3 && memcmp(key->bytes, "vlo", 3) == 0)
        return LABEL_LINK;
    return LABEL_OTHER;
}

static bool copy_text(const struct item *item, char text[FWD_LWM2M_NAME_MAX])
{
    struct fwd_lwm2m_value value = {
        .type = FWD_LWM2M_STRING, .bytes = item->bytes, .size = item->size};

    return item->kind == ITEM_TEXT && fwd_lwm2m_value_text(&value, text, FWD_LWM2M_NAME_MAX);
}

static bool take_value(const struct item *item, struct fwd_lwm2m_value *value)
{
    switch (item->kind) {
    case ITEM_INTEGER:
        *value = fwd_lwm2m_value_integer(item->integer);
        return true;
    case ITEM_REAL:
        *value = (struct fwd_lwm2m_value){.type = FWD_LWM2M_FLOAT, .real = item->real};
        return true;
    case ITEM_BOOLEAN:
        *value = fwd_lwm2m_value_boolean(item->integer != 0);
        return true;
    case ITEM_TEXT:
    case ITEM_BYTES:
        *value = (struct fwd_lwm2m_value){
            .type = item->kind == ITEM_TEXT ? FWD_LWM2M_STRING : FWD_LWM2M_OPAQUE,
            .bytes = item->bytes,
            .size = item->size};
        return true;
    default:
        return false;
    }
}

static bool take_member(
    enum label label, const struct item *item, char base_name[], struct record *record)
{
    char link[FWD_LWM2M_NAME_MAX];

    switch (label) {
    case LABEL_BASE_NAME:
        return copy_text(item, base_name);
    case LABEL_NAME:
        return copy_text(item, record->name);
    case LABEL_VALUE:
    case LABEL_STRING:
    case LABEL_BOOLEAN:
    case LABEL_DATA:
        return take_value(item, &record->value);
    case LABEL_LINK:
        return copy_text(item, link) && fwd_lwm2m_senml_link(link, &record->value);
    default:
        return item->kind < ITEM_ARRAY;
    }
}

static bool take_record(
    struct cursor *c, const struct item *map, char base_name[], struct record *record)
{
    struct item key, value;

    *record = (struct record){.name = ""};
    for (size_t i = 0; map->indefinite || i < map->size; i++) {
        if (!next_item(c, &key))
            return false;
        if (map->indefinite && key.kind == ITEM_BREAK)
            break;
        if (!next_item(c, &value) || !take_member(label_of(&key), &value, base_name, record))
            return false;
    }
    return record->value.type != FWD_LWM2M_NONE;
}

bool fwd_lwm2m_cbor_decode(const struct fwd_lwm2m_path *base, const uint8_t *bytes, size_t size,
    struct fwd_lwm2m_list *out)
{
    struct cursor c = {bytes, bytes + size};
    char base_name[FWD_LWM2M_NAME_MAX] = "";
    struct fwd_lwm2m_path path;
    struct record record;
    struct item array, map;

    if (!next_item(&c, &array) || array.kind != ITEM_ARRAY)
        return false;
    for (size_t i = 0; array.indefinite || i < array.size; i++) {
        if (!next_item(&c, &map))
            return false;
        if (array.indefinite && map.kind == ITEM_BREAK)
            break;
        if (map.kind != ITEM_MAP || !take_record(&c, &map, base_name, &record) ||
            !fwd_lwm2m_senml_path(base, base_name, record.name, &path) ||
            !fwd_lwm2m_list_add(out, &path, &record.value))
            return false;
    }
    return c.at == c.end;
}

/* ---- writing --------------------------------------------------------------------------------- */

struct writer {
    uint8_t *bytes;
    size_t size, room;
    bool full;
};

/* What an encoder has written; 0: it had no room. */
static void wrote(struct writer *w, size_t size)
{
    w->full = w->full || size == 0;
    w->size += size;
}

#define AT(w)   ((w)->bytes + (w)->size)
#define LEFT(w) ((w)->room - (w)->size)

static void put_integer(struct writer *w, int64_t integer)
{
    wrote(w, integer >= 0 ? cbor_encode_uint((uint64_t)integer, AT(w), LEFT(w))
                          : cbor_encode_negint((uint64_t)(-1 - integer), AT(w), LEFT(w)));
}

static void put_raw(struct writer *w, const void *bytes, size_t size)
{
    if (w->full || size > LEFT(w)) {
        w->full = true;
        return;
    }
    if (size > 0)
        memcpy(AT(w), bytes, size);
    w->size += size;
}

static void put_text(struct writer *w, const char *text, size_t size)
{
    wrote(w, cbor_encode_string_start(size, AT(w), LEFT(w)));
    put_raw(w, text, size);
}

static void put_value(struct writer *w, const struct fwd_lwm2m_value *value)
{
    struct fwd_lwm2m_path ids = {{value->link[0], value->link[1], 0, 0}, 2};
    char link[FWD_LWM2M_PATH_TEXT];

    switch (value->type) {
    case FWD_LWM2M_INTEGER:
        put_integer(w, LABEL_VALUE);
        put_integer(w, value->integer);
        break;
    case FWD_LWM2M_FLOAT:
        put_integer(w, LABEL_VALUE);
        wrote(w, cbor_encode_double(value->real, AT(w), LEFT(w)));
        break;
    case FWD_LWM2M_BOOLEAN:
        put_integer(w, LABEL_BOOLEAN);
        wrote(w, cbor_encode_bool(value->integer != 0, AT(w), LEFT(w)));
        break;
    case FWD_LWM2M_STRING:
        put_integer(w, LABEL_STRING);
        put_text(w, (const char *)value->bytes, value->size);
        break;
    case FWD_LWM2M_LINK:
        fwd_lwm2m_path_print(&ids, link); /* "/11/0" becomes "11:0" */
        *strchr(link + 1, '/') = ':';
        put_text(w, "vlo", 3);
        put_text(w, link + 1, strlen(link + 1));
        break;
    default:
        put_integer(w, LABEL_DATA);
        wrote(w, cbor_encode_bytestring_start(value->size, AT(w), LEFT(w)));
        put_raw(w, value->bytes, value->size);
    }
}

bool fwd_lwm2m_cbor_encode(const struct fwd_lwm2m_path *base, const struct fwd_lwm2m_list *list,
    uint8_t *bytes, size_t room, size_t *size)
{
    struct writer w = {bytes, 0, room, false};
    char text[FWD_LWM2M_PATH_TEXT];

    wrote(&w, cbor_encode_array_start(list->count, AT(&w), LEFT(&w)));
    for (size_t i = 0; i < list->count && !w.full; i++) {
        wrote(&w, cbor_encode_map_start(i == 0 ? 3 : 2, AT(&w), LEFT(&w)));
        if (i == 0) {
            fwd_lwm2m_senml_base(base, text);
            put_integer(&w, LABEL_BASE_NAME);
            put_text(&w, text, strlen(text));
        }
        fwd_lwm2m_senml_name(base, &list->records[i].path, text);
        put_integer(&w, LABEL_NAME);
        put_text(&w, text, strlen(text));
        put_value(&w, &list->records[i].value);
    }
    *size = w.size;
    return !w.full;
}
