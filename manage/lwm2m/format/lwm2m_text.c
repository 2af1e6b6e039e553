#include "manage/lwm2m/format/lwm2m_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool take(const struct fwd_lwm2m_path *base, enum fwd_lwm2m_type type, const uint8_t *bytes,
    size_t size, struct fwd_lwm2m_list *out)
{
    struct fwd_lwm2m_value value = {.type = type, .bytes = bytes, .size = size};

    return base->level >= FWD_LWM2M_RESOURCE && fwd_lwm2m_list_add(out, base, &value);
}

bool fwd_lwm2m_text_decode(const struct fwd_lwm2m_path *base, const uint8_t *bytes, size_t size,
    struct fwd_lwm2m_list *out)
{
    return take(base, FWD_LWM2M_PLAIN_TEXT, bytes, size, out);
}

bool fwd_lwm2m_text_decode_opaque(const struct fwd_lwm2m_path *base, const uint8_t *bytes,
    size_t size, struct fwd_lwm2m_list *out)
{
    return take(base, FWD_LWM2M_OPAQUE, bytes, size, out);
}

static bool copy(const void *from, size_t count, uint8_t *bytes, size_t room, size_t *size)
{
    if (count > room)
        return false;
    if (count > 0)
        memcpy(bytes, from, count);
    *size = count;
    return true;
}

bool fwd_lwm2m_text_encode(const struct fwd_lwm2m_path *base, const struct fwd_lwm2m_list *list,
    uint8_t *bytes, size_t room, size_t *size)
{
    const struct fwd_lwm2m_value *value = &list->records[0].value;
    char text[64];

    (void)base;
    if (list->count != 1)
        return false;
    if (value->type == FWD_LWM2M_STRING)
        return copy(value->bytes, value->size, bytes, room, size);
    if (value->type == FWD_LWM2M_INTEGER || value->type == FWD_LWM2M_BOOLEAN)
        (void)snprintf(text, sizeof text, "%" PRId64, value->integer);
    else if (value->type == FWD_LWM2M_FLOAT)
        (void)snprintf(text, sizeof text, "%.15g", value->real);
    else if (value->type == FWD_LWM2M_LINK)
        (void)snprintf(
            text, sizeof text, "%u:%u", (unsigned)value->link[0], (unsigned)value->link[1]);
    else
        return false; /* opaque values have a format of their own */
    return copy(text, strlen(text), bytes, room, size);
}

bool fwd_lwm2m_text_encode_opaque(const struct fwd_lwm2m_path *base,
    const struct fwd_lwm2m_list *list, uint8_t *bytes, size_t room, size_t *size)
{
    const struct fwd_lwm2m_value *value = &list->records[0].value;

    (void)base;
    return list->count == 1 && value->type == FWD_LWM2M_OPAQUE &&
           copy(value->bytes, value->size, bytes, room, size);
}
