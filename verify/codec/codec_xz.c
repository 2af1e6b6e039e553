/* Codec `xz` (SPEC.md section 6): the section is the target as one .xz stream. */
#include "verify/codec/xz_stream.h"

#define XZ_CHUNK 2048u

struct xz {
    const struct fwd_decode_job *job;
    struct fwd_xz_arena arena;
    struct fwd_xz_stream stream;
    uint32_t produced;
    uint8_t bytes[XZ_CHUNK];
};

static enum fwd_reason xz_arena(const struct fwd_component *component, uint32_t *arena_size)
{
    *arena_size = 0;
    if (component->codec_params_size != 1 || component->target.size == 0 ||
        component->codec_params[0] == FWD_XZ_ABSENT ||
        !fwd_xz_arena_add(component->codec_params[0], arena_size))
        return FWD_E_SECTION_CONTENT;
    return FWD_OK;
}

static enum fwd_reason xz_open(const struct fwd_decode_job *job, void **state)
{
    uint32_t arena_size;
    enum fwd_reason reason = xz_arena(job->component, &arena_size);
    struct fwd_xz_arena arena = {.bytes = job->arena, .size = arena_size};

    if (reason != FWD_OK)
        return reason;
    if (job->section.size != job->component->section_size)
        return FWD_E_SECTION_CONTENT;
    if (job->arena_size < arena_size)
        return FWD_E_DECODER_MEMORY;
    struct xz *s = fwd_xz_arena_take(&arena, sizeof *s);
    if (s == NULL)
        return FWD_E_DECODER_MEMORY;
    s->job = job;
    s->arena = arena;
    s->produced = 0;
    *state = s;
    return fwd_xz_stream_open(&s->stream, &job->section, 0, job->section.size,
        job->component->codec_params[0], &s->arena);
}

static enum fwd_reason xz_next(void *state, struct fwd_chunk *chunk)
{
    struct xz *s = state;
    uint32_t left = s->job->component->target.size - s->produced;
    uint32_t size = left < XZ_CHUNK ? left : XZ_CHUNK;
    enum fwd_reason reason;

    if (size == 0)
        reason = fwd_xz_stream_finish(&s->stream);
    else
        reason = fwd_xz_stream_read(&s->stream, s->bytes, size);
    if (reason != FWD_OK)
        return reason;
    s->produced += size;
    *chunk = (struct fwd_chunk){.bytes = s->bytes, .size = size};
    return FWD_OK;
}

const struct fwd_codec fwd_codec_xz = {
    .id = FWD_CODEC_XZ,
    .arena = xz_arena,
    .open = xz_open,
    .next = xz_next,
};
