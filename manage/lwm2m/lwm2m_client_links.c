/* Lists of objects and instances (RFC 6690; 1.1 Core, 6.2.1 and 6.3.2). */
#include "manage/lwm2m/lwm2m_client_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct text {
    char *at;
    size_t size, room;
    bool full;
};

__attribute__((format(printf, 2, 3))) static void add(struct text *t, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    int n = vsnprintf(t->at + t->size, t->room - t->size, format, args);
    va_end(args);
    if (n < 0 || (size_t)n >= t->room - t->size)
        t->full = true;
    else
        t->size += (size_t)n;
}

static void add_object(struct text *t, const struct fwd_lwm2m_object *object)
{
    uint16_t ids[FWD_LWM2M_INSTANCES_MAX];
    size_t count = object->instances(object->ctx, ids);

    if (object->version != NULL || count == 0)
        add(t, "%s</%u>", t->size > 0 ? "," : "", (unsigned)object->id);
    if (object->version != NULL)
        add(t, ";ver=%s", object->version);
    for (size_t i = 0; i < count; i++)
        add(t, "%s</%u/%u>", t->size > 0 ? "," : "", (unsigned)object->id, (unsigned)ids[i]);
}

/* Object 0 is not told. */
size_t fwd_lwm2m_client_links(const struct fwd_lwm2m_client *c, char *text, size_t room)
{
    struct text t = {text, 0, room, false};

    add_object(&t, &c->accounts->object1);
    for (size_t i = 0; i < c->config.object_count; i++)
        add_object(&t, c->config.objects[i]);
    return t.full ? 0 : t.size;
}

/* ---- discover -------------------------------------------------------------------------------- */

static void add_attributes(struct text *t, const struct fwd_lwm2m_client *c, unsigned peer,
    const struct fwd_lwm2m_path *path)
{
    const struct fwd_lwm2m_attribute *a = fwd_lwm2m_client_attribute(c, peer, path);

    if (a != NULL && a->pmin >= 0)
        add(t, ";pmin=%lld", (long long)a->pmin);
    if (a != NULL && a->pmax >= 0)
        add(t, ";pmax=%lld", (long long)a->pmax);
}

static void add_path(struct text *t, const struct fwd_lwm2m_client *c, unsigned peer,
    const struct fwd_lwm2m_path *path)
{
    char text[FWD_LWM2M_PATH_TEXT];

    fwd_lwm2m_path_print(path, text);
    add(t, "%s<%s>", t->size > 0 ? "," : "", text);
    add_attributes(t, c, peer, path);
}

static void add_resources(struct text *t, const struct fwd_lwm2m_client *c, unsigned peer,
    const struct fwd_lwm2m_object *object, const struct fwd_lwm2m_path *wanted, uint16_t instance)
{
    for (size_t i = 0; i < object->resource_count; i++) {
        struct fwd_lwm2m_path path =
            fwd_lwm2m_path_of(object->id, instance, object->resources[i].id);
        bool named = wanted->level == FWD_LWM2M_RESOURCE;
        if (named ? fwd_lwm2m_path_equal(&path, wanted)
                  : (object->resources[i].operations & FWD_LWM2M_BY_NAME) == 0)
            add_path(t, c, peer, &path);
    }
}

/* An object shows its instances, an instance its resources; both show both, as servers expect. */
static void discover_object(struct text *t, const struct fwd_lwm2m_client *c, unsigned peer,
    const struct fwd_lwm2m_object *object, const struct fwd_lwm2m_path *wanted)
{
    uint16_t ids[FWD_LWM2M_INSTANCES_MAX];
    size_t count = object->instances(object->ctx, ids);
    struct fwd_lwm2m_path path = {{object->id, 0, 0, 0}, FWD_LWM2M_OBJECT};

    if (wanted->level <= FWD_LWM2M_OBJECT)
        add_path(t, c, peer, &path);
    if (wanted->level <= FWD_LWM2M_OBJECT && object->version != NULL)
        add(t, ";ver=%s", object->version);
    for (size_t i = 0; i < count; i++) {
        if (wanted->level >= FWD_LWM2M_INSTANCE && wanted->ids[1] != ids[i])
            continue;
        path.ids[1] = ids[i];
        path.level = FWD_LWM2M_INSTANCE;
        if (wanted->level <= FWD_LWM2M_INSTANCE)
            add_path(t, c, peer, &path);
        if (wanted->level >= FWD_LWM2M_OBJECT)
            add_resources(t, c, peer, object, wanted, ids[i]);
    }
}

size_t fwd_lwm2m_client_discover(const struct fwd_lwm2m_client *c, unsigned peer,
    const struct fwd_lwm2m_path *path, char *text, size_t room)
{
    struct text t = {text, 0, room, false};
    bool bootstrap = c->accounts->security[peer].bootstrap;

    if (bootstrap)
        add(&t, "lwm2m=\"%s\"", c->config.version);
    if (bootstrap && (path->level == FWD_LWM2M_ROOT || path->ids[0] == 0))
        discover_object(&t, c, peer, &c->accounts->object0, path);
    if (path->level == FWD_LWM2M_ROOT || path->ids[0] == 1)
        discover_object(&t, c, peer, &c->accounts->object1, path);
    for (size_t i = 0; i < c->config.object_count; i++) {
        const struct fwd_lwm2m_object *object = c->config.objects[i];
        if (path->level == FWD_LWM2M_ROOT || path->ids[0] == object->id)
            discover_object(&t, c, peer, object, path);
    }
    return t.full ? 0 : t.size;
}
