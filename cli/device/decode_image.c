#include "cli/device/decode_image.h"

#include "cli/device/session.h"

#include <stdlib.h>
#include <string.h>

#define ALIGNMENT 16u

static enum fwd_reason read_bytes(void *ctx, uint32_t offset, void *buf, uint32_t size)
{
    memcpy(buf, (const uint8_t *)ctx + offset, size);
    return FWD_OK;
}

static struct fwd_input input_over(const uint8_t *bytes, size_t size)
{
    /* read_bytes() only reads */
    return (struct fwd_input){(void *)(uintptr_t)bytes, read_bytes, (uint32_t)size};
}

static enum fwd_reason take_all(const struct fwd_codec *codec, void *state,
    const struct fwd_decode_image *decode, uint8_t *target)
{
    uint32_t done = 0;
    for (;;) {
        struct fwd_chunk chunk;
        enum fwd_reason reason = codec->next(state, &chunk);
        if (reason != FWD_OK)
            return reason;
        if (chunk.size == 0)
            return done == decode->component->target.size ? FWD_OK : FWD_E_STREAM_INVALID;
        if (chunk.size > decode->component->target.size - done)
            return FWD_E_STREAM_INVALID;
        memcpy(target + done, chunk.bytes, chunk.size);
        done += chunk.size;
        if (decode->piece != NULL && !decode->piece(decode->ctx, &chunk))
            return FWD_E_INTERNAL;
    }
}

enum fwd_reason fwd_decode_image(const struct fwd_decode_image *decode, uint8_t *target)
{
    const struct fwd_component *c = decode->component;
    const struct fwd_codec *codec = fwd_codec_find(fwd_decoders, fwd_decoders_count, c->codec);
    void *state = NULL;
    uint32_t arena_size;
    if (codec == NULL)
        return FWD_E_UNKNOWN_CODEC;
    enum fwd_reason reason = codec->arena(c, &arena_size);
    if (reason != FWD_OK)
        return reason;
    size_t room = ((size_t)arena_size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    uint8_t *arena = aligned_alloc(ALIGNMENT, room);
    if (arena == NULL)
        return FWD_E_DECODER_MEMORY;
    const struct fwd_decode_job job = {
        .component = c,
        .section = input_over(decode->section, c->section_size),
        .source = input_over(decode->source.data, decode->source.size),
        .arena = arena,
        .arena_size = arena_size,
    };
    reason = codec->open(&job, &state);
    if (reason == FWD_OK)
        reason = take_all(codec, state, decode, target);
    if (state != NULL && codec->close != NULL)
        codec->close(state);
    free(arena);
    return reason;
}
