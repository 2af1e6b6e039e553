/* TLV of LwM2M (1.1 Core, 7.4.3; also 1.0, 6.4.3): type, identifier, length, value, nested once. */
#ifndef FWD_MANAGE_LWM2M_FORMAT_LWM2M_TLV_H
#define FWD_MANAGE_LWM2M_FORMAT_LWM2M_TLV_H

#include "manage/lwm2m/format/lwm2m_value.h"

/* Adds what bytes say about `base` (an object, an instance, a resource) to a list; values are
 * TLV_BYTES. False: malformed, about something else than base, or too much for the list. */
bool fwd_lwm2m_tlv_decode(const struct fwd_lwm2m_path *base, const uint8_t *bytes, size_t size,
    struct fwd_lwm2m_list *out);

bool fwd_lwm2m_tlv_encode(const struct fwd_lwm2m_path *base, const struct fwd_lwm2m_list *list,
    uint8_t *bytes, size_t room, size_t *size);

#endif
