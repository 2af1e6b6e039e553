/* References of RISC-V code with compressed instructions (FWD.md; encodings: The RISC-V
 * Instruction Set Manual, volume I). */
#include "verify/refdelta/reference/ref.h"

#define NEAR  16u  /* instructions that are looked through for the other half of an address */
#define REACH 512u /* bytes of code that a register is taken to keep such a half for */

#define OP_LOAD    0x03u
#define OP_LOAD_F  0x07u
#define OP_IMM     0x13u
#define OP_AUIPC   0x17u
#define OP_IMM_W   0x1Bu
#define OP_STORE   0x23u
#define OP_STORE_F 0x27u
#define OP_LUI     0x37u
#define OP_BRANCH  0x63u
#define OP_JALR    0x67u
#define OP_JAL     0x6Fu
#define RA         1u
#define GP         3u

static bool is_compressed(uint32_t word)
{
    return (word & 3) != 3;
}

static uint32_t opcode_of(uint32_t w)
{
    return w & 0x7F;
}

static uint32_t rd_of(uint32_t w)
{
    return w >> 7 & 31;
}

static uint32_t rs1_of(uint32_t w)
{
    return w >> 15 & 31;
}

static bool is_store(uint32_t w)
{
    return opcode_of(w) == OP_STORE || opcode_of(w) == OP_STORE_F;
}

static bool is_upper(uint32_t w)
{
    return opcode_of(w) == OP_AUIPC || opcode_of(w) == OP_LUI;
}

/* An instruction that adds 12 bits to a register. */
static bool has_low(uint32_t w)
{
    switch (opcode_of(w)) {
    case OP_LOAD:
    case OP_LOAD_F:
    case OP_JALR:
    case OP_STORE:
    case OP_STORE_F:
        return true;
    case OP_IMM:
    case OP_IMM_W:
        return (w >> 12 & 7) == 0; /* ADDI, ADDIW */
    default:
        return false;
    }
}

static uint32_t low_of(uint32_t w)
{
    uint32_t imm = is_store(w) ? w >> 25 << 5 | rd_of(w) : w >> 20;

    return (uint32_t)fwd_ref_signed(imm, 12);
}

uint32_t fwd_riscv_with_low(uint32_t w, uint32_t low)
{
    if (is_store(w))
        return (w & 0x01FFF07Fu) | (low >> 5 & 0x7F) << 25 | (low & 31) << 7;
    return (w & 0x000FFFFFu) | low << 20;
}

/* The register that an instruction changes; 0: none. */
static uint32_t changed_by(uint32_t w)
{
    if (!is_compressed(w))
        return is_store(w) || opcode_of(w) == OP_BRANCH ? 0 : rd_of(w);
    switch ((w & 3) << 3 | (w >> 13 & 7)) {
    case 0x00: /* C.ADDI4SPN and loads by registers 8 to 15 */
    case 0x01:
    case 0x02:
    case 0x03:
        return 8 + (w >> 2 & 7);
    case 0x0C: /* arithmetic on them */
        return 8 + (w >> 7 & 7);
    case 0x04:
    case 0x05: /* stores */
    case 0x06:
    case 0x07:
    case 0x0D: /* C.J, branches */
    case 0x0E:
    case 0x0F:
    case 0x15:
    case 0x16:
    case 0x17:
        return 0;
    default:
        return rd_of(w);
    }
}

/* ---- branches -------------------------------------------------------------------------------- */

static uint32_t jal_offset(uint32_t w)
{
    return (uint32_t)fwd_ref_signed(
        (w >> 31) << 20 | (w >> 12 & 0xFF) << 12 | (w >> 20 & 1) << 11 | (w >> 21 & 0x3FF) << 1,
        21);
}

uint32_t fwd_riscv_with_jal(uint32_t w, uint32_t d)
{
    return (w & 0xFFF) | (d >> 20 & 1) << 31 | (d >> 1 & 0x3FF) << 21 | (d >> 11 & 1) << 20 |
           (d >> 12 & 0xFF) << 12;
}

static uint32_t branch_offset(uint32_t w)
{
    return (uint32_t)fwd_ref_signed(
        (w >> 31) << 12 | (w >> 7 & 1) << 11 | (w >> 25 & 0x3F) << 5 | (w >> 8 & 15) << 1, 13);
}

static uint32_t with_branch(uint32_t w, uint32_t d)
{
    return (w & 0x01FFF07Fu) | (d >> 12 & 1) << 31 | (d >> 5 & 0x3F) << 25 | (d >> 1 & 15) << 8 |
           (d >> 11 & 1) << 7;
}

/* C.J, C.JAL: offset[11|4|9:8|10|6|7|3:1|5]. */
static uint32_t cj_offset(uint32_t h)
{
    return (uint32_t)fwd_ref_signed((h >> 12 & 1) << 11 | (h >> 11 & 1) << 4 | (h >> 9 & 3) << 8 |
                                        (h >> 8 & 1) << 10 | (h >> 7 & 1) << 6 | (h >> 6 & 1) << 7 |
                                        (h >> 3 & 7) << 1 | (h >> 2 & 1) << 5,
        12);
}

static uint32_t with_cj(uint32_t h, uint32_t d)
{
    return (h & 0xE003) | (d >> 11 & 1) << 12 | (d >> 4 & 1) << 11 | (d >> 8 & 3) << 9 |
           (d >> 10 & 1) << 8 | (d >> 6 & 1) << 7 | (d >> 7 & 1) << 6 | (d >> 1 & 7) << 3 |
           (d >> 5 & 1) << 2;
}

/* C.BEQZ, C.BNEZ: offset[8|4:3] and offset[7:6|2:1|5]. */
static uint32_t cb_offset(uint32_t h)
{
    return (uint32_t)fwd_ref_signed((h >> 12 & 1) << 8 | (h >> 10 & 3) << 3 | (h >> 5 & 3) << 6 |
                                        (h >> 3 & 3) << 1 | (h >> 2 & 1) << 5,
        9);
}

static uint32_t with_cb(uint32_t h, uint32_t d)
{
    return (h & 0xE383) | (d >> 8 & 1) << 12 | (d >> 3 & 3) << 10 | (d >> 6 & 3) << 5 |
           (d >> 1 & 3) << 3 | (d >> 5 & 1) << 2;
}

static uint8_t branch_type(uint32_t w)
{
    if (!is_compressed(w)) {
        if (opcode_of(w) == OP_JAL)
            return rd_of(w) == RA ? FWD_REF_CALL : FWD_REF_JUMP;
        return opcode_of(w) == OP_BRANCH ? FWD_REF_COND : FWD_REF_TYPES;
    }
    switch (w & 0xE003) {
    case 0xA001:
    case 0x2001: /* C.JAL */
        return FWD_REF_NEAR;
    case 0xC001:
    case 0xE001:
        return FWD_REF_TEST;
    default:
        return FWD_REF_TYPES;
    }
}

static uint32_t offset_of(uint8_t type, uint32_t w)
{
    switch (type) {
    case FWD_REF_CALL:
    case FWD_REF_JUMP:
        return jal_offset(w);
    case FWD_REF_COND:
        return branch_offset(w);
    case FWD_REF_NEAR:
        return cj_offset(w);
    default:
        return cb_offset(w);
    }
}

static bool find_branch(const struct fwd_frame *frame, uint32_t w, uint32_t at, struct fwd_ref *ref)
{
    *ref = (struct fwd_ref){.type = branch_type(w), .size = is_compressed(w) ? 2 : 4, .unit = 1};
    if (ref->type == FWD_REF_TYPES)
        return false;
    return fwd_frame_offset(
        frame, fwd_frame_address(frame, at) + offset_of(ref->type, w), 0, &ref->target);
}

/* ---- addresses in two parts ------------------------------------------------------------------ */

/* The word at `at`; only its lower half where it is the last of the image. */
static bool code_at(struct fwd_window *source, uint32_t at, uint32_t *w)
{
    const uint8_t *half = fwd_window_bytes(source, at, 2);

    if (half == NULL)
        return false;
    *w = fwd_half_at(half);
    return is_compressed(*w) || fwd_window_word(source, at, w);
}

/* The low part that the instructions after an upper part complete it with. */
static bool low_after(struct fwd_window *source, uint32_t at, uint32_t rd, uint32_t *low)
{
    uint32_t w;

    for (uint32_t k = 0; k < NEAR && code_at(source, at, &w); k++) {
        if (!is_compressed(w) && has_low(w) && rs1_of(w) == rd) {
            *low = low_of(w);
            return true;
        }
        if (changed_by(w) == rd)
            return false;
        at += is_compressed(w) ? 2 : 4;
    }
    return false;
}

static bool find_upper(
    struct fwd_ref_view *view, uint32_t w, uint32_t at, uint32_t to_at, struct fwd_ref *ref)
{
    const struct fwd_frames *f = view->frames;
    struct fwd_ref_upper *upper = &view->uppers[rd_of(w)];
    uint32_t low;

    upper->end = 0;
    if (rd_of(w) == 0 || !low_after(&view->source, at + 4, rd_of(w), &low))
        return false;
    upper->from =
        (w & 0xFFFFF000u) + (opcode_of(w) == OP_AUIPC ? fwd_frame_address(&f->from, at) : 0);
    *ref = (struct fwd_ref){.type = FWD_REF_HIGH, .size = 4, .split = true};
    if (!fwd_ref_resolve(f, upper->from + low, ref) && opcode_of(w) != OP_AUIPC)
        return false;
    upper->relative = opcode_of(w) == OP_AUIPC;
    upper->end = to_at + 4;
    return true;
}

static bool find_lower(struct fwd_ref_view *view, uint32_t w, uint32_t to_at, struct fwd_ref *ref)
{
    const struct fwd_frames *f = view->frames;
    const struct fwd_ref_upper *upper = &view->uppers[rs1_of(w)];
    bool global = rs1_of(w) == GP && f->from.global != 0;

    if (!global && (upper->end == 0 || to_at - upper->end >= REACH))
        return false;
    *ref = (struct fwd_ref){.type = global ? FWD_REF_ADR : FWD_REF_LOW,
        .size = 4,
        .part = global ? f->to.global : upper->to};
    return fwd_ref_resolve(f, (global ? f->from.global : upper->from) + low_of(w), ref) ||
           (!global && upper->relative);
}

/* Keeps in mind which registers no longer hold an upper part. */
static void forget(struct fwd_ref_view *view, uint32_t w)
{
    uint32_t changed = changed_by(w);

    if (!is_upper(w))
        view->uppers[changed].end = 0;
}

/* ---- finding, reading, writing --------------------------------------------------------------- */

static bool find_code(
    struct fwd_ref_view *view, uint32_t w, uint32_t at, uint32_t to_at, struct fwd_ref *ref)
{
    bool found = find_branch(&view->frames->from, w, at, ref);

    if (!found && !is_compressed(w) && has_low(w))
        found = find_lower(view, w, to_at, ref);
    forget(view, w);
    return found;
}

static bool find_word(struct fwd_ref_view *view, uint32_t at, uint32_t to_at, struct fwd_ref *ref)
{
    uint32_t word;

    return !((at | to_at) & 3) && fwd_window_word(&view->source, at, &word) &&
           fwd_ref_word_find(view->frames, word, ref);
}

/* LUI looks like the address that it begins: so it is looked for before words. */
bool fwd_rv32_find(struct fwd_ref_view *view, uint32_t at, uint32_t to_at, struct fwd_ref *ref)
{
    bool code = view->rest == 0;
    uint32_t w;

    if (((at | to_at) & 1) || !code_at(&view->source, at, &w))
        return false;
    if (code && is_upper(w) && find_upper(view, w, at, to_at, ref))
        return true;
    return find_word(view, at, to_at, ref) || (code && find_code(view, w, at, to_at, ref));
}

bool fwd_rv64_find(struct fwd_ref_view *view, uint32_t at, uint32_t to_at, struct fwd_ref *ref)
{
    bool code = view->rest == 0;
    uint32_t w;

    if (((at | to_at) & 1) || !code_at(&view->source, at, &w))
        return false;
    if (fwd_ref_long_find(view, at, to_at, ref))
        return true;
    if (code && is_upper(w))
        return find_upper(view, w, at, to_at, ref);
    /* C.JAL is C.ADDIW there */
    return code && find_code(view, w, at, to_at, ref) &&
           !(ref->type == FWD_REF_NEAR && (w & 0xE003) == 0x2001);
}

bool fwd_riscv_read(const struct fwd_frame *frame, const struct fwd_frames *frames,
    const uint8_t *bytes, uint32_t at, const struct fwd_ref *predicted, uint32_t *target)
{
    uint32_t w = fwd_half_at(bytes);
    struct fwd_ref ref;

    if (predicted->size == 8)
        return fwd_ref_long_read(frame, frames, bytes, at, predicted, target);
    if (predicted->size == 4)
        w |= fwd_half_at(bytes + 2) << 16;
    if (fwd_ref_is_word(predicted->type))
        return fwd_ref_word_read(frame, frames, bytes, at, predicted, target);
    if ((predicted->size == 2) != is_compressed(w))
        return false;
    if (predicted->type == FWD_REF_LOW || predicted->type == FWD_REF_ADR)
        return has_low(w) &&
               fwd_ref_place(frame, frames, predicted, predicted->part + low_of(w), target);
    if (!find_branch(frame, w, at, &ref) || ref.type != predicted->type)
        return false;
    *target = ref.target;
    return true;
}

static bool write_branch(const uint8_t *old, const struct fwd_ref *ref, int32_t d, uint8_t *out)
{
    static const uint8_t bits[FWD_REF_TYPES] = {[FWD_REF_CALL] = 21,
        [FWD_REF_JUMP] = 21,
        [FWD_REF_COND] = 13,
        [FWD_REF_NEAR] = 12,
        [FWD_REF_TEST] = 9};
    uint32_t h = fwd_half_at(old), offset = (uint32_t)d;

    if ((d & 1) || !fwd_ref_fits(d, bits[ref->type]))
        return false;
    if (ref->type == FWD_REF_NEAR)
        fwd_half_put(out, with_cj(h, offset));
    else if (ref->type == FWD_REF_TEST)
        fwd_half_put(out, with_cb(h, offset));
    else if (ref->type == FWD_REF_COND)
        fwd_word_put(out, with_branch(fwd_word_at(old), offset));
    else
        fwd_word_put(out, fwd_riscv_with_jal(fwd_word_at(old), offset));
    return true;
}

bool fwd_riscv_write(const struct fwd_frames *frames, const uint8_t *old, uint32_t at,
    const struct fwd_ref *ref, uint32_t target, uint8_t *out)
{
    uint32_t address = fwd_ref_address(frames, ref, target);
    uint32_t pc = fwd_frame_address(&frames->to, at);

    if (ref->size == 8)
        return fwd_ref_long_write(frames, old, at, ref, target, out);
    if (fwd_ref_is_word(ref->type))
        return fwd_ref_word_write(frames, old, at, ref, target, out);
    if (ref->type != FWD_REF_HIGH && ref->type != FWD_REF_LOW && ref->type != FWD_REF_ADR)
        return write_branch(old, ref, (int32_t)(address - pc), out);
    uint32_t w = fwd_word_at(old);
    if (ref->type == FWD_REF_HIGH) {
        uint32_t upper = address - (opcode_of(w) == OP_AUIPC ? pc : 0) + 0x800;
        fwd_word_put(out, (w & 0xFFF) | (upper & 0xFFFFF000u));
        return true;
    }
    fwd_word_put(out, fwd_riscv_with_low(w, address - ref->part));
    return fwd_ref_fits((int32_t)(address - ref->part), 12);
}

/* An instruction of the target was written; at: its offset. */
void fwd_riscv_wrote(struct fwd_ref_view *view, const uint8_t *bytes, uint32_t at)
{
    uint32_t w = fwd_word_at(bytes);
    uint32_t pc = opcode_of(w) == OP_AUIPC ? fwd_frame_address(&view->frames->to, at) : 0;

    if (is_upper(w))
        view->uppers[rd_of(w)].to = (w & 0xFFFFF000u) + pc;
}
