/* References of Thumb and Thumb-2 code (FWD.md; encodings: Arm Architecture Reference
 * Manual, Thumb instruction set). */
#include "verify/ref.h"

/* Align(PC, 4) of an instruction at `at`. */
static uint32_t aligned_pc(uint32_t at)
{
    return (at + 4) & ~3u;
}

static bool is_wide(uint32_t half)
{
    return half >> 11 >= 0x1D;
}

/* The offset of BL and B.W: S:I1:I2:imm10:imm11:0. */
static uint32_t far_offset(uint32_t h, uint32_t k)
{
    uint32_t s = h >> 10 & 1, i1 = ~(k >> 13 ^ s) & 1, i2 = ~(k >> 11 ^ s) & 1;
    uint32_t value = s << 24 | i1 << 23 | i2 << 22 | (h & 0x3FF) << 12 | (k & 0x7FF) << 1;

    return (uint32_t)fwd_ref_signed(value, 25);
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
        return FWD_REF_LDRW;
    if ((h & 0xF800) != 0xF000 || !(k & 0x8000))
        return FWD_REF_TYPES;
    if (k & 0x1000)
        return k & 0x4000 ? FWD_REF_BL : FWD_REF_BW;
    return !(k & 0x4000) && (h >> 6 & 15) < 14 ? FWD_REF_BCW : FWD_REF_TYPES;
}

static uint32_t wide_target(uint8_t type, uint32_t h, uint32_t k, uint32_t at)
{
    if (type == FWD_REF_LDRW)
        return h & 0x80 ? aligned_pc(at) + (k & 0xFFF) : aligned_pc(at) - (k & 0xFFF);
    return at + 4 + (type == FWD_REF_BCW ? conditional_offset(h, k) : far_offset(h, k));
}

static uint8_t narrow_type(uint32_t h)
{
    if ((h & 0xF800) == 0x4800)
        return FWD_REF_LDR;
    if ((h & 0xF800) == 0xA000)
        return FWD_REF_ADR;
    if ((h & 0xF800) == 0xE000)
        return FWD_REF_B11;
    if ((h & 0xF000) == 0xD000 && (h >> 8 & 15) < 14)
        return FWD_REF_B8;
    return (h & 0xF500) == 0xB100 ? FWD_REF_CBZ : FWD_REF_TYPES;
}

static uint32_t narrow_target(uint8_t type, uint32_t h, uint32_t at)
{
    switch (type) {
    case FWD_REF_LDR:
    case FWD_REF_ADR:
        return aligned_pc(at) + (h & 0xFF) * 4;
    case FWD_REF_B11:
        return at + 4 + 2 * (uint32_t)fwd_ref_signed(h, 11);
    case FWD_REF_B8:
        return at + 4 + 2 * (uint32_t)fwd_ref_signed(h, 8);
    default:
        return at + 4 + ((h >> 9 & 1) << 6 | (h >> 3 & 31) << 1);
    }
}

static uint8_t unit_of(uint8_t type)
{
    return type == FWD_REF_LDRW ? 0 : type == FWD_REF_LDR || type == FWD_REF_ADR ? 2 : 1;
}

/* The reference in these bytes; have: how many of the four are there. */
static bool decode(
    const uint8_t *bytes, uint32_t have, uint32_t at, uint32_t image_size, struct fwd_ref *ref)
{
    uint32_t h = fwd_half_at(bytes);

    if (is_wide(h)) {
        if (have < 4)
            return false;
        uint32_t k = fwd_half_at(bytes + 2);
        ref->type = wide_type(h, k);
        ref->size = 4;
        if (ref->type != FWD_REF_TYPES)
            ref->target = wide_target(ref->type, h, k, at);
    } else {
        ref->type = narrow_type(h);
        ref->size = 2;
        if (ref->type != FWD_REF_TYPES)
            ref->target = narrow_target(ref->type, h, at);
    }
    if (ref->type == FWD_REF_TYPES || ref->target >= image_size)
        return false;
    ref->unit = unit_of(ref->type);
    ref->second = false;
    return true;
}

bool fwd_thumb_find(const struct fwd_frames *frames, struct fwd_window *source, uint32_t at,
    uint32_t to_at, bool in_pool, struct fwd_ref *ref)
{
    const uint8_t *bytes;
    uint32_t word, size = frames->from.size;

    if ((at & 1) || (to_at & 1))
        return false;
    if (!((at | to_at) & 3) && fwd_window_word(source, at, &word)) {
        if (fwd_ref_word_find(frames, word, ref))
            return true;
        if (in_pool)
            return false;
    }
    uint32_t have = size - at >= 4 ? 4 : 2;
    bytes = fwd_window_bytes(source, at, have);
    return bytes && decode(bytes, have, at, size, ref);
}

bool fwd_thumb_read(const struct fwd_frame *frame, const struct fwd_frames *frames,
    const uint8_t *bytes, uint32_t at, const struct fwd_ref *like, uint32_t *target)
{
    struct fwd_ref ref;

    if (like->type <= FWD_REF_DATA)
        return fwd_ref_word_read(frame, frames, bytes, at, like, target);
    if (!decode(bytes, like->size, at, frame->size, &ref) || ref.type != like->type)
        return false;
    *target = ref.target;
    return true;
}

static bool write_far(const uint8_t *old, int32_t d, uint8_t *out)
{
    uint32_t u = (uint32_t)d, s = d < 0, i1 = u >> 23 & 1, i2 = u >> 22 & 1;
    uint32_t j1 = ~(i1 ^ s) & 1, j2 = ~(i2 ^ s) & 1;

    if ((d & 1) || !fwd_ref_fits(d, 25))
        return false;
    fwd_half_put(out, (fwd_half_at(old) & 0xF800) | s << 10 | (u >> 12 & 0x3FF));
    fwd_half_put(out + 2, (fwd_half_at(old + 2) & 0xD000) | j1 << 13 | j2 << 11 | (u >> 1 & 0x7FF));
    return true;
}

static bool write_conditional(const uint8_t *old, int32_t d, uint8_t *out)
{
    uint32_t u = (uint32_t)d, s = d < 0, j2 = u >> 19 & 1, j1 = u >> 18 & 1;

    if ((d & 1) || !fwd_ref_fits(d, 21))
        return false;
    fwd_half_put(out, (fwd_half_at(old) & 0xFBC0) | s << 10 | (u >> 12 & 0x3F));
    fwd_half_put(out + 2, (fwd_half_at(old + 2) & 0xD000) | j1 << 13 | j2 << 11 | (u >> 1 & 0x7FF));
    return true;
}

static bool write_load_wide(const uint8_t *old, int32_t d, uint8_t *out)
{
    uint32_t up = d >= 0 ? 0x80 : 0, distance = d < 0 ? 0u - (uint32_t)d : (uint32_t)d;

    if (distance > 4095)
        return false;
    fwd_half_put(out, (fwd_half_at(old) & 0xFF7F) | up);
    fwd_half_put(out + 2, (fwd_half_at(old + 2) & 0xF000) | distance);
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
    int32_t from_pc = (int32_t)(target - at - 4);
    int32_t from_aligned = (int32_t)(target - aligned_pc(at));

    switch (ref->type) {
    case FWD_REF_BL:
    case FWD_REF_BW:
        return write_far(old, from_pc, out);
    case FWD_REF_BCW:
        return write_conditional(old, from_pc, out);
    case FWD_REF_LDRW:
        return write_load_wide(old, from_aligned, out);
    case FWD_REF_LDR:
    case FWD_REF_ADR:
        return write_narrow(old, from_aligned, 2, 0, 255, out);
    case FWD_REF_B11:
        return write_narrow(old, from_pc, 1, -1024, 1023, out);
    case FWD_REF_B8:
        return write_narrow(old, from_pc, 1, -128, 127, out);
    case FWD_REF_CBZ:
        return write_compare(old, from_pc, out);
    default:
        return fwd_ref_word_write(frames, old, at, ref, target, out);
    }
}
