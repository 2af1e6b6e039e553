/* What servers ask for: read, observe, discover, write, write attributes, execute, create, delete,
 * and what a bootstrap server writes. 1.1 Transport, 6.4; 1.0, 8.2. */
#include "manage/lwm2m/format/lwm2m_format.h"
#include "manage/lwm2m/lwm2m_client_internal.h"

#include <string.h>

/* ---- reading --------------------------------------------------------------------------------- */

/* Plain text or bytes for one value, TLV for more. */
static int32_t usual_format(const struct fwd_lwm2m_list *list, const struct fwd_lwm2m_path *path)
{
    bool single = list->count == 1 && fwd_lwm2m_path_equal(&list->records[0].path, path);

    if (!single)
        return FWD_LWM2M_FORMAT_TLV;
    return list->records[0].value.type == FWD_LWM2M_OPAQUE ? FWD_LWM2M_FORMAT_OPAQUE
                                                           : FWD_LWM2M_FORMAT_TEXT;
}

void fwd_lwm2m_client_read(struct fwd_lwm2m_client *c, const struct fwd_lwm2m_path *path,
    int32_t format, struct fwd_coap_reply *reply)
{
    const struct fwd_lwm2m_object *object = fwd_lwm2m_client_object(c, path->ids[0]);

    c->list.count = c->list.used = 0;
    reply->code =
        object == NULL ? FWD_COAP_NOT_FOUND : fwd_lwm2m_object_read(object, path, false, &c->list);
    if (reply->code != FWD_COAP_CONTENT)
        return;
    if (format < 0)
        format = usual_format(&c->list, path);
    const struct fwd_lwm2m_format *f = fwd_lwm2m_format_find((uint32_t)format);
    if (f == NULL || !f->encode(path, &c->list, reply->payload, FWD_COAP_REPLY_MAX, &reply->size)) {
        reply->code = FWD_COAP_NOT_ACCEPTABLE;
        reply->size = 0;
        return;
    }
    reply->format = format;
}

static void discover(struct fwd_lwm2m_client *c, const struct fwd_coap_message *m,
    const struct fwd_lwm2m_path *path, struct fwd_coap_reply *reply)
{
    const struct fwd_lwm2m_object *object = fwd_lwm2m_client_object(c, path->ids[0]);
    bool there = path->level == FWD_LWM2M_ROOT ||
                 (object != NULL && (path->level < FWD_LWM2M_INSTANCE ||
                                        fwd_lwm2m_object_has(object, path->ids[1])));

    if (there && path->level >= FWD_LWM2M_RESOURCE)
        there = fwd_lwm2m_object_resource(object, path->ids[2]) != NULL;
    if (there)
        reply->size =
            fwd_lwm2m_client_discover(c, m->peer, path, (char *)reply->payload, FWD_COAP_REPLY_MAX);
    reply->code = there ? FWD_COAP_CONTENT : FWD_COAP_NOT_FOUND;
    reply->format = there ? FWD_LWM2M_FORMAT_LINK : -1;
}

static void get(struct fwd_lwm2m_client *c, const struct fwd_coap_message *m,
    const struct fwd_lwm2m_path *path, struct fwd_coap_reply *reply)
{
    uint32_t sequence;

    if (m->accept == FWD_LWM2M_FORMAT_LINK) {
        discover(c, m, path, reply);
        return;
    }
    if (path->level == FWD_LWM2M_ROOT) {
        reply->code = FWD_COAP_NOT_ALLOWED;
        return;
    }
    fwd_lwm2m_client_read(c, path, m->accept, reply);
    if (m->observe == 1)
        fwd_lwm2m_client_forget(c, m);
    if (m->observe == 0 && reply->code == FWD_COAP_CONTENT &&
        fwd_lwm2m_client_observe(c, m, path, reply->format, &sequence))
        reply->observe = (int32_t)(sequence & 0xFFFFFF);
}

/* ---- writing --------------------------------------------------------------------------------- */

/* A server that says nothing about the format of a single value means plain text. */
static const struct fwd_lwm2m_format *format_of(
    const struct fwd_coap_message *m, const struct fwd_lwm2m_path *path)
{
    int32_t usual =
        path->level >= FWD_LWM2M_RESOURCE ? FWD_LWM2M_FORMAT_TEXT : FWD_LWM2M_FORMAT_TLV;

    return fwd_lwm2m_format_find((uint32_t)(m->format >= 0 ? m->format : usual));
}

/* Everything is checked before anything is changed. */
static uint8_t check_records(
    const struct fwd_lwm2m_object *object, const struct fwd_lwm2m_list *list, bool all)
{
    struct fwd_lwm2m_value value;

    for (size_t i = 0; i < list->count; i++) {
        const struct fwd_lwm2m_resource *r =
            fwd_lwm2m_object_resource(object, list->records[i].path.ids[2]);
        if (r == NULL)
            return FWD_COAP_NOT_FOUND;
        if ((r->operations & FWD_LWM2M_WRITE) == 0 && !all)
            return FWD_COAP_NOT_ALLOWED;
        if (r->type != FWD_LWM2M_OPAQUE && /* a text for one can be decoded only once */
            !fwd_lwm2m_value_as(&list->records[i].value, r->type, &value))
            return FWD_COAP_BAD_REQUEST;
    }
    return FWD_COAP_CHANGED;
}

/* A bootstrap server makes the instances that it writes. */
static uint8_t make_instance(const struct fwd_lwm2m_object *object, uint16_t instance, bool all)
{
    if (fwd_lwm2m_object_has(object, instance))
        return FWD_COAP_CHANGED;
    if (!all || object->create == NULL)
        return FWD_COAP_NOT_FOUND;
    return object->create(object->ctx, instance) == FWD_COAP_CREATED ? FWD_COAP_CHANGED
                                                                     : FWD_COAP_BAD_REQUEST;
}

static uint8_t write_records(
    struct fwd_lwm2m_client *c, const struct fwd_lwm2m_object *object, bool all)
{
    uint8_t code = check_records(object, &c->list, all);

    for (size_t i = 0; i < c->list.count && code == FWD_COAP_CHANGED; i++) {
        code = make_instance(object, c->list.records[i].path.ids[1], all);
        if (code == FWD_COAP_CHANGED)
            code = fwd_lwm2m_object_write(object, &c->list.records[i], all);
        if (code == FWD_COAP_CHANGED)
            fwd_lwm2m_client_changed(c, &c->list.records[i].path);
    }
    return code;
}

static uint8_t write(struct fwd_lwm2m_client *c, const struct fwd_coap_message *m,
    const struct fwd_lwm2m_path *path, bool all)
{
    const struct fwd_lwm2m_object *object = fwd_lwm2m_client_object(c, path->ids[0]);
    const struct fwd_lwm2m_format *format = format_of(m, path);

    if (object == NULL || path->level == FWD_LWM2M_ROOT)
        return FWD_COAP_NOT_FOUND;
    if (format == NULL)
        return FWD_COAP_FORMAT;
    if (path->level >= FWD_LWM2M_INSTANCE && !all && !fwd_lwm2m_object_has(object, path->ids[1]))
        return FWD_COAP_NOT_FOUND;
    c->list.count = c->list.used = 0;
    if (!format->decode(path, m->payload, m->size, &c->list))
        return FWD_COAP_BAD_REQUEST;
    return write_records(c, object, all);
}

/* ---- writes that come in blocks (RFC 7959) --------------------------------------------------- */

static bool is_stream(const struct fwd_lwm2m_client *c, const struct fwd_lwm2m_path *path)
{
    const struct fwd_lwm2m_object *object = fwd_lwm2m_client_object(c, path->ids[0]);
    const struct fwd_lwm2m_resource *r = object != NULL && path->level == FWD_LWM2M_RESOURCE
                                             ? fwd_lwm2m_object_resource(object, path->ids[2])
                                             : NULL;

    return r != NULL && (r->operations & FWD_LWM2M_STREAM) != 0;
}

/* Bytes as they come: opaque, in TLV only when the whole fits into one message. */
static uint8_t write_stream(
    struct fwd_lwm2m_client *c, const struct fwd_coap_message *m, const struct fwd_lwm2m_path *path)
{
    const struct fwd_lwm2m_object *object = fwd_lwm2m_client_object(c, path->ids[0]);
    const struct fwd_lwm2m_format *format =
        fwd_lwm2m_format_find((uint32_t)(m->format >= 0 ? m->format : FWD_LWM2M_FORMAT_OPAQUE));
    uint64_t offset = m->block1.present ? (uint64_t)m->block1.number << (m->block1.szx + 4) : 0;
    const uint8_t *bytes = m->payload;
    size_t size = m->size;

    if (!fwd_lwm2m_object_has(object, path->ids[1]))
        return FWD_COAP_NOT_FOUND;
    if (format == NULL || (format->number != FWD_LWM2M_FORMAT_OPAQUE && m->block1.present &&
                              (m->block1.more || m->block1.number > 0)))
        return FWD_COAP_FORMAT;
    c->list.count = c->list.used = 0;
    if (format->number != FWD_LWM2M_FORMAT_OPAQUE) {
        struct fwd_lwm2m_value value;
        if (!format->decode(path, m->payload, m->size, &c->list) || c->list.count != 1 ||
            !fwd_lwm2m_value_as(&c->list.records[0].value, FWD_LWM2M_OPAQUE, &value))
            return FWD_COAP_BAD_REQUEST;
        bytes = value.bytes;
        size = value.size;
    }
    bool last = !m->block1.present || !m->block1.more;
    if (!last && size != (size_t)16 << m->block1.szx)
        return FWD_COAP_BAD_REQUEST;
    return object->write_piece(object->ctx, path->ids[1], path->ids[2], offset, bytes, size, last);
}

/* Adds a block; FWD_COAP_CHANGED: *whole is the complete message now. */
static uint8_t gather(struct fwd_lwm2m_client *c, const struct fwd_coap_message *m,
    const struct fwd_lwm2m_path *path, struct fwd_coap_message *whole)
{
    struct fwd_lwm2m_session *s = &c->sessions[m->peer];
    size_t offset = (size_t)m->block1.number << (m->block1.szx + 4);
    char text[FWD_LWM2M_PATH_TEXT];

    fwd_lwm2m_path_print(path, text);
    if (m->block1.number == 0) {
        memcpy(s->gather_path, text, sizeof text);
        s->gathered = 0;
    }
    if (offset != s->gathered || strcmp(text, s->gather_path) != 0)
        return FWD_COAP_INCOMPLETE;
    if (m->size > FWD_LWM2M_GATHER_MAX - s->gathered)
        return FWD_COAP_TOO_LARGE;
    if (m->size > 0)
        memcpy(s->gather + s->gathered, m->payload, m->size);
    s->gathered += m->size;
    if (m->block1.more)
        return m->size == (size_t)16 << m->block1.szx ? FWD_COAP_CONTINUE : FWD_COAP_BAD_REQUEST;
    *whole = *m;
    whole->payload = s->gather;
    whole->size = s->gathered;
    s->gather_path[0] = '\0';
    return FWD_COAP_CHANGED;
}

static uint8_t write_blocks(struct fwd_lwm2m_client *c, const struct fwd_coap_message *m,
    const struct fwd_lwm2m_path *path, bool all)
{
    struct fwd_coap_message whole;

    if (is_stream(c, path) && !all) {
        uint8_t code = write_stream(c, m, path);
        return code == FWD_COAP_CHANGED && m->block1.present && m->block1.more ? FWD_COAP_CONTINUE
                                                                               : code;
    }
    if (!m->block1.present)
        return write(c, m, path, all);
    uint8_t code = gather(c, m, path, &whole);
    return code == FWD_COAP_CHANGED ? write(c, &whole, path, all) : code;
}

/* ---- the other operations -------------------------------------------------------------------- */

static uint8_t execute(struct fwd_lwm2m_client *c, const struct fwd_lwm2m_path *path)
{
    const struct fwd_lwm2m_object *object = fwd_lwm2m_client_object(c, path->ids[0]);
    const struct fwd_lwm2m_resource *r =
        object != NULL ? fwd_lwm2m_object_resource(object, path->ids[2]) : NULL;

    if (r == NULL || !fwd_lwm2m_object_has(object, path->ids[1]))
        return FWD_COAP_NOT_FOUND;
    if ((r->operations & FWD_LWM2M_EXECUTE) == 0 || object->execute == NULL)
        return FWD_COAP_NOT_ALLOWED;
    return object->execute(object->ctx, path->ids[1], path->ids[2]);
}

/* The id of the new instance is in the payload. */
static uint8_t create(
    struct fwd_lwm2m_client *c, const struct fwd_coap_message *m, const struct fwd_lwm2m_path *path)
{
    const struct fwd_lwm2m_object *object = fwd_lwm2m_client_object(c, path->ids[0]);
    const struct fwd_lwm2m_format *format = format_of(m, path);

    if (object == NULL)
        return FWD_COAP_NOT_FOUND;
    if (object->create == NULL || object->id <= 1)
        return FWD_COAP_NOT_ALLOWED; /* accounts are made by bootstrap servers */
    c->list.count = c->list.used = 0;
    if (format == NULL || !format->decode(path, m->payload, m->size, &c->list) ||
        c->list.count == 0)
        return FWD_COAP_BAD_REQUEST;
    uint8_t code = object->create(object->ctx, c->list.records[0].path.ids[1]);
    if (code == FWD_COAP_CREATED)
        code = write_records(c, object, false) == FWD_COAP_CHANGED ? FWD_COAP_CREATED
                                                                   : FWD_COAP_BAD_REQUEST;
    return code;
}

static uint8_t remove_instance(struct fwd_lwm2m_client *c, const struct fwd_lwm2m_path *path)
{
    const struct fwd_lwm2m_object *object = fwd_lwm2m_client_object(c, path->ids[0]);

    if (object == NULL)
        return FWD_COAP_NOT_FOUND;
    if (path->level != FWD_LWM2M_INSTANCE || object->remove == NULL || object->id <= 1)
        return FWD_COAP_NOT_ALLOWED;
    if (!fwd_lwm2m_object_has(object, path->ids[1]))
        return FWD_COAP_NOT_FOUND;
    return object->remove(object->ctx, path->ids[1]);
}

static uint8_t post(
    struct fwd_lwm2m_client *c, const struct fwd_coap_message *m, const struct fwd_lwm2m_path *path)
{
    const struct fwd_lwm2m_object *object = fwd_lwm2m_client_object(c, path->ids[0]);
    const struct fwd_lwm2m_resource *r = object != NULL && path->level == FWD_LWM2M_RESOURCE
                                             ? fwd_lwm2m_object_resource(object, path->ids[2])
                                             : NULL;

    if (path->level == FWD_LWM2M_OBJECT)
        return create(c, m, path);
    if (r != NULL && (r->operations & FWD_LWM2M_WRITE) != 0)
        return write_blocks(c, m, path, false);
    return path->level == FWD_LWM2M_RESOURCE ? execute(c, path) : write_blocks(c, m, path, false);
}

/* ---- a bootstrap server ---------------------------------------------------------------------- */

/* Its own instance of object 0 stays. 1.1 Core, 6.1.7.6 */
static void remove_below(
    const struct fwd_lwm2m_object *object, const struct fwd_lwm2m_path *path, uint16_t own)
{
    uint16_t ids[FWD_LWM2M_INSTANCES_MAX];
    size_t count = object->instances(object->ctx, ids);

    for (size_t i = 0; i < count && object->remove != NULL; i++) {
        bool meant = path->level < FWD_LWM2M_INSTANCE || path->ids[1] == ids[i];
        if (meant && !(object->id == 0 && ids[i] == own))
            (void)object->remove(object->ctx, ids[i]);
    }
}

static uint8_t bootstrap_delete(
    struct fwd_lwm2m_client *c, unsigned peer, const struct fwd_lwm2m_path *path)
{
    uint16_t own = c->accounts->security[peer].instance;

    for (uint16_t id = 0; id <= 1; id++) {
        if (path->level == FWD_LWM2M_ROOT || path->ids[0] == id)
            remove_below(fwd_lwm2m_client_object(c, id), path, own);
    }
    if (path->level > FWD_LWM2M_INSTANCE)
        return FWD_COAP_NOT_ALLOWED;
    return path->level == FWD_LWM2M_ROOT || path->ids[0] <= 1 ? FWD_COAP_DELETED
                                                              : FWD_COAP_NOT_ALLOWED;
}

static void serve_bootstrap(
    struct fwd_lwm2m_client *c, const struct fwd_coap_message *m, struct fwd_coap_reply *reply)
{
    struct fwd_lwm2m_path path;

    if (m->code == FWD_COAP_POST && strcmp(m->path, "/bs") == 0) {
        reply->code = fwd_lwm2m_client_bootstrapped(c, m->peer);
        return;
    }
    if (!fwd_lwm2m_path_parse(m->path, strlen(m->path), &path))
        reply->code = FWD_COAP_NOT_FOUND;
    else if (m->code == FWD_COAP_GET && m->accept == FWD_LWM2M_FORMAT_LINK)
        discover(c, m, &path, reply);
    else if (m->code == FWD_COAP_GET)
        fwd_lwm2m_client_read(c, &path, m->accept, reply); /* 1.1: Bootstrap-Read of object 1 */
    else if (m->code == FWD_COAP_DELETE)
        reply->code = bootstrap_delete(c, m->peer, &path);
    else if (m->code == FWD_COAP_PUT && path.level > FWD_LWM2M_ROOT && path.ids[0] <= 1)
        reply->code = write_blocks(c, m, &path, true);
    else
        reply->code = FWD_COAP_NOT_ALLOWED;
}

/* ---- all ------------------------------------------------------------------------------------- */

static void serve(
    struct fwd_lwm2m_client *c, const struct fwd_coap_message *m, struct fwd_coap_reply *reply)
{
    struct fwd_lwm2m_path path;

    if (!fwd_lwm2m_path_parse(m->path, strlen(m->path), &path))
        reply->code = FWD_COAP_NOT_FOUND;
    else if (path.level > FWD_LWM2M_ROOT && path.ids[0] == 0)
        reply->code = FWD_COAP_UNAUTHORIZED; /* keys are nobody's business */
    else if (m->code == FWD_COAP_GET)
        get(c, m, &path, reply);
    else if (path.level == FWD_LWM2M_ROOT)
        reply->code = FWD_COAP_NOT_ALLOWED;
    else if (m->code == FWD_COAP_PUT && m->size == 0 && m->query_count > 0)
        reply->code = fwd_lwm2m_client_set_attributes(c, m, &path);
    else if (m->code == FWD_COAP_PUT && path.level >= FWD_LWM2M_INSTANCE)
        reply->code = write_blocks(c, m, &path, false);
    else if (m->code == FWD_COAP_POST)
        reply->code = post(c, m, &path);
    else if (m->code == FWD_COAP_DELETE)
        reply->code = remove_instance(c, &path);
    else
        reply->code = FWD_COAP_NOT_ALLOWED;
}

void fwd_lwm2m_client_serve(
    void *ctx, const struct fwd_coap_message *message, struct fwd_coap_reply *reply)
{
    struct fwd_lwm2m_client *c = ctx;

    if (!c->running)
        reply->code = FWD_COAP_UNAVAILABLE;
    else if (c->accounts->security[message->peer].bootstrap)
        serve_bootstrap(c, message, reply);
    else
        serve(c, message, reply);
    reply->block1 = message->block1;
    if (reply->code != FWD_COAP_CONTINUE)
        reply->block1.more = false;
}
