/* MIPS32 and MIPS64 up to release 5 (encodings: MIPS Architecture for Programmers, volume II-A). */
#include "verify/refdelta/reference/ref_halves.h"

#define OP_SPECIAL 0u
#define OP_REGIMM  1u
#define OP_J       2u
#define OP_JAL     3u
#define OP_ADDIU   9u
#define OP_ORI     13u
#define OP_LUI     15u
#define OP_DADDIU  25u
#define OP_LB      32u /* from here to 39 loads, then stores */
#define OP_SB      40u
#define OP_LWC1    49u

static uint32_t op_of(uint32_t w)
{
    return w >> 26;
}

/* Loads and stores that move what 16 bits and a register address. */
static bool has_address(uint32_t op)
{
    return op >= OP_LB && op != 47 && op != 51; /* without CACHE and PREF */
}

static void decode(uint32_t w, struct fwd_halves_op *o)
{
    uint32_t op = op_of(w);

    *o = (struct fwd_halves_op){.base = w >> 21 & 31};
    if (op == OP_LUI)
        o->kind = FWD_HALVES_UPPER;
    else if (op == OP_ADDIU || op == OP_DADDIU || has_address(op))
        o->kind = FWD_HALVES_LOW;
    else if (op == OP_ORI)
        o->kind = FWD_HALVES_LOW_UNSIGNED;
    if (op == OP_SPECIAL)
        o->changes[0] = w >> 11 & 31;
    else if ((op >= 8 && op < 16) || op == OP_DADDIU || (op >= OP_LB && op < OP_SB) || op == 55)
        o->changes[0] = w >> 16 & 31;
}

static bool branch(uint32_t w, uint32_t pc, struct fwd_ref *ref, uint32_t *address)
{
    uint32_t op = op_of(w);

    if (op == OP_J || op == OP_JAL) {
        ref->type = op == OP_JAL ? FWD_REF_CALL : FWD_REF_JUMP;
        *address = ((pc + 4) & 0xF0000000u) | (w & 0x3FFFFFF) << 2;
        return true;
    }
    ref->type = FWD_REF_COND;
    *address = pc + 4 + 4 * (uint32_t)fwd_ref_signed(w, 16);
    return op == OP_REGIMM || (op >= 4 && op < 8) || (op >= 20 && op < 24);
}

static bool put_branch(uint32_t *w, uint32_t pc, uint8_t type, uint32_t address)
{
    int32_t d = (int32_t)(address - pc - 4);

    if (type != FWD_REF_COND) {
        *w = (*w & 0xFC000000u) | (address >> 2 & 0x3FFFFFF);
        return (address & 3) == 0 && ((pc + 4) ^ address) >> 28 == 0;
    }
    *w = (*w & 0xFFFF0000u) | ((uint32_t)d >> 2 & 0xFFFF);
    return (d & 3) == 0 && fwd_ref_fits(d, 18);
}

const struct fwd_halves_set fwd_halves_mips = {false, true, decode, branch, put_branch};
const struct fwd_halves_set fwd_halves_mips_big = {true, true, decode, branch, put_branch};

bool fwd_mips_find(struct fwd_ref_view *view, uint32_t at, uint32_t to_at, struct fwd_ref *ref)
{
    return fwd_halves_find(&fwd_halves_mips, view, at, to_at, ref);
}

bool fwd_mips_read(const struct fwd_frame *frame, const struct fwd_frames *frames,
    const uint8_t *bytes, uint32_t at, const struct fwd_ref *predicted, uint32_t *target)
{
    return fwd_halves_read(&fwd_halves_mips, frame, frames, bytes, at, predicted, target);
}

bool fwd_mips_write(const struct fwd_frames *frames, const uint8_t *old, uint32_t at,
    const struct fwd_ref *ref, uint32_t target, uint8_t *out)
{
    return fwd_halves_write(&fwd_halves_mips, frames, old, at, ref, target, out);
}

void fwd_mips_wrote(struct fwd_ref_view *view, const uint8_t *bytes, uint32_t at)
{
    (void)at;
    fwd_halves_wrote(&fwd_halves_mips, view, bytes);
}

bool fwd_mips_big_find(struct fwd_ref_view *view, uint32_t at, uint32_t to_at, struct fwd_ref *ref)
{
    return fwd_halves_find(&fwd_halves_mips_big, view, at, to_at, ref);
}

bool fwd_mips_big_read(const struct fwd_frame *frame, const struct fwd_frames *frames,
    const uint8_t *bytes, uint32_t at, const struct fwd_ref *predicted, uint32_t *target)
{
    return fwd_halves_read(&fwd_halves_mips_big, frame, frames, bytes, at, predicted, target);
}

bool fwd_mips_big_write(const struct fwd_frames *frames, const uint8_t *old, uint32_t at,
    const struct fwd_ref *ref, uint32_t target, uint8_t *out)
{
    return fwd_halves_write(&fwd_halves_mips_big, frames, old, at, ref, target, out);
}

void fwd_mips_big_wrote(struct fwd_ref_view *view, const uint8_t *bytes, uint32_t at)
{
    (void)at;
    fwd_halves_wrote(&fwd_halves_mips_big, view, bytes);
}
