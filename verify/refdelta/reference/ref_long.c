/* References that are addresses of 64 bits (FWD.md). */
#include "verify/refdelta/reference/ref.h"

static uint64_t long_at(const uint8_t *b)
{
    return fwd_word_at(b) | (uint64_t)fwd_word_at(b + 4) << 32;
}

/* Addresses have the upper half of their segment. */
static bool offset_of(const struct fwd_frame *frame, uint64_t address, uint32_t *offset)
{
    for (uint32_t i = 0; i < frame->count; i++) {
        const struct fwd_segment *s = &frame->segments[i];
        uint64_t inside = address - s->address;
        if (inside < s->size + (i + 1u == frame->count ? FWD_REF_TAIL : 0)) {
            *offset = s->offset + (uint32_t)inside;
            return true;
        }
    }
    return false;
}

bool fwd_ref_long_find(struct fwd_ref_view *view, uint32_t at, uint32_t to_at, struct fwd_ref *ref)
{
    const struct fwd_frame *frame = &view->frames->from;
    const uint8_t *bytes =
        !frame->known || (at | to_at) & 7 ? NULL : fwd_window_bytes(&view->source, at, 8);

    *ref = (struct fwd_ref){.type = FWD_REF_POINTER, .size = 8};
    return bytes != NULL && offset_of(frame, long_at(bytes), &ref->target);
}

bool fwd_ref_long_read(const struct fwd_frame *frame, const struct fwd_frames *frames,
    const uint8_t *bytes, uint32_t at, const struct fwd_ref *predicted, uint32_t *target)
{
    (void)frames;
    (void)at;
    (void)predicted;
    return offset_of(frame, long_at(bytes), target);
}

bool fwd_ref_long_write(const struct fwd_frames *frames, const uint8_t *old, uint32_t at,
    const struct fwd_ref *ref, uint32_t target, uint8_t *out)
{
    (void)old;
    (void)at;
    (void)ref;
    /* all segments of a 64-bit image are in one half */
    fwd_word_put(out, fwd_frame_address(&frames->to, target));
    fwd_word_put(out + 4, (uint32_t)(frames->to.segments[0].address >> 32));
    return true;
}
