/* References that are plain words (FWD.md). */
#include "verify/refdelta/reference/ref.h"

int32_t fwd_ref_signed(uint32_t value, uint32_t bits)
{
    uint32_t sign = 1u << (bits - 1);

    value &= (sign << 1) - 1;
    return (int32_t)((value ^ sign) - sign);
}

bool fwd_ref_fits(int32_t value, uint32_t bits)
{
    int32_t limit = (int32_t)1 << (bits - 1);

    return value >= -limit && value < limit;
}

void fwd_ref_set(struct fwd_ref *ref, uint8_t type, uint8_t size, uint8_t unit)
{
    ref->type = type;
    ref->size = size;
    ref->unit = unit;
    ref->second = ref->data = ref->fixed = ref->split = false;
    ref->target = ref->part = 0;
}

static bool by_alias(const struct fwd_frame *frame, uint32_t word, uint32_t *target)
{
    *target = word - frame->alias;
    return frame->alias != 0 && *target < frame->size;
}

static bool by_address(const struct fwd_frame *frame, uint32_t word, uint32_t *target)
{
    return frame->known && fwd_frame_offset(frame, word, 0, target);
}

bool fwd_ref_word_find(const struct fwd_frames *frames, uint32_t word, struct fwd_ref *ref)
{
    const struct fwd_frame *frame = &frames->from;
    uint32_t target;

    if (!fwd_ref_word_is(frames, word))
        return false;
    bool image = by_address(frame, word, &target),
         second = !image && by_alias(frame, word, &target);

    if (image || second) {
        fwd_ref_set(ref, FWD_REF_POINTER, 4, 0);
        ref->second = second;
        ref->target = target;
        return true;
    }
    if (!fwd_frames_data(frames, word))
        return false;
    fwd_ref_set(ref, FWD_REF_DATA, 4, 0);
    ref->data = true;
    ref->target = word;
    return true;
}

bool fwd_ref_word_read(const struct fwd_frame *frame, const struct fwd_frames *frames,
    const uint8_t *bytes, uint32_t at, const struct fwd_ref *predicted, uint32_t *target)
{
    uint32_t word = fwd_word_at(bytes);

    (void)at;
    switch (predicted->type) {
    case FWD_REF_POINTER:
        return predicted->second ? by_alias(frame, word, target) : by_address(frame, word, target);
    case FWD_REF_DATA:
        *target = word;
        return fwd_frames_data(frames, word);
    default:
        return false;
    }
}

bool fwd_ref_word_write(const struct fwd_frames *frames, const uint8_t *old, uint32_t at,
    const struct fwd_ref *ref, uint32_t target, uint8_t *out)
{
    (void)old;
    (void)at;
    if (ref->type > FWD_REF_DATA)
        return false;
    if (ref->second)
        target += frames->to.alias;
    else if (ref->type == FWD_REF_POINTER)
        target = fwd_frame_address(&frames->to, target);
    fwd_word_put(out, target);
    return true;
}

bool fwd_ref_resolve(const struct fwd_frames *frames, uint32_t address, struct fwd_ref *ref)
{
    ref->data = ref->fixed = false;
    if (fwd_frame_offset(&frames->from, address, 0, &ref->target))
        return true;
    ref->data = true;
    ref->target = address;
    ref->fixed = !fwd_frames_data(frames, address);
    return !ref->fixed;
}

uint32_t fwd_ref_address(
    const struct fwd_frames *frames, const struct fwd_ref *ref, uint32_t target)
{
    return ref->data ? target : fwd_frame_address(&frames->to, target);
}

bool fwd_ref_place(const struct fwd_frame *frame, const struct fwd_frames *frames,
    const struct fwd_ref *predicted, uint32_t address, uint32_t *target)
{
    *target = address;
    return predicted->data ? predicted->fixed || fwd_frames_data(frames, address)
                           : fwd_frame_offset(frame, address, 0, target);
}

bool fwd_ref_is_word(uint8_t type)
{
    return type <= FWD_REF_DATA;
}
