#include "manage/lwm2m/format/lwm2m_format.h"

#include "manage/lwm2m/format/lwm2m_cbor.h"
#include "manage/lwm2m/format/lwm2m_json.h"
#include "manage/lwm2m/format/lwm2m_text.h"
#include "manage/lwm2m/format/lwm2m_tlv.h"

static const struct fwd_lwm2m_format formats[] = {
    {"text", FWD_LWM2M_FORMAT_TEXT, 1541, true, fwd_lwm2m_text_decode, fwd_lwm2m_text_encode},
    {"opaque", FWD_LWM2M_FORMAT_OPAQUE, 1544, true, fwd_lwm2m_text_decode_opaque,
        fwd_lwm2m_text_encode_opaque},
    {"tlv", FWD_LWM2M_FORMAT_TLV, 1542, false, fwd_lwm2m_tlv_decode, fwd_lwm2m_tlv_encode},
    {"json", FWD_LWM2M_FORMAT_JSON, 1543, false, fwd_lwm2m_json_decode, fwd_lwm2m_json_encode},
    {"senml+json", FWD_LWM2M_FORMAT_SENML_JSON, 0, false, fwd_lwm2m_json_decode_senml,
        fwd_lwm2m_json_encode_senml},
    {"senml+cbor", FWD_LWM2M_FORMAT_SENML_CBOR, 0, false, fwd_lwm2m_cbor_decode,
        fwd_lwm2m_cbor_encode},
};

const struct fwd_lwm2m_format *fwd_lwm2m_format_find(uint32_t number)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (formats[i].number == number || (formats[i].old != 0 && formats[i].old == number))
            return &formats[i];
    }
    return NULL;
}
