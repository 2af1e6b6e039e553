/* The test codec (install_images.h). */
#include "format/cursor.h"
#include "tests/verify/rig/install_images.h"

#include <string.h>

#define CHUNK 200u /* no power of two, so that chunks and blocks do not line up */

struct state {
    const struct fwd_decode_job *job;
    uint32_t at;            /* in the section */
    uint32_t source;        /* in the source */
    uint32_t given;         /* bytes of the target */
    uint32_t copy, literal; /* left of this tuple */
    uint32_t every, phase;
    uint8_t bytes[CHUNK];
};

_Static_assert(sizeof(struct state) <= LAB_CODEC_ARENA, "the state must fit the arena");

static enum fwd_reason codec_arena(const struct fwd_component *component, uint32_t *arena_size)
{
    *arena_size = LAB_CODEC_ARENA;
    return component->codec_params_size == 0 ? FWD_OK : FWD_E_SECTION_CONTENT;
}

static enum fwd_reason codec_open(const struct fwd_decode_job *job, void **state)
{
    struct state *s = (struct state *)(void *)job->arena;

    if (job->arena_size < LAB_CODEC_ARENA)
        return FWD_E_DECODER_MEMORY;
    memset(s, 0, sizeof *s);
    s->job = job;
    *state = s;
    return FWD_OK;
}

static enum fwd_reason take(struct state *s, void *buf, uint32_t size)
{
    enum fwd_reason reason = fwd_input_read(&s->job->section, s->at, buf, size);

    s->at += size;
    return reason;
}

static enum fwd_reason take_varint(struct state *s, uint32_t *value)
{
    uint8_t bytes[5];
    uint32_t size = 0;
    enum fwd_reason reason;

    do {
        reason = take(s, bytes + size, 1);
        size++;
    } while (reason == FWD_OK && size < sizeof bytes && (bytes[size - 1] & 0x80) != 0);
    if (reason != FWD_OK)
        return reason;
    struct fwd_reader r = fwd_reader_over(bytes, size);
    *value = fwd_read_varint(&r);
    return r.failed ? FWD_E_STREAM_INVALID : FWD_OK;
}

static enum fwd_reason take_head(struct state *s)
{
    uint32_t seek = 0;
    enum fwd_reason reason = take_varint(s, &s->copy);

    if (reason == FWD_OK)
        reason = take_varint(s, &seek);
    if (reason == FWD_OK)
        reason = take_varint(s, &s->every);
    if (reason != FWD_OK)
        return reason;
    int64_t source = (int64_t)s->source + fwd_unzigzag(seek);
    if (source < 0 || source > s->job->source.size ||
        s->copy > s->job->source.size - (uint32_t)source)
        return FWD_E_STREAM_INVALID;
    s->source = (uint32_t)source;
    s->phase = 0;
    return s->copy > 0 ? FWD_OK : take_varint(s, &s->literal);
}

static enum fwd_reason give_copy(struct state *s, struct fwd_chunk *chunk)
{
    uint32_t size = s->copy < CHUNK ? s->copy : CHUNK;
    enum fwd_reason reason = fwd_input_read(&s->job->source, s->source, s->bytes, size);

    for (uint32_t i = 0; i < size && s->every > 0 && reason == FWD_OK; i++) {
        if (s->phase == 0)
            reason = take(s, s->bytes + i, 1);
        s->phase = (s->phase + 1) % s->every;
    }
    *chunk = (struct fwd_chunk){s->bytes, size, true, s->source};
    s->source += size;
    s->copy -= size;
    if (s->copy == 0 && reason == FWD_OK)
        reason = take_varint(s, &s->literal);
    return reason;
}

static enum fwd_reason give_literal(struct state *s, struct fwd_chunk *chunk)
{
    uint32_t size = s->literal < CHUNK ? s->literal : CHUNK;

    *chunk = (struct fwd_chunk){.bytes = s->bytes, .size = size};
    s->literal -= size;
    return take(s, s->bytes, size);
}

static enum fwd_reason codec_next(void *state, struct fwd_chunk *chunk)
{
    struct state *s = state;
    uint32_t target = s->job->component->target.size;
    enum fwd_reason reason = FWD_OK;

    *chunk = (struct fwd_chunk){.bytes = s->bytes};
    if (s->copy == 0 && s->literal == 0 && s->given == target)
        return s->at == s->job->section.size ? FWD_OK : FWD_E_STREAM_INVALID;
    if (s->copy == 0 && s->literal == 0)
        reason = take_head(s);
    if (reason != FWD_OK)
        return reason;
    if (s->copy > 0)
        reason = give_copy(s, chunk);
    else if (s->literal > 0)
        reason = give_literal(s, chunk);
    else
        reason = FWD_E_STREAM_INVALID; /* a tuple without output */
    if (chunk->size > target - s->given)
        return FWD_E_STREAM_INVALID;
    s->given += chunk->size;
    return reason;
}

const struct fwd_codec lab_codec = {.id = LAB_CODEC,
    .needs_source = true,
    .arena = codec_arena,
    .open = codec_open,
    .next = codec_next};
