/* References of A32 code, and of A32 with Thumb in between (FWD.md; encodings: Arm
 * Architecture Reference Manual, A32 instruction set). */
#include "verify/refdelta/reference/ref.h"

static uint8_t type_of(uint32_t word)
{
    if (word >> 28 == 15)
        return FWD_REF_TYPES;
    if ((word >> 25 & 7) == 5)
        return FWD_REF_A32_B;
    return (word >> 16 & 0xF7F) == 0x51F ? FWD_REF_A32_LDR : FWD_REF_TYPES;
}

static bool decode(const struct fwd_frame *frame, uint32_t word, uint32_t at, struct fwd_ref *ref)
{
    uint32_t distance = word & 0xFFF, address = fwd_frame_address(frame, at) + 8;

    *ref = (struct fwd_ref){.type = type_of(word), .size = 4};
    if (ref->type == FWD_REF_TYPES)
        return false;
    if (ref->type == FWD_REF_A32_B) {
        ref->unit = 2;
        address += 4 * (uint32_t)fwd_ref_signed(word, 24);
    } else {
        address += word >> 23 & 1 ? distance : 0u - distance;
    }
    return fwd_frame_offset(frame, address, 0, &ref->target);
}

bool fwd_a32_find(struct fwd_ref_view *view, uint32_t at, uint32_t to_at, struct fwd_ref *ref)
{
    uint32_t word;

    if (((at | to_at) & 3) || !fwd_window_word(&view->source, at, &word))
        return false;
    return fwd_ref_word_find(view->frames, word, ref) || fwd_ref_table_find(view, at, word, ref) ||
           decode(&view->frames->from, word, at, ref);
}

bool fwd_a32_read(const struct fwd_frame *frame, const struct fwd_frames *frames,
    const uint8_t *bytes, uint32_t at, const struct fwd_ref *predicted, uint32_t *target)
{
    struct fwd_ref ref;

    if (predicted->type != FWD_REF_A32_B && predicted->type != FWD_REF_A32_LDR)
        return fwd_ref_table_read(frame, frames, bytes, at, predicted, target);
    if (!decode(frame, fwd_word_at(bytes), at, &ref) || ref.type != predicted->type)
        return false;
    *target = ref.target;
    return true;
}

bool fwd_a32_write(const struct fwd_frames *frames, const uint8_t *old, uint32_t at,
    const struct fwd_ref *ref, uint32_t target, uint8_t *out)
{
    int32_t d =
        (int32_t)(fwd_frame_address(&frames->to, target) - fwd_frame_address(&frames->to, at) - 8);
    uint32_t word = fwd_word_at(old);

    if (ref->type == FWD_REF_A32_B) {
        if ((d & 3) || !fwd_ref_fits(d >> 2, 24))
            return false;
        fwd_word_put(out, (word & 0xFF000000u) | ((uint32_t)d >> 2 & 0xFFFFFF));
        return true;
    }
    if (ref->type != FWD_REF_A32_LDR)
        return fwd_ref_table_write(frames, old, at, ref, target, out);
    uint32_t up = d >= 0 ? 0x800000u : 0, distance = d < 0 ? 0u - (uint32_t)d : (uint32_t)d;
    if (distance > 4095)
        return false;
    fwd_word_put(out, (word & 0xFF7FF000u) | up | distance);
    return true;
}

bool fwd_arm_find(struct fwd_ref_view *view, uint32_t at, uint32_t to_at, struct fwd_ref *ref)
{
    return fwd_a32_find(view, at, to_at, ref) || fwd_thumb_find(view, at, to_at, ref);
}

bool fwd_arm_read(const struct fwd_frame *frame, const struct fwd_frames *frames,
    const uint8_t *bytes, uint32_t at, const struct fwd_ref *predicted, uint32_t *target)
{
    bool a32 = predicted->type == FWD_REF_A32_B || predicted->type == FWD_REF_A32_LDR;

    return a32 ? fwd_a32_read(frame, frames, bytes, at, predicted, target)
               : fwd_thumb_read(frame, frames, bytes, at, predicted, target);
}

bool fwd_arm_write(const struct fwd_frames *frames, const uint8_t *old, uint32_t at,
    const struct fwd_ref *ref, uint32_t target, uint8_t *out)
{
    bool a32 = ref->type == FWD_REF_A32_B || ref->type == FWD_REF_A32_LDR;

    return a32 ? fwd_a32_write(frames, old, at, ref, target, out)
               : fwd_thumb_write(frames, old, at, ref, target, out);
}
