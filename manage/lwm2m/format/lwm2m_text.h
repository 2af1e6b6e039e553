/* One value alone: as plain text, as its bytes (1.1 Core, 7.4.1 and 7.4.2). */
#ifndef FWD_MANAGE_LWM2M_FORMAT_LWM2M_TEXT_H
#define FWD_MANAGE_LWM2M_FORMAT_LWM2M_TEXT_H

#include "manage/lwm2m/format/lwm2m_value.h"

bool fwd_lwm2m_text_decode(const struct fwd_lwm2m_path *base, const uint8_t *bytes, size_t size,
    struct fwd_lwm2m_list *out);
bool fwd_lwm2m_text_decode_opaque(const struct fwd_lwm2m_path *base, const uint8_t *bytes,
    size_t size, struct fwd_lwm2m_list *out);

bool fwd_lwm2m_text_encode(const struct fwd_lwm2m_path *base, const struct fwd_lwm2m_list *list,
    uint8_t *bytes, size_t room, size_t *size);
bool fwd_lwm2m_text_encode_opaque(const struct fwd_lwm2m_path *base,
    const struct fwd_lwm2m_list *list, uint8_t *bytes, size_t room, size_t *size);

#endif
