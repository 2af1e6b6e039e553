#include "gen/image/segments.h"

static uint64_t end_of(const struct fwd_segment *segment)
{
    return (uint64_t)segment->offset + segment->size;
}

bool fwd_segments_add(
    struct fwd_segments *segments, uint32_t offset, uint32_t size, uint64_t address)
{
    struct fwd_segment *last = segments->count > 0 ? &segments->list[segments->count - 1] : NULL;

    if (size == 0 || size > UINT32_MAX - offset || (last != NULL && offset < end_of(last)))
        return false;
    if (last != NULL && address - offset == last->address - last->offset) {
        last->size = offset + size - last->offset;
        return true;
    }
    if (segments->count == FWD_SEGMENTS_MAX)
        return false;
    segments->list[segments->count++] = (struct fwd_segment){offset, size, address};
    return true;
}

const struct fwd_segment *fwd_segments_find(const struct fwd_segments *segments, uint32_t offset)
{
    for (size_t i = 0; i < segments->count; i++) {
        const struct fwd_segment *segment = &segments->list[i];
        if (offset >= segment->offset && offset - segment->offset < segment->size)
            return segment;
    }
    return NULL;
}
