/* References of Thumb and Thumb-2 code (FWD.md; encodings: Arm Architecture Reference
 * Manual, Thumb instruction set). */
#include "verify/refdelta/reference/ref.h"

/* The upper five bits of halfwords that references begin with. */
#define OPCODES 0xDCD00200u

/* Align(PC, 4) of an instruction at `at`. */
static uint32_t aligned_pc(uint32_t at)
{
    return (at + 4) & ~3u;
}

static bool is_wide(uint32_t half)
{
    return half >> 11 >= 0x1D;
}

uint32_t fwd_thumb_far(uint32_t h, uint32_t k)
{
    uint32_t s = h >> 10 & 1, i1 = ~(k >> 13 ^ s) & 1, i2 = ~(k >> 11 ^ s) & 1;

    return s << 23 | i1 << 22 | i2 << 21 | (h & 0x3FF) << 11 | (k & 0x7FF);
}

void fwd_thumb_far_put(uint32_t *h, uint32_t *k, uint32_t halfwords)
{
    uint32_t s = halfwords >> 23 & 1;
    uint32_t j1 = ~(halfwords >> 22 ^ s) & 1, j2 = ~(halfwords >> 21 ^ s) & 1;

    *h = (*h & 0xF800) | s << 10 | (halfwords >> 11 & 0x3FF);
    *k = (*k & 0xD000) | j1 << 13 | j2 << 11 | (halfwords & 0x7FF);
}

/* The offset of B<c>.W: S:J2:J1:imm6:imm11:0. */
static uint32_t conditional_offset(uint32_t h, uint32_t k)
{
    uint32_t s = h >> 10 & 1, j1 = k >> 13 & 1, j2 = k >> 11 & 1;
    uint32_t value = s << 20 | j2 << 19 | j1 << 18 | (h & 0x3F) << 12 | (k & 0x7FF) << 1;

    return (uint32_t)fwd_ref_signed(value, 21);
}

static uint8_t wide_type(uint32_t h, uint32_t k)
{
    if ((h & 0xFF7F) == 0xF85F)
        return FWD_REF_LOAD_FAR;
    if ((h & 0xF800) != 0xF000 || !(k & 0x8000))
        return FWD_REF_TYPES;
    if (k & 0x1000)
        return k & 0x4000 ? FWD_REF_CALL : FWD_REF_JUMP;
    return !(k & 0x4000) && (h >> 6 & 15) < 14 ? FWD_REF_FAR : FWD_REF_TYPES;
}

static uint32_t wide_target(uint8_t type, uint32_t h, uint32_t k, uint32_t at)
{
    if (type == FWD_REF_LOAD_FAR)
        return h & 0x80 ? aligned_pc(at) + (k & 0xFFF) : aligned_pc(at) - (k & 0xFFF);
    if (type == FWD_REF_FAR)
        return at + 4 + conditional_offset(h, k);
    return at + 4 + 2 * (uint32_t)fwd_ref_signed(fwd_thumb_far(h, k), 24);
}

static uint8_t narrow_type(uint32_t h)
{
    if ((h & 0xF800) == 0x4800)
        return FWD_REF_LOAD;
    if ((h & 0xF800) == 0xA000)
        return FWD_REF_ADR;
    if ((h & 0xF800) == 0xE000)
        return FWD_REF_NEAR;
    if ((h & 0xF000) == 0xD000 && (h >> 8 & 15) < 14)
        return FWD_REF_COND;
    return (h & 0xF500) == 0xB100 ? FWD_REF_TEST : FWD_REF_TYPES;
}

static uint32_t narrow_target(uint8_t type, uint32_t h, uint32_t at)
{
    switch (type) {
    case FWD_REF_LOAD:
    case FWD_REF_ADR:
        return aligned_pc(at) + (h & 0xFF) * 4;
    case FWD_REF_NEAR:
        return at + 4 + 2 * (uint32_t)fwd_ref_signed(h, 11);
    case FWD_REF_COND:
        return at + 4 + 2 * (uint32_t)fwd_ref_signed(h, 8);
    default:
        return at + 4 + ((h >> 9 & 1) << 6 | (h >> 3 & 31) << 1);
    }
}

static uint8_t unit_of(uint8_t type)
{
    return type == FWD_REF_LOAD_FAR ? 0 : type == FWD_REF_LOAD || type == FWD_REF_ADR ? 2 : 1;
}

/* FWD_REF_TYPES: no reference. have: how many of the four bytes are there. */
static uint8_t type_of(const uint8_t *bytes, uint32_t have)
{
    uint32_t h = fwd_half_at(bytes);

    if (!is_wide(h))
        return narrow_type(h);
    return have < 4 ? FWD_REF_TYPES : wide_type(h, fwd_half_at(bytes + 2));
}

/* The reference in these bytes; have: how many of the four are there. */
static bool decode(const struct fwd_frame *frame, const uint8_t *bytes, uint32_t have, uint32_t at,
    struct fwd_ref *ref)
{
    uint8_t type = type_of(bytes, have);
    if (type == FWD_REF_TYPES)
        return false;
    uint32_t h = fwd_half_at(bytes), k = have < 4 ? 0 : fwd_half_at(bytes + 2), address;
    bool wide = is_wide(h);
    fwd_ref_set(ref, type, wide ? 4 : 2, unit_of(type));
    at = fwd_frame_address(frame, at);
    address = wide ? wide_target(type, h, k, at) : narrow_target(type, h, at);
    return fwd_frame_offset(frame, address, 0, &ref->target);
}

bool fwd_thumb_find(struct fwd_ref_view *view, uint32_t at, uint32_t to_at, struct fwd_ref *ref)
{
    const struct fwd_frame *frame = &view->frames->from;

    if ((at | to_at) & 1)
        return false;
    uint32_t have = frame->size - at >= 4 ? 4 : 2;
    const uint8_t *bytes = fwd_window_bytes(&view->source, at, have);
    if (bytes == NULL)
        return false;
    if (!((at | to_at) & 3) && have == 4) {
        if (fwd_ref_word_find(view->frames, fwd_word_at(bytes), ref))
            return true;
        if (view->in_pool)
            return false;
    }
    return (OPCODES >> (bytes[1] >> 3) & 1u) && decode(frame, bytes, have, at, ref);
}

uint32_t fwd_thumb_plain(struct fwd_ref_view *view, uint32_t at, uint32_t to_at, uint32_t most)
{
    uint32_t size = 0, inside = at - view->source.at, rest = view->rest;
    const uint8_t *bytes = view->source.bytes + inside;

    if (((at | to_at) & 1) || inside >= view->source.size)
        return 0;
    if (most > view->source.size - inside)
        most = view->source.size - inside;
    for (; size + 4 <= most; size += 2) {
        uint32_t opcode = bytes[size + 1] >> 3;
        if ((OPCODES >> opcode & 1u) && type_of(bytes + size, 4) != FWD_REF_TYPES)
            break;
        if ((((at + size) | (to_at + size)) & 3) == 0 &&
            fwd_ref_word_is(view->frames, fwd_word_at(bytes + size)))
            break;
        rest = rest == 0 && opcode >= 0x1D ? 2 : 0;
    }
    view->rest = (uint8_t)rest;
    return size;
}

bool fwd_thumb_read(const struct fwd_frame *frame, const struct fwd_frames *frames,
    const uint8_t *bytes, uint32_t at, const struct fwd_ref *predicted, uint32_t *target)
{
    struct fwd_ref ref;

    if (predicted->type <= FWD_REF_DATA)
        return fwd_ref_word_read(frame, frames, bytes, at, predicted, target);
    if (!decode(frame, bytes, predicted->size, at, &ref) || ref.type != predicted->type)
        return false;
    *target = ref.target;
    return true;
}

static void put_conditional(uint32_t *h, uint32_t *k, uint32_t halfwords)
{
    *h = (*h & 0xFBC0) | (halfwords >> 19 & 1) << 10 | (halfwords >> 11 & 0x3F);
    *k = (*k & 0xD000) | (halfwords >> 17 & 1) << 13 | (halfwords >> 18 & 1) << 11 |
         (halfwords & 0x7FF);
}

/* d: from the address that the type counts from. */
static bool write_wide(uint8_t type, const uint8_t *old, int32_t d, uint8_t *out)
{
    uint32_t h = fwd_half_at(old), k = fwd_half_at(old + 2),
             distance = d < 0 ? 0u - (uint32_t)d : (uint32_t)d;

    if (type == FWD_REF_LOAD_FAR) {
        if (distance > 4095)
            return false;
        h = (h & 0xFF7F) | (d < 0 ? 0 : 0x80);
        k = (k & 0xF000) | distance;
    } else {
        if ((d & 1) || !fwd_ref_fits(d, type == FWD_REF_FAR ? 21 : 25))
            return false;
        (type == FWD_REF_FAR ? put_conditional : fwd_thumb_far_put)(&h, &k, (uint32_t)d >> 1);
    }
    fwd_half_put(out, h);
    fwd_half_put(out + 2, k);
    return true;
}

/* Distance d in steps of 2^shift, least..most steps, into the low bits of the halfword. */
static bool write_narrow(
    const uint8_t *old, int32_t d, uint32_t shift, int32_t least, int32_t most, uint8_t *out)
{
    int32_t steps = d >> shift;
    uint32_t mask = (uint32_t)(most - least);

    if ((d & ((1 << shift) - 1)) || steps < least || steps > most)
        return false;
    fwd_half_put(out, (fwd_half_at(old) & ~mask) | ((uint32_t)steps & mask));
    return true;
}

static bool write_compare(const uint8_t *old, int32_t d, uint8_t *out)
{
    uint32_t u = (uint32_t)d;

    if ((d & 1) || d < 0 || d > 126)
        return false;
    fwd_half_put(out, (fwd_half_at(old) & 0xFD07) | (u >> 6 & 1) << 9 | (u >> 1 & 31) << 3);
    return true;
}

bool fwd_thumb_write(const struct fwd_frames *frames, const uint8_t *old, uint32_t at,
    const struct fwd_ref *ref, uint32_t target, uint8_t *out)
{
    uint32_t address = fwd_frame_address(&frames->to, target);
    uint32_t pc = fwd_frame_address(&frames->to, at);
    int32_t from_pc = (int32_t)(address - pc - 4);
    int32_t from_aligned = (int32_t)(address - aligned_pc(pc));

    switch (ref->type) {
    case FWD_REF_CALL:
    case FWD_REF_JUMP:
    case FWD_REF_FAR:
        return write_wide(ref->type, old, from_pc, out);
    case FWD_REF_LOAD_FAR:
        return write_wide(ref->type, old, from_aligned, out);
    case FWD_REF_LOAD:
    case FWD_REF_ADR:
        return write_narrow(old, from_aligned, 2, 0, 255, out);
    case FWD_REF_NEAR:
        return write_narrow(old, from_pc, 1, -1024, 1023, out);
    case FWD_REF_COND:
        return write_narrow(old, from_pc, 1, -128, 127, out);
    case FWD_REF_TEST:
        return write_compare(old, from_pc, out);
    default:
        return fwd_ref_word_write(frames, old, at, ref, target, out);
    }
}
