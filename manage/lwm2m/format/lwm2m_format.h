/* Content formats by number: how a list of values is written and read (1.1 Core, 7.4). */
#ifndef FWD_MANAGE_LWM2M_FORMAT_LWM2M_FORMAT_H
#define FWD_MANAGE_LWM2M_FORMAT_LWM2M_FORMAT_H

#include "manage/lwm2m/format/lwm2m_value.h"

enum {
    FWD_LWM2M_FORMAT_TEXT = 0,
    FWD_LWM2M_FORMAT_LINK = 40,
    FWD_LWM2M_FORMAT_OPAQUE = 42,
    FWD_LWM2M_FORMAT_SENML_JSON = 110,
    FWD_LWM2M_FORMAT_SENML_CBOR = 112,
    FWD_LWM2M_FORMAT_TLV = 11542,
    FWD_LWM2M_FORMAT_JSON = 11543
};

struct fwd_lwm2m_format {
    const char *name;
    uint16_t number;
    uint16_t old; /* what servers before the registration of numbers send; 0: none */
    bool single;  /* holds one value only */
    /* Adds what it says about base or below it. False: malformed, or about something else. */
    bool (*decode)(const struct fwd_lwm2m_path *base, const uint8_t *bytes, size_t size,
        struct fwd_lwm2m_list *out);
    /* All records are below base, in the order of their paths. False: no room, or it cannot be
     * written so. */
    bool (*encode)(const struct fwd_lwm2m_path *base, const struct fwd_lwm2m_list *list,
        uint8_t *bytes, size_t room, size_t *size);
};

/* NULL: not known here. */
const struct fwd_lwm2m_format *fwd_lwm2m_format_find(uint32_t number);

#endif
