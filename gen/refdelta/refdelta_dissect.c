#include "gen/refdelta/refdelta_dissect.h"

#include "gen/isa/isa_host.h"
#include "gen/memory_input.h"
#include "verify/refdelta/refdelta_decoder.h"
#include "verify/refdelta/refdelta_frames.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_CLASS 3u /* bits of the sizes below the second class */

uint32_t fwd_refdelta_dissect_class_least(uint32_t index)
{
    return index == 0 ? 1 : 1u << (FIRST_CLASS - 1 + index);
}

static uint32_t class_of(uint32_t size)
{
    uint32_t length = fwd_exp_golomb_length(size);

    if (length <= FIRST_CLASS)
        return 0;
    length -= FIRST_CLASS;
    return length < FWD_DISSECT_CLASSES ? length : FWD_DISSECT_CLASSES - 1;
}

bool fwd_refdelta_dissect_streams(
    const uint8_t *section, uint32_t size, uint32_t *runs_size, uint32_t *body_size)
{
    if (size <= FWD_DISSECT_HEAD)
        return false;
    *runs_size = fwd_word_at(section);
    if (*runs_size == 0 || *runs_size >= size - FWD_DISSECT_HEAD)
        return false;
    *body_size = size - FWD_DISSECT_HEAD - *runs_size;
    return true;
}

static bool keep(struct fwd_runs_found *runs, size_t *room, const struct fwd_run *run)
{
    if (runs->count == *room) {
        size_t more = *room ? *room * 2 : 256;
        struct fwd_run *list = realloc(runs->list, more * sizeof *list);
        if (list == NULL)
            return false;
        runs->list = list;
        *room = more;
    }
    runs->list[runs->count++] = *run;
    return true;
}

static void count(struct fwd_refdelta_dissection *d, const struct fwd_run *run)
{
    d->copies++;
    d->copied += run->size;
    d->mapped += run->mapped;
    d->classes[class_of(run->size)]++;
}

static enum fwd_reason read_runs(const struct fwd_component *c, const struct fwd_input *section,
    struct fwd_refdelta_dissection *d, struct fwd_runs_found *list)
{
    struct fwd_range range;
    const struct fwd_bit_port port = {&range, fwd_range_code};
    struct fwd_runs runs = {0};
    size_t room = 0;

    fwd_range_open(&range, section, FWD_DISSECT_HEAD, d->runs_size);
    fwd_runs_begin(&runs, &port, c->source.size, c->target.size);
    while (runs.left > 0) {
        struct fwd_run run = {0};
        enum fwd_reason reason = fwd_runs_next(&runs, &run);
        if (range.failed != FWD_OK || reason != FWD_OK || d->copies == FWD_DISSECT_RUNS_MAX)
            return FWD_E_STREAM_INVALID;
        count(d, &run);
        if (list != NULL && !keep(list, &room, &run))
            return FWD_E_DECODER_MEMORY;
    }
    d->literal = c->target.size - d->copied;
    return fwd_range_finish(&range);
}

static enum fwd_reason read_frames(const struct fwd_component *c, const struct fwd_input *section,
    struct fwd_refdelta_dissection *d)
{
    struct fwd_range range;
    const struct fwd_bit_port port = {&range, fwd_range_code};
    struct fwd_model model = {.port = &port};

    d->frames.from.size = c->source.size;
    d->frames.to.size = c->target.size;
    fwd_range_open(&range, section, FWD_DISSECT_HEAD + d->runs_size, d->body_size);
    const struct fwd_isa_host *host = fwd_isa_host_find(d->params.isa);
    bool ok = fwd_refdelta_frames_code(&model, &d->frames, d->segments, d->params.segments,
        host != NULL ? host->isa : &fwd_isa_none);
    if (range.failed != FWD_OK)
        return range.failed;
    return ok ? FWD_OK : FWD_E_STREAM_INVALID;
}

static bool sizes_fit(const struct fwd_component *c)
{
    return (c->flags & FWD_COMPONENT_HAS_SOURCE) && c->target.size > 0 &&
           c->target.size <= FWD_DELTA_IMAGE_MAX && c->source.size > 0 &&
           c->source.size <= FWD_DELTA_IMAGE_MAX;
}

enum fwd_reason fwd_refdelta_dissect(const struct fwd_component *c, const uint8_t *section,
    struct fwd_refdelta_dissection *d, struct fwd_runs_found *runs)
{
    const struct fwd_input input = fwd_memory_input(section, c->section_size);
    struct fwd_delta_layout layout;

    memset(d, 0, sizeof *d);
    if (runs != NULL)
        *runs = (struct fwd_runs_found){0};
    enum fwd_reason reason =
        fwd_delta_params_decode(c->codec_params, c->codec_params_size, &d->params);
    if (reason == FWD_OK)
        reason = fwd_delta_layout(&d->params, &layout);
    if (reason != FWD_OK)
        return reason;
    d->arena = layout.end;
    if (!sizes_fit(c) ||
        !fwd_refdelta_dissect_streams(section, c->section_size, &d->runs_size, &d->body_size))
        return FWD_E_SECTION_CONTENT;
    reason = read_runs(c, &input, d, runs);
    if (reason == FWD_OK)
        reason = read_frames(c, &input, d);
    if (reason != FWD_OK && runs != NULL)
        fwd_runs_found_free(runs);
    return reason;
}
