/* PowerPC, 32 bits, big-endian (encodings: Power ISA, book I). */
#include "verify/refdelta/reference/ref_halves.h"

#define OP_ADDI  14u
#define OP_ADDIS 15u
#define OP_BC    16u
#define OP_B     18u
#define OP_ORI   24u
#define OP_X     31u
#define OP_LWZ   32u /* from here loads and stores */

static void decode(uint32_t w, struct fwd_halves_op *o)
{
    uint32_t op = w >> 26;
    uint8_t first = w >> 21 & 31, second = w >> 16 & 31;

    *o = (struct fwd_halves_op){.base = second};
    if (op == OP_ADDIS && second == 0)
        o->kind = FWD_HALVES_UPPER;
    else if (op == OP_ADDI || (op >= OP_LWZ && op < 56))
        o->kind = FWD_HALVES_LOW;
    if (op == OP_ORI) {
        o->kind = FWD_HALVES_LOW_UNSIGNED;
        o->base = first;
    }
    bool store = op >= 36 && !(op >= 40 && op < 44) && op != 46 && !(op >= 48 && op < 52);
    if (op == OP_X)
        o->changes[1] = second;
    if (op >= 20 && op < 30)
        o->changes[0] = second;
    else if ((op >= 7 && op < 16) || op == OP_X || (op >= OP_LWZ && op < 48 && !store))
        o->changes[0] = first;
}

static bool branch(uint32_t w, uint32_t pc, struct fwd_ref *ref, uint32_t *address)
{
    uint32_t op = w >> 26;

    if (op == OP_B) {
        ref->type = w & 1 ? FWD_REF_CALL : FWD_REF_JUMP;
        *address = pc + (uint32_t)fwd_ref_signed(w & 0x3FFFFFC, 26);
    } else {
        ref->type = FWD_REF_COND;
        *address = pc + (uint32_t)fwd_ref_signed(w & 0xFFFC, 16);
    }
    return (op == OP_B || op == OP_BC) && !(w & 2);
}

static bool put_branch(uint32_t *w, uint32_t pc, uint8_t type, uint32_t address)
{
    int32_t d = (int32_t)(address - pc);
    uint32_t mask = type == FWD_REF_COND ? 0xFFFC : 0x3FFFFFC;

    *w = (*w & ~mask) | ((uint32_t)d & mask);
    return (d & 3) == 0 && fwd_ref_fits(d, type == FWD_REF_COND ? 16 : 26);
}

const struct fwd_halves_set fwd_halves_ppc = {true, false, decode, branch, put_branch};

bool fwd_ppc_find(struct fwd_ref_view *view, uint32_t at, uint32_t to_at, struct fwd_ref *ref)
{
    return fwd_halves_find(&fwd_halves_ppc, view, at, to_at, ref);
}

bool fwd_ppc_read(const struct fwd_frame *frame, const struct fwd_frames *frames,
    const uint8_t *bytes, uint32_t at, const struct fwd_ref *predicted, uint32_t *target)
{
    return fwd_halves_read(&fwd_halves_ppc, frame, frames, bytes, at, predicted, target);
}

bool fwd_ppc_write(const struct fwd_frames *frames, const uint8_t *old, uint32_t at,
    const struct fwd_ref *ref, uint32_t target, uint8_t *out)
{
    return fwd_halves_write(&fwd_halves_ppc, frames, old, at, ref, target, out);
}

void fwd_ppc_wrote(struct fwd_ref_view *view, const uint8_t *bytes, uint32_t at)
{
    (void)at;
    fwd_halves_wrote(&fwd_halves_ppc, view, bytes);
}
