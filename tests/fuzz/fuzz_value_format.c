#include "tests/fuzz/fuzz_value_format.h"

#include "manage/lwm2m/format/lwm2m_format.h"

#include <stdlib.h>
#include <string.h>

static uint8_t written[2 * FWD_LWM2M_BYTES_MAX];

static void require(bool what)
{
    if (!what)
        abort();
}

static int compare(const void *a, const void *b)
{
    const struct fwd_lwm2m_record *x = a, *y = b;

    for (size_t i = 0; i < FWD_LWM2M_LEVELS; i++) {
        if (x->path.ids[i] != y->path.ids[i])
            return x->path.ids[i] < y->path.ids[i] ? -1 : 1;
    }
    return (int)x->path.level - (int)y->path.level;
}

/* Each value as each type: whatever an object makes of it. */
static void use_values(const struct fwd_lwm2m_list *list, const struct fwd_lwm2m_path *base)
{
    struct fwd_lwm2m_value value;
    char text[64];

    require(list->count <= FWD_LWM2M_RECORDS_MAX && list->used <= FWD_LWM2M_BYTES_MAX);
    for (size_t i = 0; i < list->count; i++) {
        require(fwd_lwm2m_path_within(&list->records[i].path, base));
        for (int type = FWD_LWM2M_STRING; type <= FWD_LWM2M_LINK; type++) {
            if (fwd_lwm2m_value_as(&list->records[i].value, (enum fwd_lwm2m_type)type, &value) &&
                fwd_lwm2m_value_text(&value, text, sizeof text))
                require(strlen(text) == value.size);
        }
    }
}

/* Paths that are there once, one not inside another: as objects answer. */
static bool can_be_written(const struct fwd_lwm2m_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct fwd_lwm2m_record *r = &list->records[i];
        if (r->path.level < FWD_LWM2M_RESOURCE || r->value.type == FWD_LWM2M_NONE ||
            (i > 0 && fwd_lwm2m_path_within(&r->path, &list->records[i - 1].path)))
            return false;
    }
    return list->count > 0;
}

static void write_and_read(const struct fwd_lwm2m_format *format, const struct fwd_lwm2m_path *base,
    const struct fwd_lwm2m_list *list)
{
    struct fwd_lwm2m_list again;
    size_t size;

    if (!format->encode(base, list, written, sizeof written, &size))
        return;
    require(size <= sizeof written && fwd_lwm2m_list_init(&again));
    require(format->decode(base, written, size, &again));
    require(again.count == list->count);
    for (size_t i = 0; i < again.count; i++)
        require(compare(&again.records[i], &list->records[i]) == 0);
    fwd_lwm2m_list_free(&again);
}

void fuzz_value_format(uint16_t number, const uint8_t *data, size_t size)
{
    const struct fwd_lwm2m_format *format = fwd_lwm2m_format_find(number);
    struct fwd_lwm2m_path base = {{0}, FWD_LWM2M_ROOT};
    struct fwd_lwm2m_list list;

    if (size == 0 || !fwd_lwm2m_list_init(&list))
        return;
    static const uint16_t ids[FWD_LWM2M_LEVELS] = {5, 0, 1, 2};
    base.level = (uint8_t)(data[0] % 5u);
    memcpy(base.ids, ids, base.level * sizeof *ids);
    if (format->decode(&base, data + 1, size - 1, &list)) {
        use_values(&list, &base);
        qsort(list.records, list.count, sizeof *list.records, compare);
        if (can_be_written(&list))
            write_and_read(format, &base, &list);
    }
    fwd_lwm2m_list_free(&list);
}
