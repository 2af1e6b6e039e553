#include "gen/refdelta/refdelta_encode.h"

#include "gen/memory_input.h"
#include "gen/refdelta/foresight.h"
#include "verify/refdelta/model_start.h"
#include "verify/refdelta/refdelta_decoder.h"
#include "verify/refdelta/refdelta_frames.h"

#include <stdlib.h>
#include <string.h>

/* Everything that coding needs at once. */
struct encoder {
    const struct fwd_refdelta_encode_job *job;
    struct fwd_delta delta;
    struct fwd_runs runs;
    struct fwd_input source;
    uint8_t *memory; /* an arena as the decoder has it */
    uint8_t *output; /* room for the target; what is decoded is what was wanted */
    struct fwd_mapping *mappings;
    struct fwd_segment segments[2 * FWD_SEGMENTS_MAX];
    const struct fwd_range_encode *written[2]; /* the streams so far; NULL: only measured */
    bool stopped;                              /* they passed the limit */
    struct fwd_delta_truth truth;
    struct fwd_foresight foresight;
    const struct fwd_refdelta_encode_tally *tally; /* NULL: what it costs is not asked */
    uint64_t *places;                              /* NULL, or where the next cost goes */
    uint64_t before;                               /* what was already in the places before */
};

static struct fwd_copymap_draft draft_map(const struct fwd_run_list *runs, struct fwd_mapping *list)
{
    struct fwd_copymap_draft draft = {.list = list, .room = (uint32_t)runs->count};

    for (size_t i = 0; i < runs->count; i++)
        if (runs->list[i].mapped)
            fwd_copymap_add(&draft, &runs->list[i]);
    return draft;
}

bool fwd_refdelta_encode_intervals(const struct fwd_run_list *runs, uint32_t *intervals)
{
    struct fwd_mapping *list = malloc((runs->count + 1) * sizeof *list);
    size_t room = 2 * runs->count + FWD_DELTA_IMAGE_MAX / FWD_COPYMAP_LONGEST + 2;
    uint8_t *memory = malloc(room * FWD_COPYMAP_INTERVAL);
    bool ok = list != NULL && memory != NULL;

    if (ok) {
        struct fwd_copymap map = fwd_copymap_over(memory, (uint32_t)room);
        struct fwd_copymap_draft draft = draft_map(runs, list);
        ok = fwd_copymap_finish(&draft, &map) == FWD_OK;
        *intervals = map.count > draft.count ? map.count : draft.count;
    }
    free(memory);
    free(list);
    return ok;
}

bool fwd_refdelta_encode_map(
    const struct fwd_run_list *runs, struct fwd_copymap *map, uint8_t **memory)
{
    struct fwd_mapping *list = malloc((runs->count + 1) * sizeof *list);
    size_t room = 2 * runs->count + FWD_DELTA_IMAGE_MAX / FWD_COPYMAP_LONGEST + 2;

    *memory = malloc(room * FWD_COPYMAP_INTERVAL);
    bool ok = list != NULL && *memory;
    if (ok) {
        *map = fwd_copymap_over(*memory, (uint32_t)room);
        struct fwd_copymap_draft draft = draft_map(runs, list);
        ok = fwd_copymap_finish(&draft, map) == FWD_OK;
    }
    free(list);
    return ok;
}

void fwd_refdelta_encode_params(
    const struct fwd_delta_params *p, uint8_t bytes[FWD_DELTA_PARAMS_SIZE])
{
    bytes[0] = FWD_DELTA_VERSION;
    bytes[1] = p->isa;
    bytes[2] = p->ram_class;
    bytes[3] = p->pages;
    bytes[4] = (uint8_t)p->intervals;
    bytes[5] = (uint8_t)(p->intervals >> 8);
    bytes[6] = (uint8_t)(p->intervals >> 16);
    bytes[7] = (uint8_t)(p->caches / FWD_DELTA_CACHE_UNIT);
    bytes[8] = p->segments;
}

/* See struct fwd_delta. */
static int32_t distance_to_truth(
    const struct fwd_delta *d, const struct fwd_ref *ref, const uint8_t *old, uint32_t predicted)
{
    uint8_t again[FWD_REF_SIZE_MAX];
    uint32_t target;

    if (ref->split ||
        !d->isa->read(&d->frames.to, &d->frames, d->truth->bytes + d->at, d->at, ref, &target) ||
        !d->isa->write(&d->frames, old, d->at, ref, target, again) ||
        memcmp(d->truth->bytes + d->at, again, ref->size) != 0)
        return 0;
    int32_t distance = (int32_t)(target - predicted);
    if (distance % (1 << ref->unit) != 0)
        return 0;
    distance /= 1 << ref->unit;
    return distance > -(1 << 26) && distance < 1 << 26 ? distance : 0;
}

static uint32_t foresee(const struct fwd_delta *d, const struct fwd_guess *next)
{
    struct encoder *e = d->truth->ctx;

    return fwd_foresight_count(&e->foresight, d, next);
}

/* Coding the head writes what it reads, so it gets copies. */
static void copy_segments(struct encoder *e)
{
    struct fwd_frames *f = &e->delta.frames;

    memcpy(e->segments, f->from.segments, f->from.count * sizeof *e->segments);
    memcpy(e->segments + f->from.count, f->to.segments, f->to.count * sizeof *e->segments);
}

static enum fwd_fail set_up(struct encoder *e, const struct fwd_delta_params *params,
    const struct fwd_bit_port *body, struct fwd_error *err)
{
    struct fwd_delta_layout layout;
    struct fwd_delta *d = &e->delta;
    const struct fwd_model_shape shape = {.directs = FWD_BODY_DIRECTS,
        .weights = FWD_BODY_WEIGHTS,
        .seconds = FWD_BODY_SECONDS,
        .sse_rows = FWD_BODY_SSE_ROWS,
        .slots = params->pages * FWD_DELTA_PAGE};

    if (fwd_delta_layout(params, &layout) != FWD_OK)
        return fwd_error_fail(err, FWD_FAIL_REFUSED, "the decoder's memory is too small");
    e->memory = calloc(1, layout.end);
    e->output = malloc((size_t)e->job->pair.target_size + FWD_REF_SIZE_MAX);
    if (e->memory == NULL || e->output == NULL ||
        !fwd_foresight_open(&e->foresight, params->caches))
        return fwd_error_memory(err, "the encoder");
    d->model = (struct fwd_model){.port = body,
        .direct = (uint16_t *)(void *)(e->memory + layout.direct),
        .slots = (uint16_t *)(void *)(e->memory + layout.slots),
        .checks = (uint32_t *)(void *)(e->memory + layout.checks),
        .weights = (int16_t *)(void *)(e->memory + layout.weights),
        .second = (int16_t *)(void *)(e->memory + layout.second),
        .sse = (uint16_t *)(void *)(e->memory + layout.sse)};
    fwd_model_reset(&d->model, &shape, fwd_start_body);
    if (e->job->carry != NULL)
        memcpy(d->model.direct, e->job->carry->body, sizeof e->job->carry->body);
    d->isa = e->job->isa;
    d->map = fwd_copymap_over(e->memory + layout.map, params->intervals);
    d->moved = fwd_correction_cache_over(e->memory + layout.moved, params->caches);
    d->data = fwd_correction_cache_over(e->memory + layout.data, params->caches);
    e->source = fwd_memory_input(e->job->pair.source, e->job->pair.source_size);
    fwd_window_open(&d->view.source, &e->source, d->window, sizeof d->window);
    d->frames = e->job->frames;
    copy_segments(e);
    e->truth = (struct fwd_delta_truth){
        .bytes = e->job->pair.target, .distance = distance_to_truth, .foresee = foresee, .ctx = e};
    d->truth = &e->truth;
    d->out = e->output;
    return FWD_FAIL_NONE;
}

static enum fwd_fail invalid(struct fwd_error *err)
{
    return fwd_error_fail(err, FWD_FAIL_REFUSED, "internal error: the runs do not fit the images");
}

static enum fwd_fail make_map(struct encoder *e, struct fwd_error *err)
{
    e->mappings = malloc((e->job->runs.count + 1) * sizeof *e->mappings);
    if (e->mappings == NULL)
        return fwd_error_memory(err, "the map");
    struct fwd_copymap_draft draft = draft_map(&e->job->runs, e->mappings);
    return fwd_copymap_finish(&draft, &e->delta.map) == FWD_OK ? FWD_FAIL_NONE : invalid(err);
}

static enum fwd_fail code_runs(
    struct encoder *e, const struct fwd_bit_port *port, struct fwd_error *err)
{
    const struct fwd_run_list *runs = &e->job->runs;

    e->runs.left = (uint32_t)runs->count;
    e->runs.model.category = FWD_CATEGORY_RUNS;
    fwd_runs_begin(&e->runs, port, e->job->pair.source_size, e->job->pair.target_size);
    if (e->job->carry != NULL)
        memcpy(e->runs.direct, e->job->carry->runs, sizeof e->runs.direct);
    e->runs.model.category = FWD_CATEGORY_RUNS;
    for (size_t i = 0; i < runs->count; i++) {
        struct fwd_run run = runs->list[i];
        if (fwd_runs_next(&e->runs, &run) != FWD_OK)
            return invalid(err);
    }
    return FWD_FAIL_NONE;
}

static void fill_horizon(struct fwd_run_window *h, const struct fwd_run_list *runs)
{
    while (h->count < runs->count && fwd_run_window_wants(h))
        fwd_run_window_put(h, &runs->list[h->count]);
}

static bool code_gap(struct fwd_delta *d, uint32_t to, uint32_t next_from)
{
    if (fwd_delta_prime(d, to - d->at, next_from) != FWD_OK)
        return false;
    d->model.category = FWD_CATEGORY_LITERAL;
    while (d->at < to)
        d->isa->literal(d, to - d->at);
    return true;
}

static bool code_run(struct fwd_delta *d, const struct fwd_run *run)
{
    fwd_delta_start_run(d, run);
    while (d->at < run->to + run->size)
        if (fwd_delta_copy(d) != FWD_OK)
            return false;
    fwd_run_window_next(&d->run_window);
    return true;
}

/* What was coded since the place before. */
static void note_place(struct encoder *e)
{
    uint64_t total = 0;

    if (e->places == NULL)
        return;
    for (size_t i = 0; i < FWD_CATEGORIES; i++)
        total += e->tally->costs[i];
    *e->places++ = total - e->before;
    e->before = total;
}

static bool too_large(struct encoder *e)
{
    if (e->written[0] != NULL)
        e->stopped = fwd_size_limit_passed(
            e->job->limit, 4 + e->written[0]->bytes.size + e->written[1]->bytes.size);
    return e->stopped;
}

/* False: the runs do not fit, or it was stopped. */
static bool code_pieces(struct encoder *e)
{
    const struct fwd_refdelta_encode_job *job = e->job;
    struct fwd_delta *d = &e->delta;

    for (size_t i = 0; i < job->runs.count; i++) {
        const struct fwd_run *run = &job->runs.list[i];
        fill_horizon(&d->run_window, &job->runs);
        if (too_large(e) || !code_gap(d, run->to, run->from))
            return false;
        note_place(e);
        if (!code_run(d, run))
            return false;
        note_place(e);
    }
    bool ok = code_gap(d, job->pair.target_size, job->pair.source_size);
    note_place(e);
    return ok;
}

/* The head and the runs' stream belong to no place. */
static void skip_head(struct encoder *e)
{
    uint64_t unused, *places = e->places;

    if (places == NULL)
        return;
    e->places = &unused;
    note_place(e);
    e->places = places;
}

static enum fwd_fail code_body(struct encoder *e, struct fwd_error *err)
{
    const struct fwd_refdelta_encode_job *job = e->job;
    struct fwd_delta *d = &e->delta;

    d->model.category = FWD_CATEGORY_HEAD;
    if (!fwd_refdelta_frames_code(&d->model, &d->frames, e->segments, 2 * FWD_SEGMENTS_MAX, d->isa))
        return invalid(err);
    fwd_delta_begin(d);
    skip_head(e);
    if (!code_pieces(e))
        return e->stopped ? FWD_FAIL_NONE : invalid(err);
    if (memcmp(e->output, job->pair.target, job->pair.target_size) != 0)
        return fwd_error_fail(err, FWD_FAIL_REFUSED, "internal error: the delta gives other bytes");
    return FWD_FAIL_NONE;
}

static enum fwd_fail code_all(const struct fwd_refdelta_encode_job *job,
    const struct fwd_delta_params *params, struct encoder *e, const struct fwd_bit_port *runs,
    const struct fwd_bit_port *body, struct fwd_error *err)
{
    e->job = job;
    enum fwd_fail fail = set_up(e, params, body, err);
    if (fail == FWD_FAIL_NONE)
        fail = make_map(e, err);
    if (fail == FWD_FAIL_NONE)
        fail = code_runs(e, runs, err);
    if (fail == FWD_FAIL_NONE)
        fail = code_body(e, err);
    if (fail == FWD_FAIL_NONE && job->carry != NULL) {
        memcpy(job->carry->runs, e->runs.direct, sizeof e->runs.direct);
        memcpy(job->carry->body, e->delta.model.direct, sizeof job->carry->body);
    }
    free(e->memory);
    free(e->output);
    fwd_foresight_close(&e->foresight);
    free(e->mappings);
    return fail;
}

static enum fwd_fail join(const struct fwd_range_encode *runs, const struct fwd_range_encode *body,
    struct fwd_bytes *section, struct fwd_error *err)
{
    size_t size = 4 + runs->bytes.size + body->bytes.size;

    if (size > UINT32_MAX)
        return fwd_error_fail(err, FWD_FAIL_REFUSED, "the delta would be larger than 4 GiB");
    section->data = malloc(size);
    if (section->data == NULL)
        return fwd_error_memory(err, "the section");
    section->size = size;
    fwd_word_put(section->data, (uint32_t)runs->bytes.size);
    if (runs->bytes.size > 0)
        memcpy(section->data + 4, runs->bytes.data, runs->bytes.size);
    if (body->bytes.size > 0)
        memcpy(section->data + 4 + runs->bytes.size, body->bytes.data, body->bytes.size);
    return FWD_FAIL_NONE;
}

enum fwd_fail fwd_refdelta_encode_section(const struct fwd_refdelta_encode_job *job,
    const struct fwd_delta_params *params, struct fwd_bytes *section, struct fwd_error *err)
{
    struct encoder *e = calloc(1, sizeof *e);
    struct fwd_range_encode runs = {.high = UINT32_MAX}, body = {.high = UINT32_MAX};
    const struct fwd_bit_port runs_port = {&runs, fwd_range_encode_bit};
    const struct fwd_bit_port body_port = {&body, fwd_range_encode_bit};

    *section = (struct fwd_bytes){0};
    if (e == NULL)
        return fwd_error_memory(err, "the encoder");
    e->written[0] = &runs;
    e->written[1] = &body;
    enum fwd_fail fail = code_all(job, params, e, &runs_port, &body_port, err);
    if (fail == FWD_FAIL_NONE && !e->stopped &&
        (!fwd_range_encode_end(&runs) || !fwd_range_encode_end(&body)))
        fail = fwd_error_memory(err, "the section");
    if (fail == FWD_FAIL_NONE && !e->stopped)
        fail = join(&runs, &body, section, err);
    fwd_bytes_free(&runs.bytes);
    fwd_bytes_free(&body.bytes);
    free(e);
    return fail;
}

static void count_outcomes(struct fwd_refdelta_encode_tally *tally,
    const uint32_t ones[FWD_CATEGORIES], const struct fwd_foresight *said)
{
    const uint32_t *decisions = tally->decisions;

    tally->unit_hits = ones[FWD_CATEGORY_COPY_FLAG] + said->units[true];
    tally->unit_misses =
        decisions[FWD_CATEGORY_COPY_FLAG] - ones[FWD_CATEGORY_COPY_FLAG] + said->units[false];
    for (size_t i = 0; i < FWD_REF_TYPES; i++) {
        uint32_t hits = ones[FWD_CATEGORY_REF_FLAG + i];
        tally->ref_hits[i] = hits + said->refs[i][true];
        tally->ref_misses[i] = decisions[FWD_CATEGORY_REF_FLAG + i] - hits + said->refs[i][false];
    }
}

enum fwd_fail fwd_refdelta_encode_measure(const struct fwd_refdelta_encode_job *job,
    const struct fwd_delta_params *params, struct fwd_refdelta_encode_tally *tally,
    uint64_t *places, struct fwd_error *err)
{
    struct encoder *e = calloc(1, sizeof *e);
    uint32_t ones[FWD_CATEGORIES] = {0};

    memset(tally, 0, sizeof *tally);
    if (e == NULL)
        return fwd_error_memory(err, "the encoder");
    e->tally = tally;
    e->places = places;
    struct fwd_bit_meter runs = {&e->runs.model, tally->costs, tally->decisions, ones};
    struct fwd_bit_meter body = {&e->delta.model, tally->costs, tally->decisions, ones};
    const struct fwd_bit_port runs_port = {&runs, fwd_bit_meter_bit};
    const struct fwd_bit_port body_port = {&body, fwd_bit_meter_bit};
    enum fwd_fail fail = code_all(job, params, e, &runs_port, &body_port, err);
    if (fail == FWD_FAIL_NONE)
        count_outcomes(tally, ones, &e->foresight);
    free(e);
    return fail;
}
