/* JSON: that of LwM2M 1.0 (6.4.4), which u-blox's +ULWM2MREAD and +ULWM2MWRITE speak, too; and
 * SenML of 1.1 (7.4.4, RFC 8428). */
#ifndef FWD_MANAGE_LWM2M_FORMAT_LWM2M_JSON_H
#define FWD_MANAGE_LWM2M_FORMAT_LWM2M_JSON_H

#include "manage/lwm2m/format/lwm2m_value.h"

bool fwd_lwm2m_json_decode(const struct fwd_lwm2m_path *base, const uint8_t *bytes, size_t size,
    struct fwd_lwm2m_list *out);
bool fwd_lwm2m_json_encode(const struct fwd_lwm2m_path *base, const struct fwd_lwm2m_list *list,
    uint8_t *bytes, size_t room, size_t *size);
/* The same, ended by a zero. */
bool fwd_lwm2m_json_print(
    const struct fwd_lwm2m_path *base, const struct fwd_lwm2m_list *list, char *text, size_t room);

bool fwd_lwm2m_json_decode_senml(const struct fwd_lwm2m_path *base, const uint8_t *bytes,
    size_t size, struct fwd_lwm2m_list *out);
bool fwd_lwm2m_json_encode_senml(const struct fwd_lwm2m_path *base,
    const struct fwd_lwm2m_list *list, uint8_t *bytes, size_t room, size_t *size);

#endif
