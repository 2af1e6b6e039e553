/* References of x86 code, 64-bit and 32-bit (FWD.md). An instruction is one reference as a whole:
 * its distance, displacement or value is what moves. */
#include "verify/refdelta/reference/ref.h"
#include "verify/refdelta/reference/x86_shape.h"

/* Numbers below are hardly addresses. */
#define ADDRESS_LEAST 0x10000u

/* The part of an instruction that is a reference. */
struct part {
    uint8_t type;  /* FWD_REF_TYPES: none */
    uint8_t at;    /* offset in the instruction */
    bool relative; /* counts from the end of the instruction */
    bool fixed;    /* a reference even when it leads to nowhere that is known */
};

static struct part distance_of(const struct fwd_x86_shape *s)
{
    struct part part = {.type = FWD_REF_TYPES, .relative = true};

    if (s->far) {
        part.at = s->far;
        part.type = s->map == 1 ? FWD_REF_FAR : s->opcode == 0xE8 ? FWD_REF_CALL : FWD_REF_JUMP;
    } else if (s->near) {
        part.at = s->near;
        part.type = s->opcode == 0xEB ? FWD_REF_NEAR : FWD_REF_COND;
    } else if (s->disp && s->relative) {
        part.at = s->disp;
        part.type = FWD_REF_ADR;
        part.fixed = true;
    }
    return part;
}

static uint32_t signed_at(const uint8_t *bytes, const struct part *part)
{
    if (part->type == FWD_REF_NEAR || part->type == FWD_REF_COND)
        return (uint32_t)fwd_ref_signed(bytes[part->at], 8);
    return fwd_word_at(bytes + part->at);
}

static bool resolve(
    const struct fwd_frames *frames, uint32_t address, const struct part *part, struct fwd_ref *ref)
{
    if (part->type != FWD_REF_ADR && part->type != FWD_REF_HIGH)
        return fwd_frame_offset(&frames->from, address, 0, &ref->target);
    return fwd_ref_resolve(frames, address, ref) || part->fixed;
}

/* An address in the instruction itself. */
static bool find_address(
    const struct fwd_frames *frames, const uint8_t *bytes, uint8_t at, struct fwd_ref *ref)
{
    const struct part part = {.type = FWD_REF_HIGH, .at = at};

    if (at == 0 || !frames->from.known || fwd_word_at(bytes + at) < ADDRESS_LEAST)
        return false;
    ref->type = FWD_REF_HIGH;
    ref->part = at;
    return resolve(frames, fwd_word_at(bytes + at), &part, ref);
}

static bool find_code(const struct fwd_frames *frames, const uint8_t *bytes,
    const struct fwd_x86_shape *s, uint32_t at, struct fwd_ref *ref)
{
    const struct part part = distance_of(s);

    *ref = (struct fwd_ref){.type = part.type, .size = s->size};
    if (part.type == FWD_REF_TYPES)
        return find_address(frames, bytes, s->disp, ref) ||
               find_address(frames, bytes, s->value, ref);
    ref->part = part.at;
    return resolve(frames, fwd_frame_address(&frames->from, at) + s->size + signed_at(bytes, &part),
        &part, ref);
}

/* ---- words between instructions -------------------------------------------------------------- */

static bool find_word(
    struct fwd_ref_view *view, bool wide, uint32_t at, uint32_t to_at, struct fwd_ref *ref)
{
    uint32_t word;

    if (wide)
        return fwd_ref_long_find(view, at, to_at, ref);
    return !((at | to_at) & 3) && fwd_window_word(&view->source, at, &word) &&
           fwd_ref_word_find(view->frames, word, ref);
}

/* What seems to be an instruction ends before an address that stands by itself. */
static uint32_t cut(
    struct fwd_ref_view *view, bool wide, uint32_t at, uint32_t to_at, uint32_t size)
{
    uint32_t align = wide ? 8 : 4, first = align - at % align;
    struct fwd_ref ref;

    if (!view->frames->from.known || (at ^ to_at) % align != 0)
        return size;
    for (; first < size; first += align)
        if (find_word(view, wide, at + first, to_at + first, &ref))
            return first;
    return size;
}

static bool find(
    struct fwd_ref_view *view, bool wide, uint32_t at, uint32_t to_at, struct fwd_ref *ref)
{
    uint8_t bytes[FWD_X86_LONGEST];
    uint32_t left = view->frames->from.size - at, here;
    struct fwd_x86_shape shape;

    view->unit = 1;
    if (find_word(view, wide, at, to_at, ref))
        return true;
    here = left < FWD_X86_LONGEST ? left : FWD_X86_LONGEST;
    const uint8_t *source = fwd_window_bytes(&view->source, at, here);
    if (source == NULL)
        return false;
    for (uint32_t i = 0; i < here; i++)
        bytes[i] = source[i];
    if (!fwd_x86_shape(bytes, here, wide, &shape) || shape.size > left)
        return false;
    view->before = shape.opcode;
    view->unit = (uint8_t)cut(view, wide, at, to_at, shape.size);
    return view->unit == shape.size && find_code(view->frames, bytes, &shape, at, ref);
}

bool fwd_x86_64_find(struct fwd_ref_view *view, uint32_t at, uint32_t to_at, struct fwd_ref *ref)
{
    return find(view, true, at, to_at, ref);
}

bool fwd_x86_32_find(struct fwd_ref_view *view, uint32_t at, uint32_t to_at, struct fwd_ref *ref)
{
    return find(view, false, at, to_at, ref);
}

/* ---- as bytes of the target ------------------------------------------------------------------ */

static bool read(const struct fwd_frame *frame, const struct fwd_frames *frames, bool wide,
    const uint8_t *bytes, uint32_t at, const struct fwd_ref *predicted, uint32_t *target)
{
    struct fwd_x86_shape shape;

    if (!fwd_x86_shape(bytes, predicted->size, wide, &shape) || shape.size != predicted->size)
        return false;
    struct part part = distance_of(&shape);
    if (predicted->type == FWD_REF_HIGH) {
        if (part.type != FWD_REF_TYPES ||
            (predicted->part != shape.disp && predicted->part != shape.value))
            return false;
        return fwd_ref_place(
            frame, frames, predicted, fwd_word_at(bytes + predicted->part), target);
    }
    if (part.type != predicted->type || part.at != predicted->part)
        return false;
    return fwd_ref_place(frame, frames, predicted,
        fwd_frame_address(frame, at) + shape.size + signed_at(bytes, &part), target);
}

bool fwd_x86_64_read(const struct fwd_frame *frame, const struct fwd_frames *frames,
    const uint8_t *bytes, uint32_t at, const struct fwd_ref *predicted, uint32_t *target)
{
    if (fwd_ref_is_word(predicted->type))
        return fwd_ref_long_read(frame, frames, bytes, at, predicted, target);
    return read(frame, frames, true, bytes, at, predicted, target);
}

bool fwd_x86_32_read(const struct fwd_frame *frame, const struct fwd_frames *frames,
    const uint8_t *bytes, uint32_t at, const struct fwd_ref *predicted, uint32_t *target)
{
    if (fwd_ref_is_word(predicted->type))
        return fwd_ref_word_read(frame, frames, bytes, at, predicted, target);
    return read(frame, frames, false, bytes, at, predicted, target);
}

bool fwd_x86_write(const struct fwd_frames *frames, const uint8_t *old, uint32_t at,
    const struct fwd_ref *ref, uint32_t target, uint8_t *out)
{
    uint32_t address = fwd_ref_address(frames, ref, target);

    if (ref->size == 8 && ref->type == FWD_REF_POINTER)
        return fwd_ref_long_write(frames, old, at, ref, target, out);
    if (fwd_ref_is_word(ref->type))
        return fwd_ref_word_write(frames, old, at, ref, target, out);
    for (uint32_t i = 0; i < ref->size; i++)
        out[i] = old[i];
    if (ref->type != FWD_REF_HIGH)
        address -= fwd_frame_address(&frames->to, at) + ref->size;
    if (ref->type != FWD_REF_NEAR && ref->type != FWD_REF_COND) {
        fwd_word_put(out + ref->part, address);
        return true;
    }
    out[ref->part] = (uint8_t)address;
    return fwd_ref_fits((int32_t)address, 8);
}
