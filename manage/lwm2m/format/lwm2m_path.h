/* What a LwM2M operation is about: an object, an instance, a resource, a resource instance, or the
 * root. LwM2M 1.1 Core, 7.3. */
#ifndef FWD_MANAGE_LWM2M_FORMAT_LWM2M_PATH_H
#define FWD_MANAGE_LWM2M_FORMAT_LWM2M_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FWD_LWM2M_LEVELS    4u
#define FWD_LWM2M_PATH_TEXT 28u /* "/65535/65535/65535/65535" and a zero */
#define FWD_LWM2M_ID_MAX    65534u

enum fwd_lwm2m_level {
    FWD_LWM2M_ROOT,
    FWD_LWM2M_OBJECT,
    FWD_LWM2M_INSTANCE,
    FWD_LWM2M_RESOURCE,
    FWD_LWM2M_RESOURCE_INSTANCE
};

struct fwd_lwm2m_path {
    uint16_t ids[FWD_LWM2M_LEVELS]; /* those beyond level are 0 */
    uint8_t level;                  /* enum fwd_lwm2m_level: how many ids count */
};

/* "/5/0/3", "5/0/3", "/5/0/3/", "/" or "". False: anything else, or an id above 65534. */
bool fwd_lwm2m_path_parse(const char *text, size_t size, struct fwd_lwm2m_path *path);
/* One more id; false: it has four already, or this is none. */
bool fwd_lwm2m_path_add(struct fwd_lwm2m_path *path, const char *text, size_t size);

/* "/5/0/3"; the root is "/". */
void fwd_lwm2m_path_print(const struct fwd_lwm2m_path *path, char text[FWD_LWM2M_PATH_TEXT]);

struct fwd_lwm2m_path fwd_lwm2m_path_of(uint16_t object, uint16_t instance, uint16_t resource);

bool fwd_lwm2m_path_equal(const struct fwd_lwm2m_path *a, const struct fwd_lwm2m_path *b);
/* Is it `outer` itself, or below it? */
bool fwd_lwm2m_path_within(const struct fwd_lwm2m_path *path, const struct fwd_lwm2m_path *outer);

#endif
