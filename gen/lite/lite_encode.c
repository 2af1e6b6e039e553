#include "gen/lite/lite_encode.h"

#include "gen/lite/lite_fit.h"
#include "gen/lite/lite_write.h"
#include "gen/memory_input.h"
#include "verify/lite/lite_rules_any.h"

/* the coder, which writes by what is above */
#include "verify/lite/lite_body.h"

#define SECTION_RUNS_MAX 0xFFFFFFu

/* ---- what an encoder knows ------------------------------------------------------------------- */

/* A copy of the state that can go on without the coder's: all but contexts, map and history. */
static struct fwd_lite *copy_state(const struct fwd_lite *z)
{
    struct lite_writer *w = writer_of(z);
    struct fwd_lite *copy = w->ahead;
    uint8_t *base = (uint8_t *)copy;
    struct fwd_lite_layout l;

    fwd_lite_layout(&z->params, z->isa->split, &l);
    memcpy(base, z, l.runs);
    copy->view = (struct fwd_ref_view *)(void *)(base + l.view);
    copy->view->frames = &copy->frames;
    copy->view->source.bytes = copy->window;
    copy->moved.keys = (uint32_t *)(void *)(base + l.moved);
    copy->moved.differences = copy->moved.keys + z->params.corrections;
    copy->data.keys = (uint32_t *)(void *)(base + l.data);
    copy->data.differences = copy->data.keys + z->params.corrections;
    copy->ring = (struct fwd_lite_run *)(void *)(base + l.ring);
    copy->history = base + l.history;
    copy->out = copy->history + (z->out - z->history);
    return copy;
}

/* Passes the next unit as it really is. 0: it is not as in the source; 1: it is; -1: a reference.
 */
static int pass_unit(struct fwd_lite *z)
{
    const struct fwd_lite_run *run = &z->run;
    uint32_t done = z->at - run->to, left = run->size - done, from = run->from + done;
    const uint8_t *wanted = writer_of(z)->target + z->at;
    struct lite_guess g;

    begin_chunk(z);
    if (guess_reference(z, from, left, &g)) {
        bool hit = is_truth(z, g.bytes, g.ref.size);
        put(z, wanted, g.ref.size);
        pass_reference(z, &g, wanted, hit);
        return -1;
    }
    uint32_t size = unit_size(z, from, left);
    const uint8_t *old = fwd_window_bytes(&z->view->source, from, size);
    if (old == NULL || !is_truth(z, old, size))
        return 0;
    put(z, wanted, size);
    if (size == 2 && z->isa->longer != NULL)
        pass_half(z, fwd_half_at(wanted));
    return 1;
}

static uint32_t foresee(const struct fwd_lite *z)
{
    struct fwd_lite *ahead = copy_state(z);
    uint32_t end = z->run.to + z->run.size, count = 1;

    while (ahead->at < end) {
        int passed = pass_unit(ahead);
        if (passed == 0)
            return count;
        count += passed > 0;
    }
    return UINT32_MAX;
}

/* What a repetition saves, in bits and by rule of thumb. */
static int32_t gain_of(uint32_t distance, uint32_t size)
{
    return (int32_t)(5 * size) - (int32_t)(12 + length_of(distance) + length_of(size));
}

static void find_repeat(const struct fwd_lite *z, uint32_t *distance, uint32_t *size)
{
    const uint8_t *here = writer_of(z)->target + z->at;
    int32_t best = 4;

    *distance = *size = 0;
    for (uint32_t d = 1; d < 1u << z->params.history_log && d <= z->at; d++) {
        uint32_t n = 0;
        while (n < z->gap && here[n] == here[(int64_t)n - d])
            n++;
        if (n >= REPEAT_LEAST && gain_of(d, n) > best) {
            best = gain_of(d, n);
            *distance = d;
            *size = n;
        }
    }
}

/* ---- the streams ----------------------------------------------------------------------------- */

void fwd_lite_encode_params(const struct fwd_lite_params *p, uint8_t bytes[FWD_LITE_PARAMS_SIZE])
{
    bytes[0] = FWD_LITE_VERSION;
    bytes[1] = p->isa;
    bytes[2] = p->slots_log;
    bytes[3] = p->history_log;
    bytes[4] = p->horizon;
    bytes[5] = p->corrections;
    fwd_half_put(bytes + 6, p->intervals);
    bytes[8] = p->segments;
}

static void set_frames(struct fwd_lite *z, const struct fwd_frames *frames)
{
    struct fwd_segment *list = (struct fwd_segment *)(void *)(uintptr_t)z->frames.from.segments;

    memcpy(list, frames->from.segments, frames->from.count * sizeof *list);
    memcpy(list + frames->from.count, frames->to.segments, frames->to.count * sizeof *list);
    z->frames = *frames;
    z->frames.values = (struct fwd_frame_part){0, 0}; /* not in this codec */
    z->frames.from.segments = list;
    z->frames.to.segments = list + frames->from.count;
}

static bool code_runs(struct fwd_lite *z, const struct fwd_run_list *runs)
{
    z->left = (uint32_t)runs->count;
    begin_runs(z);
    for (size_t i = 0; i < runs->count; i++) {
        const struct fwd_run *r = &runs->list[i];
        struct fwd_lite_run run = {r->to, r->from, r->size};
        if (!next_run(z, &run, r->mapped))
            return false;
        if (r->mapped && !fwd_lite_map_put(z, (r->from + 1) / 2, (int32_t)(r->to - r->from)))
            return false;
    }
    return true;
}

static void fill_ring(struct fwd_lite *z, const struct fwd_run_list *runs)
{
    while (z->known < runs->count && z->known - z->current <= z->params.horizon / 2u) {
        const struct fwd_run *r = &runs->list[z->known];
        z->ring[z->known++ % z->params.horizon] = (struct fwd_lite_run){r->to, r->from, r->size};
    }
}

/* Codes pieces; false: they are not what was wanted. */
static bool code_pieces(struct fwd_lite *z, const uint32_t *left)
{
    while (*left > 0 && z->failed == FWD_OK) {
        const uint8_t *wanted = writer_of(z)->target + z->at;
        begin_chunk(z);
        code_piece(z);
        if (memcmp(z->out, wanted, z->used) != 0)
            return false;
    }
    return z->failed == FWD_OK;
}

static bool code_body(struct fwd_lite *z, const struct fwd_run_list *runs)
{
    z->stream = &z->body_stream;
    if (!code_head(z))
        return false;
    for (;;) {
        fill_ring(z, runs);
        begin_gap(z);
        if (!code_pieces(z, &z->gap))
            return false;
        if (z->current == z->known)
            return z->at == z->target_size;
        begin_run(z);
        if (!code_pieces(z, &z->copying))
            return false;
        z->current++;
    }
}

static enum fwd_fail join(
    const struct lite_writer *w, struct fwd_bytes *section, struct fwd_error *err)
{
    size_t runs = w->runs.bytes.size, body = w->body.bytes.size;

    if (runs > SECTION_RUNS_MAX)
        return fwd_error_fail(err, FWD_FAIL_REFUSED, "codec lite: the images are too different");
    section->size = FWD_LITE_HEAD + runs + body;
    section->data = malloc(section->size);
    if (section->data == NULL)
        return fwd_error_memory(err, "the section");
    fwd_half_put(section->data, (uint32_t)runs);
    section->data[2] = (uint8_t)(runs >> 16);
    memcpy(section->data + FWD_LITE_HEAD, w->runs.bytes.data, runs);
    memcpy(section->data + FWD_LITE_HEAD + runs, w->body.bytes.data, body);
    return FWD_FAIL_NONE;
}

static enum fwd_fail code_all(const struct fwd_refdelta_encode_job *job,
    const struct fwd_lite_params *params, const struct fwd_lite_isa *isa, struct fwd_bytes *section,
    struct fwd_error *err)
{
    uint32_t arena = fwd_lite_fit_arena(params);
    struct lite_writer w = {.target = job->pair.target, .arena_size = arena};
    struct fwd_lite *z = calloc(1, arena);
    const struct fwd_input source = fwd_memory_input(job->pair.source, job->pair.source_size);
    enum fwd_fail fail = FWD_FAIL_NONE;

    w.ahead = calloc(1, arena);
    if (z == NULL || w.ahead == NULL) {
        fail = fwd_error_memory(err, "the encoder");
    } else {
        fwd_lite_divide(z, params, isa, &source, job->pair.target_size);
        z->writer = &w;
        set_frames(z, &job->frames);
        out_begin(&w.runs);
        out_begin(&w.body);
        if (!code_runs(z, &job->runs) || !code_body(z, &job->runs))
            fail = fwd_error_fail(
                err, FWD_FAIL_REFUSED, "internal error: codec lite gives other bytes");
        else if (!out_end(&w.runs) || !out_end(&w.body))
            fail = fwd_error_memory(err, "the section");
        else
            fail = join(&w, section, err);
    }
    fwd_bytes_free(&w.runs.bytes);
    fwd_bytes_free(&w.body.bytes);
    free(w.ahead);
    free(z);
    return fail;
}

enum fwd_fail fwd_lite_encode(const struct fwd_refdelta_encode_job *job, uint32_t memory,
    struct fwd_lite_params *params, struct fwd_bytes *section, struct fwd_error *err)
{
    const struct fwd_lite_isa *isa = fwd_lite_isa_find(job->isa->id);

    *section = (struct fwd_bytes){0};
    if (isa == NULL)
        return fwd_error_fail(
            err, FWD_FAIL_REFUSED, "codec lite does not follow this instruction set");
    if (job->pair.source_size - 1u >= FWD_LITE_IMAGE_MAX ||
        job->pair.target_size - 1u >= FWD_LITE_IMAGE_MAX)
        return fwd_error_fail(err, FWD_FAIL_REFUSED,
            "codec lite takes images of 1 byte to 8 MiB - 1; use another codec for others");
    enum fwd_fail fail = fwd_lite_fit(job, isa, memory, params, err);
    return fail == FWD_FAIL_NONE ? code_all(job, params, isa, section, err) : fail;
}
