/* The body of a `lite` stream: where the images lie, then gaps and runs in turn (LITE.md). */
#ifndef FWD_VERIFY_LITE_LITE_BODY_H
#define FWD_VERIFY_LITE_LITE_BODY_H

#include "verify/lite/lite_copy.h"
#include "verify/lite/lite_runs.h"

#define USUAL_FIRST 0x2000u /* the data window of a Cortex-M: 1 MiB at 0x20000000 */
#define USUAL_LAST  0x200Fu

/* ---- where the images lie -------------------------------------------------------------------- */

/* A value as its difference from another one. */
static uint32_t code_near(struct fwd_lite *z, uint32_t value, uint32_t like)
{
    uint32_t d = value - like;

    d = plain(z, d >> 31 ? ~(d << 1) : d << 1);
    return like + (d & 1 ? ~(d >> 1) : d >> 1);
}

/* A table, each segment near that of the same number in `like`. */
static bool code_segments(struct fwd_lite *z, struct fwd_frame *frame, const struct fwd_frame *like)
{
    struct fwd_segment *list = (struct fwd_segment *)(void *)(uintptr_t)frame->segments;
    static const struct fwd_segment none;
    uint32_t end = 0, upper = 0;

    for (uint32_t i = 0; i < frame->count; i++) {
        const struct fwd_segment *l = like != NULL && i < like->count ? &like->segments[i] : &none;
        struct fwd_segment *s = &list[i];
        s->offset = end + plain(z, s->offset - end);
        s->size = code_near(z, s->size, l->size);
        uint32_t low = code_near(z, (uint32_t)s->address, (uint32_t)l->address);
        if (rules(z)->wide && i == 0)
            upper = code_near(z, (uint32_t)(s->address >> 32), (uint32_t)(l->address >> 32));
        s->address = (uint64_t)upper << 32 | low;
        if (s->size == 0 || s->offset < end || s->offset >= frame->size ||
            s->size > frame->size - s->offset)
            return false;
        end = s->offset + s->size;
    }
    return true;
}

static bool code_tables(struct fwd_lite *z)
{
    struct fwd_frame *from = &z->frames.from, *to = &z->frames.to;
    struct fwd_segment *list = (struct fwd_segment *)(void *)(uintptr_t)from->segments;

    from->known = to->known = raw(z, from->known, 1);
    if (!from->known) {
        from->count = to->count = 1;
        to->segments = list + 1;
        list[0] = (struct fwd_segment){0, from->size, 0};
        list[1] = (struct fwd_segment){0, to->size, 0};
        return true;
    }
    from->count = (uint8_t)plain(z, from->count);
    to->count = (uint8_t)plain(z, to->count);
    if (from->count == 0 || to->count == 0 || from->count + to->count > z->params.segments)
        return false;
    to->segments = list + from->count;
    return code_segments(z, from, NULL) && code_segments(z, to, from);
}

static void code_windows(struct fwd_lite *z)
{
    struct fwd_frames *f = &z->frames;
    bool usual =
        f->data_count == 1 && f->data[0].first == USUAL_FIRST && f->data[0].last == USUAL_LAST;

    if (raw(z, usual, 1)) {
        f->data_count = 1;
        f->data[0] = (struct fwd_data_window){USUAL_FIRST, USUAL_LAST};
        return;
    }
    f->data_count = (uint8_t)least(raw(z, f->data_count, 3), FWD_DATA_WINDOWS);
    for (uint32_t i = 0; i < f->data_count; i++) {
        f->data[i].first = (uint16_t)raw(z, f->data[i].first, 16);
        f->data[i].last = (uint16_t)raw(z, f->data[i].last, 16);
    }
}

static bool code_head(struct fwd_lite *z)
{
    struct fwd_frame *from = &z->frames.from, *to = &z->frames.to;

    if (!code_tables(z))
        return false;
    from->alias = plain(z, from->alias);
    to->alias = code_near(z, to->alias, from->alias);
    from->global = plain(z, from->global);
    to->global = code_near(z, to->global, from->global);
    code_windows(z);
    z->frames.tables = raw(z, z->frames.tables, 1);
    return true;
}

/* ---- gaps and runs --------------------------------------------------------------------------- */

/* The gap before the next run, or the last one. */
static void begin_gap(struct fwd_lite *z)
{
    bool more = z->current < z->known;

    if (more)
        z->run = z->ring[z->current % z->params.horizon];
    z->gap = (more ? z->run.to : z->target_size) - z->at;
}

static void begin_run(struct fwd_lite *z)
{
    z->copying = z->run.size;
    z->since = z->calm = 0;
}

/* Codes at most FWD_LITE_PIECE bytes of the gap, or of the run when there is no gap. */
static void code_piece(struct fwd_lite *z)
{
    uint32_t at = z->at;

    z->stream = &z->body_stream;
    if (z->gap == 0) {
        code_copy(z);
        z->copying -= z->at - at;
        return;
    }
    if (z->repeat == 0 && !code_repeat(z))
        code_literal(z);
    else
        give_repeat(z);
    z->gap -= z->at - at;
}

#endif
