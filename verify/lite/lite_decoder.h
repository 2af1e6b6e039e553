/* The decoder of the codec `lite` (LITE.md), compiled once for each choice of instruction sets:
 * what includes this has find_rules() and rules(), see lite_rules.h. */
#ifndef FWD_VERIFY_LITE_LITE_DECODER_H
#define FWD_VERIFY_LITE_LITE_DECODER_H

#include "verify/lite/lite_read.h"

/* the coder, which reads by what is above */
#include "verify/lite/lite_body.h"

static enum fwd_reason read_params(
    const struct fwd_component *c, struct fwd_lite_params *params, uint32_t *arena_size)
{
    struct fwd_lite_layout layout;
    enum fwd_reason reason = fwd_lite_params_decode(c->codec_params, c->codec_params_size, params);

    if (reason != FWD_OK)
        return reason;
    const struct fwd_lite_isa *isa = find_rules(params->isa);
    if (isa == NULL)
        return FWD_E_UNKNOWN_CODEC;
    if (!(c->flags & FWD_COMPONENT_HAS_SOURCE) || c->target.size - 1u >= FWD_LITE_IMAGE_MAX ||
        c->source.size - 1u >= FWD_LITE_IMAGE_MAX || c->section_size <= FWD_LITE_HEAD)
        return FWD_E_SECTION_CONTENT;
    fwd_lite_layout(params, isa->split, &layout);
    *arena_size = layout.end;
    return FWD_OK;
}

static enum fwd_reason arena_of(const struct fwd_component *component, uint32_t *arena_size)
{
    struct fwd_lite_params params;

    *arena_size = 0;
    return read_params(component, &params, arena_size);
}

/* Every byte was needed, and at most four zeros after the last. */
static bool ends(const struct fwd_lite_stream *s)
{
    return s->at - s->end <= 4;
}

static enum fwd_reason open_runs(struct fwd_lite *z, uint32_t end)
{
    open_stream(z, &z->runs_stream, FWD_LITE_HEAD, end);
    begin_runs(z);
    return z->failed;
}

/* The first pass over the runs makes the map. */
static enum fwd_reason make_map(struct fwd_lite *z)
{
    while (z->left > 0 && z->failed == FWD_OK) {
        struct fwd_lite_run run = {0};
        bool ok = next_run(z, &run, false);
        if (ok && z->mapped)
            ok = fwd_lite_map_put(z, (run.from + 1) / 2, (int32_t)(run.to - run.from));
        if (!ok && z->failed == FWD_OK)
            z->failed = FWD_E_STREAM_INVALID;
    }
    if (z->failed == FWD_OK && !ends(&z->runs_stream))
        z->failed = FWD_E_STREAM_INVALID;
    return z->failed;
}

/* Reads runs ahead, then begins the gap before the current one. */
static enum fwd_reason next_gap(struct fwd_lite *z)
{
    z->stream = &z->runs_stream;
    while (z->left > 0 && z->known - z->current <= z->params.horizon / 2u && z->failed == FWD_OK) {
        struct fwd_lite_run *run = &z->ring[z->known % z->params.horizon];
        *run = (struct fwd_lite_run){0};
        if (!next_run(z, run, false) && z->failed == FWD_OK)
            z->failed = FWD_E_STREAM_INVALID;
        z->known++;
    }
    if (z->failed == FWD_OK)
        begin_gap(z);
    return z->failed;
}

static enum fwd_reason open_section(const struct fwd_decode_job *job, void **state)
{
    struct fwd_lite *z = (struct fwd_lite *)(void *)job->arena;
    struct fwd_lite_params params;
    uint32_t arena_size;
    enum fwd_reason reason = read_params(job->component, &params, &arena_size);
    uint8_t head[FWD_LITE_HEAD];

    if (reason != FWD_OK)
        return reason;
    if (job->arena_size < arena_size)
        return FWD_E_DECODER_MEMORY;
    if (job->section.size != job->component->section_size ||
        job->source.size != job->component->source.size)
        return FWD_E_SECTION_CONTENT;
    reason = fwd_input_read(&job->section, 0, head, sizeof head);
    if (reason != FWD_OK)
        return reason;
    uint32_t size = fwd_half_at(head) | (uint32_t)head[2] << 16, end = FWD_LITE_HEAD + size;
    if (size == 0 || end >= job->section.size)
        return FWD_E_STREAM_INVALID;
    fwd_lite_divide(z, &params, find_rules(params.isa), &job->source, job->component->target.size);
    z->job = job;
    *state = z;
    reason = open_runs(z, end);
    if (reason == FWD_OK)
        reason = make_map(z);
    if (reason == FWD_OK)
        reason = open_runs(z, end);
    if (reason != FWD_OK)
        return reason;
    z->stream = &z->body_stream;
    open_stream(z, z->stream, end, job->section.size);
    if (!code_head(z) && z->failed == FWD_OK)
        z->failed = FWD_E_STREAM_INVALID;
    return z->failed == FWD_OK ? next_gap(z) : z->failed;
}

static enum fwd_reason next_chunk(void *state, struct fwd_chunk *chunk)
{
    struct fwd_lite *z = state;

    begin_chunk(z);
    *chunk = (struct fwd_chunk){.bytes = z->out};
    if (z->gap == 0 && z->copying == 0) {
        if (z->at == z->target_size)
            return ends(&z->body_stream) ? FWD_OK : FWD_E_STREAM_INVALID;
        begin_run(z);
    }
    bool copies = z->gap == 0;
    if (copies) {
        const struct fwd_lite_run *run = &z->run;
        chunk->has_source = true;
        chunk->source_offset = run->from + (run->size - z->copying);
    }
    while ((copies ? z->copying : z->gap) > 0 && z->failed == FWD_OK && z->used < z->room)
        code_piece(z);
    chunk->size = z->used;
    if (copies && z->copying == 0 && z->failed == FWD_OK) {
        z->current++;
        (void)next_gap(z);
    }
    return z->failed;
}

#endif
