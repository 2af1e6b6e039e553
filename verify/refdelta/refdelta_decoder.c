#include "verify/refdelta/refdelta_decoder.h"

#include "verify/refdelta/model_start.h"
#include "verify/refdelta/refdelta_frames.h"

#include <string.h>

#define CHUNK 512u
#define HEAD  4u /* the size of the runs' stream, at the start of the section */

struct decoder {
    const struct fwd_decode_job *job;
    struct fwd_delta delta;
    struct fwd_runs runs;
    struct fwd_range runs_range, body_range;
    struct fwd_bit_port runs_port, body_port;
    uint32_t runs_size; /* bytes of the section */
    uint32_t gap;       /* bytes of literals before the next run or the end */
    uint32_t copying;   /* bytes of the current run that are left */
    uint8_t bytes[CHUNK];
};

_Static_assert(sizeof(struct fwd_segment) == FWD_DELTA_SEGMENT, "the arena has room for them");
_Static_assert(sizeof(struct decoder) <= 10240, "SPEC.md reserves 10240 bytes for the state");

/* NULL: not in the list. */
static const struct fwd_isa *find_isa(const struct fwd_isa_list *list, uint8_t id)
{
    for (uint8_t i = 0; i < list->count; i++)
        if (list->isas[i]->id == id)
            return list->isas[i];
    return NULL;
}

static bool sizes_fit(const struct fwd_component *c)
{
    return c->target.size > 0 && c->target.size <= FWD_DELTA_IMAGE_MAX && c->source.size > 0 &&
           c->source.size <= FWD_DELTA_IMAGE_MAX && c->section_size > HEAD;
}

static enum fwd_reason read_params(const struct fwd_isa_list *list, const struct fwd_component *c,
    struct fwd_delta_params *params, struct fwd_delta_layout *layout)
{
    enum fwd_reason reason = fwd_delta_params_decode(c->codec_params, c->codec_params_size, params);

    if (reason == FWD_OK)
        reason = fwd_delta_layout(params, layout);
    if (reason != FWD_OK)
        return reason;
    if (!(c->flags & FWD_COMPONENT_HAS_SOURCE) || !sizes_fit(c))
        return FWD_E_SECTION_CONTENT;
    return find_isa(list, params->isa) != NULL ? FWD_OK : FWD_E_UNKNOWN_CODEC;
}

enum fwd_reason fwd_refdelta_decoder_arena(
    const struct fwd_isa_list *list, const struct fwd_component *component, uint32_t *arena_size)
{
    struct fwd_delta_params params;
    struct fwd_delta_layout layout;
    enum fwd_reason reason = read_params(list, component, &params, &layout);

    *arena_size = reason == FWD_OK ? layout.end : 0;
    return reason;
}

/* ---- opening --------------------------------------------------------------------------------- */

static enum fwd_reason open_ranges(struct decoder *s)
{
    const struct fwd_input *section = &s->job->section;
    uint8_t head[HEAD];
    enum fwd_reason reason = fwd_input_read(section, 0, head, HEAD);

    if (reason != FWD_OK)
        return reason;
    uint32_t runs_size = fwd_word_at(head), rest = section->size - HEAD;
    if (runs_size == 0 || runs_size >= rest)
        return FWD_E_STREAM_INVALID;
    s->runs_size = runs_size;
    fwd_range_open(&s->runs_range, section, HEAD, runs_size);
    fwd_range_open(&s->body_range, section, HEAD + runs_size, rest - runs_size);
    s->runs_port = (struct fwd_bit_port){&s->runs_range, fwd_range_code};
    s->body_port = (struct fwd_bit_port){&s->body_range, fwd_range_code};
    return s->body_range.failed;
}

static void begin_runs(struct decoder *s)
{
    fwd_runs_begin(&s->runs, &s->runs_port, s->job->source.size, s->job->component->target.size);
}

/* The first pass over the runs makes the map. */
static enum fwd_reason build_map(struct decoder *s, struct fwd_mapping *list)
{
    begin_runs(s);
    struct fwd_copymap_draft draft = {.list = list, .room = s->delta.map.room};
    while (s->runs.left > 0 && s->runs_range.failed == FWD_OK && !draft.full) {
        struct fwd_run run = {0};
        enum fwd_reason reason = fwd_runs_next(&s->runs, &run);
        if (reason != FWD_OK)
            return s->runs_range.failed != FWD_OK ? s->runs_range.failed : reason;
        if (run.mapped)
            fwd_copymap_add(&draft, &run);
    }
    enum fwd_reason reason = fwd_copymap_finish(&draft, &s->delta.map);
    return reason == FWD_OK ? fwd_range_finish(&s->runs_range) : reason;
}

static enum fwd_reason begin_body(
    struct decoder *s, const struct fwd_delta_params *params, const struct fwd_delta_layout *layout)
{
    uint8_t *arena = s->job->arena;
    struct fwd_delta *d = &s->delta;
    const struct fwd_model_shape shape = {.directs = FWD_BODY_DIRECTS,
        .weights = FWD_BODY_WEIGHTS,
        .seconds = FWD_BODY_SECONDS,
        .sse_rows = FWD_BODY_SSE_ROWS,
        .slots = params->pages * FWD_DELTA_PAGE};

    d->model = (struct fwd_model){.port = &s->body_port,
        .direct = (uint16_t *)(void *)(arena + layout->direct),
        .slots = (uint16_t *)(void *)(arena + layout->slots),
        .checks = (uint32_t *)(void *)(arena + layout->checks),
        .weights = (int16_t *)(void *)(arena + layout->weights),
        .second = (int16_t *)(void *)(arena + layout->second),
        .sse = (uint16_t *)(void *)(arena + layout->sse)};
    fwd_model_reset(&d->model, &shape, fwd_start_body);
    d->moved = fwd_correction_cache_over(arena + layout->moved, params->caches);
    d->data = fwd_correction_cache_over(arena + layout->data, params->caches);
    fwd_window_open(&d->view.source, &s->job->source, d->window, sizeof d->window);
    d->frames.from.size = s->job->source.size;
    d->frames.to.size = s->job->component->target.size;
    struct fwd_segment *segments = (struct fwd_segment *)(void *)(arena + layout->segments);
    memset(segments, 0, params->segments * sizeof *segments);
    bool ok = fwd_refdelta_frames_code(&d->model, &d->frames, segments, params->segments, d->isa);
    fwd_delta_begin(d);
    if (s->body_range.failed != FWD_OK)
        return s->body_range.failed;
    return ok ? FWD_OK : FWD_E_STREAM_INVALID;
}

/* Reads ahead in the runs. */
static enum fwd_reason fill_horizon(struct decoder *s)
{
    struct fwd_run_window *h = &s->delta.run_window;

    while (s->runs.left > 0 && fwd_run_window_wants(h)) {
        struct fwd_run run = {0};
        enum fwd_reason reason = fwd_runs_next(&s->runs, &run);
        if (s->runs_range.failed != FWD_OK)
            reason = s->runs_range.failed;
        if (reason != FWD_OK)
            return reason;
        fwd_run_window_put(h, &run);
    }
    return FWD_OK;
}

/* Begins the gap before the current run, or the last one. */
static enum fwd_reason begin_gap(struct decoder *s)
{
    enum fwd_reason reason = fill_horizon(s);

    if (reason != FWD_OK)
        return reason;
    const struct fwd_run *run = fwd_run_window_run(&s->delta.run_window);
    uint32_t end = run != NULL ? run->to : s->job->component->target.size;
    s->gap = end - s->delta.at;
    return fwd_delta_prime(&s->delta, s->gap, run != NULL ? run->from : s->job->source.size);
}

enum fwd_reason fwd_refdelta_decoder_open(
    const struct fwd_isa_list *list, const struct fwd_decode_job *job, void **state)
{
    struct decoder *s = (struct decoder *)(void *)job->arena;
    struct fwd_delta_params params;
    struct fwd_delta_layout layout;
    enum fwd_reason reason = read_params(list, job->component, &params, &layout);

    if (reason != FWD_OK)
        return reason;
    if (job->arena_size < layout.end)
        return FWD_E_DECODER_MEMORY;
    if (job->section.size != job->component->section_size ||
        job->source.size != job->component->source.size)
        return FWD_E_SECTION_CONTENT;
    memset(s, 0, sizeof *s);
    s->job = job;
    s->delta.isa = find_isa(list, params.isa);
    s->delta.map = fwd_copymap_over(job->arena + layout.map, params.intervals);
    *state = s;
    reason = open_ranges(s);
    if (reason == FWD_OK)
        reason = build_map(s, (struct fwd_mapping *)(void *)(job->arena + layout.body));
    if (reason != FWD_OK)
        return reason;
    reason = begin_body(s, &params, &layout);
    if (reason != FWD_OK)
        return reason;
    fwd_range_open(&s->runs_range, &job->section, HEAD, s->runs_size);
    begin_runs(s);
    return s->runs_range.failed == FWD_OK ? begin_gap(s) : s->runs_range.failed;
}

/* ---- decoding -------------------------------------------------------------------------------- */

static bool has_room(const struct decoder *s)
{
    return s->delta.out + FWD_REF_SIZE_MAX <= s->bytes + CHUNK;
}

static enum fwd_reason give_literals(struct decoder *s)
{
    s->delta.model.category = FWD_CATEGORY_LITERAL;
    while (s->gap > 0 && has_room(s)) {
        uint32_t at = s->delta.at;
        s->delta.isa->literal(&s->delta, s->gap);
        s->gap -= s->delta.at - at;
    }
    return FWD_OK;
}

static enum fwd_reason give_copies(struct decoder *s)
{
    enum fwd_reason reason = FWD_OK;

    while (s->copying > 0 && has_room(s) && reason == FWD_OK) {
        uint32_t at = s->delta.at;
        reason = fwd_delta_copy(&s->delta);
        s->copying -= s->delta.at - at;
    }
    if (reason != FWD_OK || s->copying > 0)
        return reason;
    fwd_run_window_next(&s->delta.run_window);
    return begin_gap(s);
}

static void start_run(struct decoder *s)
{
    fwd_delta_start_run(&s->delta, fwd_run_window_run(&s->delta.run_window));
    s->copying = s->delta.run.size;
}

static enum fwd_reason finish(const struct decoder *s)
{
    enum fwd_reason reason = fwd_range_finish(&s->runs_range);

    return reason == FWD_OK ? fwd_range_finish(&s->body_range) : reason;
}

enum fwd_reason fwd_refdelta_decoder_next(void *state, struct fwd_chunk *chunk)
{
    struct decoder *s = state;
    enum fwd_reason reason;

    s->delta.out = s->bytes;
    *chunk = (struct fwd_chunk){.bytes = s->bytes};
    if (s->gap == 0 && s->copying == 0) {
        if (s->delta.at == s->job->component->target.size)
            return finish(s);
        start_run(s);
    }
    if (s->gap > 0) {
        reason = give_literals(s);
    } else {
        chunk->has_source = true;
        chunk->source_offset = s->delta.run.from + (s->delta.run.size - s->copying);
        reason = give_copies(s);
    }
    if (reason == FWD_OK)
        reason = s->body_range.failed;
    chunk->size = (uint32_t)(s->delta.out - s->bytes);
    return reason;
}
