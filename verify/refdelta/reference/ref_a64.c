/* References of A64 code (FWD.md; encodings: Arm Architecture Reference Manual, A64
 * instruction set). */
#include "verify/refdelta/reference/ref.h"

#define NEAR 8u /* instructions between ADRP and its other half */

static bool is_adrp(uint32_t w)
{
    return (w & 0x9F000000u) == 0x90000000u;
}

static bool is_add(uint32_t w)
{
    return (w & 0xFFC00000u) == 0x91000000u;
}

/* Load or store with an unsigned offset. */
static bool is_access(uint32_t w)
{
    return (w & 0x3B000000u) == 0x39000000u;
}

/* log2 of the bytes that the offset of an access counts in; 0 for ADD. */
static uint32_t scale_of(uint32_t w)
{
    if (!is_access(w))
        return 0;
    return (w & 0x04800000u) == 0x04800000u ? 4 : w >> 30;
}

static uint32_t low_part(uint32_t w)
{
    return (w >> 10 & 0xFFF) << scale_of(w);
}

/* The address of the page that an ADRP at address `at` names. */
static uint32_t page_of(uint32_t w, uint32_t at)
{
    uint32_t pages = (uint32_t)fwd_ref_signed((w >> 29 & 3) | (w >> 5 & 0x7FFFF) << 2, 21);

    return (at & ~0xFFFu) + (pages << 12);
}

/* The low part of the address that the instructions after an ADRP complete. */
static uint32_t low_after(struct fwd_window *source, uint32_t at, uint32_t rd)
{
    uint32_t w;

    for (uint32_t k = 1; k <= NEAR && fwd_window_word(source, at + 4 * k, &w); k++)
        if ((w >> 5 & 31) == rd && (is_add(w) || is_access(w)))
            return low_part(w);
    return 0;
}

/* The page that the ADRP before an instruction loaded into its base register. pc: the address of
 * the instruction. */
static bool page_before(
    struct fwd_window *source, uint32_t at, uint32_t pc, uint32_t rn, uint32_t *page)
{
    uint32_t w;

    for (uint32_t k = 1; k <= NEAR && 4 * k <= at && fwd_window_word(source, at - 4 * k, &w); k++)
        if ((w & 31) == rn) {
            *page = page_of(w, pc - 4 * k);
            return is_adrp(w);
        }
    return false;
}

static uint8_t branch_type(uint32_t w)
{
    if ((w & 0x7C000000u) == 0x14000000u)
        return w >> 31 ? FWD_REF_CALL : FWD_REF_JUMP;
    if ((w & 0xFF000010u) == 0x54000000u || (w & 0x7E000000u) == 0x34000000u ||
        (w & 0x3B000000u) == 0x18000000u)
        return FWD_REF_COND;
    return (w & 0x7E000000u) == 0x36000000u ? FWD_REF_TEST : FWD_REF_TYPES;
}

static bool decode_branch(
    const struct fwd_frame *frame, uint32_t w, uint32_t at, struct fwd_ref *ref)
{
    int32_t steps;

    *ref = (struct fwd_ref){.type = branch_type(w), .size = 4, .unit = 2};
    if (ref->type == FWD_REF_TYPES)
        return false;
    if (ref->type == FWD_REF_COND)
        steps = fwd_ref_signed(w >> 5, 19);
    else
        steps = ref->type == FWD_REF_TEST ? fwd_ref_signed(w >> 5, 14) : fwd_ref_signed(w, 26);
    uint32_t address = fwd_frame_address(frame, at) + 4 * (uint32_t)steps;
    return fwd_frame_offset(frame, address, 0, &ref->target);
}

static bool find_page(struct fwd_ref_view *view, uint32_t at, uint32_t w, struct fwd_ref *ref)
{
    const struct fwd_frame *frame = &view->frames->from;
    uint32_t page, pc = fwd_frame_address(frame, at);

    if (is_adrp(w)) {
        *ref = (struct fwd_ref){.type = FWD_REF_HIGH, .size = 4, .unit = 12, .split = true};
        page = page_of(w, pc) + low_after(&view->source, at, w & 31);
    } else if (is_add(w) || is_access(w)) {
        if (!page_before(&view->source, at, pc, w >> 5 & 31, &page))
            return false;
        *ref = (struct fwd_ref){
            .type = FWD_REF_LOW, .size = 4, .unit = (uint8_t)scale_of(w), .split = true};
        page += low_part(w);
    } else {
        return false;
    }
    return fwd_frame_offset(frame, page, FWD_REF_TAIL, &ref->target);
}

static bool is_value(uint32_t w)
{
    return w != 0 && w < FWD_REF_VALUE_END;
}

static bool in_values(const struct fwd_frames *frames, uint32_t at)
{
    return at - frames->values.begin < frames->values.end - frames->values.begin;
}

static bool find_value(struct fwd_ref_view *view, uint32_t at, struct fwd_ref *ref)
{
    uint32_t w;

    if (!fwd_window_word(&view->source, at, &w) || !is_value(w))
        return false;
    *ref = (struct fwd_ref){.type = FWD_REF_DATA, .size = 4, .data = true, .target = w};
    return true;
}

bool fwd_a64_find(struct fwd_ref_view *view, uint32_t at, uint32_t to_at, struct fwd_ref *ref)
{
    uint32_t w;

    if ((at | to_at) & 3)
        return false;
    if (in_values(view->frames, at))
        return find_value(view, at, ref);
    if (fwd_ref_long_find(view, at, to_at, ref))
        return true;
    if (!fwd_window_word(&view->source, at, &w))
        return false;
    return fwd_ref_table_find(view, at, w, ref) || decode_branch(&view->frames->from, w, at, ref) ||
           find_page(view, at, w, ref);
}

bool fwd_a64_read(const struct fwd_frame *frame, const struct fwd_frames *frames,
    const uint8_t *bytes, uint32_t at, const struct fwd_ref *predicted, uint32_t *target)
{
    struct fwd_ref ref;

    if (predicted->type == FWD_REF_POINTER)
        return fwd_ref_long_read(frame, frames, bytes, at, predicted, target);
    if (predicted->type == FWD_REF_DATA) {
        *target = fwd_word_at(bytes);
        return is_value(*target);
    }
    if (predicted->type == FWD_REF_OFFSET || predicted->type == FWD_REF_RELATIVE)
        return fwd_ref_table_read(frame, frames, bytes, at, predicted, target);
    if (!decode_branch(frame, fwd_word_at(bytes), at, &ref) || ref.type != predicted->type)
        return false;
    *target = ref.target;
    return true;
}

static bool write_branch(uint32_t w, int32_t d, uint32_t bits, uint32_t shift, uint8_t *out)
{
    uint32_t mask = ((1u << bits) - 1) << shift;

    if ((d & 3) || !fwd_ref_fits(d >> 2, bits))
        return false;
    fwd_word_put(out, (w & ~mask) | ((uint32_t)d >> 2 << shift & mask));
    return true;
}

static bool write_page(uint32_t w, uint32_t at, uint32_t target, uint8_t *out)
{
    int32_t pages = fwd_ref_signed((target >> 12) - (at >> 12), 20);
    uint32_t u = (uint32_t)pages;

    fwd_word_put(out, (w & 0x9F00001Fu) | (u & 3) << 29 | (u >> 2 & 0x7FFFF) << 5);
    return true;
}

static bool write_low(uint32_t w, uint32_t unit, uint32_t target, uint8_t *out)
{
    uint32_t low = target & 0xFFF;

    if (low & ((1u << unit) - 1))
        return false;
    fwd_word_put(out, (w & 0xFFC003FFu) | low >> unit << 10);
    return true;
}

bool fwd_a64_write(const struct fwd_frames *frames, const uint8_t *old, uint32_t at,
    const struct fwd_ref *ref, uint32_t target, uint8_t *out)
{
    uint32_t w = fwd_word_at(old), address = fwd_frame_address(&frames->to, target);
    uint32_t pc = fwd_frame_address(&frames->to, at);
    int32_t d = (int32_t)(address - pc);

    switch (ref->type) {
    case FWD_REF_POINTER:
        return fwd_ref_long_write(frames, old, at, ref, target, out);
    case FWD_REF_CALL:
    case FWD_REF_JUMP:
        return write_branch(w, d, 26, 0, out);
    case FWD_REF_COND:
        return write_branch(w, d, 19, 5, out);
    case FWD_REF_TEST:
        return write_branch(w, d, 14, 5, out);
    case FWD_REF_HIGH:
        return write_page(w, pc, address, out);
    case FWD_REF_LOW:
        return write_low(w, ref->unit, address, out);
    default:
        return fwd_ref_table_write(frames, old, at, ref, target, out);
    }
}
