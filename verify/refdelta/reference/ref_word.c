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

static bool points_into(uint64_t base, uint32_t size, uint32_t word)
{
    return !((uint32_t)base & 1) && word - (uint32_t)base < size;
}

static bool in_data(const struct fwd_frames *frames, uint32_t word)
{
    for (unsigned i = 0; i < frames->data_count; i++)
        if (word >> 16 >= frames->data[i].first && word >> 16 <= frames->data[i].last)
            return true;
    return false;
}

static void found(struct fwd_ref *ref, uint8_t type, uint32_t target)
{
    *ref = (struct fwd_ref){.type = type, .size = 4, .target = target};
}

bool fwd_ref_word_find(const struct fwd_frames *frames, uint32_t word, struct fwd_ref *ref)
{
    const struct fwd_frame *f = &frames->from;

    if (points_into(f->base, f->size, word)) {
        found(ref, FWD_REF_POINTER, (uint32_t)(word - f->base));
        return true;
    }
    if (f->base2 != 0 && points_into(f->base2, f->size, word)) {
        found(ref, FWD_REF_POINTER, (uint32_t)(word - f->base2));
        ref->second = true;
        return true;
    }
    if (!in_data(frames, word))
        return false;
    found(ref, FWD_REF_DATA, word);
    return true;
}

bool fwd_ref_word_read(const struct fwd_frame *frame, const struct fwd_frames *frames,
    const uint8_t *bytes, uint32_t at, const struct fwd_ref *predicted, uint32_t *target)
{
    uint32_t word = fwd_word_at(bytes);
    uint64_t base = predicted->second ? frame->base2 : frame->base;

    (void)at;
    switch (predicted->type) {
    case FWD_REF_POINTER:
        *target = (uint32_t)(word - base);
        return points_into(base, frame->size, word);
    case FWD_REF_DATA:
        *target = word;
        return in_data(frames, word);
    default:
        return false;
    }
}

bool fwd_ref_word_write(const struct fwd_frames *frames, const uint8_t *old, uint32_t at,
    const struct fwd_ref *ref, uint32_t target, uint8_t *out)
{
    uint64_t base = ref->second ? frames->to.base2 : frames->to.base;

    (void)old;
    (void)at;
    switch (ref->type) {
    case FWD_REF_POINTER:
        fwd_word_put(out, (uint32_t)(base + target));
        return true;
    case FWD_REF_DATA:
        fwd_word_put(out, target);
        return true;
    default:
        return false;
    }
}

bool fwd_ref_is_split(uint8_t type)
{
    return type == FWD_REF_ADRP || type == FWD_REF_LO12;
}

bool fwd_ref_is_word(uint8_t type)
{
    return type == FWD_REF_POINTER || type == FWD_REF_DATA || type == FWD_REF_POINTER64;
}
