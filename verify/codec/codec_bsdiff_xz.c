/* Codec `bsdiff-xz` (SPEC.md section 6): the target as runs that are added to the source and runs
 * of new bytes; control, difference and new bytes are three .xz streams. */
#include "format/cursor.h"
#include "verify/codec/xz_stream.h"

#define PARAMS_SIZE  11u
#define BSDIFF_CHUNK 2048u

enum { CONTROL, DIFF, EXTRA, STREAMS };

struct layout {
    uint32_t size[STREAMS];
    uint8_t code[STREAMS];
};

struct bsdiff {
    const struct fwd_decode_job *job;
    struct fwd_xz_arena arena;
    struct layout layout;
    uint32_t produced;
    /* the current tuple: what is left of it */
    uint32_t diff_left;
    uint32_t extra_left;
    int32_t seek;
    bool in_tuple;
    uint32_t source_at; /* 0..source size */
    struct fwd_xz_stream streams[STREAMS];
    uint8_t diff[BSDIFF_CHUNK];
    uint8_t bytes[BSDIFF_CHUNK];
};

static enum fwd_reason read_layout(const struct fwd_component *component, struct layout *layout)
{
    struct fwd_reader r = fwd_reader_over(component->codec_params, component->codec_params_size);

    if (component->codec_params_size != PARAMS_SIZE)
        return FWD_E_SECTION_CONTENT;
    layout->size[CONTROL] = fwd_read_le32(&r);
    layout->size[DIFF] = fwd_read_le32(&r);
    for (unsigned i = 0; i < STREAMS; i++)
        layout->code[i] = fwd_read_u8(&r);
    uint64_t two = (uint64_t)layout->size[CONTROL] + layout->size[DIFF];
    if (two > component->section_size || layout->size[CONTROL] == 0)
        return FWD_E_SECTION_CONTENT;
    layout->size[EXTRA] = component->section_size - (uint32_t)two;
    for (unsigned i = 0; i < STREAMS; i++)
        if ((layout->size[i] == 0) != (layout->code[i] == FWD_XZ_ABSENT))
            return FWD_E_SECTION_CONTENT;
    return FWD_OK;
}

static enum fwd_reason bsdiff_arena(const struct fwd_component *component, uint32_t *arena_size)
{
    struct layout layout;
    enum fwd_reason reason = read_layout(component, &layout);

    *arena_size = 0;
    if (reason != FWD_OK)
        return reason;
    if (component->target.size == 0 || !(component->flags & FWD_COMPONENT_HAS_SOURCE))
        return FWD_E_SECTION_CONTENT;
    for (unsigned i = 0; i < STREAMS; i++)
        if (!fwd_xz_arena_add(layout.code[i], arena_size))
            return FWD_E_SECTION_CONTENT;
    return FWD_OK;
}

static enum fwd_reason open_streams(struct bsdiff *s)
{
    uint32_t offset = 0;

    for (unsigned i = 0; i < STREAMS; i++) {
        if (s->layout.code[i] == FWD_XZ_ABSENT)
            continue;
        enum fwd_reason reason = fwd_xz_stream_open(&s->streams[i], &s->job->section, offset,
            s->layout.size[i], s->layout.code[i], &s->arena);
        if (reason != FWD_OK)
            return reason;
        offset += s->layout.size[i];
    }
    return FWD_OK;
}

static enum fwd_reason bsdiff_open(const struct fwd_decode_job *job, void **state)
{
    uint32_t arena_size;
    enum fwd_reason reason = bsdiff_arena(job->component, &arena_size);
    struct fwd_xz_arena arena = {.bytes = job->arena, .size = arena_size};

    if (reason != FWD_OK)
        return reason;
    if (job->section.size != job->component->section_size)
        return FWD_E_SECTION_CONTENT;
    if (job->arena_size < arena_size)
        return FWD_E_DECODER_MEMORY;
    struct bsdiff *s = fwd_xz_arena_take(&arena, sizeof *s);
    if (s == NULL)
        return FWD_E_DECODER_MEMORY;
    s->job = job;
    s->arena = arena;
    s->produced = s->diff_left = s->extra_left = s->source_at = 0;
    s->in_tuple = false;
    *state = s;
    reason = read_layout(job->component, &s->layout);
    return reason == FWD_OK ? open_streams(s) : reason;
}

/* Bytes of a stream; one that is absent has none. */
static enum fwd_reason take(struct bsdiff *s, unsigned stream, uint8_t *buf, uint32_t size)
{
    if (s->layout.code[stream] == FWD_XZ_ABSENT)
        return FWD_E_STREAM_INVALID;
    return fwd_xz_stream_read(&s->streams[stream], buf, size);
}

static enum fwd_reason read_varint(struct bsdiff *s, uint32_t *value)
{
    uint8_t bytes[5];
    uint32_t size = 0;

    do {
        if (size == sizeof bytes)
            return FWD_E_STREAM_INVALID;
        enum fwd_reason reason = take(s, CONTROL, bytes + size, 1);
        if (reason != FWD_OK)
            return reason;
    } while (bytes[size++] & 0x80);
    struct fwd_reader r = fwd_reader_over(bytes, size);
    *value = fwd_read_varint(&r);
    return r.failed ? FWD_E_STREAM_INVALID : FWD_OK;
}

static enum fwd_reason read_tuple(struct bsdiff *s)
{
    uint32_t seek, left = s->job->component->target.size - s->produced;
    enum fwd_reason reason = read_varint(s, &s->diff_left);

    if (reason == FWD_OK)
        reason = read_varint(s, &s->extra_left);
    if (reason == FWD_OK)
        reason = read_varint(s, &seek);
    if (reason != FWD_OK)
        return reason;
    /* a tuple without output would let a stream of any length run for nothing */
    if (s->diff_left == 0 && s->extra_left == 0)
        return FWD_E_STREAM_INVALID;
    if (s->diff_left > left || s->extra_left > left - s->diff_left ||
        s->diff_left > s->job->source.size - s->source_at)
        return FWD_E_STREAM_INVALID;
    s->seek = fwd_unzigzag(seek);
    s->in_tuple = true;
    return FWD_OK;
}

static enum fwd_reason end_tuple(struct bsdiff *s)
{
    int64_t at = (int64_t)s->source_at + s->seek;

    if (at < 0 || at > (int64_t)s->job->source.size)
        return FWD_E_STREAM_INVALID;
    s->source_at = (uint32_t)at;
    s->in_tuple = false;
    return FWD_OK;
}

static enum fwd_reason give_diff(struct bsdiff *s, struct fwd_chunk *chunk)
{
    uint32_t size = s->diff_left < BSDIFF_CHUNK ? s->diff_left : BSDIFF_CHUNK;
    enum fwd_reason reason = take(s, DIFF, s->diff, size);

    if (reason == FWD_OK)
        reason = fwd_input_read(&s->job->source, s->source_at, s->bytes, size);
    if (reason != FWD_OK)
        return reason;
    for (uint32_t i = 0; i < size; i++)
        s->bytes[i] = (uint8_t)(s->bytes[i] + s->diff[i]);
    *chunk = (struct fwd_chunk){
        .bytes = s->bytes, .size = size, .has_source = true, .source_offset = s->source_at};
    s->source_at += size;
    s->diff_left -= size;
    s->produced += size;
    return FWD_OK;
}

static enum fwd_reason give_extra(struct bsdiff *s, struct fwd_chunk *chunk)
{
    uint32_t size = s->extra_left < BSDIFF_CHUNK ? s->extra_left : BSDIFF_CHUNK;
    enum fwd_reason reason = take(s, EXTRA, s->bytes, size);

    if (reason != FWD_OK)
        return reason;
    *chunk = (struct fwd_chunk){.bytes = s->bytes, .size = size};
    s->extra_left -= size;
    s->produced += size;
    return FWD_OK;
}

static enum fwd_reason finish(struct bsdiff *s, struct fwd_chunk *chunk)
{
    for (unsigned i = 0; i < STREAMS; i++) {
        if (s->layout.code[i] == FWD_XZ_ABSENT)
            continue;
        enum fwd_reason reason = fwd_xz_stream_finish(&s->streams[i]);
        if (reason != FWD_OK)
            return reason;
    }
    *chunk = (struct fwd_chunk){.bytes = s->bytes, .size = 0};
    return FWD_OK;
}

static enum fwd_reason bsdiff_next(void *state, struct fwd_chunk *chunk)
{
    struct bsdiff *s = state;
    enum fwd_reason reason;

    if (s->in_tuple && s->diff_left == 0 && s->extra_left == 0) {
        reason = end_tuple(s);
        if (reason != FWD_OK)
            return reason;
    }
    if (!s->in_tuple) {
        if (s->produced == s->job->component->target.size)
            return finish(s, chunk);
        reason = read_tuple(s);
        if (reason != FWD_OK)
            return reason;
    }
    return s->diff_left > 0 ? give_diff(s, chunk) : give_extra(s, chunk);
}

const struct fwd_codec fwd_codec_bsdiff_xz = {
    .id = FWD_CODEC_BSDIFF_XZ,
    .needs_source = true,
    .arena = bsdiff_arena,
    .open = bsdiff_open,
    .next = bsdiff_next,
};
