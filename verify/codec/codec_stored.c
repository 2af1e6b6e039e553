/* Codec `stored` (SPEC.md section 6): the section is the target. */
#include "verify/codec.h"

#define STORED_ARENA 4096u
#define STORED_CHUNK 2048u

struct stored {
    const struct fwd_decode_job *job;
    uint32_t at;
    uint8_t bytes[STORED_CHUNK];
};

_Static_assert(sizeof(struct stored) <= STORED_ARENA, "the state must fit the arena of SPEC.md");

static enum fwd_reason stored_arena(const struct fwd_component *component, uint32_t *arena_size)
{
    if (component->codec_params_size != 0 || component->target.size == 0 ||
        component->section_size != component->target.size)
        return FWD_E_SECTION_CONTENT;
    *arena_size = STORED_ARENA;
    return FWD_OK;
}

static enum fwd_reason stored_open(const struct fwd_decode_job *job, void **state)
{
    uint32_t arena_size;
    enum fwd_reason reason = stored_arena(job->component, &arena_size);
    struct stored *s = (struct stored *)(void *)job->arena;

    if (reason != FWD_OK)
        return reason;
    if (job->section.size != job->component->section_size)
        return FWD_E_SECTION_CONTENT;
    if (job->arena_size < arena_size)
        return FWD_E_DECODER_MEMORY;
    s->job = job;
    s->at = 0;
    *state = s;
    return FWD_OK;
}

static enum fwd_reason stored_next(void *state, struct fwd_chunk *chunk)
{
    struct stored *s = state;
    uint32_t left = s->job->component->target.size - s->at;
    uint32_t size = left < STORED_CHUNK ? left : STORED_CHUNK;
    enum fwd_reason reason = fwd_input_read(&s->job->section, s->at, s->bytes, size);

    if (reason != FWD_OK)
        return reason;
    s->at += size;
    *chunk = (struct fwd_chunk){.bytes = s->bytes, .size = size};
    return FWD_OK;
}

const struct fwd_codec fwd_codec_stored = {
    .id = FWD_CODEC_STORED,
    .arena = stored_arena,
    .open = stored_open,
    .next = stored_next,
};
