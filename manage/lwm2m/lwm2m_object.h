/* Objects as data: which resources there are, and who reads, writes and executes them. */
#ifndef FWD_MANAGE_LWM2M_LWM2M_OBJECT_H
#define FWD_MANAGE_LWM2M_LWM2M_OBJECT_H

#include "manage/coap/coap.h"
#include "manage/lwm2m/format/lwm2m_value.h"

#define FWD_LWM2M_INSTANCES_MAX 8u

/* What servers may do with a resource: bits. */
enum fwd_lwm2m_operation {
    FWD_LWM2M_READ = 1,
    FWD_LWM2M_WRITE = 2,
    FWD_LWM2M_EXECUTE = 4,
    FWD_LWM2M_STREAM = 8,    /* a write comes in pieces: write_piece() */
    FWD_LWM2M_MULTIPLE = 16, /* has instances */
    FWD_LWM2M_BY_NAME = 32   /* not among the answers to a read of the whole instance */
};

struct fwd_lwm2m_resource {
    uint16_t id;
    enum fwd_lwm2m_type type;
    uint8_t operations;
};

/* Codes are those of CoAP: FWD_COAP_CHANGED, or why not. All that is not there is NULL. */
struct fwd_lwm2m_object {
    uint16_t id;
    const char *version;                        /* "1.1"; NULL: 1.0, not told */
    const struct fwd_lwm2m_resource *resources; /* in the order of their ids */
    size_t resource_count;

    /* Ids of the instances that are there, rising. */
    size_t (*instances)(void *ctx, uint16_t ids[FWD_LWM2M_INSTANCES_MAX]);
    /* The value of a resource; of a multiple one that of its index-th instance, whose id goes into
     * *which. False: there is none (now). Bytes of the value: valid until the next call. */
    bool (*read)(void *ctx, uint16_t instance, uint16_t resource, size_t index, uint16_t *which,
        struct fwd_lwm2m_value *value);
    /* value has the type of the resource. */
    uint8_t (*write)(
        void *ctx, uint16_t instance, uint16_t resource, const struct fwd_lwm2m_value *value);
    /* A piece of a value at an offset; last: it is complete with this one. */
    uint8_t (*write_piece)(void *ctx, uint16_t instance, uint16_t resource, uint64_t offset,
        const uint8_t *bytes, size_t size, bool last);
    uint8_t (*execute)(void *ctx, uint16_t instance, uint16_t resource);
    uint8_t (*create)(void *ctx, uint16_t instance);
    uint8_t (*remove)(void *ctx, uint16_t instance);
    void *ctx;
};

const struct fwd_lwm2m_resource *fwd_lwm2m_object_resource(
    const struct fwd_lwm2m_object *object, uint16_t id);
bool fwd_lwm2m_object_has(const struct fwd_lwm2m_object *object, uint16_t instance);

/* Adds the values that a read of path answers with (path->ids[0] is the object's):
 * FWD_COAP_CONTENT, FWD_COAP_NOT_FOUND, FWD_COAP_NOT_ALLOWED. all: also what servers may not read.
 */
uint8_t fwd_lwm2m_object_read(const struct fwd_lwm2m_object *object,
    const struct fwd_lwm2m_path *path, bool all, struct fwd_lwm2m_list *out);

/* Writes one value; all: also what servers may not write. */
uint8_t fwd_lwm2m_object_write(
    const struct fwd_lwm2m_object *object, const struct fwd_lwm2m_record *record, bool all);

#endif
