/* Parameters and memory of the codec `lite` (LITE.md). */
#include "verify/lite/lite.h"

#include <string.h>

#define CONTEXT_START (2048u << 4)

_Static_assert(sizeof(struct fwd_lite) <= FWD_LITE_STATE, "LITE.md reserves these bytes");
_Static_assert(offsetof(struct fwd_ref_view, uppers) <= FWD_LITE_VIEW, "and these");
_Static_assert(sizeof(struct fwd_segment) == FWD_LITE_SEGMENT, "the arena has room for them");

static bool inside(uint32_t value, uint32_t least, uint32_t most)
{
    return value - least <= most - least;
}

enum fwd_reason fwd_lite_params_decode(const uint8_t *b, uint8_t size, struct fwd_lite_params *p)
{
    if (size == 0)
        return FWD_E_SECTION_CONTENT;
    if (b[0] != FWD_LITE_VERSION)
        return FWD_E_UNKNOWN_CODEC;
    if (size != FWD_LITE_PARAMS_SIZE)
        return FWD_E_SECTION_CONTENT;
    *p = (struct fwd_lite_params){.isa = b[1],
        .slots_log = b[2],
        .history_log = b[3],
        .horizon = b[4],
        .corrections = b[5],
        .intervals = (uint16_t)fwd_half_at(b + 6),
        .segments = b[8]};
    if (!inside(p->slots_log, 8, 14) || !inside(p->history_log, 6, 12) ||
        !inside(p->horizon, 2, 64) || !inside(p->segments, 2, 2 * FWD_SEGMENTS_MAX))
        return FWD_E_SECTION_CONTENT;
    return FWD_OK;
}

static uint32_t take(uint32_t *at, uint32_t size)
{
    uint32_t place = *at;

    *at += (size + 3u) & ~3u;
    return place;
}

void fwd_lite_layout(const struct fwd_lite_params *p, bool split, struct fwd_lite_layout *l)
{
    uint32_t at = FWD_LITE_STATE, slots = 1u << p->slots_log;

    l->segments = take(&at, p->segments * FWD_LITE_SEGMENT);
    l->view = take(&at,
        FWD_LITE_VIEW + (split ? FWD_REF_REGISTERS * (uint32_t)sizeof(struct fwd_ref_upper) : 0));
    l->moved = take(&at, p->corrections * FWD_CORRECTION_CACHE_ENTRY);
    l->data = take(&at, p->corrections * FWD_CORRECTION_CACHE_ENTRY);
    l->ring = take(&at, p->horizon * FWD_LITE_RUN);
    l->runs = take(&at, FWD_LITE_RUN_CONTEXTS * 2);
    l->body = take(&at, FWD_LITE_CONTEXTS * 2);
    l->slots = take(&at, slots * 2);
    l->checks = take(&at, slots);
    l->history = take(&at, (1u << p->history_log) + FWD_LITE_PIECE);
    l->map = take(&at, p->intervals * FWD_LITE_MAP);
    l->end = (at + 15u) & ~15u;
}

void fwd_lite_reset(uint16_t *contexts, uint32_t count)
{
    while (count-- > 0)
        *contexts++ = CONTEXT_START;
}

void fwd_lite_divide(struct fwd_lite *z, const struct fwd_lite_params *p,
    const struct fwd_lite_isa *isa, const struct fwd_input *source, uint32_t target_size)
{
    uint8_t *arena = (uint8_t *)z;
    struct fwd_lite_layout l;

    fwd_lite_layout(p, isa->split, &l);
    memset(arena, 0, l.end);
    z->params = *p;
    z->isa = isa;
    z->unit = isa->unit;
    z->refers = isa->find != NULL;
    z->view = (struct fwd_ref_view *)(void *)(arena + l.view);
    z->view->frames = &z->frames;
    fwd_window_open(&z->view->source, source, z->window, sizeof z->window);
    z->moved = fwd_correction_cache_over(arena + l.moved, p->corrections);
    z->data = fwd_correction_cache_over(arena + l.data, p->corrections);
    z->ring = (struct fwd_lite_run *)(void *)(arena + l.ring);
    z->runs = (uint16_t *)(void *)(arena + l.runs);
    z->body = (uint16_t *)(void *)(arena + l.body);
    z->slots = (uint16_t *)(void *)(arena + l.slots);
    z->checks = arena + l.checks;
    z->history = z->out = arena + l.history;
    z->map = arena + l.map;
    z->frames.from.segments = (struct fwd_segment *)(void *)(arena + l.segments);
    z->frames.from.size = z->source_size = source->size;
    z->frames.to.size = z->target_size = target_size;
    fwd_lite_reset(z->body, FWD_LITE_CONTEXTS);
    fwd_lite_reset(z->slots, 1u << p->slots_log);
}
