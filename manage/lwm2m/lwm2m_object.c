#include "manage/lwm2m/lwm2m_object.h"

const struct fwd_lwm2m_resource *fwd_lwm2m_object_resource(
    const struct fwd_lwm2m_object *object, uint16_t id)
{
    for (size_t i = 0; i < object->resource_count; i++) {
        if (object->resources[i].id == id)
            return &object->resources[i];
    }
    return NULL;
}

bool fwd_lwm2m_object_has(const struct fwd_lwm2m_object *object, uint16_t instance)
{
    uint16_t ids[FWD_LWM2M_INSTANCES_MAX];
    size_t count = object->instances(object->ctx, ids);

    for (size_t i = 0; i < count; i++) {
        if (ids[i] == instance)
            return true;
    }
    return false;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* Adds the value, or the values of a multiple resource. False: there is none. */
static bool add_resource(const struct fwd_lwm2m_object *object, const struct fwd_lwm2m_path *wanted,
    const struct fwd_lwm2m_resource *resource, uint16_t instance, struct fwd_lwm2m_list *out)
{
    struct fwd_lwm2m_path path = fwd_lwm2m_path_of(object->id, instance, resource->id);
    bool multiple = (resource->operations & FWD_LWM2M_MULTIPLE) != 0;
    struct fwd_lwm2m_value value;
    uint16_t which = 0;
    bool any = false;

    for (size_t i = 0; i < (multiple ? FWD_LWM2M_RECORDS_MAX : 1); i++) {
        if (!object->read(object->ctx, instance, resource->id, i, &which, &value))
            break;
        path.level = multiple ? FWD_LWM2M_RESOURCE_INSTANCE : FWD_LWM2M_RESOURCE;
        path.ids[3] = multiple ? which : 0;
        if (fwd_lwm2m_path_within(&path, wanted) && fwd_lwm2m_list_add(out, &path, &value))
            any = true;
    }
    return any;
}

static void add_instance(const struct fwd_lwm2m_object *object, const struct fwd_lwm2m_path *path,
    uint16_t instance, bool all, struct fwd_lwm2m_list *out)
{
    for (size_t i = 0; i < object->resource_count; i++) {
        const struct fwd_lwm2m_resource *r = &object->resources[i];
        bool readable = (r->operations & FWD_LWM2M_READ) != 0 || all;
        if (readable && (r->operations & (FWD_LWM2M_BY_NAME | FWD_LWM2M_EXECUTE)) == 0)
            (void)add_resource(object, path, r, instance, out);
    }
}

static uint8_t read_resource(const struct fwd_lwm2m_object *object,
    const struct fwd_lwm2m_path *path, bool all, struct fwd_lwm2m_list *out)
{
    const struct fwd_lwm2m_resource *r = fwd_lwm2m_object_resource(object, path->ids[2]);

    if (r == NULL)
        return FWD_COAP_NOT_FOUND;
    if ((r->operations & FWD_LWM2M_READ) == 0 && !all)
        return FWD_COAP_NOT_ALLOWED;
    return add_resource(object, path, r, path->ids[1], out) ? FWD_COAP_CONTENT : FWD_COAP_NOT_FOUND;
}

uint8_t fwd_lwm2m_object_read(const struct fwd_lwm2m_object *object,
    const struct fwd_lwm2m_path *path, bool all, struct fwd_lwm2m_list *out)
{
    uint16_t ids[FWD_LWM2M_INSTANCES_MAX];
    size_t count = object->instances(object->ctx, ids);

    if (path->level >= FWD_LWM2M_INSTANCE && !fwd_lwm2m_object_has(object, path->ids[1]))
        return FWD_COAP_NOT_FOUND;
    if (path->level >= FWD_LWM2M_RESOURCE)
        return read_resource(object, path, all, out);
    for (size_t i = 0; i < count; i++) {
        if (path->level == FWD_LWM2M_OBJECT || ids[i] == path->ids[1])
            add_instance(object, path, ids[i], all, out);
    }
    return FWD_COAP_CONTENT;
}

/* ---- writing --------------------------------------------------------------------------------- */

uint8_t fwd_lwm2m_object_write(
    const struct fwd_lwm2m_object *object, const struct fwd_lwm2m_record *record, bool all)
{
    const struct fwd_lwm2m_path *path = &record->path;
    const struct fwd_lwm2m_resource *r = fwd_lwm2m_object_resource(object, path->ids[2]);
    struct fwd_lwm2m_value value;

    if (r == NULL || !fwd_lwm2m_object_has(object, path->ids[1]))
        return FWD_COAP_NOT_FOUND;
    if (object->write == NULL || ((r->operations & FWD_LWM2M_WRITE) == 0 && !all))
        return FWD_COAP_NOT_ALLOWED;
    if (!fwd_lwm2m_value_as(&record->value, r->type, &value))
        return FWD_COAP_BAD_REQUEST;
    return object->write(object->ctx, path->ids[1], path->ids[2], &value);
}
