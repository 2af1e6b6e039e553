/* What the coder of `lite` is when it decodes: bits come from the section, and nobody knows the
 * target. gen/lite/lite_write.h has the same names for an encoder. */
#ifndef FWD_VERIFY_LITE_LITE_READ_H
#define FWD_VERIFY_LITE_LITE_READ_H

#include "verify/lite/lite_context.h"

static uint32_t next_byte(struct fwd_lite *z, struct fwd_lite_stream *s)
{
    uint32_t at = s->at++;

    /* zeros follow; how many is checked at the end */
    if (at >= s->end)
        return 0;
    if (at - s->have_at >= s->have) {
        uint32_t left = s->end - at;
        s->have_at = at;
        s->have = left < FWD_LITE_SECTION_BUFFER ? left : FWD_LITE_SECTION_BUFFER;
        enum fwd_reason reason = fwd_input_read(&z->job->section, at, s->buffer, s->have);
        if (reason != FWD_OK)
            z->failed = reason;
    }
    return s->buffer[at - s->have_at];
}

static void refill(struct fwd_lite *z, struct fwd_lite_stream *s)
{
    while (s->range < 1u << 24) {
        s->range <<= 8;
        s->code = s->code << 8 | next_byte(z, s);
    }
}

/* A bit that is 1 with probability one / 65536. */
FWD_LITE_HOT bool code_bit(struct fwd_lite *z, bool bit, uint32_t one)
{
    struct fwd_lite_stream *s = z->stream;
    uint32_t range = s->range, code = s->code, bound = (range >> 16) * one;

    bit = code < bound;
    if (bit) {
        range = bound;
    } else {
        s->code = code - bound;
        range -= bound;
    }
    s->range = range;
    if (range < 1u << 24)
        refill(z, s);
    return bit;
}

/* The low `count` bits of value, highest first. */
static uint32_t raw(struct fwd_lite *z, uint32_t value, uint32_t count)
{
    struct fwd_lite_stream *s = z->stream;

    for (value = 0; count > 0; count--) {
        uint32_t half = s->range >> 16 << 15;
        value *= 2;
        if (s->code < half) {
            s->range = half;
            value++;
        } else {
            s->range -= half;
            s->code -= half;
        }
        refill(z, s);
    }
    return value;
}

/* A field of `width` bits, from the highest down: each has the context of `base` and the bits
 * before it. */
static uint32_t code_field(struct fwd_lite *z, uint32_t value, uint32_t width, uint32_t base)
{
    struct fwd_lite_stream *s = z->stream;
    uint32_t end = 1u << width, shift = 32u - z->params.slots_log, range = s->range;

    value = 1;
    do {
        uint16_t *context = hashed(z, base + value * FWD_LITE_PREFIX, shift);
        uint32_t was = *context, bound = (range >> 16) * (was & ~COUNT);
        value *= 2;
        /* learning in each branch is faster than once after both */
        if (s->code < bound) {
            range = bound;
            value++;
            *context = (uint16_t)learned(was, true);
        } else {
            range -= bound;
            s->code -= bound;
            *context = (uint16_t)learned(was, false);
        }
        if (range < 1u << 24) {
            s->range = range;
            refill(z, s);
            range = s->range;
        }
    } while (value < end);
    s->range = range;
    return value - end;
}

static void open_stream(struct fwd_lite *z, struct fwd_lite_stream *s, uint32_t at, uint32_t end)
{
    *s = (struct fwd_lite_stream){.range = UINT32_MAX, .at = at, .end = end, .have_at = at};
    for (unsigned i = 0; i < 4; i++)
        s->code = s->code << 8 | next_byte(z, s);
}

/* ---- what only an encoder knows -------------------------------------------------------------- */

static inline uint32_t truth(const struct fwd_lite *z, uint32_t ahead, uint32_t size)
{
    (void)z, (void)ahead, (void)size;
    return 0;
}

static inline bool is_truth(const struct fwd_lite *z, const uint8_t *bytes, uint32_t size)
{
    (void)z, (void)bytes, (void)size;
    return false;
}

static inline int32_t distance_to_truth(
    const struct fwd_lite *z, const struct fwd_ref *ref, const uint8_t *old, uint32_t predicted)
{
    (void)z, (void)ref, (void)old, (void)predicted;
    return 0;
}

/* 1 + units that are as predicted before one that is not; UINT32_MAX: all of the run. */
static inline uint32_t foresee(const struct fwd_lite *z)
{
    (void)z;
    return 0;
}

static inline void find_repeat(const struct fwd_lite *z, uint32_t *distance, uint32_t *size)
{
    (void)z;
    *distance = *size = 0;
}

#endif
