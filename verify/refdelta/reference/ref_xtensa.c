/* References of Xtensa code, little-endian, of both calling conventions (FWD.md; encodings: Xtensa
 * Instruction Set Architecture, Reference Manual). */
#include "verify/refdelta/reference/ref.h"

/* Opcodes in the lowest four bits. */
#define OP_L32R   1u
#define OP_CALL   5u
#define OP_SHORT  6u /* J, branches with 12 or 8 bits, ENTRY, loops */
#define OP_BRANCH 7u
#define OP_NARROW 8u /* from here to 13: 16-bit instructions */
#define OP_ST2    12u

uint32_t fwd_xtensa_length(uint32_t first)
{
    uint32_t op = first & 15;

    return op >= OP_NARROW && op < 14 ? 2 : 3;
}

static uint8_t short_type(uint32_t w)
{
    switch (w >> 4 & 3) {
    case 0:
        return FWD_REF_JUMP;
    case 1:
        return FWD_REF_FAR; /* BEQZ, BNEZ, BLTZ, BGEZ */
    case 2:
        return FWD_REF_COND; /* BEQI, BNEI, BLTI, BGEI */
    default:
        break;
    }
    if (w >> 7 & 1)
        return FWD_REF_COND; /* BLTUI, BGEUI */
    if (!(w >> 6 & 1))
        return FWD_REF_TYPES; /* ENTRY */
    switch (w >> 12 & 15) {
    case 0: /* BF, BT */
    case 1:
        return FWD_REF_COND;
    case 8: /* LOOP, LOOPNEZ, LOOPGTZ */
    case 9:
    case 10:
        return FWD_REF_NEAR;
    default:
        return FWD_REF_TYPES;
    }
}

static uint8_t type_of(uint32_t w)
{
    switch (w & 15) {
    case OP_L32R:
        return FWD_REF_LOAD;
    case OP_CALL:
        return FWD_REF_CALL;
    case OP_SHORT:
        return short_type(w);
    case OP_BRANCH:
        return FWD_REF_COND;
    case OP_ST2:
        return w >> 7 & 1 ? FWD_REF_TEST : FWD_REF_TYPES; /* BEQZ.N, BNEZ.N */
    default:
        return FWD_REF_TYPES;
    }
}

/* pc: the address of the instruction. */
static uint32_t target_of(uint8_t type, uint32_t w, uint32_t pc)
{
    switch (type) {
    case FWD_REF_LOAD:
        return ((pc + 3) & ~3u) + (0xFFFC0000u | w >> 8 << 2);
    case FWD_REF_CALL:
        return (pc & ~3u) + 4 + 4 * (uint32_t)fwd_ref_signed(w >> 6, 18);
    case FWD_REF_JUMP:
        return pc + 4 + (uint32_t)fwd_ref_signed(w >> 6, 18);
    case FWD_REF_FAR:
        return pc + 4 + (uint32_t)fwd_ref_signed(w >> 12, 12);
    case FWD_REF_COND:
        return pc + 4 + (uint32_t)fwd_ref_signed(w >> 16, 8);
    case FWD_REF_NEAR:
        return pc + 4 + (w >> 16 & 0xFF);
    default: /* FWD_REF_TEST */
        return pc + 4 + ((w >> 4 & 3) << 4 | (w >> 12 & 15));
    }
}

static bool decode(const struct fwd_frame *frame, uint32_t w, uint32_t at, struct fwd_ref *ref)
{
    *ref = (struct fwd_ref){.type = type_of(w), .size = (uint8_t)fwd_xtensa_length(w)};
    if (ref->type == FWD_REF_TYPES)
        return false;
    ref->unit = ref->type == FWD_REF_LOAD || ref->type == FWD_REF_CALL ? 2 : 0;
    return fwd_frame_offset(
        frame, target_of(ref->type, w, fwd_frame_address(frame, at)), 0, &ref->target);
}

static uint32_t code_at(const uint8_t *bytes)
{
    uint32_t w = fwd_half_at(bytes);

    return fwd_xtensa_length(w) == 2 ? w : w | (uint32_t)bytes[2] << 16;
}

bool fwd_xtensa_find(struct fwd_ref_view *view, uint32_t at, uint32_t to_at, struct fwd_ref *ref)
{
    uint32_t word;

    if (!((at | to_at) & 3) && fwd_window_word(&view->source, at, &word) &&
        fwd_ref_word_find(view->frames, word, ref))
        return true;
    const uint8_t *bytes = view->rest == 0 ? fwd_window_bytes(&view->source, at, 3) : NULL;
    return bytes != NULL && decode(&view->frames->from, code_at(bytes), at, ref);
}

bool fwd_xtensa_read(const struct fwd_frame *frame, const struct fwd_frames *frames,
    const uint8_t *bytes, uint32_t at, const struct fwd_ref *predicted, uint32_t *target)
{
    struct fwd_ref ref;

    if (fwd_ref_is_word(predicted->type))
        return fwd_ref_word_read(frame, frames, bytes, at, predicted, target);
    if (fwd_xtensa_length(bytes[0]) != predicted->size ||
        !decode(frame, code_at(bytes), at, &ref) || ref.type != predicted->type)
        return false;
    *target = ref.target;
    return true;
}

/* d: the distance from `at` plus 4, or from where the type counts. */
static bool write_field(uint8_t type, uint32_t *w, int32_t d)
{
    uint32_t u = (uint32_t)d;

    switch (type) {
    case FWD_REF_LOAD:
        *w = (*w & 0xFF) | (u >> 2 & 0xFFFF) << 8;
        return (d & 3) == 0 && d < 0 && d >= -0x40000;
    case FWD_REF_CALL:
        *w = (*w & 0x3F) | (u >> 2 & 0x3FFFF) << 6;
        return (d & 3) == 0 && fwd_ref_fits(d >> 2, 18);
    case FWD_REF_JUMP:
        *w = (*w & 0x3F) | (u & 0x3FFFF) << 6;
        return fwd_ref_fits(d, 18);
    case FWD_REF_FAR:
        *w = (*w & 0xFFF) | (u & 0xFFF) << 12;
        return fwd_ref_fits(d, 12);
    case FWD_REF_COND:
        *w = (*w & 0xFFFF) | (u & 0xFF) << 16;
        return fwd_ref_fits(d, 8);
    case FWD_REF_NEAR:
        *w = (*w & 0xFFFF) | (u & 0xFF) << 16;
        return u < 256;
    default:
        *w = (*w & 0x0FCF) | (u >> 4 & 3) << 4 | (u & 15) << 12;
        return u < 64;
    }
}

bool fwd_xtensa_write(const struct fwd_frames *frames, const uint8_t *old, uint32_t at,
    const struct fwd_ref *ref, uint32_t target, uint8_t *out)
{
    uint32_t address = fwd_frame_address(&frames->to, target);
    uint32_t pc = fwd_frame_address(&frames->to, at);

    if (fwd_ref_is_word(ref->type))
        return fwd_ref_word_write(frames, old, at, ref, target, out);
    uint32_t w = code_at(old), from = pc + 4;
    if (ref->type == FWD_REF_LOAD)
        from = (pc + 3) & ~3u;
    else if (ref->type == FWD_REF_CALL)
        from = (pc & ~3u) + 4;
    bool ok = write_field(ref->type, &w, (int32_t)(address - from));
    fwd_half_put(out, w);
    if (ref->size == 3)
        out[2] = (uint8_t)(w >> 16);
    return ok;
}
