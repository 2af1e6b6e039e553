#include "verify/refdelta/refdelta_frames.h"

#include "verify/refdelta/entropy/exp_golomb.h"

#define RAM_FIRST  0x2000u /* the usual data window of a Cortex-M: 1 MiB at 0x20000000 */
#define RAM_LAST   0x200Fu
#define COUNT_BITS 6u

/* How many low bits are 0, then the others. */
static uint32_t code_address(struct fwd_model *m, uint32_t address)
{
    uint32_t zeros = 0;

    while (zeros < 31 && !(address >> zeros & 1u))
        zeros++;
    zeros = fwd_exp_golomb_bits(m, zeros, 5);
    return fwd_exp_golomb_bits(m, address >> zeros, 32 - zeros) << zeros;
}

/* Either as `like` or by itself. */
static uint32_t code_like(struct fwd_model *m, uint32_t address, uint32_t like)
{
    return fwd_model_raw(m, address == like) ? like : code_address(m, address);
}

static uint32_t zigzag(uint32_t difference)
{
    return difference >> 31 ? ~(difference << 1) : difference << 1;
}

static uint32_t unzigzag(uint32_t value)
{
    return value & 1 ? ~(value >> 1) : value >> 1;
}

/* A table of its own: `end` is where the segment before ends. Distances from offset to address are
 * rounder than addresses. */
static void code_first(struct fwd_model *m, struct fwd_segment *s, uint32_t end)
{
    s->offset = end + fwd_exp_golomb_plain(m, s->offset - end);
    s->size = 1 + fwd_exp_golomb_plain(m, s->size - 1);
    s->address = s->offset + code_address(m, (uint32_t)s->address - s->offset);
}

/* A segment of the target, mostly like the one of the source. */
static void code_second(struct fwd_model *m, struct fwd_segment *s, uint32_t end,
    const struct fwd_segment *like, uint32_t like_end)
{
    uint32_t gap = like->offset - like_end;

    if (!fwd_model_raw(m, s->offset - end == gap))
        gap = fwd_exp_golomb_plain(m, s->offset - end);
    s->offset = end + gap;
    s->size = like->size + unzigzag(fwd_exp_golomb_plain(m, zigzag(s->size - like->size)));
    s->address = code_like(m, (uint32_t)s->address, (uint32_t)like->address);
}

static bool inside(const struct fwd_segment *s, uint32_t end, uint32_t size)
{
    return s->size > 0 && s->offset >= end && s->offset < size && s->size <= size - s->offset;
}

static bool code_table(struct fwd_model *m, struct fwd_frame *frame, struct fwd_segment *list,
    const struct fwd_frame *like)
{
    uint32_t end = 0, like_end = 0;

    frame->segments = list;
    for (uint32_t i = 0; i < frame->count; i++) {
        if (like != NULL && i < like->count) {
            code_second(m, &list[i], end, &like->segments[i], like_end);
            like_end = like->segments[i].offset + like->segments[i].size;
        } else {
            code_first(m, &list[i], end);
        }
        if (!inside(&list[i], end, frame->size))
            return false;
        end = list[i].offset + list[i].size;
    }
    return true;
}

static bool code_tables(
    struct fwd_model *m, struct fwd_frames *f, struct fwd_segment *list, uint32_t room)
{
    f->from.count = (uint8_t)(1 + fwd_exp_golomb_bits(m, f->from.count - 1u, COUNT_BITS));
    if (fwd_model_raw(m, f->to.count == f->from.count))
        f->to.count = f->from.count;
    else
        f->to.count = (uint8_t)(1 + fwd_exp_golomb_bits(m, f->to.count - 1u, COUNT_BITS));
    return (uint32_t)f->from.count + f->to.count <= room && code_table(m, &f->from, list, NULL) &&
           code_table(m, &f->to, list + f->from.count, &f->from);
}

static void whole(struct fwd_frame *frame, struct fwd_segment *segment, uint32_t address)
{
    *segment = (struct fwd_segment){0, frame->size, address};
    frame->segments = segment;
    frame->count = 1;
}

static bool code_segments(
    struct fwd_model *m, struct fwd_frames *f, struct fwd_segment *list, uint32_t room)
{
    uint32_t from = (uint32_t)list[0].address, to = (uint32_t)list[1].address;

    f->from.known = f->to.known = fwd_model_raw(m, f->from.known);
    if (!f->from.known) {
        from = to = 0;
    } else if (fwd_model_raw(m, f->from.count > 1 || f->to.count > 1)) {
        return code_tables(m, f, list, room);
    } else {
        from = code_address(m, from);
        to = code_like(m, to, from);
    }
    whole(&f->from, &list[0], from);
    whole(&f->to, &list[1], to);
    return true;
}

/* The upper halves of 64-bit addresses, one for each image. */
static void code_halves(
    struct fwd_model *m, struct fwd_frames *f, struct fwd_segment *list, const uint32_t halves[2])
{
    uint32_t from = fwd_exp_golomb_bits(m, halves[0], 32), to = from;

    if (!fwd_model_raw(m, halves[1] == from))
        to = fwd_exp_golomb_bits(m, halves[1], 32);
    for (uint32_t i = 0; i < (uint32_t)f->from.count + f->to.count; i++)
        list[i].address =
            (uint64_t)(i < f->from.count ? from : to) << 32 | (uint32_t)list[i].address;
}

static void code_windows(struct fwd_model *m, struct fwd_frames *f)
{
    bool usual = f->data_count == 1 && f->data[0].first == RAM_FIRST && f->data[0].last == RAM_LAST;

    if (fwd_model_raw(m, usual)) {
        f->data_count = 1;
        f->data[0] = (struct fwd_data_window){RAM_FIRST, RAM_LAST};
        return;
    }
    /* the count has three bits: more than there can be are read but not kept */
    uint32_t count = fwd_exp_golomb_bits(m, f->data_count, 3);
    f->data_count = (uint8_t)(count < FWD_DATA_WINDOWS ? count : FWD_DATA_WINDOWS);
    for (uint32_t i = 0; i < count; i++) {
        struct fwd_data_window *w = &f->data[i < FWD_DATA_WINDOWS ? i : FWD_DATA_WINDOWS - 1];
        w->first = (uint16_t)fwd_exp_golomb_bits(m, w->first, 16);
        w->last = (uint16_t)(w->first + fwd_exp_golomb_plain(m, (uint16_t)(w->last - w->first)));
    }
}

/* An address that an image may have or not: 0 is none. */
static void code_other(struct fwd_model *m, uint32_t *from, uint32_t *to)
{
    if (!fwd_model_raw(m, *from != 0)) {
        *from = *to = 0;
        return;
    }
    *from = code_address(m, *from);
    *to = code_like(m, *to, *from);
}

static void code_values(struct fwd_model *m, struct fwd_frame_part *values)
{
    if (!fwd_model_raw(m, values->end > values->begin)) {
        values->begin = values->end = 0;
        return;
    }
    values->begin = fwd_exp_golomb_plain(m, values->begin);
    values->end = values->begin + fwd_exp_golomb_plain(m, values->end - values->begin);
}

bool fwd_refdelta_frames_code(struct fwd_model *m, struct fwd_frames *f, struct fwd_segment *list,
    uint32_t room, const struct fwd_isa *isa)
{
    const uint32_t halves[2] = {
        (uint32_t)(list[0].address >> 32), (uint32_t)(list[f->from.count].address >> 32)};

    if (!code_segments(m, f, list, room))
        return false;
    if (isa->wide && f->from.known)
        code_halves(m, f, list, halves);
    code_other(m, &f->from.alias, &f->to.alias);
    code_other(m, &f->from.global, &f->to.global);
    code_windows(m, f);
    f->tables = fwd_model_raw(m, f->tables);
    if (isa->values)
        code_values(m, &f->values);
    return true;
}
