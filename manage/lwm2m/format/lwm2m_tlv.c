#include "manage/lwm2m/format/lwm2m_tlv.h"

#include <string.h>

/* Bits 7-6 of the first byte. */
enum kind {
    KIND_INSTANCE = 0,          /* object instance: holds resources */
    KIND_RESOURCE_INSTANCE = 1, /* of a multiple resource: a value */
    KIND_MULTIPLE = 2,          /* multiple resource: holds resource instances */
    KIND_RESOURCE = 3           /* a value */
};

#define WIDE_ID      0x20u
#define LENGTH_BYTES 0x18u
#define LENGTH_SHORT 0x07u
#define LENGTH_MAX   0xFFFFFFu

struct entry {
    enum kind kind;
    uint16_t id;
    const uint8_t *bytes;
    size_t size;
};

/* ---- reading --------------------------------------------------------------------------------- */

struct cursor {
    const uint8_t *at, *end;
};

static bool take_number(struct cursor *c, size_t bytes, uint32_t *number)
{
    if ((size_t)(c->end - c->at) < bytes)
        return false;
    *number = 0;
    for (; bytes > 0; bytes--)
        *number = *number << 8 | *c->at++;
    return true;
}

/* The length that the attacker chose is held against what is there before it is used. */
static bool take_entry(struct cursor *c, struct entry *e)
{
    uint32_t first, id, length;

    if (!take_number(c, 1, &first) || !take_number(c, (first & WIDE_ID) != 0 ? 2 : 1, &id))
        return false;
    length = first & LENGTH_SHORT;
    if ((first & LENGTH_BYTES) != 0 && !take_number(c, (first & LENGTH_BYTES) >> 3, &length))
        return false;
    if (length > (size_t)(c->end - c->at) || id > FWD_LWM2M_ID_MAX)
        return false;
    *e = (struct entry){(enum kind)(first >> 6), (uint16_t)id, c->at, length};
    c->at += length;
    return true;
}

static bool add_value(
    const struct fwd_lwm2m_path *path, const struct entry *e, struct fwd_lwm2m_list *out)
{
    struct fwd_lwm2m_value value = {
        .type = FWD_LWM2M_TLV_BYTES, .bytes = e->bytes, .size = e->size};

    return fwd_lwm2m_list_add(out, path, &value);
}

/* The path of an entry inside `outer`; false: it does not belong there. */
static bool path_in(
    const struct fwd_lwm2m_path *outer, const struct entry *e, struct fwd_lwm2m_path *path)
{
    static const uint8_t levels[] = {[KIND_INSTANCE] = FWD_LWM2M_INSTANCE,
        [KIND_RESOURCE_INSTANCE] = FWD_LWM2M_RESOURCE_INSTANCE,
        [KIND_MULTIPLE] = FWD_LWM2M_RESOURCE,
        [KIND_RESOURCE] = FWD_LWM2M_RESOURCE};

    bool holds = e->kind == KIND_INSTANCE || e->kind == KIND_MULTIPLE;

    *path = *outer;
    /* it names the path that was asked for once more, or what that is in */
    if (path->level == levels[e->kind] || (holds && path->level > levels[e->kind]))
        return path->ids[levels[e->kind] - 1] == e->id;
    if (path->level + 1u != levels[e->kind])
        return false;
    path->ids[path->level++] = e->id;
    return true;
}

/* A multiple resource: its instances. */
static bool take_instances(
    const struct fwd_lwm2m_path *outer, const struct entry *multiple, struct fwd_lwm2m_list *out)
{
    struct cursor c = {multiple->bytes, multiple->bytes + multiple->size};
    struct fwd_lwm2m_path path;
    struct entry e;

    while (c.at < c.end) {
        if (!take_entry(&c, &e) || e.kind != KIND_RESOURCE_INSTANCE || !path_in(outer, &e, &path) ||
            !add_value(&path, &e, out))
            return false;
    }
    return true;
}

static bool take_resource(
    const struct fwd_lwm2m_path *outer, const struct entry *e, struct fwd_lwm2m_list *out)
{
    struct fwd_lwm2m_path path;

    if (e->kind == KIND_INSTANCE || !path_in(outer, e, &path))
        return false;
    return e->kind == KIND_MULTIPLE ? take_instances(&path, e, out) : add_value(&path, e, out);
}

static bool take_resources(
    const struct fwd_lwm2m_path *outer, const struct entry *instance, struct fwd_lwm2m_list *out)
{
    struct cursor c = {instance->bytes, instance->bytes + instance->size};
    struct entry e;

    while (c.at < c.end) {
        if (!take_entry(&c, &e) || !take_resource(outer, &e, out))
            return false;
    }
    return true;
}

bool fwd_lwm2m_tlv_decode(const struct fwd_lwm2m_path *base, const uint8_t *bytes, size_t size,
    struct fwd_lwm2m_list *out)
{
    struct cursor c = {bytes, bytes + size};
    struct fwd_lwm2m_path path;
    struct entry e;

    if (base->level == FWD_LWM2M_ROOT)
        return false;
    while (c.at < c.end) {
        if (!take_entry(&c, &e))
            return false;
        if (e.kind != KIND_INSTANCE ? !take_resource(base, &e, out)
                                    : !path_in(base, &e, &path) || !take_resources(&path, &e, out))
            return false;
    }
    return true;
}

/* ---- writing --------------------------------------------------------------------------------- */

struct writer {
    uint8_t *bytes;
    size_t size, room;
    bool full;
};

static void put(struct writer *w, const void *bytes, size_t size)
{
    if (w->full || size > w->room - w->size) {
        w->full = true;
        return;
    }
    if (size > 0)
        memcpy(w->bytes + w->size, bytes, size);
    w->size += size;
}

static void put_number(struct writer *w, uint64_t number, size_t size)
{
    uint8_t bytes[8];

    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(number >> 8 * (size - 1 - i));
    put(w, bytes, size);
}

static void put_head(struct writer *w, enum kind kind, uint16_t id, size_t size)
{
    size_t length_bytes = size < 8 ? 0 : size < 0x100 ? 1 : size < 0x10000 ? 2 : 3;
    uint8_t first = (uint8_t)((unsigned)kind << 6 | length_bytes << 3);

    if (id > 0xFF)
        first = (uint8_t)(first | WIDE_ID);
    if (length_bytes == 0)
        first = (uint8_t)(first | size);
    if (size > LENGTH_MAX)
        w->full = true;
    put(w, &first, 1);
    put_number(w, id, id > 0xFF ? 2 : 1);
    put_number(w, size, length_bytes);
}

static size_t integer_size(int64_t integer)
{
    return integer >= INT8_MIN && integer <= INT8_MAX     ? 1
           : integer >= INT16_MIN && integer <= INT16_MAX ? 2
           : integer >= INT32_MIN && integer <= INT32_MAX ? 4
                                                          : 8;
}

static size_t value_size(const struct fwd_lwm2m_value *value)
{
    switch (value->type) {
    case FWD_LWM2M_INTEGER:
        return integer_size(value->integer);
    case FWD_LWM2M_BOOLEAN:
        return 1;
    case FWD_LWM2M_FLOAT:
        return 8;
    case FWD_LWM2M_LINK:
        return 4;
    default:
        return value->size;
    }
}

static void put_value(struct writer *w, const struct fwd_lwm2m_value *value)
{
    uint64_t bits = (uint64_t)value->integer;

    if (value->type == FWD_LWM2M_FLOAT)
        memcpy(&bits, &value->real, sizeof bits);
    if (value->type == FWD_LWM2M_LINK)
        bits = (uint64_t)value->link[0] << 16 | value->link[1];
    if (value->type == FWD_LWM2M_INTEGER || value->type == FWD_LWM2M_BOOLEAN ||
        value->type == FWD_LWM2M_FLOAT || value->type == FWD_LWM2M_LINK)
        put_number(w, bits, value_size(value));
    else
        put(w, value->bytes, value->size);
}

/* How many of the records from `first` on agree in so many ids. */
static size_t group(const struct fwd_lwm2m_list *list, size_t first, unsigned ids)
{
    struct fwd_lwm2m_path outer = list->records[first].path;
    size_t count = 1;

    outer.level = (uint8_t)ids;
    while (first + count < list->count &&
           fwd_lwm2m_path_within(&list->records[first + count].path, &outer))
        count++;
    return count;
}

static void put_records(struct writer *w, const struct fwd_lwm2m_list *list, size_t first,
    size_t count, unsigned level);

/* What belongs together: written once for its size, and once for good. */
static void put_nested(struct writer *w, enum kind kind, const struct fwd_lwm2m_list *list,
    size_t first, size_t count, unsigned level)
{
    struct writer measure = *w;

    measure.room = w->room;
    put_records(&measure, list, first, count, level);
    if (measure.full) {
        w->full = true;
        return;
    }
    put_head(w, kind, list->records[first].path.ids[level - 1], measure.size - w->size);
    put_records(w, list, first, count, level);
}

/* The records agree in `level` ids already. */
static void put_records(
    struct writer *w, const struct fwd_lwm2m_list *list, size_t first, size_t count, unsigned level)
{
    for (size_t i = first; i < first + count && !w->full;) {
        const struct fwd_lwm2m_record *r = &list->records[i];
        size_t n = level < r->path.level ? group(list, i, level + 1) : 1;

        if (level < FWD_LWM2M_INSTANCE) {
            put_nested(w, KIND_INSTANCE, list, i, n, FWD_LWM2M_INSTANCE);
        } else if (level == FWD_LWM2M_INSTANCE && r->path.level == FWD_LWM2M_RESOURCE_INSTANCE) {
            put_nested(w, KIND_MULTIPLE, list, i, n, FWD_LWM2M_RESOURCE);
        } else {
            bool single = r->path.level == FWD_LWM2M_RESOURCE;
            put_head(w, single ? KIND_RESOURCE : KIND_RESOURCE_INSTANCE,
                r->path.ids[r->path.level - 1], value_size(&r->value));
            put_value(w, &r->value);
            n = 1;
        }
        i += n;
    }
}

bool fwd_lwm2m_tlv_encode(const struct fwd_lwm2m_path *base, const struct fwd_lwm2m_list *list,
    uint8_t *bytes, size_t room, size_t *size)
{
    struct writer w = {bytes, 0, room, false};
    unsigned level = base->level < FWD_LWM2M_INSTANCE ? FWD_LWM2M_OBJECT : FWD_LWM2M_INSTANCE;

    if (base->level == FWD_LWM2M_ROOT)
        return false;
    put_records(&w, list, 0, list->count, level);
    *size = w.size;
    return !w.full;
}
