#include "verify/refdelta/reference/frame.h"

static const struct fwd_segment *segment_of(const struct fwd_frame *frame, uint32_t offset)
{
    uint32_t i = frame->count - 1u;

    while (i > 0 && frame->segments[i].offset > offset)
        i--;
    return &frame->segments[i];
}

uint32_t fwd_frame_address(const struct fwd_frame *frame, uint32_t offset)
{
    const struct fwd_segment *s = segment_of(frame, offset);

    return (uint32_t)s->address + (offset - s->offset);
}

bool fwd_frame_offset(
    const struct fwd_frame *frame, uint32_t address, uint32_t tail, uint32_t *offset)
{
    for (uint32_t i = 0; i < frame->count; i++) {
        const struct fwd_segment *s = &frame->segments[i];
        uint32_t inside = address - (uint32_t)s->address;
        if (inside < s->size + (i + 1u == frame->count ? tail : 0)) {
            *offset = s->offset + inside;
            return true;
        }
    }
    return false;
}

bool fwd_frames_data(const struct fwd_frames *frames, uint32_t address)
{
    for (unsigned i = 0; i < frames->data_count; i++)
        if (address >> 16 >= frames->data[i].first && address >> 16 <= frames->data[i].last)
            return true;
    return false;
}
