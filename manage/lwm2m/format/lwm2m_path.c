#include "manage/lwm2m/format/lwm2m_path.h"

#include <stdio.h>
#include <string.h>

bool fwd_lwm2m_path_add(struct fwd_lwm2m_path *path, const char *text, size_t size)
{
    uint32_t id = 0;

    if (path->level == FWD_LWM2M_LEVELS || size == 0 || size > 5)
        return false;
    for (size_t i = 0; i < size; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        id = id * 10 + (uint32_t)(text[i] - '0');
    }
    if (id > FWD_LWM2M_ID_MAX)
        return false;
    path->ids[path->level++] = (uint16_t)id;
    return true;
}

bool fwd_lwm2m_path_parse(const char *text, size_t size, struct fwd_lwm2m_path *path)
{
    size_t at = size > 0 && text[0] == '/' ? 1 : 0;

    memset(path, 0, sizeof *path);
    while (at < size) {
        const char *slash = memchr(text + at, '/', size - at);
        size_t length = slash != NULL ? (size_t)(slash - text) - at : size - at;
        if (!fwd_lwm2m_path_add(path, text + at, length))
            return false;
        at += length + 1;
    }
    return true;
}

void fwd_lwm2m_path_print(const struct fwd_lwm2m_path *path, char text[FWD_LWM2M_PATH_TEXT])
{
    size_t at = 0;

    memcpy(text, "/", 2);
    for (unsigned i = 0; i < path->level && i < FWD_LWM2M_LEVELS; i++)
        at += (size_t)snprintf(text + at, FWD_LWM2M_PATH_TEXT - at, "/%u", (unsigned)path->ids[i]);
}

struct fwd_lwm2m_path fwd_lwm2m_path_of(uint16_t object, uint16_t instance, uint16_t resource)
{
    return (struct fwd_lwm2m_path){{object, instance, resource, 0}, FWD_LWM2M_RESOURCE};
}

bool fwd_lwm2m_path_equal(const struct fwd_lwm2m_path *a, const struct fwd_lwm2m_path *b)
{
    return a->level == b->level && fwd_lwm2m_path_within(a, b);
}

bool fwd_lwm2m_path_within(const struct fwd_lwm2m_path *path, const struct fwd_lwm2m_path *outer)
{
    if (path->level < outer->level)
        return false;
    for (unsigned i = 0; i < outer->level; i++) {
        if (path->ids[i] != outer->ids[i])
            return false;
    }
    return true;
}
