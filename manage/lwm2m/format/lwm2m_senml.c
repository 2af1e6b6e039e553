#include "manage/lwm2m/format/lwm2m_senml.h"

#include <stdio.h>
#include <string.h>

bool fwd_lwm2m_senml_path(const struct fwd_lwm2m_path *base, const char *base_name,
    const char *name, struct fwd_lwm2m_path *path)
{
    char whole[FWD_LWM2M_PATH_TEXT + FWD_LWM2M_NAME_MAX];

    if (strlen(base_name) + strlen(name) >= FWD_LWM2M_NAME_MAX)
        return false;
    if (base_name[0] == '\0' && name[0] != '/') {
        fwd_lwm2m_path_print(base, whole);
        if (base->level > FWD_LWM2M_ROOT && name[0] != '\0')
            strcat(whole, "/");
    } else {
        strcpy(whole, base_name);
    }
    strcat(whole, name);
    return fwd_lwm2m_path_parse(whole, strlen(whole), path) && path->level >= FWD_LWM2M_RESOURCE &&
           fwd_lwm2m_path_within(path, base);
}

/* Values are named from their instance on, or from the object when all its instances are asked for.
 */
static unsigned base_level(const struct fwd_lwm2m_path *base)
{
    return base->level < FWD_LWM2M_INSTANCE ? base->level : FWD_LWM2M_INSTANCE;
}

void fwd_lwm2m_senml_base(const struct fwd_lwm2m_path *base, char text[FWD_LWM2M_PATH_TEXT])
{
    struct fwd_lwm2m_path outer = *base;

    outer.level = (uint8_t)base_level(base);
    fwd_lwm2m_path_print(&outer, text);
    if (outer.level > 0)
        strcat(text, "/");
}

void fwd_lwm2m_senml_name(const struct fwd_lwm2m_path *base, const struct fwd_lwm2m_path *path,
    char text[FWD_LWM2M_PATH_TEXT])
{
    size_t at = 0;

    text[0] = '\0';
    for (unsigned i = base_level(base); i < path->level; i++)
        at += (size_t)snprintf(
            text + at, FWD_LWM2M_PATH_TEXT - at, "%s%u", at > 0 ? "/" : "", (unsigned)path->ids[i]);
}

bool fwd_lwm2m_senml_link(const char *text, struct fwd_lwm2m_value *value)
{
    struct fwd_lwm2m_value plain = fwd_lwm2m_value_string(text);

    plain.type = FWD_LWM2M_PLAIN_TEXT;
    return fwd_lwm2m_value_as(&plain, FWD_LWM2M_LINK, value);
}
