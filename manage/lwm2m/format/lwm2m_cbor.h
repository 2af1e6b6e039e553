/* SenML in CBOR (1.1 Core, 7.4.5; RFC 8428, 6). */
#ifndef FWD_MANAGE_LWM2M_FORMAT_LWM2M_CBOR_H
#define FWD_MANAGE_LWM2M_FORMAT_LWM2M_CBOR_H

#include "manage/lwm2m/format/lwm2m_value.h"

bool fwd_lwm2m_cbor_decode(const struct fwd_lwm2m_path *base, const uint8_t *bytes, size_t size,
    struct fwd_lwm2m_list *out);
bool fwd_lwm2m_cbor_encode(const struct fwd_lwm2m_path *base, const struct fwd_lwm2m_list *list,
    uint8_t *bytes, size_t room, size_t *size);

#endif
