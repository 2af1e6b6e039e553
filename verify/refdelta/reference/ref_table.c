/* References that are words of tables of differences and offsets (FWD.md). */
#include "verify/refdelta/reference/ref.h"

#define TABLE_STEP_MAX 0x8000u
#define TABLE_LEAST    4096u

bool fwd_ref_table_find(struct fwd_ref_view *view, uint32_t at, uint32_t word, struct fwd_ref *ref)
{
    uint32_t before, after, size = view->frames->from.size;
    uint32_t distance = word >> 31 ? 0u - word : word;

    if (!view->frames->tables || (word >> 25 != 0 && word >> 25 != 127) || at < 4)
        return false;
    if (!fwd_window_word(&view->source, at + 4, &after) ||
        !fwd_window_word(&view->source, at - 4, &before))
        return false;
    if (word >= TABLE_LEAST && word < size && before <= word && word <= after &&
        word - before < TABLE_STEP_MAX && after - word < TABLE_STEP_MAX) {
        *ref = (struct fwd_ref){.type = FWD_REF_OFFSET, .size = 4, .target = word};
        return true;
    }
    if (distance < TABLE_LEAST || at + word >= size)
        return false;
    *ref = (struct fwd_ref){.type = FWD_REF_RELATIVE, .size = 4, .target = at + word};
    return true;
}

bool fwd_ref_table_read(const struct fwd_frame *frame, const struct fwd_frames *frames,
    const uint8_t *bytes, uint32_t at, const struct fwd_ref *predicted, uint32_t *target)
{
    if (predicted->type != FWD_REF_OFFSET && predicted->type != FWD_REF_RELATIVE)
        return fwd_ref_word_read(frame, frames, bytes, at, predicted, target);
    *target = fwd_word_at(bytes) + (predicted->type == FWD_REF_RELATIVE ? at : 0);
    return *target < frame->size;
}

bool fwd_ref_table_write(const struct fwd_frames *frames, const uint8_t *old, uint32_t at,
    const struct fwd_ref *ref, uint32_t target, uint8_t *out)
{
    if (ref->type != FWD_REF_OFFSET && ref->type != FWD_REF_RELATIVE)
        return fwd_ref_word_write(frames, old, at, ref, target, out);
    fwd_word_put(out, target - (ref->type == FWD_REF_RELATIVE ? at : 0));
    return true;
}
