/* What the formats with names for values have in common: a base name and a name are a path. */
#ifndef FWD_MANAGE_LWM2M_FORMAT_LWM2M_SENML_H
#define FWD_MANAGE_LWM2M_FORMAT_LWM2M_SENML_H

#include "manage/lwm2m/format/lwm2m_value.h"

#define FWD_LWM2M_NAME_MAX 64u

/* The path of base name and name together, below `base`. Without a base name the name counts from
 * base on, unless it begins with "/". False: no path, or none of a value below base. */
bool fwd_lwm2m_senml_path(const struct fwd_lwm2m_path *base, const char *base_name,
    const char *name, struct fwd_lwm2m_path *path);

/* The base name for answers about base ("/5/0/"), and the name in it ("3"). */
void fwd_lwm2m_senml_base(const struct fwd_lwm2m_path *base, char text[FWD_LWM2M_PATH_TEXT]);
void fwd_lwm2m_senml_name(const struct fwd_lwm2m_path *base, const struct fwd_lwm2m_path *path,
    char text[FWD_LWM2M_PATH_TEXT]);

/* "11:0" as a link; false: it is none. */
bool fwd_lwm2m_senml_link(const char *text, struct fwd_lwm2m_value *value);

#endif
