/* Values of resources, and lists of them with their paths: what formats are made from and read
 * into. LwM2M 1.1 Core, appendix C (data types). */
#ifndef FWD_MANAGE_LWM2M_FORMAT_LWM2M_VALUE_H
#define FWD_MANAGE_LWM2M_FORMAT_LWM2M_VALUE_H

#include "manage/lwm2m/format/lwm2m_path.h"

#define FWD_LWM2M_RECORDS_MAX 128u   /* of one list */
#define FWD_LWM2M_BYTES_MAX   65536u /* of all its texts and opaque values */

enum fwd_lwm2m_type {
    FWD_LWM2M_NONE, /* no value */
    FWD_LWM2M_STRING,
    FWD_LWM2M_INTEGER, /* also unsigned integers and times */
    FWD_LWM2M_FLOAT,
    FWD_LWM2M_BOOLEAN,
    FWD_LWM2M_OPAQUE,
    FWD_LWM2M_LINK, /* two ids */
    /* As they came, where a format does not tell types: see fwd_lwm2m_value_as() */
    FWD_LWM2M_TLV_BYTES,
    FWD_LWM2M_PLAIN_TEXT
};

struct fwd_lwm2m_value {
    enum fwd_lwm2m_type type;
    const uint8_t *bytes; /* of STRING, OPAQUE, TLV_BYTES, PLAIN_TEXT; not ended by a zero */
    size_t size;
    int64_t integer; /* of INTEGER, BOOLEAN (0 or 1) */
    double real;     /* of FLOAT */
    uint16_t link[2];
};

struct fwd_lwm2m_record {
    struct fwd_lwm2m_path path; /* of a resource or a resource instance */
    struct fwd_lwm2m_value value;
};

/* Owns what its values point to. */
struct fwd_lwm2m_list {
    struct fwd_lwm2m_record *records;
    size_t count;
    uint8_t *bytes;
    size_t used;
};

/* False: no memory. */
bool fwd_lwm2m_list_init(struct fwd_lwm2m_list *list);
void fwd_lwm2m_list_free(struct fwd_lwm2m_list *list); /* NULL-safe for its members */

/* Adds a record; its bytes are copied. False: the list is full. */
bool fwd_lwm2m_list_add(struct fwd_lwm2m_list *list, const struct fwd_lwm2m_path *path,
    const struct fwd_lwm2m_value *value);

struct fwd_lwm2m_value fwd_lwm2m_value_integer(int64_t integer);
struct fwd_lwm2m_value fwd_lwm2m_value_boolean(bool truth);
/* text: valid as long as the value is used. */
struct fwd_lwm2m_value fwd_lwm2m_value_string(const char *text);

/* The value as the type that its resource has; false: it is not one. TLV_BYTES and PLAIN_TEXT
 * become any type; an integer becomes a float, and a float without fraction an integer. */
bool fwd_lwm2m_value_as(
    const struct fwd_lwm2m_value *value, enum fwd_lwm2m_type type, struct fwd_lwm2m_value *out);

/* A STRING with a final zero; false: it is none, has a zero in it, or is larger than room - 1. */
bool fwd_lwm2m_value_text(const struct fwd_lwm2m_value *value, char *text, size_t room);

#endif
