#include "verify/codec.h"

enum fwd_reason fwd_input_read(
    const struct fwd_input *input, uint32_t offset, void *buf, uint32_t size)
{
    if (offset > input->size || size > input->size - offset)
        return FWD_E_STREAM_INVALID;
    if (size == 0)
        return FWD_OK;
    return input->read(input->ctx, offset, buf, size);
}

const struct fwd_codec *fwd_codec_find(
    const struct fwd_codec *const *codecs, uint8_t count, uint16_t id)
{
    for (uint8_t i = 0; i < count; i++)
        if (codecs[i]->id == id)
            return codecs[i];
    return NULL;
}
